"""What the checks judge, read from the database: a dozen queries, and no look outside."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from app import revision
from app.backup.standing import BackupStanding, standing
from app.health import answers, looking, queries, report, starting
from app.models import HealthLook
from app.web.text import _
from app.work import JobRow
from config import Settings
from notifications import runs

ROOT = Path(__file__).resolve().parents[2]


def version() -> str:
    """« 0.1.0, dans version-2 »: what runs, as this process began with it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        number = tomllib.load(file)["project"]["version"]
    return _("%(number)s, dans %(folder)s", number=number, folder=ROOT.name)


def see(
    session: Session,
    settings: Settings,
    rows: Sequence[JobRow],
    now: datetime,
    looks: Mapping[str, HealthLook] | None = None,
) -> answers.Looked:
    """With the last `looks` that were written down, unless newer ones are given."""
    return answers.Looked(
        settings=settings,
        now=now,
        schema=revision.found(session.connection()),
        known=revision.head(),
        first_tick=queries.first_tick(session),
        last_tick=queries.last_tick(session),
        mail=queries.mail(session, now),
        lines=report.lines(rows, settings, runs.latest(session), queries.last_ended(session), now),
        backup=standing(session),
        looks=looking.kept(session) | dict(looks or {}),
        left_out=starting.left_out(settings),
    )


def outside(settings: Settings, now: datetime, looks: Mapping[str, HealthLook]) -> answers.Looked:
    """What is known while the database is away."""
    return answers.Looked(
        settings=settings,
        now=now,
        schema="",
        known=revision.head(),
        first_tick=None,
        last_tick=None,
        mail=queries.MailFigures(0, 0, None, None, None, 0, 0, 0, 0),
        lines=(),
        backup=BackupStanding(None, None, 0, "", False, None, None, None, None),
        looks=looks,
        left_out=starting.left_out(settings),
    )
