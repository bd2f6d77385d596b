"""What anybody may know: which items are lacking, where, and how far that is. No donor appears here."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.models import Committee, Handover, Match, Need
from app.models.states import COMMITTED, NeedState
from app.places import Place, distance_km
from matching.items import load


def _promised() -> sa.ScalarSelect[int]:
    """Pieces of a need that approved matches bring, what was received where that is known."""
    quantity = sa.func.coalesce(Handover.received_quantity, Match.quantity)
    return (
        sa.select(sa.func.coalesce(sa.func.sum(quantity), 0))
        .select_from(Match)
        .join(Handover, col(Handover.match_id) == col(Match.id), isouter=True)
        .where(col(Match.need_id) == col(Need.id), col(Match.state).in_(COMMITTED))
        .correlate(Need)
        .scalar_subquery()
    )


REMAINING = (col(Need.quantity) - _promised()).label("remaining")
LACKING = (col(Need.state) == NeedState.OPEN, col(Committee.active).is_(True), REMAINING > 0)


def kin(item: str) -> frozenset[str]:
    """The items that needs may name for `item` to serve them: itself and whatever is broader."""
    return frozenset({item, *load().ancestors(item)})


@dataclass(frozen=True, slots=True)
class Seekers:
    """How many committees look for an item, and how far the nearest one is; None where no place was given."""

    committees: int
    nearest_km: float | None


def seekers(session: Session, item: str | None, place: Place | None) -> Seekers | None:
    """Who looks for `item`; None if it is not known or nobody does."""
    if item is None:
        return None
    rows = session.exec(
        select(Committee.id, Committee.latitude, Committee.longitude)
        .join(Need, col(Need.committee_id) == col(Committee.id))
        .where(*LACKING, col(Need.item).in_(kin(item)))
        .distinct()
    ).all()
    if not rows:
        return None
    if place is None:
        return Seekers(len(rows), None)
    nearest = min(
        distance_km(place.latitude, place.longitude, latitude, longitude) for _id, latitude, longitude in rows
    )
    return Seekers(len(rows), nearest)
