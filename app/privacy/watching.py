"""Reads of who looked at whose data, and forgetting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app.days import start_of
from app.models import Account, Donor, Lookup
from app.models.states import LookupKind
from app.web.pages import Page, peeked

SIZE = 50


@dataclass(frozen=True, slots=True)
class Watched:
    """What is left in. `who` and `whom` are parts of a name or an address; days are those of Paris, both included."""

    who: str = ""
    whom: str = ""
    kind: LookupKind | None = None
    first: date | None = None
    last: date | None = None

    @property
    def any(self) -> bool:
        return self != Watched()


def lookups(session: Session, watched: Watched, asked: int) -> Page[tuple[Lookup, Account, Donor]]:
    """A page, the latest first. One statement."""
    query = (
        select(Lookup, Account, Donor)
        .join(Account, col(Account.id) == col(Lookup.account_id))
        .join(Donor, col(Donor.id) == col(Lookup.donor_id))
        .where(*_where(watched))
        .order_by(col(Lookup.at).desc(), col(Lookup.account_id), col(Lookup.donor_id), col(Lookup.kind))
        .offset((asked - 1) * SIZE)
        .limit(SIZE + 1)
    )
    rows: Sequence[tuple[Lookup, Account, Donor]] = session.exec(query).all()
    return peeked(rows, asked, SIZE)


def _where(watched: Watched) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for words, model in ((watched.who, Account), (watched.whom, Donor)):
        if words:
            found.append(
                sa.or_(
                    *(col(column).icontains(words, autoescape=True) for column in (model.name, model.email))
                )
            )
    if watched.kind is not None:
        found.append(col(Lookup.kind) == watched.kind)
    if watched.first is not None:
        found.append(col(Lookup.at) >= start_of(watched.first))
    if watched.last is not None and watched.last < date.max:
        found.append(col(Lookup.at) < start_of(watched.last + timedelta(days=1)))
    return found


def forget(session: Session, kept: timedelta, now: datetime) -> int:
    """Those of longer ago; how many."""
    gone = session.connection().execute(delete(Lookup).where(col(Lookup.at) < now - kept))
    return gone.rowcount
