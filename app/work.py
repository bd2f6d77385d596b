"""What a job of the clock is: a row of the table in `app.jobs`, and what a run of it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from flask_babel.speaklater import LazyString

from app.post.desk import Desk
from app.web.clock import Clock
from config import Settings
from notifications.runs import Figures
from notifications.scheduler import LONGEST, Trigger


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a run is given. Letters are written at the desk; `worker` is unique to its process; a long run ends early when `stop` is set."""

    settings: Settings
    desk: Desk
    clock: Clock
    worker: str
    stop: Event


Work = Callable[[JobContext], Figures]


@dataclass(frozen=True, slots=True)
class JobRow:
    """A row of the table. `title` and `purpose` are read by administrators, `claims` and `costs` by whoever changes it.

    A run that takes longer than `longest` is taken for stuck.
    """

    name: str
    title: LazyString
    trigger: Trigger | Callable[[Settings], Trigger]
    work: Work
    purpose: LazyString
    claims: str
    costs: str
    longest: timedelta = LONGEST


def trigger(row: JobRow, settings: Settings) -> Trigger:
    """When a row runs, in UTC."""
    return row.trigger(settings) if callable(row.trigger) else row.trigger
