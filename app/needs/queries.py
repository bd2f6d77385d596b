"""Reads about needs: each list page takes the same few queries however long it is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.finding import queries as finding
from app.matches.queries import taken_for_needs
from app.models import Action, Committee, Donor, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import (
    COMMITTED,
    LIVE,
    ActionKind,
    Condition,
    Findable,
    MatchState,
    NeedState,
    Urgency,
    Worded,
    french,
)
from app.web.pages import Page, turned_to

PAGE = 50
URGENT_FIRST = (Urgency.CRITICAL, Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need and what is on its way. Quantities in pieces; `proposed` waits for a coordinator."""

    need: Need
    received: int
    promised: int
    proposed: int

    @property
    def remaining(self) -> int:
        """What nobody has promised yet."""
        return max(0, self.need.quantity - self.received - self.promised)

    @property
    def found(self) -> int:
        """What somebody has offered: in view, promised or received."""
        return self.received + self.promised + self.proposed

    @property
    def begun(self) -> bool:
        """Whether somebody has offered any."""
        return self.found > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as the public reads it, over all the needs that ask for it: the most urgent, the least strict of them."""

    item: str
    remaining: int
    urgency: Urgency
    minimum_condition: Condition
    needed_by: date | None
    reasons: tuple[str, ...]


def asked(lines: Iterable[NeedLine]) -> list[Asked]:
    """What is still lacking, item by item in the order of `lines`. A need still in its own words is not for the public:
    nobody has read them."""
    together: dict[str, list[NeedLine]] = {}
    for line in lines:
        if line.need.item is not None and line.remaining:
            together.setdefault(line.need.item, []).append(line)
    return [
        Asked(
            item,
            sum(line.remaining for line in same),
            max((line.need.urgency for line in same), key=lambda urgency: urgency.rank),
            max((line.need.minimum_condition for line in same), key=lambda condition: condition.rank),
            min((line.need.needed_by for line in same if line.need.needed_by), default=None),
            tuple(dict.fromkeys(line.need.reason for line in same if line.need.reason)),
        )
        for item, same in together.items()
    ]


def open_already(session: Session, committee_id: int, except_key: str = "") -> dict[str, int]:
    """Pieces of each item that the committee lacks; what was declared with that submission key is left out."""
    lines = of_committee(session, committee_id, [NeedState.OPEN])
    return {
        one.item: one.remaining
        for one in asked(line for line in lines if not _declared_with(line.need, except_key))
    }


def _declared_with(need: Need, key: str) -> bool:
    """Whether the form of this key declared it, alone or among several (`service.declare_all`)."""
    return bool(key) and (need.submission_key or "").startswith(key[:56])


def open_needs(session: Session, committee_id: int, item: str) -> Sequence[Need]:
    """The open needs of a committee for this very item, the oldest first."""
    query = select(Need).where(
        Need.committee_id == committee_id, Need.state == NeedState.OPEN, Need.item == item
    )
    return session.exec(query.order_by(col(Need.declared_at), col(Need.id))).all()


def with_quantities(session: Session, needs: Sequence[Need]) -> list[NeedLine]:
    """Three queries for any number of needs."""
    ids = [need.id for need in needs]
    received = taken_for_needs(session, ids, {MatchState.COMPLETED})
    promised = taken_for_needs(session, ids, COMMITTED - {MatchState.COMPLETED})
    proposed = taken_for_needs(session, ids, LIVE - COMMITTED)
    return [
        NeedLine(need, received.get(key, 0), promised.get(key, 0), proposed.get(key, 0))
        for need in needs
        for key in [need.id]
    ]


def of_committee(session: Session, committee_id: int, states: Collection[NeedState]) -> list[NeedLine]:
    """The committee's needs in these states, the most urgent first, then the oldest."""
    query = select(Need).where(Need.committee_id == committee_id, col(Need.state).in_(states))
    # Sorted here: asked for the oldest first, SQLite would look through all that are open, whosever they are.
    needs = sorted(
        session.exec(query), key=lambda need: (URGENT_FIRST.index(need.urgency), need.declared_at, need.id)
    )
    return with_quantities(session, needs)


def declared_between(session: Session, committee_id: int, start: datetime, end: datetime) -> list[Need]:
    """What the committee asked for in a stretch of time, whatever became of it."""
    query = select(Need).where(
        Need.committee_id == committee_id, col(Need.declared_at) >= start, col(Need.declared_at) < end
    )
    return list(session.exec(query.order_by(col(Need.declared_at), col(Need.id))))


