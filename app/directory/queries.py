"""Reads for the directory: committees at work and their associations, as everybody may see them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.actions.queries import under_way
from app.directory.reading import SearchLine
from app.models import Action, Committee, Need, Organisation
from app.models.states import NeedState
from app.places import distance_km
from app.places.outlines import department_at, departments
from app.public.queries import LACKING, family, kin
from app.rooms.queries import with_room
from app.web.alphabet import alphabetical
from matching.items import normalise

PAGE = 40


@dataclass(frozen=True, slots=True)
class Branch:
    """A committee in a list; `room` where it has a computer room that everybody sees. `department` is "" abroad; `km` only where the reader said where they are."""

    id: int
    slug: str
    name: str
    commune: str
    postal_code: str
    country: str
    latitude: float
    longitude: float
    takes: Sequence[str] = field(hash=False)
    refuses: Sequence[str] = field(hash=False)
    organisation: str
    association: str
    room: bool
    department: str = ""
    km: float | None = None


_SEATS = (
    sa.select(
        col(Committee.id),
        col(Committee.slug),
        col(Committee.name),
        col(Committee.commune),
        col(Committee.postal_code),
        col(Committee.country),
        col(Committee.latitude),
        col(Committee.longitude),
        col(Committee.takes),
        col(Committee.refuses),
        col(Organisation.name).label("organisation"),
        col(Organisation.slug).label("association"),
        with_room().label("room"),
    )
    .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
    .where(col(Committee.active).is_(True))
)


def branches(session: Session) -> list[Branch]:
    """All committees at work, by département, commune and name. One query."""
    rows: Any = session.connection().execute(_SEATS)
    told: list[Any] = [[*row, department_at(row.country, row.postal_code)] for row in rows]
    return sorted(
        (Branch(*one) for one in told),
        key=lambda seat: (
            seat.department or "~",
            alphabetical(seat.commune),
            alphabetical(seat.name),
            seat.id,
        ),
    )


def seats(
    among: Iterable[Branch],
    line: SearchLine,
    association: str,
    within: Collection[str],
    *,
    room: bool = False,
) -> list[Branch]:
    """Those of `branches` that the line and the association ask for, in these départements if any, with a computer `room` if so: the
    nearest first where the line names a place."""
    where, meant = line.place, _meant(line)
    found = [
        seat
        for seat in among
        if (not association or seat.association == association)
        and (not within or seat.department in within)
        and (seat.room or not room)
        and meant(seat)
    ]
    if where is None:
        return found
    far = (
        replace(seat, km=distance_km(where.latitude, where.longitude, seat.latitude, seat.longitude))
        for seat in found
    )
    return sorted(far, key=lambda seat: (seat.km or 0.0, alphabetical(seat.name)))


def _meant(line: SearchLine) -> Callable[[Branch], bool]:
    """Whether a committee takes some of what the thing that was asked for stands for, or bears the name."""
    if line.item is not None:
        broader, meant = kin(line.item), family(line.item)
        return lambda seat: (
            broader.isdisjoint(seat.refuses) and (not seat.takes or not meant.isdisjoint(seat.takes))
        )
    asked = [f" {word}" for word in normalise(line.words).split()]
    return lambda seat: (
        not asked
        or all(word in f" {normalise(f'{seat.name} {seat.organisation} {seat.commune}')}" for word in asked)
    )


def lacking_at(session: Session, committee_ids: Iterable[int]) -> dict[int, int]:
    """How many different things each of these committees lacks. One query."""
    query = (
        sa.select(col(Need.committee_id), sa.func.count(sa.distinct(col(Need.item))))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*LACKING, col(Need.item).is_not(None), col(Need.committee_id).in_(list(committee_ids)))
        .group_by(col(Need.committee_id))
    )
    return {committee_id: number for committee_id, number in session.connection().execute(query)}  # noqa: C416 - a result has keys


@dataclass(frozen=True, slots=True)
class Association:
    slug: str
    name: str
    description: str
    committees: int


def associations(session: Session) -> list[Association]:
    """Those that have a committee at work, by name. One query."""
    query = (
        sa.select(
            col(Organisation.slug), col(Organisation.name), col(Organisation.description), sa.func.count()
        )
        .join(Committee, col(Committee.organisation_id) == col(Organisation.id))
        .where(col(Committee.active).is_(True))
        .group_by(
            col(Organisation.id),
            col(Organisation.slug),
            col(Organisation.name),
            col(Organisation.description),
        )
    )
    return sorted(
        (Association(*row) for row in session.connection().execute(query)),
        key=lambda row: alphabetical(row.name),
    )


def actions(
    session: Session, line: SearchLine, today: date, most: int = 6, association: str = ""
) -> Sequence[Action]:
    """The actions under way that the line may mean: those that lack the thing, or are called so; or those that a committee of the
    association collects for. One query."""
    query = (
        sa.select(Action)
        .where(under_way(today))
        .order_by(col(Action.deadline).is_(None), col(Action.deadline), col(Action.id))
    )
    named = [
        col(Action.title).icontains(word, autoescape=True)
        | col(Action.destination).icontains(word, autoescape=True)
        for word in line.words.split()
        if len(word) > 2
    ]
    ways = [sa.and_(*named)] if named else []
    if line.item is not None:
        lacks = sa.select(col(Need.action_id)).where(
            col(Need.state) == NeedState.OPEN, col(Need.item).in_(family(line.item))
        )
        ways.append(col(Action.id).in_(lacks))
    if association:
        ours = (
            sa.select(col(Committee.id))
            .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
            .where(col(Organisation.slug) == association)
        )
        ways.append(col(Action.committee_id).in_(ours))
    if not ways:
        return []
    return session.scalars(query.where(sa.or_(*ways)).limit(most)).all()


def within(asked: str, line: SearchLine) -> tuple[str, ...]:
    """The départements of an address that names some, else of the line."""
    named = [code for code in asked.upper().split(",") if code in departments()]
    return tuple(dict.fromkeys(named)) or ((line.department,) if line.department else ())


def named(session: Session) -> dict[str, Sequence[str]]:
    """The names in the addresses of the pages of committees, associations and actions, by their endpoint; 10,000 of a kind at most."""
    shown: dict[str, sa.Select[Any]] = {
        "committees.page": sa.select(col(Committee.slug)).where(col(Committee.active).is_(True)),
        "rooms.page": sa.select(col(Committee.slug)).where(col(Committee.active).is_(True), with_room()),
        "directory.association": sa.select(col(Organisation.slug)),
        "actions.page": sa.select(col(Action.slug)),
    }
    connection = session.connection()
    return {
        endpoint: connection.execute(statement.order_by("slug").limit(10_000)).scalars().all()
        for endpoint, statement in shown.items()
    }
