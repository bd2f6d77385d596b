"""What the clock does about offers: ask once more to confirm, ask before the end, end, forget."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import forgetting
from app.claims import BATCH, Due, claim
from app.days import day_of, days_on_earth, is_working_day
from app.db import among
from app.holding import hold
from app.matches.service import supersede_proposals
from app.models import Match, Offer, OfferedItem
from app.models.states import COMMITTED, MatchState, OfferState, Verb
from app.offers import letters
from app.offers.service import NOTICE
from app.post.desk import Desk
from app.transitions import SYSTEM, move
from app.web.links import LIFETIMES, Purpose

CONFIRM_REMINDER = timedelta(days=3)
FORGOTTEN_AFTER = LIFETIMES[Purpose.CONFIRM_OFFER]
"""What nobody confirms before the link ends is forgotten. Said on the page about personal data."""

FRESH = timedelta(days=3)
"""Who offers something for a few days only knows when that ends, and is not asked."""


def _by_their_clock(session: Session, holds: Callable[[Offer], bool], *some: sa.ColumnElement[bool]) -> Due:
    """Of `some` offers, those of which `holds` by the clock of their place."""
    due = [offer.id for offer in session.exec(select(Offer).where(*some)) if holds(offer)]
    return lambda ids: ids.where(among(Offer.id, due), *some)


def remind_unconfirmed(session: Session, desk: Desk, now: datetime) -> int:
    """Ask once more, on a working day there, whether the address is theirs; how many offers."""
    due = _by_their_clock(
        session,
        lambda offer: is_working_day(now, offer.zone),
        col(Offer.state) == OfferState.UNCONFIRMED,
        col(Offer.created_at) <= now - CONFIRM_REMINDER,
        col(Offer.created_at) > now - FORGOTTEN_AFTER,
        col(Offer.reminded_at).is_(None),
    )
    claimed = claim(session, Offer, "reminded_at", due, now)
    if claimed:
        letters.still_to_confirm(session, claimed, desk, now)
    return len(claimed)


def forget_unconfirmed(session: Session, now: datetime) -> int:
    """End the offers that nobody confirmed, and forget at once who made them; how many."""
    query = select(Offer.id).where(
        Offer.state == OfferState.UNCONFIRMED, col(Offer.created_at) <= now - FORGOTTEN_AFTER
    )
    found = session.exec(query.order_by(col(Offer.id)).limit(BATCH)).all()
    ended = _end(session, found, OfferState.UNCONFIRMED, now)
    if ended:
        session.flush()
        forgetting.forget(session, ended, now)
    return len(ended)


def ask_before_end(session: Session, desk: Desk, now: datetime) -> int:
    """Ask, on a working day there, donors whose offer ends within a week: extend, withdraw, give elsewhere? How many."""
    earliest, latest = days_on_earth(now)

    def ends_soon(offer: Offer) -> bool:
        today = day_of(now, offer.zone)
        return is_working_day(now, offer.zone) and today <= offer.available_until <= today + NOTICE

    due = _by_their_clock(
        session,
        ends_soon,
        col(Offer.state) == OfferState.OPEN,
        col(Offer.available_until).between(earliest, latest + NOTICE),
        col(Offer.confirmed_at) <= now - FRESH,
        col(Offer.reminded_at).is_(None),
    )
    claimed = claim(session, Offer, "reminded_at", due, now)
    if claimed:
        letters.ending(session, claimed, desk, now)
    return len(claimed)


def remember(session: Session, desk: Desk, now: datetime) -> int:
    """Write once more, a year after it, to those who asked for that; how many. Who is forgotten by then is not known any more."""

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(
            col(Offer.remember_on) <= day_of(now),
            col(Offer.remembered_at).is_(None),
            col(Offer.anonymised_at).is_(None),
        )

    claimed = claim(session, Offer, "remembered_at", due, now)
    if claimed:
        letters.a_year_later(session, claimed, desk, now)
    return len(claimed)


def expire(session: Session, now: datetime) -> int:
    """End the offers whose last day has passed there, unless a committee counts on a part; donors are told. How many."""
    waiting = (
        sa.exists()
        .where(col(OfferedItem.offer_id) == col(Offer.id), col(Match.offered_item_id) == col(OfferedItem.id))
        .where(col(Match.state).in_(COMMITTED - {MatchState.COMPLETED}))
    )
    _earliest, latest = days_on_earth(now)
    query = select(Offer).where(Offer.state == OfferState.OPEN, col(Offer.available_until) < latest, ~waiting)
    over = [offer.id for offer in session.exec(query.order_by(col(Offer.id))) if _is_over(offer, now)]
    return len(_end(session, over[:BATCH], OfferState.OPEN, now))


def _is_over(offer: Offer, now: datetime) -> bool:
    return offer.available_until < day_of(now, offer.zone)


def _end(session: Session, offer_ids: Sequence[int], state: OfferState, now: datetime) -> list[int]:
    """Under locks, end those that are still in `state`, over, and counted on by nobody; what was proposed leaves the board."""
    if not offer_ids:
        return []
    item_ids = session.exec(select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offer_ids))).all()
    held = hold(session, item_ids=item_ids)
    counted_on = {
        held.items[item].offer_id
        for item in session.exec(
            select(Match.offered_item_id).where(
                col(Match.offered_item_id).in_(held.items),
                col(Match.state).in_(COMMITTED - {MatchState.COMPLETED}),
            )
        )
    }
    ending = {
        key: offer
        for key, offer in held.offers.items()
        if offer.state is state
        and key not in counted_on
        and (state is OfferState.UNCONFIRMED or _is_over(offer, now))
    }
    gone = [key for key, item in held.items.items() if item.offer_id in ending]
    if gone:
        supersede_proposals(session, SYSTEM, now, item_ids=gone)
    for offer in ending.values():
        move(session, offer, OfferState.EXPIRED, Verb.EXPIRE, SYSTEM, now)
        offer.closed_at = now
    return sorted(ending)
