"""What anybody may know: which items are lacking, where, and how far that is. No donor appears here."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.catalogue.queries import recognise
from app.matches.queries import BROUGHT, RECEIVED
from app.merging import FEWEST
from app.models import Action, Committee, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import COMMITTED, Condition, MatchState, NeedState, Urgency
from app.places import Place, distance_km
from app.places.outlines import codes_of
from app.places.zones import FRANCE
from app.web.pages import Page, turned_to
from matching.items import load

PAGE = 30


def _promised() -> sa.ScalarSelect[int]:
    """Pieces of a need that approved matches bring, what was received where that is known."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(BROUGHT), 0))
        .select_from(Match)
        .where(col(Match.need_id) == col(Need.id), col(Match.state).in_(COMMITTED))
        .correlate(Need)
        .scalar_subquery()
    )


REMAINING = (col(Need.quantity) - _promised()).label("remaining")
LACKING = (col(Need.state) == NeedState.OPEN, col(Committee.active).is_(True), REMAINING > 0)

URGENCY_ORDER = sa.case({urgency: urgency.rank for urgency in Urgency}, value=col(Need.urgency), else_=0)


def kin(item: str) -> frozenset[str]:
    """The items that needs may name for `item` to serve them: itself and whatever is broader."""
    return frozenset({item, *load().ancestors(item)} if item in load() else {item})


def family(item: str) -> frozenset[str]:
    """These and whatever is narrower: what somebody may mean who writes `item`."""
    return kin(item) | frozenset(load().descendants(item))


def looking_for(items: Collection[str], *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """The needs that are open to donors and that one of these items serves: id, item, committee_id, remaining, and `columns`.

    Every count of who looks for something begins here, whichever page says it.
    """
    served = {each for item in items for each in kin(item)}
    return _open_to_donors(*columns).where(col(Need.item).in_(served))


def _open_to_donors(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            col(Need.id).label("id"),
            col(Need.item).label("item"),
            col(Need.committee_id).label("committee_id"),
            REMAINING,
            *columns,
        )
        .select_from(Need)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*LACKING)
    )


TO_BRING_KM = 60
"""As far as a donor is asked to go; what is farther away is not spoken of."""


@dataclass(frozen=True, slots=True)
class Seekers:
    """How many committees look for an item. Where a place was given: how far the nearest is that can have it (`within_reach`: its
    van comes so far, or the donor goes), else how far the nearest of all is. `first` says that no committee at all is nearer.
    `reason` is why one of them asks, in its own words, with its name in `asks`; the nearest that says why, of those within reach if there are any."""

    committees: int
    nearest_km: float | None = None
    within_reach: bool = True
    first: bool = True
    reason: str = ""
    asks: str = ""

    @property
    def may_be_brought(self) -> bool:
        return self.nearest_km is not None and self.nearest_km <= TO_BRING_KM


