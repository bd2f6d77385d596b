"""Reads about rounds: what a van could collect, and each round with how its trips stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.handovers.queries import Call, ScheduledArticle
from app.handovers.slots import Span
from app.joining import GOING_ON
from app.matches.queries import known_to_sides
from app.models import (
    Committee,
    Donor,
    Handover,
    HandoverSlot,
    Match,
    Offer,
    OfferedItem,
    Round,
    RoundStop,
)
from app.models.states import MatchState, RoundState, Transport
from app.web.pages import Page, turned_to

PAGE = 20


@dataclass(frozen=True, slots=True)
class Pickup:
    """A trip that a van could make: its articles under way, whom to meet where, and the times that were proposed."""

    call: Call
    slots: Sequence[Span]
    done: bool = False
    """Something of it was received, and nothing is to come any more."""

    @property
    def handover(self) -> Handover:
        return self.call.handover

    @property
    def fixed(self) -> Span | None:
        return Span.of(self.handover.starts_at, self.handover.ends_at)

    @property
    def goes_on(self) -> bool:
        return bool(self.call.lines)

    @property
    def answered(self) -> bool:
        """Whether the committee takes something of it."""
        return any(
            line.match.committee_answered_at or line.match.state is not MatchState.APPROVED
            for line in self.call.lines
        )


class Standing(Enum):
    """How a trip stands to the hour at which the round makes it."""

    TO_ASK = "to_ask"
    """That hour has not been proposed."""
    ASKED = "asked"
    """It has; the donor has not chosen."""
    FIXED = "fixed"
    OTHER_TIME = "other_time"
    """The donor said that another time suits."""
    ELSEWHERE = "elsewhere"
    """The appointment is at another time."""
    DONE = "done"
    GONE = "gone"
    """Nothing is to be collected any more."""


FELL_OUT = (Standing.GONE, Standing.ELSEWHERE, Standing.OTHER_TIME)


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop of a round, with its trip."""

    stop: RoundStop
    pickup: Pickup

    @property
    def call(self) -> Call:
        return self.pickup.call

    @property
    def standing(self) -> Standing:
        pickup, arrives = self.pickup, self.stop.arrives_at
        if not pickup.goes_on:
            return Standing.DONE if pickup.done else Standing.GONE
        if pickup.fixed is not None:
            return Standing.FIXED if _holds(pickup.fixed, arrives) else Standing.ELSEWHERE
        if pickup.handover.donor_note:
            return Standing.OTHER_TIME
        asked = pickup.answered and any(_holds(slot, arrives) for slot in pickup.slots)
        return Standing.ASKED if asked else Standing.TO_ASK


def _holds(span: Span, moment: datetime | None) -> bool:
    return moment is not None and span.starts_at <= moment <= span.ends_at


@dataclass(frozen=True, slots=True)
class Drive:
    """A round as its page shows it: the stops in their order, and what it leaves out."""

    round: Round
    committee: Committee
    stops: Sequence[StopLine]
    outside: Sequence[StopLine]

    @property
    def fell_out(self) -> Sequence[StopLine]:
        return [line for line in self.stops if line.standing in FELL_OUT]

    @property
    def to_ask(self) -> Sequence[StopLine]:
        return [line for line in self.stops if line.standing is Standing.TO_ASK]


def pickups(
    session: Session,
    committee: Committee,
    day: Span,
    approved_before: datetime,
    *,
    of_round: int | None = None,
) -> list[Pickup]:
    """What the committee is to collect and has no time yet, or one on this day; not what another of its rounds collects. Two queries."""
    elsewhere = sa.exists().where(
        col(RoundStop.handover_id) == col(Handover.id),
        col(RoundStop.round_id) == col(Round.id),
        col(RoundStop.outside).is_(None),
        col(Round.id) != (of_round or 0),
        col(Round.state) != RoundState.CANCELLED,
        col(Round.ends_at) > day.starts_at,
    )
    unfixed = col(Handover.starts_at).is_(None)
    that_day = (col(Handover.starts_at) >= day.starts_at) & (col(Handover.starts_at) < day.ends_at)
    going_on = col(Match.state).in_(GOING_ON) & known_to_sides(approved_before)
    query = _trips().where(
        col(Handover.committee_id) == committee.id,
        col(Handover.transport) == Transport.COMMITTEE_COLLECTS,
        going_on,
        unfixed | that_day,
        ~elsewhere,
    )
    return _pickups(session, committee, query)


