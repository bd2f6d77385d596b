"""What a report changes beside its match: stocks, needs and offers follow, forwards and backwards."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.handovers.trips import HandoverError, HandoverRefusal, Trip
from app.handovers.unannounced import is_of_its_own
from app.matches import queries
from app.matches.service import supersede_proposals
from app.models import Match, OfferedItem
from app.models.states import MatchState, NeedState, Verb
from app.putting_aside import settle_offer
from app.transitions import SYSTEM, move


def check_room(session: Session, trip: Trip, lines: Iterable[Match], now: datetime) -> None:
    """What an earlier report freed may have been proposed to others since, and goes off the board. Raises HandoverError where it
    was promised. To a need more may come than it asked for: that is how it was."""
    session.flush()
    for match in lines:
        item, need = trip.held.items[match.offered_item_id], trip.held.needs[match.need_id]
        if queries.taken_for_needs(session, [need.id]).get(need.id, 0) > need.quantity:
            supersede_proposals(session, SYSTEM, now, need_ids=[need.id])
        if _taken(session, item) > item.quantity:
            supersede_proposals(session, SYSTEM, now, item_ids=[item.id])
            session.flush()
            if _taken(session, item) > item.quantity:
                raise HandoverError(HandoverRefusal.PROMISED)


def _taken(session: Session, item: OfferedItem) -> int:
    return queries.taken_from_items(session, [item.id]).get(item.id, 0)


def settle(
    session: Session, trip: Trip, lines: Iterable[Match], now: datetime, *, again: bool = False
) -> None:
    """Needs are met; an offer is over when nothing of it is left. `again`: or not any more."""
    session.flush()
    for match in lines:
        _settle_need(session, trip, match, now, again=again)
        offer = trip.held.offer_of(trip.held.items[match.offered_item_id])
        settle_offer(session, offer, now, again=again)


def _settle_need(session: Session, trip: Trip, match: Match, now: datetime, *, again: bool) -> None:
    need = trip.held.needs[match.need_id]
    received = queries.taken_for_needs(session, [need.id], [MatchState.COMPLETED]).get(need.id, 0)
    if need.state is NeedState.OPEN and received >= need.quantity:
        move(session, need, NeedState.MET, Verb.MEET, SYSTEM, now)
    elif again and need.state is NeedState.MET and received < need.quantity and not is_of_its_own(need):
        move(session, need, NeedState.OPEN, Verb.REOPEN, SYSTEM, now)