def actions(session: Session) -> list[tuple[int, str]]:
    """(id, title) of the actions that a need may belong to."""
    open_ones = col(Action.closed_at).is_(None) & (col(Action.kind) == ActionKind.THINGS)
    query = select(Action.id, Action.title).where(open_ones).order_by(func.lower(Action.title))
    return list(session.exec(query))


class NeedOrder(Worded):
    OLDEST = "anciens", french("Les plus anciens d'abord")
    NEWEST = "recents", french("Les plus récents d'abord")
    PRESSING = "urgents", french("Les plus urgents d'abord")
    DUE = "date", french("Ceux qui ont la date la plus proche d'abord")


_PRESSING = sa.case({urgency: rank for rank, urgency in enumerate(URGENT_FIRST)}, value=col(Need.urgency))
ORDERS: dict[NeedOrder, tuple[Any, ...]] = {
    NeedOrder.OLDEST: (col(Need.declared_at), col(Need.id)),
    NeedOrder.NEWEST: (col(Need.declared_at).desc(), col(Need.id).desc()),
    NeedOrder.PRESSING: (_PRESSING, col(Need.declared_at), col(Need.id)),
    NeedOrder.DUE: (col(Need.needed_by).is_(None), col(Need.needed_by), col(Need.id)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFilters:
    """What a coordinator looks for; None asks for all."""

    state: NeedState | None = NeedState.OPEN
    urgency: Urgency | None = None
    organisation_id: int | None = None
    committee_id: int | None = None
    unrecognised: bool = False
    text: str = ""
    order: NeedOrder = NeedOrder.OLDEST

    @property
    def address(self) -> dict[str, object]:
        """The same as arguments of the page's address; an empty state asks for all."""
        return {
            "texte": self.text or None,
            "etat": self.state or "",
            "urgence": self.urgency,
            "association": self.organisation_id,
            "comite": self.committee_id,
            "a_reconnaitre": "oui" if self.unrecognised else None,
            "tri": self.order if self.order is not NeedOrder.OLDEST else None,
        }


@dataclass(frozen=True, slots=True)
class Everywhere:
    """One page of needs with their committees."""

    page: Page[NeedLine]
    committees: dict[int, Committee]


def everywhere(session: Session, filters: NeedFilters, asked: int) -> Everywhere:
    """Needs of all committees, in a constant number of queries; whole rows are read of one page alone."""
    query = select(Need.id)
    if filters.state is not None:
        query = query.where(Need.state == filters.state)
    if filters.urgency is not None:
        query = query.where(Need.urgency == filters.urgency)
    if filters.organisation_id is not None:
        ours = select(Committee.id).where(Committee.organisation_id == filters.organisation_id)
        query = query.where(col(Need.committee_id).in_(ours))
    if filters.committee_id is not None:
        query = query.where(Need.committee_id == filters.committee_id)
    if filters.unrecognised:
        query = query.where(col(Need.item).is_(None))
    if filters.text:
        found = finding.numbers(session, Findable.NEED, finding.search(filters.text))
        query = query.where(col(Need.id).in_(found))
    order = ORDERS[filters.order]
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    page = turned_to(asked, total, PAGE)
    shown = session.exec(query.order_by(*order).limit(PAGE).offset(page.offset)).all()
    needs = session.exec(select(Need).where(col(Need.id).in_(shown)).order_by(*order)).all()
    committees = session.exec(
        select(Committee).where(col(Committee.id).in_({need.committee_id for need in needs}))
    )
    return Everywhere(
        page.holding(with_quantities(session, needs)), {committee.id: committee for committee in committees}
    )


def organisation_choices(session: Session) -> list[tuple[int, str]]:
    query = select(Organisation.id, Organisation.name).order_by(func.lower(Organisation.name))
    return list(session.exec(query))


@dataclass(frozen=True, slots=True)
class Coming:
    """What is or was to come towards a need, and from whom."""

    match: Match
    item: OfferedItem
    offer: Offer
    donor: Donor


def coming_for(session: Session, need_id: int) -> list[Coming]:
    """The live matches of a need, the latest first. One query."""
    query = (
        select(Match, OfferedItem, Offer, Donor)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(Match.need_id == need_id, col(Match.state).in_(LIVE))
        .order_by(col(Match.id).desc())
    )
    return [Coming(*row) for row in session.exec(query)]
