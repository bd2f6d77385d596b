"""Reads of the log, a page by its key: however long it is, each page costs the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import start_of
from app.db import among
from app.history.queries import Called, Happening, decided, of_the_committee
from app.history.topics import Topic
from app.models import Account, Decision
from app.models.states import ActorKind, Reason, Verb
from matching.items import normalise

PAGE, BATCH, MOST = 30, 500, 20_000
"""Lines of a page, read at once for a file, and of a file."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is left in the log. `who` is a part of the name or address of an account; days are those of Paris, both included."""

    who: str = ""
    actor: ActorKind | None = None
    committee_id: int | None = None
    verb: Verb | None = None
    reason: Reason | None = None
    first: date | None = None
    last: date | None = None

    @property
    def any(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines, the latest first, and the decisions after and before which there is more; None where there is not."""

    lines: Sequence[Happening]
    names: dict[Topic, Called]
    newer: int | None
    older: int | None


def excerpt(
    session: Session, filters: Filters, *, before: int | None = None, after: int | None = None
) -> Excerpt:
    """The page that ends before a decision, or begins after one; else the latest. Five statements at most, and one for each kind
    of row."""
    where = _where(session, filters)
    upwards = after is not None and before is None
    key = after if upwards else before
    cursor = _beyond(session, key, newer=upwards)
    lines, names = decided(session, [*where, *cursor], PAGE + 1, oldest_first=upwards)
    more, shown = len(lines) > PAGE, lines[:PAGE]
    if upwards:
        shown.reverse()
    first, last = (shown[0].what.id, shown[-1].what.id) if shown else (None, None)
    newer = first if (more if upwards else cursor) else None
    older = last if (upwards or more) else None
    return Excerpt(shown, dict(names), newer, older)


def every(session: Session, filters: Filters) -> Iterator[tuple[Happening, dict[Topic, Called]]]:
    """The latest MOST decisions, read by the batch."""
    where, key = _where(session, filters), None
    for _batch in range(MOST // BATCH):
        lines, names = decided(session, [*where, *_beyond(session, key, newer=False)], BATCH)
        yield from ((line, dict(names)) for line in lines)
        if len(lines) < BATCH:
            return
        key = lines[-1].what.id


def _beyond(session: Session, key: int | None, *, newer: bool) -> list[sa.ColumnElement[bool]]:
    """Newer or older than this decision; nothing where there is no such decision."""
    at = session.scalar(select(Decision.at).where(Decision.id == key)) if key else None
    if at is None:
        return []
    moment, number = col(Decision.at), col(Decision.id)
    if newer:
        return [moment >= at, (moment > at) | (number > key)]
    return [moment <= at, (moment < at) | (number < key)]


def _where(session: Session, filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.who:
        found.append(_by(_accounts(session, filters.who)))
    if filters.committee_id is not None:
        found.append(of_the_committee(filters.committee_id))
    for column, value in (
        (Decision.actor, filters.actor),
        (Decision.verb, filters.verb),
        (Decision.reason, filters.reason),
    ):
        if value is not None:
            found.append(col(column) == value)
    if filters.first is not None:
        found.append(col(Decision.at) >= start_of(filters.first))
    if filters.last is not None:
        found.append(col(Decision.at) < start_of(filters.last + A_DAY))
    return found


def _by(accounts: Sequence[int]) -> sa.ColumnElement[bool]:
    """Decided by one of these. Of one, an index has the decisions in their order; of several they would all be read and sorted."""
    if len(accounts) == 1:
        return col(Decision.account_id) == accounts[0]
    return among(col(Decision.account_id) + 0, accounts)


def _accounts(session: Session, who: str) -> list[int]:
    wanted = normalise(who)
    rows = session.exec(select(Account.id, Account.name, Account.email))
    return [key for key, name, email in rows if wanted in normalise(name) or who.lower() in email]
