"""Each message can be looked at, on a page and from the command line; never in production."""

import dataclasses
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Settings
from notifications.messages import MESSAGES


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environ({"DATA_DIR": str(tmp_path / "var"), "PORTAIL_BASE_URL": "http://localhost"})


@pytest.fixture
def app(settings: Settings) -> Flask:
    """A portal whose database nobody asks anything: letters with sample values need none."""
    return create_app(settings)


def test_the_gallery_leads_to_every_message(client: FlaskClient) -> None:
    page = client.get("/courriels/modeles").text

    assert [name for name in MESSAGES if f'href="/courriels/modeles/{name}"' not in page] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_message_is_shown_in_both_parts_and_at_both_widths(client: FlaskClient, language: str) -> None:
    for name in MESSAGES:
        page = client.get(f"/courriels/modeles/{name}", query_string={"langue": language}).text
        assert page.count(f'src="/courriels/modeles/{name}/{language}.html"') == 2
        assert MESSAGES[name].sample().render(language).text.splitlines()[0] in unescape(page)


def test_a_letter_in_its_frame_loads_no_picture_and_leads_nowhere(client: FlaskClient) -> None:
    answer = client.get("/courriels/modeles/appointment/fr.html")

    policy = answer.headers["Content-Security-Policy"]
    assert answer.text == MESSAGES["appointment"].sample().render("fr").html
    assert "img-src" not in policy
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "../config",
        "appointment?langue=de",
        "appointment/de.html",
        "nothing/fr.html",
        "%00",
        "x" * 3000,
    ],
)
def test_what_does_not_exist_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/courriels/modeles/{path}").status_code == 404


def test_production_has_no_gallery(settings: Settings) -> None:
    production = dataclasses.replace(
        settings, environment=Environment.PRODUCTION, base_url="https://dons.exemple.org", trusted_hosts=()
    )
    client = create_app(production).test_client()

    for path in ("", "/appointment", "/appointment/fr.html"):
        assert client.get(f"/courriels/modeles{path}").status_code == 404


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["preview-mail", *arguments])
    return result.exit_code, result.output


def test_the_command_lists_what_there_is(app: Flask) -> None:
    code, output = run(app)

    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == list(MESSAGES)


def test_the_command_prints_a_message_as_text(app: Flask) -> None:
    letter = MESSAGES["thank_you"].sample().render("en")

    assert run(app, "thank_you", "--language", "en") == (0, f"{letter.subject}\n\n{letter.text}")


def test_the_command_writes_all_parts_into_a_folder(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "letters"

    code, output = run(app, "--to-folder", str(folder))

    assert code == 0, output
    names = {path.name for path in folder.iterdir()}
    assert {f"{name}.fr.{part}" for name in MESSAGES for part in ("txt", "html")} <= names
    calendar = (folder / "appointment.fr.remise.ics").read_bytes()
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\nVERSION")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["apointment"], "Vouliez-vous dire « appointment » ?"),
        (["zzz"], "Aucun e-mail ne s'appelle « zzz ». Sans nom, la commande les liste tous."),
        (["../etc/passwd"], "Aucun e-mail ne s'appelle"),
        (["appointment", "--language", "de"], "Langue inconnue « de » : choisissez fr ou en."),
    ],
)
def test_the_command_says_what_is_wrong(app: Flask, arguments: list[str], sentence: str) -> None:
    code, output = run(app, *arguments)

    assert code == 1
    assert sentence in output


def test_a_folder_that_cannot_be_written_is_said(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    code, output = run(app, "appointment", "--to-folder", str(tmp_path / "file"))

    assert code == 1
    assert "Impossible d'écrire dans" in output
    assert "Traceback" not in output
