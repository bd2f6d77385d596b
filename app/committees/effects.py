"""What other rules of a committee would change, told before they are saved: present proposals, and articles that came near.

Pairs are judged one by one by the engine's rules, nothing is solved: a plan may still give an article elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nsmallest
from math import cos, hypot, radians
from typing import Any

from sqlmodel import Session, col, select

import matching.types as engine
from app.committees.service import RULES
from app.db import among
from app.hand.judging import Scene
from app.matches.queries import near, of_plans
from app.matches.queries.engine import open_needs
from app.matches.queries.rows import given
from app.matches.queries.sides import need_of
from app.models import Committee, Match, Offer, OfferedItem
from matching.items import load
from matching.rules import Situation, broken, distance_km, takes_room

MOST_LOOKED_AT = 60
"""The nearest so many articles are looked at, as where pairs are made by hand."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """An article that the rules forbid or allow anew: `rule` and `detail` say what is, or was, in the way."""

    item: OfferedItem
    offer: Offer
    kilometres: float
    quantity: int
    rule: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effects:
    """`falls` are the proposals of plans that would fall, of `proposed`; of `near` articles some become possible, others not any more."""

    falls: Sequence[Consequence] = ()
    proposed: int = 0
    opens: Sequence[Consequence] = ()
    closes: Sequence[Consequence] = ()
    near: int = 0


@dataclass(frozen=True)
class _Sides:
    """Articles and needs as the engine judges them, by the rules of today and by those to come."""

    scene: Scene
    before: Mapping[int, engine.Need]
    after: Mapping[int, engine.Need]
    later: Situation

    def broken(self, item: int, need: int, units: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The rules that a pair breaks now, and those that it would break; of so many pieces, else of those that are free."""
        offer = self.scene.offers[item]
        offer = replace(offer, quantity=max(1, units or offer.quantity))
        now, then = (
            replace(side[need], quantity=max(1, units or side[need].quantity))
            for side in (self.before, self.after)
        )
        return broken(offer, now, self.scene.situation), broken(offer, then, self.later)


def rules_changed(committee: Committee, imagined: Committee, room: int | None, left: int | None) -> bool:
    """Whether the committee as `imagined`, with so much `room` rather than what is `left`, differs in anything that plans obey."""
    return room != left or any(getattr(committee, name) != getattr(imagined, name) for name in RULES)


def effects(
    session: Session, committee: Committee, imagined: Committee, room: int | None, now: datetime
) -> Effects:
    """What the rules of the committee as `imagined`, with so much room left, would change. A constant number of queries."""
    key = committee.id
    rows = list(open_needs(session, now, col(Committee.id) == key))
    needs = [row[0].id for row in rows]
    proposals = session.exec(
        select(Match)
        .where(of_plans(), among(Match.need_id, needs))
        .order_by(col(Match.score).desc(), col(Match.id))
    ).all()
    close_by = _nearest(session, committee, {row[0].item or "" for row in rows}, now)
    items = {*close_by, *(each.offered_item_id for each in proposals)}
    sides = _sides(imagined, room, rows, Scene.read(session, now, items, needs))
    falls = list(_falling(sides, proposals, sides.later.room.get(str(key))))
    proposed = {(each.offered_item_id, each.need_id) for each in proposals}
    opens, closes = _near(_with_room_taken(sides, committee, proposals, falls), close_by, proposed)
    return Effects(falls, len(proposals), opens, closes, len(close_by))


def _nearest(session: Session, committee: Committee, wanted: Iterable[str], now: datetime) -> list[int]:
    """The articles that answer a need, the nearest first, on a flat map: the engine measures again."""
    items = {slug for item in wanted if item in load() for slug in near.answering(item)}
    query = select(OfferedItem.id, Offer.latitude, Offer.longitude).join(
        Offer, col(OfferedItem.offer_id) == col(Offer.id)
    )
    narrowing = cos(radians(committee.latitude))
    found = nsmallest(
        MOST_LOOKED_AT,
        (
            (hypot(latitude - committee.latitude, (longitude - committee.longitude) * narrowing), key)
            for key, latitude, longitude in session.exec(query.where(*given(now, items)))
        ),
    )
    return [key for _apart, key in found]


