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
from app.matches.queries.engine import given, served
from app.models import Action, Committee, Need, Offer, OfferedItem
from matching.items import load
from matching.rules import Relation, distance_km, relation


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """`within` tells whether one of both sides goes that far, lessons aside."""

    kilometres: float
    key: int
    within: bool


def needs_for(session: Session, now: datetime, offer: engine.Offer) -> list[Candidate]:
    """The needs that a plan may serve today and that this article answers, the nearest first."""
    collector = aliased(Committee)
    query = (
        sa.select(
            col(Need.id),
            sa.func.coalesce(collector.latitude, Committee.latitude),
            sa.func.coalesce(collector.longitude, Committee.longitude),
            sa.func.coalesce(collector.collects_km, Committee.collects_km),
        )
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(collector, col(Action.committee_id) == col(collector.id), isouter=True)
        .where(*served(now, answered_by(offer.item or "")))
    )
    return _by_distance(session.execute(query), offer.place, offer.delivers_km)


def articles_for(session: Session, now: datetime, need: engine.Need) -> list[Candidate]:
    """The articles that a plan may give today and that answer this need, the nearest first."""
    query = (
        sa.select(col(OfferedItem.id), col(Offer.latitude), col(Offer.longitude), col(Offer.delivers_km))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(*given(now, answering(need.item or "")))
    )
    return _by_distance(session.execute(query), need.place, need.collects_km)


def nearest(candidates: Sequence[Candidate], beyond: int) -> tuple[list[int], float | None]:
    """The ids of those within reach and of the nearest others, and how far these lie; None where there are no more."""
    outside = [each for each in candidates if not each.within]
    kept = [each.key for each in candidates if each.within] + [each.key for each in outside[:beyond]]
    return kept, outside[beyond - 1].kilometres if len(outside) > beyond else None


def _by_distance(rows: Iterable[Any], here: engine.Place | None, reach: float) -> list[Candidate]:
    if here is None:
        return []
    found = []
    for key, latitude, longitude, theirs in rows:
        kilometres = distance_km(here, engine.Place(latitude, longitude))
        found.append(Candidate(kilometres, key, kilometres <= max(reach, theirs)))
    return sorted(found)


@lru_cache(maxsize=1000)
def answering(needed: str) -> tuple[str, ...]:
    """The items that answer a need for this one."""
    return tuple(slug for slug in load() if relation(load(), slug, needed) is not Relation.NONE)


@lru_cache(maxsize=1000)
def answered_by(offered: str) -> tuple[str, ...]:
    """The items that this one answers."""
    return tuple(slug for slug in load() if relation(load(), offered, slug) is not Relation.NONE)
