"""Settings: one frozen object read from the environment.

`Settings.from_environ(os.environ)` is the only reader. It refuses to start, with one sentence for each thing that is
wrong, rather than run with a value nobody meant.
"""

import re
import secrets
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PLACEHOLDERS = frozenset({"changeme", "change-me", "secret", "dev", "password", "placeholder", "xxx", "todo"})
TRUE, FALSE = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})

_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
"""A name, or an address of either kind."""


class SettingsError(ValueError):
    """The environment does not describe a portal that may start; the message is made of full sentences."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class MailSecurity(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    SSL = "ssl"


def _text(raw: str) -> str:
    if any(ord(character) < 32 for character in raw):
        raise ValueError("contient un caractère invisible")
    return raw.strip()


def _secret(raw: str) -> str:
    value = _text(raw)
    if len(value) < 24 or value.lower() in PLACEHOLDERS or len(set(value)) < 10:
        raise ValueError("doit compter au moins 24 caractères tirés au hasard")
    return value


def _boolean(raw: str) -> bool:
    value = raw.strip().lower()
    if value not in TRUE | FALSE:
        raise ValueError(f"doit valoir true ou false, et non {raw[:80]!r}")
    return value in TRUE


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw.strip()) or not low <= int(raw) <= high:
            raise ValueError(f"doit être un nombre entier de {low} à {high}, et non {raw[:80]!r}")
        return int(raw)

    return parse


def _one_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def parse(raw: str) -> StrEnum:
        try:
            return kind(raw.strip().lower())
        except ValueError:
            raise ValueError(f"doit valoir {' ou '.join(kind)}, et non {raw[:80]!r}") from None

    return parse


def _url(raw: str) -> str:
    value = _text(raw)
    try:
        parts = urlsplit(value)
        known = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        known = False
    if not known or re.search(r"[\s?#@]", value) or not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError(f"doit être une adresse comme https://dons.exemple.org, et non {raw[:80]!r}")
    return value.rstrip("/")


def _bucket(raw: str) -> str:
    """The address of a bucket, with a key and its secret: what is wrong with it is never quoted."""
    value = _text(raw)
    try:
        parts = urlsplit(value)
        known = (
            parts.scheme in {"http", "https"} and parts.port != 0 and bool(parts.username and parts.password)
        )
    except ValueError:
        known = False
    if (
        not known
        or not value.isascii()
        or " " in value
        or not _HOST.fullmatch(parts.hostname or "")
        or not re.fullmatch(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/?", parts.path)
        or ".." in parts.path
        or not re.fullmatch(r"(region=[a-z0-9-]{1,40})?", parts.query)
        or parts.fragment
    ):
        raise ValueError(
            "doit être une adresse comme https://CLÉ:SECRET@s3.exemple.org/photos?region=fr-par, où ce que la clé et son secret"
            " ont de / ? # @ : et % s'écrit %2F %3F %23 %40 %3A %25"
        )
    return value


def _email(raw: str) -> str:
    value = _text(raw)
    name, _, domain = value.rpartition("@")
    if (
        not name.isascii()
        or not name
        or "." not in domain
        or any(character in value for character in ' ",<>')
    ):
        raise ValueError(f"doit être une adresse e-mail, et non {raw[:80]!r}")
    return value


def _words(raw: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip().lower() for part in _text(raw).split(",")) if word)


ROLES = ("administrator", "coordinator", "member")
NOBODY = "nobody"


def _roles(raw: str) -> tuple[str, ...]:
    words = _words(raw)
    if words == (NOBODY,):
        return ()
    if not words or not set(words) <= set(ROLES):
        known = f"{', '.join(ROLES[:-1])} et {ROLES[-1]}"
        raise ValueError(
            f"doit nommer des rôles parmi {known}, séparés par des virgules, ou valoir {NOBODY}, et non {raw[:80]!r}"
        )
    return tuple(role for role in ROLES if role in words)


def database_url(raw: str) -> str:
    """The address of a database as SQLAlchemy takes it. Raises ValueError, whose words go on from the setting's name."""
    value = _text(raw)
    scheme, separator, rest = value.partition("://")
    drivers = {
        "sqlite": "sqlite",
        "postgresql": "postgresql+psycopg",
        "postgres": "postgresql+psycopg",
        "postgresql+psycopg": "postgresql+psycopg",
    }
    if not separator or scheme not in drivers:
        raise ValueError("doit commencer par sqlite:/// ou postgresql://")
    try:
        url = make_url(f"{drivers[scheme]}://{rest}")
    except (ArgumentError, ValueError):
        raise ValueError("doit être une adresse comme postgresql://nom:mot-de-passe@hôte:5432/base") from None
    if url.port is not None and not 1 <= url.port <= 65535:
        raise ValueError("doit donner un port de 1 à 65535")
    if scheme != "sqlite":
        return f"{drivers[scheme]}://{rest}"
    if not url.database or url.database == ":memory:":
        raise ValueError("doit nommer un fichier, comme sqlite:////srv/portail/portail.sqlite3")
    # Whoever reads a relative one takes it from a folder of their own: Flask's is not where backups look.
    return url.set(database=str(Path(url.database).absolute())).render_as_string(hide_password=False)


