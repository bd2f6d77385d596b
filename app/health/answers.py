"""What a check is given, and what it answers with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import format_decimal

from app.backup.standing import BackupStanding
from app.health.looking import FAILED, Facts
from app.health.queries import MailFigures, ticks
from app.health.report import ReportLine
from app.models import HealthLook
from app.web.text import _
from config import Settings

STALE = timedelta(hours=1)
"""A look this old says nothing any more."""
GIGABYTE = 1_000_000_000
LOW, EMPTY = 2 * GIGABYTE, 300_000_000
"""Bytes left on a disk: somebody should make room, and nothing works soon. A tenth and a fiftieth of a small disk are enough."""


class Health(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"
    WARNING = "warning"
    WRONG = "wrong"


class NotSeenError(Exception):
    """It could not be looked at; the message is the system's."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks judge. `schema` is the database's revision, `known` this code's last one."""

    settings: Settings
    now: datetime
    schema: str
    known: str
    first_tick: datetime | None
    last_tick: datetime | None
    mail: MailFigures
    lines: Sequence[ReportLine]
    backup: BackupStanding
    looks: Mapping[str, HealthLook]
    left_out: Sequence[str]

    @property
    def clock_runs(self) -> bool:
        return ticks(self.last_tick, self.now)

    def not_known(self, name: str) -> "Answer":
        words = (
            _("L'horloge n'a rien vérifié ici depuis une heure.")
            if name in self.looks
            else _("L'horloge n'a pas encore vérifié.")
        )
        return Answer(Health.UNKNOWN, words)

    def facts(self, name: str) -> Facts | None:
        """What was found lately; None where nobody has looked for so long that it may be otherwise.

        Raises NotSeenError where it could not be looked at.
        """
        found = self.looks.get(name)
        if found is None or self.now - found.at > STALE:
            return None
        if FAILED in found.facts:
            raise NotSeenError(found.facts[FAILED])
        return found.facts


@dataclass(frozen=True, slots=True)
class Answer:
    """`members` names what of many is meant, where each is told of by itself."""

    state: Health
    sentence: str
    todo: str = ""
    members: tuple[str, ...] = ()


def ok(sentence: str) -> Answer:
    return Answer(Health.OK, sentence)


def size(number: float) -> str:
    """« 1,2 Go », « 30 Mo »"""
    if number < GIGABYTE:
        return _("%(number)s Mo", number=round(number / 1_000_000))
    return _("%(number)s Go", number=format_decimal(number / GIGABYTE, format="#,##0.0"))


def room(facts: Facts) -> Answer:
    free, total = facts["free"], facts["total"]
    sentence = _("%(free)s libres sur %(total)s.", free=size(free), total=size(total))
    todo = _("Faites de la place, ou agrandissez le disque.")
    if free < min(EMPTY, total / 50):
        return Answer(Health.WRONG, _("Le disque est presque plein : %(room)s", room=sentence), todo)
    if free < min(LOW, total / 10):
        return Answer(Health.WARNING, _("Le disque se remplit : %(room)s", room=sentence), todo)
    return ok(sentence)
