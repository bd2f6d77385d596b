"""How much room committees that said so have left for large pieces."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col

from app.db import among
from app.matches.queries.earmarks import beyond_plans, of_plans
from app.models import Committee, Match, Need, OfferedItem
from app.models.states import Size
from matching.items import load

LARGE = tuple(size for size in Size if size.rank >= Size.LARGE.rank)
"""What is counted: the sizes that take room, as `matching.rules.takes_room` has it."""


def is_large() -> sa.ColumnElement[bool]:
    """Whether an article takes room: by its own size, else as the catalogue says."""
    usual = [slug for slug, item in load().items() if item.size in LARGE]
    return col(OfferedItem.size).in_(LARGE) | (
        col(OfferedItem.size).is_(None) & col(OfferedItem.item).in_(usual)
    )


def room_left(session: Session, committees: Collection[int] | None = None) -> dict[str, int]:
    """For each committee that stated its room, by its id as text: what was stated, less the large pieces that it was promised since;
    of what was received, what came. One query; none where nobody stated any.
    """
    came = sa.func.coalesce(Match.received_quantity, Match.quantity)
    since = (
        sa.select(sa.func.coalesce(sa.func.sum(came), 0))
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .where(
            col(Need.committee_id) == col(Committee.id),
            beyond_plans(),
            col(Match.approved_at).is_(None) | (col(Match.approved_at) >= Committee.room_stated_at),
            is_large(),
        )
        .correlate(Committee)
        .scalar_subquery()
    )
    query = sa.select(col(Committee.id), col(Committee.room), since).where(col(Committee.room).is_not(None))
    if committees is not None:
        query = query.where(among(Committee.id, committees))
    return {str(key): max(0, stated - int(taken)) for key, stated, taken in session.execute(query)}


def room_of(session: Session, committee: Committee) -> int | None:
    """The large pieces that this committee has room left for; None where it never said."""
    if committee.room is None:
        return None
    return room_left(session, [committee.id])[str(committee.id)]


def proposed_to(session: Session, committee: Committee) -> int:
    """The large pieces that plans propose to this committee: they take room once they are promised."""
    if committee.room is None:
        return 0
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(Match.quantity), 0))
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .where(col(Need.committee_id) == committee.id, of_plans(), is_large())
    )
    return int(session.execute(query).scalar_one())