def _trips() -> "sa.Select[Handover, Match, OfferedItem, Offer, Donor]":
    return (
        sa.select(Handover, Match, OfferedItem, Offer, Donor)
        .join(Match, col(Match.handover_id) == col(Handover.id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .order_by(col(Handover.id), col(OfferedItem.position), col(Match.id))
    )


def _pickups(
    session: Session,
    committee: Committee,
    query: "sa.Select[Handover, Match, OfferedItem, Offer, Donor]",
) -> list[Pickup]:
    found, done = [], set()
    for _trip, group in groupby(session.execute(query), lambda row: row[0].id):
        rows = list(group)
        handover, _match, _item, offer, donor = rows[0]
        lines = [ScheduledArticle(row[1], row[2]) for row in rows if row[1].state in GOING_ON]
        found.append(Call(handover, lines, offer, donor, committee))
        if not lines and any(row[1].state is MatchState.COMPLETED for row in rows):
            done.add(handover.id)
    slots = _slots(session, [call.handover.id for call in found])
    return [Pickup(call, slots.get(call.handover.id, ()), call.handover.id in done) for call in found]


def _slots(session: Session, handover_ids: Collection[int]) -> Mapping[int, Sequence[Span]]:
    query = select(HandoverSlot).where(col(HandoverSlot.handover_id).in_(handover_ids))
    found: dict[int, list[Span]] = {}
    for slot in session.exec(query.order_by(col(HandoverSlot.starts_at))) if handover_ids else ():
        found.setdefault(slot.handover_id, []).append(Span(slot.starts_at, slot.ends_at))
    return found


def drive(session: Session, this: Round) -> Drive:
    """The round with all its trips. Three queries."""
    committee = session.get_one(Committee, this.committee_id)
    stops = session.exec(select(RoundStop).where(RoundStop.round_id == this.id)).all()
    query = _trips().where(col(Handover.id).in_([stop.handover_id for stop in stops]))
    by_trip = {pickup.handover.id: pickup for pickup in _pickups(session, committee, query)}
    lines = [StopLine(stop, by_trip[stop.handover_id]) for stop in stops if stop.handover_id in by_trip]
    lines.sort(key=lambda line: (line.stop.position, line.stop.id))
    inside = [line for line in lines if line.stop.outside is None]
    return Drive(this, committee, inside, [line for line in lines if line.stop.outside is not None])


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round as a list tells of it."""

    round: Round
    stops: int


def listed(session: Session, committee_id: int, asked: int) -> Page[RoundRow]:
    """A committee's rounds, the latest day first."""
    mine = col(Round.committee_id) == committee_id
    total = session.execute(sa.select(sa.func.count()).select_from(Round).where(mine)).scalar_one()
    page = turned_to(asked, total, PAGE)
    stops = (
        sa.select(sa.func.count())
        .where(col(RoundStop.round_id) == col(Round.id), col(RoundStop.outside).is_(None))
        .scalar_subquery()
    )
    query = (
        sa.select(Round, stops)
        .where(mine)
        .order_by(col(Round.starts_at).desc(), col(Round.id).desc())
        .limit(PAGE)
        .offset(page.offset)
    )
    return page.holding([RoundRow(row[0], row[1]) for row in session.execute(query)])


def latest(session: Session, committee_id: int) -> Round | None:
    """The round that was prepared last: the next one is likely to be made with the same van."""
    query = select(Round).where(Round.committee_id == committee_id)
    return session.exec(query.order_by(col(Round.id).desc()).limit(1)).first()
