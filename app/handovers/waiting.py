"""What the clock does about appointments: tell of tomorrow, ask the day after, settle what one side leaves unsaid."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.claims import BATCH, Due, claim
from app.days import day_of, is_day
from app.db import among
from app.handovers import letters
from app.handovers.reporting import SILENT, Says, complete_on_the_donor_s_word
from app.joining import meeting_zone
from app.models import Committee, Handover, Match, Offer
from app.models.states import MatchState
from app.post.desk import Desk

ASK_AGAIN = timedelta(days=3)
"""After "not yet"."""


SCHEDULED = (col(Match.handover_id) == col(Handover.id)) & (col(Match.state) == MatchState.SCHEDULED)


def _scheduled(ids: sa.Select[tuple[int]], *also: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    """Trips on which something is to change hands."""
    return ids.where(sa.exists().where(SCHEDULED, *also))


def _matches(session: Session, handover_ids: list[int]) -> list[Match]:
    query = select(Match).where(col(Match.handover_id).in_(handover_ids), Match.state == MatchState.SCHEDULED)
    return list(session.exec(query.order_by(col(Match.id))))


def _by_their_clock(
    session: Session, holds: Callable[[Handover, str], bool], *some: sa.ColumnElement[bool]
) -> Due:
    """Of `some` trips on which something is to change hands, those of which `holds` by the clock where they meet."""
    query = (
        sa.select(Handover, Offer, Committee)
        .join(Offer, col(Handover.offer_id) == col(Offer.id))
        .join(Committee, col(Handover.committee_id) == col(Committee.id))
        .where(sa.exists().where(SCHEDULED), *some)
    )
    due = [
        handover.id
        for handover, offer, committee in session.execute(query)
        if holds(handover, meeting_zone(handover.transport, offer, committee))
    ]
    return lambda ids: _scheduled(ids).where(among(Handover.id, due), *some)


def tell_of_tomorrow(session: Session, desk: Desk, now: datetime) -> int:
    """Tell both sides, by day, of each appointment that is tomorrow where they meet; those fixed today are fresh in mind. How many."""

    def tomorrow(handover: Handover, zone: str) -> bool:
        today, known = day_of(now, zone), handover.fixed_at or handover.created_at
        starts = handover.starts_at or now
        return (
            is_day(now, zone)
            and day_of(starts, zone) == today + timedelta(days=1)
            and day_of(known, zone) < today
        )

    due = _by_their_clock(
        session,
        tomorrow,
        col(Handover.starts_at) > now,
        col(Handover.starts_at) < now + timedelta(days=2),
        col(Handover.reminded_at).is_(None),
    )
    claimed = claim(session, Handover, "reminded_at", due, now)
    if claimed:
        letters.tomorrow(session, [match.id for match in _matches(session, claimed)], desk, now)
    return len(claimed)


def ask_whether_it_happened(session: Session, desk: Desk, now: datetime) -> int:
    """Ask both sides, by day, of every appointment that ended on an earlier day there; how many were asked about.

    Asked once; again three days after somebody answered "not yet" (`asked_at` is then the answer's time).
    """
    not_yet = sa.exists().where(
        SCHEDULED, (col(Match.donor_says) == Says.NOT_YET) | (col(Match.committee_says) == Says.NOT_YET)
    )

    def over(handover: Handover, zone: str) -> bool:
        return is_day(now, zone) and day_of(handover.ends_at or now, zone) < day_of(now, zone)

    due = _by_their_clock(
        session,
        over,
        col(Handover.ends_at) < now,
        col(Handover.asked_at).is_(None) | (not_yet & (col(Handover.asked_at) <= now - ASK_AGAIN)),
    )
    claimed = claim(session, Handover, "asked_at", due, now)
    if not claimed:
        return 0
    matches = _matches(session, claimed)
    for match in matches:
        match.donor_says = None if match.donor_says == Says.NOT_YET else match.donor_says
        match.committee_says = None if match.committee_says == Says.NOT_YET else match.committee_says
    session.flush()
    letters.did_it_happen(session, [match.id for match in matches], SILENT.days, desk, now)
    return len(claimed)


def conclude_silent(session: Session, now: datetime) -> int:
    """Complete, by day there, what the donor says has happened and the committee leaves unanswered for SILENT; how many."""
    query = (
        select(Match.id, Handover, Offer, Committee)
        .join(Handover, col(Handover.id) == col(Match.handover_id))
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .join(Committee, col(Committee.id) == col(Handover.committee_id))
        .where(
            Match.state == MatchState.SCHEDULED,
            Match.donor_says == Says.YES,
            col(Match.committee_says).is_(None),
            col(Handover.asked_at) <= now - SILENT,
        )
        .order_by(col(Match.id))
    )
    found = [
        match_id
        for match_id, handover, offer, committee in session.exec(query)
        if is_day(now, meeting_zone(handover.transport, offer, committee))
    ]
    return sum(complete_on_the_donor_s_word(session, match_id, now) for match_id in found[:BATCH])
