"""Reads for the answer pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.days import day_of, start_of
from app.handovers.slots import Span
from app.joining import GOING_ON
from app.models import (
    Committee,
    Decision,
    Donor,
    Handover,
    HandoverSlot,
    Match,
    Need,
    Offer,
    OfferedItem,
    Organisation,
    Photo,
    Preference,
)
from app.models.states import MatchState, Side, Verb
from app.photos.queries import of_items


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An article of a trip, and the need that it is for."""

    match: Match
    item: OfferedItem
    need: Need
    photos: Sequence[Photo]


@dataclass(frozen=True, slots=True)
class Case:
    """A trip as both sides may look at it, found by one of its matches; the template shows each only what it may see.

    `lines` are the articles that it is about: those under way, else the one that was asked for. `ended` are its other articles.
    """

    asked: CaseLine
    lines: Sequence[CaseLine]
    ended: Sequence[CaseLine]
    offer: Offer
    donor: Donor
    committee: Committee
    organisation: Organisation
    handover: Handover | None
    slots: Sequence[HandoverSlot]

    @property
    def state(self) -> MatchState:
        """How far the trip has come: as far as its foremost article under way."""
        states = {line.match.state for line in self.lines}
        return next((state for state in FOREMOST if state in states), self.asked.match.state)

    @property
    def goes_on(self) -> bool:
        return self.state in GOING_ON

    @property
    def new(self) -> Sequence[CaseLine]:
        """The articles about which the committee has not answered."""
        return [
            line
            for line in self.lines
            if line.match.state is MatchState.APPROVED and line.match.committee_answered_at is None
        ]

    @property
    def fixed(self) -> Sequence[CaseLine]:
        """What is to change hands at the appointment."""
        return [line for line in self.lines if line.match.state is MatchState.SCHEDULED]

    @property
    def at_report(self) -> Sequence[CaseLine]:
        """What is to be reported on, or was."""
        return sorted(
            (line for line in (*self.lines, *self.ended) if was_at_appointment(line.match)),
            key=lambda line: (line.item.position, line.match.id),
        )

    @property
    def at_appointment(self) -> "Case":
        """The trip with what is to change hands alone; with all of it where nothing is fixed any more."""
        return replace(self, lines=self.fixed or self.lines)

    @property
    def answer_by(self) -> datetime | None:
        known = (line.match.answer_by for line in self.lines)
        return min((moment for moment in known if moment is not None), default=None)

    @property
    def unasked(self) -> Sequence[CaseLine]:
        """The articles about which the donor has not answered."""
        return [
            line
            for line in self.lines
            if line.match.state is MatchState.APPROVED and line.match.donor_answered_at is None
        ]

    @property
    def to_give(self) -> Sequence[CaseLine]:
        """What the donor says yes to: all by choosing a time; once one is fixed, what joined the trip late."""
        return self.unasked if self.fixed else self.lines

    @property
    def not_yet(self) -> set[Side]:
        """Who has said of the appointment that it has not taken place yet."""
        said = ((line.match.donor_says, line.match.committee_says) for line in self.fixed)
        return {side for both in said for side, word in zip(Side, both, strict=True) if word == "not_yet"}


FOREMOST = (MatchState.SCHEDULED, MatchState.ACCEPTED, MatchState.APPROVED)
CONCERNED = (*GOING_ON, MatchState.COMPLETED, MatchState.FAILED, MatchState.DECLINED, MatchState.LAPSED)
"""States of what a trip is or was about; an approval that was undone is none of its matters."""


REPORTED = (MatchState.SCHEDULED, MatchState.COMPLETED, MatchState.FAILED)


def was_at_appointment(match: Match) -> bool:
    """Whether a match is, or was, to change hands at its trip's appointment: not one that was declined before."""
    if match.state is MatchState.FAILED:
        return match.committee_says is not None or match.donor_says is not None
    return match.state in REPORTED


def case(session: Session, match_id: int) -> Case | None:
    """The whole trip of one match in four queries, or None."""
    mine = select(Match.handover_id).where(Match.id == match_id).scalar_subquery()
    together = (col(Match.handover_id) == mine) & col(Match.state).in_(CONCERNED)
    rows = session.execute(
        sa.select(Match, OfferedItem, Need, Offer, Donor, Committee, Organisation)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .where((col(Match.id) == match_id) | together)
        .order_by(col(OfferedItem.position), col(Match.id))
    ).all()
    if not rows:
        return None
    photos = of_items(session, [row[1].id for row in rows])
    lines = [CaseLine(row[0], row[1], row[2], photos.get(row[1].id, [])) for row in rows]
    (asked,) = (line for line in lines if line.match.id == match_id)
    under_way = [line for line in lines if line.match.state in GOING_ON]
    shown = under_way or [asked]
    ended = [line for line in lines if line not in shown]
    handover = session.get(Handover, asked.match.handover_id) if asked.match.handover_id else None
    offer, donor, committee, organisation = rows[0][3:]
    slots = times_of(session, handover)
    return Case(asked, shown, ended, offer, donor, committee, organisation, handover, slots)


def times_of(session: Session, handover: Handover | None) -> Sequence[HandoverSlot]:
    """The times that the committee proposed, in their order."""
    if handover is None:
        return []
    query = select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)
    return session.exec(query.order_by(col(HandoverSlot.starts_at))).all()


def together(session: Session, match: Match) -> list[tuple[Match, OfferedItem]]:
    """What else its trip is, or was, about."""
    if match.handover_id is None:
        return []
    query = (
        select(Match, OfferedItem)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .where(
            Match.handover_id == match.handover_id,
            col(Match.id) != match.id,
            col(Match.state).in_(CONCERNED),
        )
        .order_by(col(OfferedItem.position), col(Match.id))
    )
    return list(session.exec(query).all())


