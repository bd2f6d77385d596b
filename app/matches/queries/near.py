"""Which rows may be something to one article or to one need, by distance: their ids, without the rest of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

import matching.types as engine
from app.matches.queries.rows import given, served
from app.models import Action, Committee, Match, Need, Offer, OfferedItem
from matching.items import load
from matching.rules import Relation, measure_from, relation


@dataclass(frozen=True, slots=True)
class Candidate:
    """`within` tells whether one of both sides goes that far, lessons aside."""

    kilometres: float
    key: int
    within: bool


@dataclass(frozen=True, slots=True)
class Centre:
    """An article or a need, as far as it takes to tell what is near: `reach` is how far its owner goes, in kilometres."""

    item: str
    place: engine.Place
    reach: float

    @classmethod
    def of(cls, side: engine.Offer | engine.Need) -> "Centre":
        """The same of a side that is at hand."""
        reach = side.delivers_km if isinstance(side, engine.Offer) else side.collects_km
        return cls(side.item or "", side.place or engine.Place(0, 0), reach)


def sides(session: Session, match: Match) -> tuple[Centre, Centre]:
    """The article and the need of a match, open or not."""
    collector = aliased(Committee)
    query = (
        sa.select(
            *(col(OfferedItem.item), col(Offer.latitude), col(Offer.longitude), col(Offer.delivers_km)),
            *(col(Need.item), *_van(collector)),
        )
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(collector, col(Action.committee_id) == col(collector.id), isouter=True)
        .where(col(Match.id) == match.id)
    )
    offered, *given, needed, latitude, longitude, reach = session.execute(query).one()
    place = engine.Place(given[0], given[1])
    return Centre(offered or "", place, given[2]), Centre(
        needed or "", engine.Place(latitude, longitude), reach
    )


def _van(collector: Any) -> tuple[Any, ...]:
    """Whence and how far a need is collected for: by the committee of its action, else by its own."""
    names = ("latitude", "longitude", "collects_km")
    return tuple(sa.func.coalesce(getattr(collector, name), getattr(Committee, name)) for name in names)


def needs_for(session: Session, now: datetime, article: Centre) -> list[Candidate]:
    """The needs that a plan may serve today and that this article answers, the nearest first."""
    collector = aliased(Committee)
    query = (
        sa.select(col(Need.id), *_van(collector))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(collector, col(Action.committee_id) == col(collector.id), isouter=True)
        .where(*served(now, answered_by(article.item)))
    )
    return _by_distance(session.execute(query), article)


def articles_for(session: Session, now: datetime, need: Centre) -> list[Candidate]:
    """The articles that a plan may give today and that answer this need, the nearest first."""
    query = (
        sa.select(col(OfferedItem.id), col(Offer.latitude), col(Offer.longitude), col(Offer.delivers_km))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(*given(now, answering(need.item)))
    )
    return _by_distance(session.execute(query), need)


def nearest(candidates: Sequence[Candidate], beyond: int) -> tuple[list[int], float | None]:
    """The ids of those within reach and of the nearest others, and how far these lie; None where there are no more."""
    outside = [each for each in candidates if not each.within]
    kept = [each.key for each in candidates if each.within] + [each.key for each in outside[:beyond]]
    return kept, outside[beyond - 1].kilometres if len(outside) > beyond else None


def _by_distance(rows: Iterable[Any], here: Centre) -> list[Candidate]:
    measured, reach = measure_from(here.place), here.reach
    found = sorted((measured(latitude, longitude), key, theirs) for key, latitude, longitude, theirs in rows)
    return [Candidate(kilometres, key, kilometres <= max(reach, theirs)) for kilometres, key, theirs in found]


@lru_cache(maxsize=1000)
def answering(needed: str) -> tuple[str, ...]:
    """The items that answer a need for this one; none where the catalogue does not hold it."""
    if needed not in load():
        return ()
    return tuple(slug for slug in load() if relation(load(), slug, needed) is not Relation.NONE)


@lru_cache(maxsize=1000)
def answered_by(offered: str) -> tuple[str, ...]:
    """The items that this one answers; none where the catalogue does not hold it."""
    if offered not in load():
        return ()
    return tuple(slug for slug in load() if relation(load(), offered, slug) is not Relation.NONE)