def seekers(session: Session, item: str | None, place: Place | None, brings_km: float = 0) -> Seekers | None:
    """Who looks for `item`; None if it is not known or nobody does. `brings_km` is how far the donor would bring it."""
    if item is None:
        return None
    van = aliased(Committee)
    query = (
        looking_for(
            [item],
            col(Committee.name).label("name"),
            col(Need.reason).label("reason"),
            *(sa.func.coalesce(getattr(van, each), getattr(Committee, each)).label(each) for each in _VAN),
        )
        .join(Action, col(Action.id) == col(Need.action_id), isouter=True)
        .join(van, col(van.id) == col(Action.committee_id), isouter=True)
        .order_by(URGENCY_ORDER.desc(), col(Need.declared_at), col(Need.id))
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    committees = len({row.committee_id for row in rows})
    if place is None:
        return Seekers(committees, **_why(rows))
    away = {row.id: distance_km(place.latitude, place.longitude, row.latitude, row.longitude) for row in rows}
    reached = [row for row in rows if away[row.id] <= max(row.collects_km, brings_km)]
    nearest = sorted(reached or rows, key=lambda row: away[row.id])
    km = away[nearest[0].id]
    return Seekers(committees, km, bool(reached), km <= min(away.values()), **_why(nearest))


_VAN = ("latitude", "longitude", "collects_km")
"""Who goes for a gift: the committee that collects for the action of the need, else the one that asks."""


def _why(rows: Sequence[Any]) -> dict[str, Any]:
    said = next((row for row in rows if row.reason), None)
    return {"reason": said.reason, "asks": said.name} if said is not None else {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that committees lack: how many committees an article of it serves, the pieces they lack in all, and in which communes."""

    item: str
    quantity: int
    committees: int
    communes: tuple[str, ...]


# All sums at once: asked need by need (`REMAINING`), they cost twice as much over every open need.
_BROUGHT_TO = (
    sa.select(col(Match.need_id), sa.func.sum(BROUGHT).label("pieces"))
    .where(col(Match.state).in_(COMMITTED))
    .group_by(col(Match.need_id))
    .subquery()
)
_OPEN_AND_LACKING = (
    col(Need.state) == NeedState.OPEN,
    col(Committee.active).is_(True),
    col(Need.quantity) > sa.func.coalesce(_BROUGHT_TO.c.pieces, 0),
)
"""As LACKING, beside a join with `_BROUGHT_TO`."""


def _by_name() -> sa.Select[str | None]:
    """The items that are lacking, those that most committees ask for first."""
    return (
        sa.select(col(Need.item))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .outerjoin(_BROUGHT_TO, _BROUGHT_TO.c.need_id == col(Need.id))
        .where(*_OPEN_AND_LACKING, col(Need.item).is_not(None))
        .group_by(col(Need.item))
        .order_by(
            sa.func.count(sa.distinct(col(Need.committee_id))).desc(),
            sa.func.sum(col(Need.quantity)).desc(),
            col(Need.item),
        )
    )


def _by_commune() -> sa.Select[*tuple[Any, ...]]:
    """Of the items `served`: what each committee lacks, and how many needs say so."""
    each = _open_to_donors(col(Committee.commune).label("commune"))
    one = each.where(col(Need.item).in_(sa.bindparam("served", expanding=True))).subquery().c
    return (
        sa.select(
            one.item,
            one.commune,
            one.committee_id,
            sa.func.sum(one.remaining).label("pieces"),
            sa.func.count().label("needs"),
        )
        .group_by(one.item, one.commune, one.committee_id)
        .order_by(one.commune, one.committee_id)
    )


# Made once: the front page is what most people open, and making them cost as much as asking.
_BY_NAME, _BY_COMMUNE = _by_name().limit(sa.bindparam("most")), _by_commune()


def most_wanted(session: Session, limit: int = 6) -> tuple[Wanted, ...]:
    """The items that most committees ask for by name, in two queries however many needs there are."""
    items = [item for item in session.connection().execute(_BY_NAME, {"most": limit}).scalars() if item]
    if not items:
        return ()
    serves: dict[str, list[str]] = {}
    for item in items:
        for each in kin(item):
            serves.setdefault(each, []).append(item)
    rows: dict[str, list[Any]] = {item: [] for item in items}
    for row in session.connection().execute(_BY_COMMUNE, {"served": list(serves)}):
        for item in serves[row.item]:
            rows[item].append(row)
    found = [_wanted(item, rows[item]) for item in items]
    return tuple(sorted(found, key=lambda each: -each.committees))


def _wanted(item: str, rows: Sequence[Any]) -> Wanted:
    often, pieces, committees = Counter[str](), 0, set()
    for _item, commune, committee_id, lacking, needs in rows:
        often[commune] += needs
        pieces += int(lacking)
        committees.add(committee_id)
    return Wanted(item, pieces, len(committees), tuple(commune for commune, _count in often.most_common()))


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over so far: gifts, pieces in them, committees that received one."""

    gifts: int
    pieces: int
    committees: int


_HANDED_OVER = (
    sa.select(sa.func.count(), sa.func.sum(RECEIVED), sa.func.count(sa.distinct(col(Need.committee_id))))
    .select_from(Match)
    .join(Need, col(Need.id) == col(Match.need_id))
    .where(col(Match.state) == MatchState.COMPLETED)
)


def figures(
    session: Session, *, committee_id: int | None = None, organisation_id: int | None = None
) -> HandedOver | None:
    """Of all, of a committee or of an association; None as long as nothing was handed over, to one of them by as few donors as no
    figure tells of."""
    query = _HANDED_OVER
    if committee_id is not None or organisation_id is not None:
        query = (
            query.join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
            .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
            .having(sa.func.count(sa.distinct(col(Offer.donor_id))) >= FEWEST)
        )
    if committee_id is not None:
        query = query.where(col(Need.committee_id) == committee_id)
    if organisation_id is not None:
        ours = sa.select(col(Committee.id)).where(col(Committee.organisation_id) == organisation_id)
        query = query.where(col(Need.committee_id).in_(ours))
    row = session.connection().execute(query).one_or_none()
    return HandedOver(int(row[0]), int(row[1] or 0), int(row[2])) if row is not None and row[0] else None


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a committee lacks of one item, over all its needs: the most urgent and the least strict of them speaks for all.
    `distance_km` only where the reader said where they are."""

    item: str
    slug: str
    name: str
    commune: str
    remaining: int
    urgency: Urgency
    minimum_condition: Condition
    distance_km: float | None


def lacking(
    session: Session,
    *,
    words: str = "",
    item: str | None = None,
    place: Place | None = None,
    department: str = "",
    association: str = "",
    asked: int,
) -> Page[Shortage]:
    """Open needs, nearest first if `place` is known, else most urgent first; those that `item` serves or `words` may mean; those of one
    `association` (its name in addresses).

    A committee's needs for one item are one row. Needs still in their own words are left out: nobody has read them.
    """
    named = item or (recognise(words).item if words else None)
    ordered, count = _statements(named, "" if named else words, place, department, association)
    # Past the session, which would make a row of each line only to take it apart.
    read = session.connection().execute
    pairs = _pairs(read(ordered, {"begin": (asked - 1) * PAGE}))
    total = len(pairs)
    if total == PAGE or asked > 1:
        total = read(count).scalar_one()
    page: Page[Shortage] = turned_to(asked, total, PAGE)
    if page.number != asked:
        pairs = _pairs(read(ordered, {"begin": page.offset}))
    shown = {"items": [item for item, _key in pairs], "committees": [key for _item, key in pairs]}
    rows = {(row.item, row.committee_id): _shortage(row, place) for row in read(_SHOWN, shown)}
    return page.holding(tuple(rows[pair] for pair in pairs if pair in rows))


@lru_cache(64)
def _statements(
    item: str | None, words: str, place: Place | None, department: str, association: str
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """What is lacking in its order, from `begin` on, and how much that is: making them costs more than asking on a small portal."""
    order = (_nearest(place),) if place is not None else (_MOST_URGENT.desc(),)
    query = _PAIRS
    if item is not None:
        query = query.where(col(Need.item).in_(family(item)))
    elif words:
        query = query.where(col(Need.description).icontains(words, autoescape=True))
    if department:
        begun = (col(Committee.postal_code).startswith(each) for each in codes_of(department))
        query = query.where(col(Committee.country) == FRANCE, sa.or_(*begun))
    if association:
        ours = sa.select(col(Organisation.id)).where(col(Organisation.slug) == association)
        query = query.where(col(Committee.organisation_id).in_(ours))
    # The names wait for the page: sorted along, they cost as much again.
    ordered = query.group_by(*_PAIR).order_by(*order, sa.func.min(col(Need.declared_at)), *_PAIR)
    count = sa.select(sa.func.count()).select_from(query.distinct().subquery())
    return ordered.limit(PAGE).offset(sa.bindparam("begin")), count


def _pairs(found: Iterable[Any]) -> list[tuple[str, int]]:
    return [(item, committee_id) for item, committee_id in found]


def _shortage(row: Any, place: Place | None) -> Shortage:
    km = distance_km(place.latitude, place.longitude, row.latitude, row.longitude) if place else None
    urgency, condition = _BY_RANK[Urgency][row.urgency], _BY_RANK[Condition][row.condition]
    return Shortage(row.item, row.slug, row.name, row.commune, int(row.remaining), urgency, condition, km)


_BY_RANK: dict[Any, dict[int, Any]] = {
    kind: {each.rank: each for each in kind} for kind in (Urgency, Condition)
}


def _nearest(place: Place) -> sa.ColumnElement[float]:
    """Grows with the distance, near enough for an order."""
    north = col(Committee.latitude) - place.latitude
    east = (col(Committee.longitude) - place.longitude) * math.cos(math.radians(place.latitude))
    return sa.func.min(north * north + east * east)


def _ranked(column: Any, kind: type[Urgency] | type[Condition]) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case({member: member.rank for member in kind}, value=column, else_=0))


_MOST_URGENT = _ranked(col(Need.urgency), Urgency)


_PAIR = (col(Need.item), col(Need.committee_id))
"""In the order of the index `ix_need_state_and_sums`, which spares the database a sort."""


def _lacking_by(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Of what committees lack, the item, the committee's id and these columns."""
    return (
        sa.select(*_PAIR, *columns)
        .select_from(Need)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .outerjoin(_BROUGHT_TO, _BROUGHT_TO.c.need_id == col(Need.id))
        .where(*_OPEN_AND_LACKING)
    )


_PAIRS = _lacking_by().where(col(Need.item).is_not(None))
_LACKING = _lacking_by(
    *(getattr(Committee, name) for name in ("slug", "name", "commune", "latitude", "longitude")),
    sa.func.sum(col(Need.quantity) - sa.func.coalesce(_BROUGHT_TO.c.pieces, 0)).label("remaining"),
    _MOST_URGENT.label("urgency"),
    _ranked(col(Need.minimum_condition), Condition).label("condition"),
).group_by(*_PAIR, col(Committee.id))
_SHOWN = _LACKING.where(
    col(Need.item).in_(sa.bindparam("items", expanding=True)),
    col(Need.committee_id).in_(sa.bindparam("committees", expanding=True)),
)