def _keys(raw: str) -> tuple[str, ...]:
    """Public keys of age; only where there are any is the library loaded that knows a mistyped one."""
    found = _words(raw)
    if not found:
        raise ValueError("doit donner une clé publique, age1…")
    for key in found:
        if key.startswith("age-secret-key"):
            raise ValueError("doit donner la clé publique, age1…, et jamais la clé secrète")
        try:
            import_module("pyrage").x25519.Recipient.from_str(key)
        except Exception:
            raise ValueError(f"doit donner une clé publique, age1…, et non {key[:80]!r}") from None
    return found


def _command(raw: str) -> tuple[str, ...]:
    try:
        found = tuple(shlex.split(_text(raw)))
    except ValueError:
        raise ValueError("doit fermer ses guillemets") from None
    if not found:
        raise ValueError("doit donner une commande")
    return found


def _path(raw: str) -> Path:
    value = _text(raw)
    if not value:
        raise ValueError("doit nommer un dossier")
    return Path(value).expanduser().absolute()


SECRETS = frozenset(
    {
        "PORTAIL_SECRET_KEY",
        "PORTAIL_MAIL_PASSWORD",
        "PORTAIL_BOUNCE_SECRET",
        "PORTAIL_METRICS_TOKEN",
        "PORTAIL_PARTNER_TOKEN",
        "PORTAIL_PHOTOS_URL",
        "DATABASE_URL",
    }
)
"""Never shown: not in a traceback, not in a log."""


