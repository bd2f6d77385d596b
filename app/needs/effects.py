"""What a change of a need would make possible of what came near it, told before it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from app.hand.judging import Scene
from app.matches.queries import of_plans, taken_for_needs
from app.matches.queries.engine import open_needs
from app.matches.queries.sides import need_of
from app.models import Need, Offer, OfferedItem
from matching.rules import broken


def opened(
    session: Session, need: Need, changed: Mapping[str, Any], now: datetime
) -> Sequence[tuple[OfferedItem, Offer]]:
    """The articles that came near, and that no rule would keep from the need with these columns `changed`; a plan may still give
    them elsewhere. A constant number of queries."""
    near = [miss["other"] for miss in need.misses if "other" in miss]
    scene = Scene.read(session, now, near, [need.id])
    rows = list(open_needs(session, now, col(Need.id) == need.id))
    if not rows or need.id not in scene.needs:
        return []
    _need, committee, action, collector = rows[0]
    proposed = taken_for_needs(session, [need.id], of_plans()).get(need.id, 0)
    before = replace(scene.needs[need.id], quantity=scene.needs[need.id].quantity - proposed)
    imagined = Need(**{**need.model_dump(), **changed})
    more = imagined.quantity - need.quantity
    after = need_of(imagined, committee, action, collector, before.quantity + more)
    found = []
    for key in near:
        if key in scene.offers:
            offer = replace(scene.offers[key], quantity=max(1, scene.offers[key].quantity))
            now_kept, then = (
                broken(offer, replace(each, quantity=max(1, each.quantity)), scene.situation)
                for each in (before, after)
            )
            if now_kept and not then:
                found.append(scene.items[key])
    return found
