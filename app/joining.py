"""Which trip a gift goes with: one for all that is agreed between an offer and a committee before a time is fixed."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import end_of_day
from app.holding import Held
from app.models import Committee, Handover, Match, Offer
from app.models.states import MatchState, Transport

UNFIXED = (MatchState.APPROVED, MatchState.ACCEPTED)
GOING_ON = (*UNFIXED, MatchState.SCHEDULED)
"""States of the matches by which a trip is still to be made."""


def join(session: Session, held: Held, match: Match, now: datetime) -> Handover:
    """Put a match that is being approved into the trip between its offer and its committee that has no time yet, or into a
    new one. The caller holds the match's two sides and the offer: two at once find each other's trip.
    """
    offer_id = held.items[match.offered_item_id].offer_id
    committee_id = held.needs[match.need_id].committee_id
    trip = _waiting_trip(session, offer_id, committee_id) or _own_trip(session, match)
    if trip is None:
        trip = Handover(
            offer_id=offer_id,
            committee_id=committee_id,
            transport=match.transport,
            uid=f"remise-{match.id}-{now:%Y%m%d%H%M%S}@portail-des-dons",
            created_at=now,
        )
        session.add(trip)
        session.flush()
    match.handover_id = trip.id
    return trip


def _waiting_trip(session: Session, offer_id: int, committee_id: int) -> Handover | None:
    under_way = sa.exists().where(col(Match.handover_id) == col(Handover.id), col(Match.state).in_(UNFIXED))
    query = (
        select(Handover)
        .where(
            Handover.offer_id == offer_id,
            Handover.committee_id == committee_id,
            col(Handover.starts_at).is_(None),
            under_way,
        )
        .order_by(col(Handover.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _own_trip(session: Session, match: Match) -> Handover | None:
    """That of an approval which was undone."""
    trip = session.get(Handover, match.handover_id) if match.handover_id else None
    return trip if trip is not None and trip.starts_at is None else None


def answer_by(session: Session, offer: Offer, trip: Handover, moment: datetime) -> datetime:
    """The end of the day that `moment` is in, for donor and committee: an answer is good as long as it lasts for one of them."""
    return end_of_day(moment, offer.zone, session.get_one(Committee, trip.committee_id).zone)


def meeting_zone(transport: Transport, offer: Offer, committee: Committee) -> str:
    """By whose clock they meet: that of the donor's place where the committee comes, else that of the committee's."""
    return (offer if transport is Transport.COMMITTEE_COLLECTS else committee).zone