def _setting(name: str, parse: Callable[[str], Any], default: Any) -> Any:
    """A field of `Settings`: its variable, its parser, its default (empty: derived). The README tells what it means."""
    return field(default=default, repr=name not in SECRETS, metadata={"name": name, "parse": parse})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the portal is told from outside. Durations in the unit that the name says."""

    environment: Environment = _setting("PORTAIL_ENV", _one_of(Environment), Environment.DEVELOPMENT)
    debug: bool = _setting("PORTAIL_DEBUG", _boolean, False)
    secret_key: str = _setting("PORTAIL_SECRET_KEY", _text, "")
    base_url: str = _setting("PORTAIL_BASE_URL", _url, "")
    port: int = _setting("PORT", _integer(1, 65535), 8000)
    data_dir: Path = _setting("DATA_DIR", _path, Path("var").absolute())
    database_url: str = _setting("DATABASE_URL", database_url, "")
    photos_url: str = _setting("PORTAIL_PHOTOS_URL", _bucket, "")
    trusted_hosts: tuple[str, ...] = _setting("PORTAIL_TRUSTED_HOSTS", _words, ())
    proxies: int = _setting("PORTAIL_PROXIES", _integer(0, 5), 0)
    web_workers: int = _setting("PORTAIL_WEB_WORKERS", _integer(1, 64), 2)
    log_json: bool = _setting("PORTAIL_LOG_JSON", _boolean, None)
    portal_name: str = _setting("PORTAIL_NAME", _text, "Portail des dons")
    contact_email: str = _setting("PORTAIL_CONTACT_EMAIL", _email, "")
    phone: str = _setting("PORTAIL_PHONE", _text, "")
    phone_hours: str = _setting("PORTAIL_PHONE_HOURS", _text, "")
    mail_server: str = _setting("PORTAIL_MAIL_SERVER", _text, "")
    mail_port: int = _setting("PORTAIL_MAIL_PORT", _integer(1, 65535), 587)
    mail_security: MailSecurity = _setting(
        "PORTAIL_MAIL_SECURITY", _one_of(MailSecurity), MailSecurity.STARTTLS
    )
    mail_username: str = _setting("PORTAIL_MAIL_USERNAME", _text, "")
    mail_password: str = _setting("PORTAIL_MAIL_PASSWORD", _text, "")
    mail_sender: str = _setting("PORTAIL_MAIL_SENDER", _email, "dons@portail.example")
    mail_returns: str = _setting("PORTAIL_MAIL_RETURNS", _email, "")
    bounce_secret: str = _setting("PORTAIL_BOUNCE_SECRET", _secret, "")
    metrics_token: str = _setting("PORTAIL_METRICS_TOKEN", _secret, "")
    partner_url: str = _setting("PORTAIL_PARTNER_URL", _url, "")
    partner_token: str = _setting("PORTAIL_PARTNER_TOKEN", _secret, "")
    webhooks_loopback: bool = _setting("PORTAIL_WEBHOOKS_LOOPBACK", _boolean, False)
    answer_days: int = _setting("PORTAIL_ANSWER_DAYS", _integer(1, 60), 5)
    undo_seconds: int = _setting("PORTAIL_UNDO_SECONDS", _integer(0, 3600), 60)
    offer_days: int = _setting("PORTAIL_OFFER_DAYS", _integer(1, 365), 60)
    retention_days: int = _setting("PORTAIL_RETENTION_DAYS", _integer(30, 3650), 365)
    second_factor: tuple[str, ...] = _setting("PORTAIL_SECOND_FACTOR", _roles, ())
    account_days: int = _setting("PORTAIL_ACCOUNT_DAYS", _integer(90, 3650), 730)
    lookup_days: int = _setting("PORTAIL_LOOKUP_DAYS", _integer(30, 3650), 365)
    shared_minutes: int = _setting("PORTAIL_SHARED_MINUTES", _integer(2, 120), 10)
    plan_minutes: int = _setting("PORTAIL_PLAN_MINUTES", _integer(1, 1440), 5)
    backup_dir: Path | None = _setting("PORTAIL_BACKUP_DIR", _path, None)
    backup_copies: int = _setting("PORTAIL_BACKUP_COPIES", _integer(1, 1000), 14)
    backup_key: tuple[str, ...] = _setting("PORTAIL_BACKUP_KEY", _keys, ())
    backup_copy: tuple[str, ...] = _setting("PORTAIL_BACKUP_COPY", _command, ())
    backup_copy_minutes: int = _setting("PORTAIL_BACKUP_COPY_MINUTES", _integer(1, 1440), 120)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read, check and complete the settings. Raises SettingsError naming everything that is wrong at once."""
        known = {f.metadata["name"]: f for f in fields(cls)}
        problems = [
            f"{name} n'est pas un réglage du portail : voyez le tableau du README."
            for name in sorted(environ)
            if name.startswith("PORTAIL_") and name not in known
        ]
        values: dict[str, Any] = {}
        for name, setting in known.items():
            raw = environ.get(name, "")
            if raw == "":
                continue
            try:
                values[setting.name] = setting.metadata["parse"](raw)
            except ValueError as error:
                problems.append(f"{name} {error}.")
        if problems:
            raise SettingsError("\n".join(problems))
        settings = cls(**_complete(values))
        problems = _production_problems(settings) if settings.is_production else []
        if settings.partner_url and not (settings.partner_token and settings.contact_email):
            problems.append(
                "PORTAIL_PARTNER_URL demande aussi PORTAIL_PARTNER_TOKEN et PORTAIL_CONTACT_EMAIL, qui reçoit les réponses."
            )
        if problems:
            raise SettingsError("\n".join(problems))
        return settings

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def answer_within(self) -> timedelta:
        return timedelta(days=self.answer_days)

    @property
    def undo_within(self) -> timedelta:
        return timedelta(seconds=self.undo_seconds)

    @property
    def offer_lasts(self) -> timedelta:
        return timedelta(days=self.offer_days)

    @property
    def photos_dir(self) -> Path:
        return self.data_dir / "photos"


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in what is derived from something else."""
    production = values.get("environment") is Environment.PRODUCTION
    data_dir: Path = values.setdefault("data_dir", Path("var").absolute())
    values.setdefault("database_url", f"sqlite:///{data_dir / 'portail.sqlite3'}")
    values.setdefault("log_json", production)
    values.setdefault("second_factor", ("administrator", "coordinator") if production else ())
    if not production:
        values.setdefault("base_url", f"http://127.0.0.1:{values.get('port', 8000)}")
        values.setdefault("secret_key", _kept_secret(data_dir))
        values.setdefault("trusted_hosts", ("127.0.0.1", "localhost", "[::1]"))
    elif "base_url" in values:
        values.setdefault("trusted_hosts", (urlsplit(values["base_url"]).hostname,))
    return values


def _kept_secret(data_dir: Path) -> str:
    """A secret for development: made once, kept beside the data, so that a restart signs nobody out."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"Le dossier DATA_DIR {data_dir} ne peut pas être écrit : {error.strerror}."
        ) from None


def _production_problems(settings: Settings) -> list[str]:
    problems = []
    secret = settings.secret_key
    if len(secret) < 32 or secret.lower() in PLACEHOLDERS or len(set(secret)) < 10:
        problems.append(
            "PORTAIL_SECRET_KEY doit compter au moins 32 caractères tirés au hasard en production. Pour en fabriquer"
            " une : python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if settings.debug:
        problems.append("PORTAIL_DEBUG doit valoir false en production.")
    if settings.webhooks_loopback:
        problems.append("PORTAIL_WEBHOOKS_LOOPBACK doit valoir false en production.")
    if not settings.mail_server:
        problems.append(
            "PORTAIL_MAIL_SERVER est obligatoire en production : sans serveur de messagerie, personne ne serait prévenu."
        )
    if settings.mail_sender.endswith(".example"):
        problems.append("PORTAIL_MAIL_SENDER est obligatoire en production.")
    if not settings.base_url.startswith("https://"):
        problems.append("PORTAIL_BASE_URL doit être l'adresse publique en https:// en production.")
    return problems
