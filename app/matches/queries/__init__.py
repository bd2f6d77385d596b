"""Reads about matches. Quantities are asked for many rows at once, never one row at a time."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.db import among
from app.models import Handover, Match, Need, OfferedItem
from app.models.states import COMMITTED, LIVE, MatchState


def known_to_sides(approved_before: datetime) -> sa.ColumnElement[bool]:
    """Leaves out what a coordinator may still undo: nobody was written to, so neither side is to see it or answer it."""
    return sa.or_(
        col(Match.state) != MatchState.APPROVED,
        col(Match.approved_at).is_(None),
        col(Match.approved_at) <= approved_before,
        col(Match.committee_answered_at).is_not(None),
    )


def taken_from_items(
    session: Session, offered_item_ids: Collection[int] | None, states: Collection[MatchState] = LIVE
) -> dict[int, int]:
    """For each offered item, how many pieces matches in `states` hold. Items that none holds are absent.

    `None` asks for all items.
    """
    query = (
        select(Match.offered_item_id, sa.func.sum(Match.quantity))
        .where(col(Match.state).in_(states))
        .group_by(col(Match.offered_item_id))
    )
    if offered_item_ids is not None:
        query = query.where(among(Match.offered_item_id, offered_item_ids))
    return {item: int(quantity) for item, quantity in session.exec(query)}


def taken_for_needs(
    session: Session, need_ids: Collection[int] | None, states: Collection[MatchState] = LIVE
) -> dict[int, int]:
    """For each need, how many pieces matches in `states` bring; what was received counts for completed ones.

    `None` asks for all needs.
    """
    quantity = sa.func.coalesce(Handover.received_quantity, Match.quantity)
    query = (
        select(Match.need_id, sa.func.sum(quantity))
        .join(Handover, col(Handover.match_id) == col(Match.id), isouter=True)
        .where(col(Match.state).in_(states))
        .group_by(col(Match.need_id))
    )
    if need_ids is not None:
        query = query.where(among(Match.need_id, need_ids))
    return {need: int(total) for need, total in session.exec(query)}


def lacking(session: Session, need: Need) -> int:
    """What a need lacks beside what is on its way or was received; 1 at least, for a gift that has just been lost."""
    return max(need.quantity - taken_for_needs(session, [need.id], COMMITTED).get(need.id, 0), 1)


def pieces_of_offer(session: Session, offer_id: int) -> dict[int, int]:
    """For each article of an offer, how many pieces were offered."""
    rows = session.exec(select(OfferedItem.id, OfferedItem.quantity).where(OfferedItem.offer_id == offer_id))
    return dict(rows.all())
