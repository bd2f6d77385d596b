"""Which gifts nobody takes a committee could take, as the engine judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.hand.judging import Judgement, Scene
from app.matches.queries import near, taken_from_items
from app.matches.queries.rows import given
from app.models import Committee, Need, Offer, OfferedItem
from app.models.states import LIVE, NeedState
from app.places import distance_km
from app.web.pages import Page, cut
from matching.items import load

MOST_JUDGED = 60
"""The nearest so many are looked at."""
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Untaken:
    """An article with so many pieces that nobody takes. `judged` is as if the committee asked for them."""

    item: OfferedItem
    offer: Offer
    judged: Judgement

    @property
    def suggested(self) -> int:
        """How many the form begins with: a lot whole, else what a car holds at most."""
        return self.judged.most if not self.item.divisible else min(self.judged.most, 10)


def around(
    session: Session,
    committee: Committee,
    now: datetime,
    seen_until: datetime | None,
    *,
    asked: int,
    size: int,
) -> Page[Untaken]:
    """A page of what the committee could have, the nearest first: what the last plan saw (it began at `seen_until`) and left,
    within reach, and acceptable. What answers one of its own needs is not among it: plans see to that.
    """
    if seen_until is None or not committee.active:
        return cut((), asked, size)
    ids = _nearest(session, committee, now, seen_until)
    scene = Scene.read(session, now, ids, [], [committee.id])
    found = [_untaken(scene, committee, key) for key in ids]
    return cut([each for each in found if each is not None], asked, size)


def _untaken(scene: Scene, committee: Committee, item_id: int) -> Untaken | None:
    judged = scene.imagined(item_id, committee)
    if judged is None or judged.broken or not judged.may_be:
        return None
    return Untaken(*scene.items[item_id], judged)


def _nearest(session: Session, committee: Committee, now: datetime, seen_until: datetime) -> Sequence[int]:
    """The ids of untaken articles, on a flat map: the engine measures again."""
    narrowing = cos(radians(committee.latitude))
    north = col(Offer.latitude) - committee.latitude
    reach = sa.case(
        (col(Offer.delivers_km) > committee.collects_km, col(Offer.delivers_km)), else_=committee.collects_km
    )
    wanted = session.scalars(
        sa.select(col(Need.item)).where(
            col(Need.committee_id) == committee.id,
            col(Need.state) == NeedState.OPEN,
            col(Need.item).is_not(None),
        )
    )
    known = set(load()).difference(*(near.answering(item) for item in wanted))
    rows: Sequence[Any] = session.execute(
        sa.select(col(OfferedItem.id), col(OfferedItem.quantity), col(Offer.latitude), col(Offer.longitude))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(
            *given(now),
            sa.func.abs(north) * KM_PER_DEGREE <= reach,
            sa.func.abs(col(Offer.longitude) - committee.longitude) * KM_PER_DEGREE * narrowing <= reach,
            sa.func.coalesce(col(Offer.confirmed_at), col(Offer.created_at)) <= seen_until,
            col(OfferedItem.item).in_(sorted(known)),
        )
    ).all()
    taken = taken_from_items(session, [key for key, *_rest in rows], LIVE)
    free = [row for row in rows if row[1] > taken.get(row[0], 0)]
    free.sort(
        key=lambda row: (
            hypot(row[2] - committee.latitude, (row[3] - committee.longitude) * narrowing),
            row[0],
        )
    )
    return [key for key, *_rest in free[:MOST_JUDGED]]


def within_reach(session: Session, offer: Offer) -> int:
    """How many committees could fetch this offer, or be brought it: plans saw it for their needs, and it stood under « Autour de
    vous » for those whose rules permit it."""
    rows = session.execute(
        sa.select(col(Committee.latitude), col(Committee.longitude), col(Committee.collects_km)).where(
            col(Committee.active),
            sa.func.abs(col(Committee.latitude) - offer.latitude) * KM_PER_DEGREE
            <= sa.case(
                (col(Committee.collects_km) > offer.delivers_km, col(Committee.collects_km)),
                else_=offer.delivers_km,
            ),
        )
    )
    return sum(
        distance_km(latitude, longitude, offer.latitude, offer.longitude) <= max(km, offer.delivers_km)
        for latitude, longitude, km in rows
    )
