"""Settings: strict, complete, and told in the README."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from config import Settings, SettingsError

ROOT = Path(__file__).parents[1]
PRODUCTION = {
    "PORTAIL_ENV": "production",
    "PORTAIL_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "PORTAIL_BASE_URL": "https://dons.essai.example",
    "PORTAIL_MAIL_SERVER": "smtp.essai.example",
    "PORTAIL_MAIL_SENDER": "dons@essai.org",
}


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "var")}


def test_nothing_set_gives_a_portal_for_this_machine_only(folder: dict[str, str]) -> None:
    settings = Settings.from_environ(folder)

    assert not settings.is_production
    assert settings.base_url == "http://127.0.0.1:8000"
    assert set(settings.trusted_hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert settings.database_url == f"sqlite:///{folder['DATA_DIR']}/portail.sqlite3"


def test_the_development_secret_is_made_once_and_kept_private(folder: dict[str, str]) -> None:
    first = Settings.from_environ(folder).secret_key

    assert len(first) >= 32
    assert Settings.from_environ(folder).secret_key == first
    assert (Path(folder["DATA_DIR"]) / "secret-key").stat().st_mode & 0o077 == 0


def test_production_starts_when_told_all_it_needs(folder: dict[str, str]) -> None:
    settings = Settings.from_environ(PRODUCTION | folder)

    assert settings.is_production
    assert settings.trusted_hosts == ("dons.essai.example",)
    assert settings.log_json


def test_a_second_factor_is_asked_of_those_who_decide_unless_somebody_says_otherwise(
    folder: dict[str, str],
) -> None:
    def asked(**values: str) -> tuple[str, ...]:
        return Settings.from_environ(folder | values).second_factor

    assert asked() == ()
    assert asked(**PRODUCTION) == ("administrator", "coordinator")
    assert asked(**PRODUCTION, PORTAIL_SECOND_FACTOR="nobody") == ()
    assert asked(PORTAIL_SECOND_FACTOR=" Member, administrator ") == ("administrator", "member")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAIL_SECRET_KEY", "", "PORTAIL_SECRET_KEY"),
        ("PORTAIL_SECRET_KEY", "changeme", "PORTAIL_SECRET_KEY"),
        ("PORTAIL_SECRET_KEY", "a" * 64, "PORTAIL_SECRET_KEY"),
        ("PORTAIL_DEBUG", "true", "PORTAIL_DEBUG"),
        ("PORTAIL_MAIL_SERVER", "", "PORTAIL_MAIL_SERVER"),
        ("PORTAIL_MAIL_SENDER", "", "PORTAIL_MAIL_SENDER"),
        ("PORTAIL_BASE_URL", "http://dons.essai.example", "https"),
    ],
)
def test_production_refuses_to_start(folder: dict[str, str], name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.from_environ(PRODUCTION | folder | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORTAIL_DEBUG", "ture", "PORTAIL_DEBUG doit valoir true ou false, et non 'ture'."),
        (
            "PORTAIL_DEBOGUE",
            "1",
            "PORTAIL_DEBOGUE n'est pas un réglage du portail : voyez le tableau du README.",
        ),
        ("PORT", "80000", "PORT doit être un nombre entier de 1 à 65535, et non '80000'."),
        ("PORT", "٣", "PORT doit être un nombre entier de 1 à 65535, et non '٣'."),
        ("PORT", "9" * 5000, "PORT doit être un nombre entier"),
        ("PORTAIL_ENV", "prod", "PORTAIL_ENV doit valoir development ou production, et non 'prod'."),
        ("PORTAIL_BASE_URL", "dons.example.org", "PORTAIL_BASE_URL doit être une adresse"),
        ("PORTAIL_BASE_URL", "https://dons example.org", "PORTAIL_BASE_URL doit être une adresse"),
        ("PORTAIL_BASE_URL", "https://dons.example.org:99999", "PORTAIL_BASE_URL doit être une adresse"),
        ("PORTAIL_BASE_URL", "https://[dons", "PORTAIL_BASE_URL doit être une adresse"),
        ("PORTAIL_BASE_URL", "https://nom:mot@dons.example.org", "PORTAIL_BASE_URL doit être une adresse"),
        ("PORTAIL_MAIL_SENDER", "a@b.c\nBcc: x@y.z", "PORTAIL_MAIL_SENDER contient un caractère invisible."),
        (
            "PORTAIL_SECOND_FACTOR",
            "administrator,chef",
            "PORTAIL_SECOND_FACTOR doit nommer des rôles parmi administrator, coordinator et member, séparés par des virgules,"
            " ou valoir nobody, et non 'administrator,chef'.",
        ),
        ("PORTAIL_SECOND_FACTOR", ",", "PORTAIL_SECOND_FACTOR doit nommer des rôles"),
        ("PORTAIL_SECOND_FACTOR", "nobody, member", "PORTAIL_SECOND_FACTOR doit nommer des rôles"),
        *(
            (
                "PORTAIL_PHOTOS_URL",
                wrong,
                "PORTAIL_PHOTOS_URL doit être une adresse comme https://CLÉ:SECRET@s3.exemple.org/photos",
            )
            for wrong in (
                "s3://photos",
                "https://s3.exemple.org/photos",
                "https://k:un-secret@h",
                "https://k:un-secret@h/a/b",
                "https://k:un-secret@h/A..b",
                "https://k:un/secret@h/photos",
                "https://k:un-secret@h:99999/photos",
                "https://k:un-secret@h/photos?zone=x",
                "https://[k",
            )
        ),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL doit commencer par sqlite:/// ou postgresql://."),
        ("DATABASE_URL", "postgresql://:::", "DATABASE_URL doit être une adresse comme postgresql://"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL doit nommer un fichier"),
        ("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL doit nommer un fichier"),
        ("DATABASE_URL", "postgresql://h:port/d", "DATABASE_URL doit être une adresse comme postgresql://"),
        ("DATABASE_URL", "postgresql://h:99999/d", "DATABASE_URL doit donner un port de 1 à 65535."),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(
    folder: dict[str, str], name: str, value: str, sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(folder | {name: value})

    assert sentence in str(caught.value)


def test_everything_wrong_is_said_at_once(folder: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(folder | {"PORT": "x", "PORTAIL_DEBUG": "x", "PORTAIL_X": "x"})

    assert len(str(caught.value).splitlines()) == 3


def test_postgresql_addresses_get_the_driver_that_is_installed(folder: dict[str, str]) -> None:
    for scheme in ("postgres", "postgresql"):
        settings = Settings.from_environ(folder | {"DATABASE_URL": f"{scheme}://u:p@h/d"})
        assert settings.database_url == "postgresql+psycopg://u:p@h/d"


def test_a_file_beside_the_command_is_the_same_file_for_everybody(
    folder: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environ(folder | {"DATABASE_URL": "sqlite:///beside.sqlite3"})

    assert settings.database_url == f"sqlite:///{tmp_path / 'beside.sqlite3'}"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="DATA_DIR"):
        Settings.from_environ({"DATA_DIR": str(tmp_path / "file" / "var")})


def test_secrets_do_not_show(folder: dict[str, str]) -> None:
    settings = Settings.from_environ(PRODUCTION | folder | {"PORTAIL_MAIL_PASSWORD": "hush-hush"})

    assert "hush-hush" not in repr(settings)
    assert settings.secret_key not in repr(settings)


def test_the_readme_tells_every_setting_and_its_default() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    settings = {setting.metadata["name"]: setting.default for setting in fields(Settings)}

    assert {name for name, _meaning, _default in rows} == set(settings)
    assert all(meaning for _name, meaning, _default in rows)
    for name, _meaning, told in rows:
        default = settings[name]
        if isinstance(default, bool):
            default = str(default).lower()
        if name == "DATA_DIR":
            default = Path(str(default)).name
        assert told in {f"`{default}`", "—"}, name
        assert (told == "—") == (default in {"", None, ()}), name