def _sides(imagined: Committee, left: int | None, rows: Sequence[Any], scene: Scene) -> _Sides:
    room = {name: left for name, left in scene.situation.room.items() if name != str(imagined.id)}
    if left is not None:
        room[str(imagined.id)] = left
    after = {
        need.id: need_of(need, imagined, action, _as_told(collector, imagined), scene.needs[need.id].quantity)
        for need, _committee, action, collector in rows
    }
    return _Sides(scene, scene.needs, after, replace(scene.situation, room=room))


def _as_told(collector: Committee | None, imagined: Committee) -> Committee | None:
    return imagined if collector is not None and collector.id == imagined.id else collector


def _falling(sides: _Sides, proposals: Iterable[Match], room: int | None) -> Iterable[Consequence]:
    """The proposals that break a rule to come; of large pieces, the least good that find no room."""
    for match in proposals:
        item, need, units = match.offered_item_id, match.need_id, match.quantity
        if item not in sides.scene.offers or need not in sides.after:
            continue
        _now, then = sides.broken(item, need, units)
        if not then and room is not None and takes_room(sides.scene.offers[item], load()):
            if units > room:
                then = {"room": {"room": 0, "pieces": units}}
            else:
                room -= units
        if then:
            yield _change(sides, item, match.distance_km, units, then)


def _with_room_taken(
    sides: _Sides, committee: Committee, proposals: Iterable[Match], falls: Iterable[Consequence]
) -> _Sides:
    """The same, where the proposals take their room: all of them now, those that do not fall then."""
    offers, key, fallen = sides.scene.offers, str(committee.id), {each.item.id for each in falls}
    large = [
        each
        for each in proposals
        if each.offered_item_id in offers and takes_room(offers[each.offered_item_id], load())
    ]

    def less(situation: Situation, taken: int) -> Situation:
        left = {key: max(0, situation.room[key] - taken)} if key in situation.room else {}
        return replace(situation, room={**situation.room, **left})

    now = less(sides.scene.situation, sum(each.quantity for each in large))
    then = less(sides.later, sum(each.quantity for each in large if each.offered_item_id not in fallen))
    return replace(sides, scene=replace(sides.scene, situation=now), later=then)


def _near(
    sides: _Sides, close_by: Iterable[int], proposed: set[tuple[int, int]]
) -> tuple[list[Consequence], list[Consequence]]:
    """Of the articles that are not proposed: those that one need could have then and none could now, and the other way."""
    opens: list[Consequence] = []
    closes: list[Consequence] = []
    there = {item for item, _need in proposed}
    for item in close_by:
        if item not in sides.scene.offers or item in there:
            continue
        answers = near.answered_by(sides.scene.offers[item].item or "")
        pairs = [
            sides.broken(item, key)
            for key, need in sides.after.items()
            if need.item in answers and sides.before[key].quantity > 0
        ]
        if not pairs:
            continue
        now = min((each for each, _then in pairs), key=len)
        then = min((each for _now, each in pairs), key=len)
        if bool(now) == bool(then):
            continue
        need = next(iter((sides.before if now else sides.after).values()))
        kilometres = _apart(sides.scene.offers[item], need)
        change = _change(sides, item, kilometres, sides.scene.offers[item].quantity, now or then)
        (opens if now else closes).append(change)
    return opens, closes


def _apart(offer: engine.Offer, need: engine.Need) -> float:
    return distance_km(offer.place, need.place) if offer.place and need.place else 0.0


def _change(
    sides: _Sides, item: int, kilometres: float, quantity: int, violated: Mapping[str, Any]
) -> Consequence:
    rule = next(iter(violated))
    article, offer = sides.scene.items[item]
    return Consequence(article, offer, kilometres, max(1, quantity), rule, violated[rule])
