"""Looks at what lies outside the database: folders, memory, the mail server, the database's own clock.

Made by the clock's job and by `flask doctor`, never in a request: a folder may be another machine's, and a server may not answer.
Facts are plain JSON; `app.health.checks` judges them.
"""

import os
import shutil
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog
from sqlmodel import Session, select

from app.health.domain import mail_domain
from app.models import HealthLook
from app.storage import StorageError, storage_of
from config import MailSecurity, Settings
from notifications.plain import one_line
from notifications.types import insert

log = structlog.get_logger("portail")
Facts = Mapping[str, Any]
Looks = Mapping[str, HealthLook]
SECONDS = 10
"""How long the mail server is waited for."""
MEMORY = Path("/proc/meminfo")
FAILED = "failed"
"""The one fact of a look that could not be had: why, in the system's words."""


def folder(path: Path) -> Facts:
    """Whether it is there and can be written to; `free` and `total` in bytes."""
    if not path.is_dir():
        return {"there": False}
    disk = shutil.disk_usage(path)
    return {
        "there": True,
        "writable": os.access(path, os.W_OK | os.X_OK),
        "free": disk.free,
        "total": disk.total,
    }


def backups(path: Path) -> Facts:
    """A folder, and of its newest backup when it was written, in seconds since 1970, and its `bytes`; None without one."""
    found = folder(path)
    if not found["there"]:
        return found
    newest = max(
        (each.stat() for each in path.glob("portail-*.tar.gz*")), key=lambda each: each.st_mtime, default=None
    )
    return {**found, "newest": newest.st_mtime if newest else None, "bytes": newest.st_size if newest else 0}


def photos(settings: Settings) -> Facts:
    """Whether the bucket can be written to; nothing where photos are in the folder of the data."""
    if not settings.photos_url:
        return {}
    try:
        storage_of(settings).check()
    except StorageError as error:
        return {"error": one_line(str(error), 200)}
    return {}


def memory() -> Facts:
    """Bytes of this machine's; nothing where it does not say."""
    if not MEMORY.exists():
        return {}
    found = dict(line.split(":", 1) for line in MEMORY.read_text().splitlines())
    free, total = (int(found[name].split()[0]) * 1024 for name in ("MemAvailable", "MemTotal"))
    return {"free": free, "total": total}


def mail_server(settings: Settings) -> Facts:
    """Whether it lets itself be spoken to, and until when its certificate is good; nothing without a server."""
    if not settings.mail_server:
        return {}
    context = ssl.create_default_context()
    hello = urlsplit(settings.base_url).hostname
    try:
        if settings.mail_security is MailSecurity.SSL:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.mail_server, settings.mail_port, hello, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(settings.mail_server, settings.mail_port, hello, timeout=SECONDS)
        try:
            if settings.mail_security is MailSecurity.STARTTLS:
                server.starttls(context=context)
            return {"expires": _end(server.sock)}
        finally:
            # Whatever it answers to a farewell: it has been spoken to.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return {"error": one_line(str(error) or type(error).__name__, 200)}


def _end(connection: Any) -> float | None:
    """When the certificate ends, in seconds since 1970; None without one."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    certificate = connection.getpeercert() or {}
    return ssl.cert_time_to_seconds(str(certificate["notAfter"])) if "notAfter" in certificate else None


def database_clock(session: Session) -> Facts:
    """By how many seconds the database's clock is before this machine's; nothing where it is this machine's own."""
    if session.get_bind().dialect.name != "postgresql":
        return {}
    asked = datetime.now(UTC)
    told: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    answered = datetime.now(UTC)
    return {"ahead": (told - asked - (answered - asked) / 2).total_seconds()}


def look(session: Session, settings: Settings, now: datetime) -> dict[str, HealthLook]:
    """All of them anew, by name; one that fails says so itself, and keeps from no other. Takes as long as the mail server does."""
    looks: dict[str, Callable[[], Facts]] = {
        "data": lambda: folder(settings.data_dir),
        "backup": lambda: backups(settings.backup_dir) if settings.backup_dir else {},
        "photos": lambda: photos(settings),
        "memory": memory,
        "mail_server": lambda: mail_server(settings),
        "mail_domain": lambda: mail_domain(settings.mail_sender) if settings.mail_server else {},
        "database_clock": lambda: database_clock(session),
    }
    return {name: HealthLook(name=name, at=now, facts=_tried(name, each)) for name, each in looks.items()}


def _tried(name: str, each: Callable[[], Facts]) -> dict[str, Any]:
    try:
        return dict(each())
    except Exception as error:
        log.exception("look failed", look=name)
        return {FAILED: one_line(str(error) or type(error).__name__, 200)}


def keep(session: Session, looks: Looks) -> None:
    """Write them down in place of the last ones."""
    row = insert(HealthLook, session.get_bind().dialect)
    statement = row.on_conflict_do_update(
        index_elements=["name"], set_={"at": row.excluded.at, "facts": row.excluded.facts}
    )
    values = [{"name": each.name, "at": each.at, "facts": each.facts} for each in looks.values()]
    session.execute(statement, values)


def kept(session: Session) -> dict[str, HealthLook]:
    """The last ones, by name. One query."""
    return {row.name: row for row in session.exec(select(HealthLook))}
