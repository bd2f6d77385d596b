"""Reads: the nearest places that do something for a kind of object, and how letters and pages name them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.models import ReuseImport, ReusePlace
from app.models.reuse import band_of
from app.places import distance_km
from app.reuse.objects import ObjectKind, kind_of
from app.web.pages import Page, turned_to
from app.web.text import _, kilometres, plural
from app.web.words import word

RINGS_KM = (5, 50)
"""Looked through one after the other, until enough is found: in a town the first has it, and the last is a small country's."""
KM_PER_DEGREE = 111.2
PAGE = 50
GIVE, SORT, REPAIR = 3, 2, 2
"""How many places of each sort a page shows."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """`km` is the great circle from where the thing is."""

    place: ReusePlace
    km: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Where articles of one kind of object may go, the nearest first: to somebody who takes them as gifts, who mends them, who
    takes them to be recycled. `kind` is None where ADEME knows none such."""

    kind: ObjectKind | None
    items: Sequence[str | None]
    give: Sequence[Nearby] = ()
    repair: Sequence[Nearby] = ()
    sort: Sequence[Nearby] = ()

    @property
    def places(self) -> Sequence[Nearby]:
        return (*self.give, *self.repair, *self.sort)


def ways(
    session: Session, items: Iterable[str | None], latitude: float, longitude: float
) -> list[Alternative]:
    """For catalogue items near these degrees, what is of one kind together. At most six queries a kind."""
    kinds: dict[ObjectKind | None, list[str | None]] = {}
    for item in dict.fromkeys(items):
        kinds.setdefault(kind_of(item), []).append(item)
    return [_way(session, kind, some, latitude, longitude) for kind, some in kinds.items()]


def _way(
    session: Session, kind: ObjectKind | None, items: Sequence[str | None], latitude: float, longitude: float
) -> Alternative:
    if kind is None:
        return Alternative(None, items)
    here = latitude, longitude
    return Alternative(
        kind,
        items,
        give=nearest(session, col(ReusePlace.gives), kind.bit, *here, most=GIVE),
        repair=nearest(session, col(ReusePlace.repairs), kind.bit, *here, most=REPAIR),
        sort=nearest(session, col(ReusePlace.sorts), kind.bit, *here, most=SORT),
    )


def not_to_give(found: Iterable[Alternative]) -> list[Alternative]:
    """The same for what nobody should be given: to be mended or recycled."""
    return [replace(way, give=()) for way in found]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom to name for the places of a page: `sources`, as the data asks, on which `day`; none where coordinators wrote them all."""

    sources: Sequence[str]
    day: date | None


def origin(session: Session, found: Iterable[Alternative]) -> Origin | None:
    """One query where a place comes from the data, else none."""
    published = [near.place for way in found for near in way.places if near.place.identifier is not None]
    if not published:
        return None
    last = last_import(session)
    named = dict.fromkeys(source for place in published for source in place.sources.split(", ") if source)
    return Origin(tuple(named), last.newest if last else None)


def nearest(
    session: Session, mask: Any, bit: int, latitude: float, longitude: float, *, most: int
) -> tuple[Nearby, ...]:
    """At most so many places within 50 km whose `mask` (a column of ReusePlace) has this bit, the nearest first."""
    found: list[Nearby] = []
    for ring in RINGS_KM:
        rows = session.exec(_boxed(mask, bit, latitude, longitude, ring, most)).all()
        found = [Nearby(row, distance_km(latitude, longitude, row.latitude, row.longitude)) for row in rows]
        if len(found) == most and all(each.km <= ring for each in found):
            break
    within = [each for each in found if each.km <= RINGS_KM[-1]]
    return tuple(sorted(within, key=lambda each: (each.km, each.place.id)))


def _boxed(mask: Any, bit: int, latitude: float, longitude: float, km: float, most: int) -> Any:
    """The nearest of a box of so many kilometres each way, on a flat map, by an index of its bands of latitude."""
    narrowing = max(0.01, math.cos(math.radians(latitude)))
    north, east = km / KM_PER_DEGREE, km / KM_PER_DEGREE / narrowing
    bands = range(band_of(max(-90, latitude - north)), band_of(min(90, latitude + north)) + 1)
    away = (col(ReusePlace.latitude) - latitude, (col(ReusePlace.longitude) - longitude) * narrowing)
    found = (
        select(ReusePlace.id)
        .where(
            mask != sa.literal_column("0"),
            ~col(ReusePlace.removed),
            col(ReusePlace.band).in_(bands),
            col(ReusePlace.longitude).between(longitude - east, longitude + east),
            mask.bitwise_and(bit) != 0,
        )
        .order_by(away[0] * away[0] + away[1] * away[1], col(ReusePlace.id))
        .limit(most)
    )
    return select(ReusePlace).where(col(ReusePlace.id).in_(found))


def last_import(session: Session) -> ReuseImport | None:
    return session.exec(select(ReuseImport).order_by(col(ReuseImport.id).desc()).limit(1)).first()


def kept(session: Session, postal_code: str, asked: int) -> Page[ReusePlace]:
    """A page of the places of a postal code; without one, of those that coordinators look after."""
    chosen = col(ReusePlace.postal_code) == postal_code if postal_code else col(ReusePlace.by_hand)
    total = session.scalar(sa.select(sa.func.count()).select_from(ReusePlace).where(chosen)) or 0
    page = turned_to(asked, total, PAGE)
    rows = select(ReusePlace).where(chosen).order_by(col(ReusePlace.name), col(ReusePlace.id))
    return page.holding(session.exec(rows.offset(page.offset).limit(PAGE)).all())


TOLD = 3
"""How many places a letter names."""


def told(found: Iterable[Alternative]) -> tuple[str, ...]:
    """A line for each of the nearest places, those that take gifts before those that recycle; what mends does not take."""
    ways = list(found)
    near = [*(each for way in ways for each in way.give), *(each for way in ways for each in way.sort)]
    return tuple(_line(each) for each in _each_once(near)[:TOLD])


def _each_once(near: Iterable[Nearby]) -> Sequence[Nearby]:
    return list({each.place.id: each for each in near}.values())


def _line(near: Nearby) -> str:
    place = near.place
    where = ", ".join(filter(None, (place.street, f"{place.postal_code} {place.commune}".strip())))
    parts = (f"{place.name} ({word(place.kind).lower()})", where, kilometres(near.km), place.phone)
    return ", ".join(filter(None, parts))


def tried(committees: int) -> str:
    """What was tried for an offer that so many committees are within reach of."""
    if not committees:
        return _("Aucun comité n'est à portée de chez vous.")
    return plural(
        "Un comité est à portée de chez vous : nous avons comparé votre don à ses besoins, puis le lui avons montré sans qu'il l'ait demandé, si ses règles le permettent.",
        "%(num)s comités sont à portée de chez vous : nous avons comparé votre don à leurs besoins, puis le leur avons montré sans qu'ils l'aient demandé, quand leurs règles le permettent.",
        committees,
    )