def fixed_with(session: Session, offer_id: int, committee_id: int, now: datetime) -> list[Span]:
    """When this committee and this donor meet anyway: what is approved after that goes best at the same time."""
    query = select(Handover.starts_at, Handover.ends_at).where(
        Handover.offer_id == offer_id,
        Handover.committee_id == committee_id,
        col(Handover.starts_at) > now,
        sa.exists().where(
            col(Match.handover_id) == col(Handover.id), col(Match.state) == MatchState.SCHEDULED
        ),
    )
    found = (Span.of(starts_at, ends_at) for starts_at, ends_at in session.exec(query))
    return [span for span in found if span is not None]


def trips_of(session: Session, match_ids: Collection[int]) -> dict[int, Handover]:
    """By match, for those that belong to one. One query."""
    query = (
        select(Match.id, Handover)
        .join(Handover, col(Handover.id) == col(Match.handover_id))
        .where(col(Match.id).in_(match_ids))
    )
    return dict(session.exec(query).all())


@dataclass(frozen=True, slots=True)
class ScheduledArticle:
    """So many of it change hands."""

    match: Match
    item: OfferedItem


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An appointment of a committee, without the donor. `changed_at` is when anything was last decided about it."""

    handover: Handover
    lines: Sequence[ScheduledArticle]
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def scheduled(session: Session, committee_id: int) -> list[Scheduled]:
    """The committee's appointments in their order, each once however many articles change hands. One query."""
    changed = select(func.max(Decision.at)).where(Decision.match_id == Match.id).scalar_subquery()
    query = (
        select(Handover, Match, OfferedItem, changed)
        .join(Match, col(Match.handover_id) == col(Handover.id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .where(Handover.committee_id == committee_id, Match.state == MatchState.SCHEDULED)
        .order_by(col(Handover.starts_at), col(Handover.id), col(Match.id))
    )
    found = []
    for _trip, rows in groupby(session.exec(query), lambda row: row[0].id):
        articles = list(rows)
        handover = articles[0][0]
        if handover.starts_at is None or handover.ends_at is None:
            continue
        lines = [ScheduledArticle(match, item) for _handover, match, item, _at in articles]
        at = max((row[3] for row in articles if row[3] is not None), default=handover.created_at)
        found.append(Scheduled(handover, lines, handover.starts_at, handover.ends_at, at))
    return found


@dataclass(frozen=True, slots=True)
class Call:
    """A trip of the day's list: whom to meet where, and each article with what became of it."""

    handover: Handover
    lines: Sequence[ScheduledArticle]
    offer: Offer
    donor: Donor
    committee: Committee


def of_day(session: Session, committee: Committee, now: datetime) -> list[Call]:
    """The committee's appointments up to today that are to be reported on, and what was settled today, in their order. One query."""
    today = start_of(day_of(now, committee.zone), zone=committee.zone)
    waiting = col(Match.state) == MatchState.SCHEDULED
    settled_today = col(Match.state).in_((MatchState.COMPLETED, MatchState.FAILED)) & (
        col(Match.closed_at) >= today
    )
    query = (
        sa.select(Handover, Match, OfferedItem, Offer, Donor)
        .join(Match, col(Match.handover_id) == col(Handover.id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(
            col(Handover.committee_id) == committee.id,
            # A day more: where they meet it may be tomorrow already.
            col(Handover.starts_at) < today + timedelta(days=2),
            waiting | settled_today,
        )
        .order_by(col(Handover.starts_at), col(Handover.id), col(OfferedItem.position), col(Match.id))
        .limit(MOST_OF_A_DAY)
    )
    found = []
    for _trip, rows in groupby(session.execute(query), lambda row: row[0].id):
        articles = list(rows)
        handover, *_line, offer, donor = articles[0]
        lines = [ScheduledArticle(row[1], row[2]) for row in articles if was_at_appointment(row[1])]
        if lines:
            found.append(Call(handover, lines, offer, donor, committee))
    return found


MOST_OF_A_DAY = 200
"""Articles that one page shows; what is over leaves it."""


def last_change(session: Session, committee_id: int) -> datetime | None:
    """When the committee's calendar may last have changed: any decision about a match of its needs, or its preferences."""
    decided = session.exec(
        select(func.max(Decision.at))
        .join(Match, col(Match.id) == col(Decision.match_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(Need.committee_id == committee_id)
    ).one()
    chosen = session.exec(
        select(Preference.changed_at).where(Preference.party == f"committee:{committee_id}")
    ).first()
    return max((moment for moment in (decided, chosen) if moment is not None), default=None)


def words_by_match(session: Session, handover_id: int) -> dict[int, str]:
    """What the committee wrote last with each article of a trip that came, the latest first; nothing of those where it took it back."""
    reports = (
        select(Decision)
        .join(Match, col(Match.id) == col(Decision.match_id))
        .where(
            Match.handover_id == handover_id,
            Match.state == MatchState.COMPLETED,
            col(Decision.verb).in_([Verb.COMPLETE, Verb.CORRECT]),
        )
        .order_by(col(Decision.id).desc())
    )
    found: dict[int, str] = {}
    for each in session.exec(reports):
        if each.match_id is not None and "text" in each.data:
            found.setdefault(each.match_id, each.data["text"])
    return found


def words_of(session: Session, handover_id: int) -> str:
    """What the committee wrote of a trip that brought something, as it stands."""
    return next(filter(None, words_by_match(session, handover_id).values()), "")
