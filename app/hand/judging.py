"""What the engine thinks of single pairs as the rows are now, the forbidden ones too, and what a pair would displace."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

import matching.types as engine
from app.db import named
from app.lessons import queries as lessons
from app.matches import queries
from app.matches.pairs import plain, stored_inputs
from app.matches.queries import earmarks
from app.matches.queries.earmarks import StandingEarmark
from app.matches.queries.engine import Board, asked_for, ended, open_items, open_needs, received
from app.matches.queries.sides import need_of, offer_of
from app.matches.queries.storage import room_left
from app.models import Action, Committee, Match, Need, Offer, OfferedItem
from app.models.states import Transport
from app.weights.queries import asked_lately, current_chances, current_weights
from matching.chances import of_pair
from matching.chances import reasons as likelihood
from matching.explanation import reasons
from matching.items import load
from matching.rules import Situation, broken, pair_distance, relation, transport
from matching.scoring import need_fairness, score_pair
from notifications.typography import PARIS

OVERRIDABLE = tuple(rule for rule in engine.RULES if rule not in ("handled", "whole_lot"))
"""The rules that a person may set aside for one pair: never those about quantities nor what the portal does not handle. Room is
what a committee believes that it has. The item's only where a lesson broke it: another thing is another need."""


def for_ever(violated: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Of these broken rules, those that nobody may set aside."""
    return [
        name
        for name, detail in violated.items()
        if name not in OVERRIDABLE or (name == "item" and "lesson" not in detail)
    ]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A pair as the engine sees it; distances in kilometres, scores from 0 to 1.

    `broken` maps the rules that it breaks to their details; without any the engine would permit it. `most` is how many pieces
    may change hands, what plans alone propose counted as free; 0 where there are none.
    """

    offer: engine.Offer
    need: engine.Need
    score: float
    parts: Mapping[str, float]
    distance_km: float
    transport: Transport
    broken: Mapping[str, Mapping[str, Any]]
    most: int

    @property
    def may_be(self) -> bool:
        """Whether a person may make it, over a rule perhaps."""
        return self.most > 0 and not for_ever(self.broken)


@dataclass(frozen=True)
class Scene:
    """Some articles and needs, by id, and all that pairs of them are judged by. What plans alone propose counts as free."""

    items: Mapping[int, tuple[OfferedItem, Offer]]
    wanted: Mapping[int, tuple[Need, Committee, Action | None]]
    offers: Mapping[int, engine.Offer]
    needs: Mapping[int, engine.Need]
    kept: Sequence[StandingEarmark]
    situation: Situation
    weights: engine.Weights
    chances: engine.Chances | None
    often: Mapping[int, int]
    asked: Mapping[str, int]
    received: Mapping[str, float]
    imagining: dict[int, tuple[Need, engine.Need]] = field(default_factory=dict)
    """By committee, a need that it does not have: to make a row of each article's own would take longer than to judge it."""

    @classmethod
    def read(
        cls,
        session: Session,
        now: datetime,
        item_ids: Collection[int],
        need_ids: Collection[int],
        beside: Collection[int] = (),
    ) -> "Scene":
        """Open articles and needs among these; `beside` are committees that `imagined` is asked about. Takes no lock; a constant
        number of queries."""
        rows_of_items = open_items(session, now, named(OfferedItem.id, item_ids))
        items = {item.id: (item, offer) for item, offer in rows_of_items}
        rows = list(open_needs(session, now, named(Need.id, need_ids)))
        from_items = queries.taken_from_items(session, items, queries.beyond_plans())
        for_needs = queries.taken_for_needs(session, [row[0].id for row in rows], queries.beyond_plans())
        kept = earmarks.standing(session, now, items)
        for each in kept:
            item_id = each.earmark.offered_item_id
            from_items[item_id] = from_items.get(item_id, 0) + each.left
        barred = ended(session, items=list(items))
        learnt = current_chances(session)
        often = asked_lately(session, now, list(need_ids)) if learnt else {}
        return cls(
            items,
            {row[0].id: row[:3] for row in rows},
            {
                key: offer_of(item, offer, item.quantity - from_items.get(key, 0))
                for key, (item, offer) in items.items()
            },
            {
                row[0].id: need_of(
                    *row, row[0].quantity - for_needs.get(row[0].id, 0), often.get(row[0].committee_id, 0)
                )
                for row in rows
            },
            kept,
            Situation(
                now=now.astimezone(PARIS),
                barred=frozenset((str(item), str(need)) for _match, item, need in barred),
                lessons=lessons.for_planning(session, now, {row[1].id for row in rows}.union(beside)),
                room=room_left(session),
            ),
            current_weights(session),
            learnt,
            often,
            asked_for(session, now, {str(row[1].id) for row in rows}),
            received(session, now),
        )

    def judged(self, item_id: int, need_id: int) -> Judgement | None:
        """None where one of the two is not open (any more)."""
        offer, need = self.offers.get(item_id), self.needs.get(need_id)
        return None if offer is None or need is None else self._judged(offer, need, self.wanted[need_id][0])

    def imagined(self, item_id: int, committee: Committee) -> Judgement | None:
        """The article for a committee that asks for no such thing, as if it asked for all of it; None where it is not open.

        The scene was read with the committee `beside`: without, its lessons are not known.
        """
        if item_id not in self.offers:
            return None
        item = self.items[item_id][0]
        if committee.id not in self.imagining:
            row = need_for(item, committee.id, item.quantity, self.situation.now)
            self.imagining[committee.id] = (
                row,
                need_of(row, committee, None, None, item.quantity, self.often.get(committee.id or 0, 0)),
            )
        row, need = self.imagining[committee.id]
        need = replace(need, item=item.item, quantity=item.quantity, minimum_condition=_worst(item))
        return self._judged(self.offers[item_id], need, row)

    def _judged(self, offer: engine.Offer, need: engine.Need, row: Need) -> Judgement:
        kept = sum(
            each.left
            for each in self.kept
            if str(each.earmark.offered_item_id) == offer.id and each.is_for(row)
        )
        most = min(offer.quantity + kept, need.quantity)
        if not offer.divisible and most < self.items[int(offer.id)][0].quantity:
            most = 0
        # Nothing left is told as such, and judged as one piece would be.
        offer = replace(offer, quantity=max(1, offer.quantity + kept))
        need = replace(need, quantity=max(1, need.quantity))
        kilometres = pair_distance(offer, need, self.situation) or 0.0
        fairness = need_fairness(need, {need.committee or "": need.quantity, **self.asked}, self.received)
        scored = score_pair(
            offer,
            need,
            weights=self.weights,
            now=self.situation.now,
            distance_km=kilometres,
            fairness=fairness,
            catalogue=load(),
            chance=of_pair(self.chances, offer, need, kilometres, self.situation.day, load()),
        )
        return Judgement(
            offer,
            need,
            scored.score,
            scored.parts.as_dict(),
            kilometres,
            _carried(offer, need, kilometres, self.situation),
            broken(offer, need, self.situation),
            max(0, most),
        )

    def figures(self, judged: Judgement, quantity: int, by: int) -> dict[str, Any]:
        """The columns of a match of so many pieces that the account `by` makes by hand."""
        offer, need = judged.offer, judged.need
        how = relation(load(), offer.item or "", need.item or "")
        fairness = judged.parts["fairness"]
        why = reasons(offer, need, how, judged.distance_km, quantity, 0, fairness, self.situation.day)
        chance = judged.parts.get("chance")
        likely = likelihood(self.chances, need, chance)
        despite = {name: {"rule": name, "detail": plain(detail)} for name, detail in judged.broken.items()}
        board = Board(now=self.situation.now, weights=self.weights, chances=self.chances)
        return {
            "score": judged.score,
            "parts": dict(judged.parts),
            "reasons": [
                *({"code": "despite", "value": each} for each in despite.values()),
                *({"code": each.code, "value": each.value} for each in (*why, *likely)),
            ],
            "weights_version": self.weights.version,
            "distance_km": judged.distance_km,
            "transport": judged.transport,
            "inputs": stored_inputs(board, offer, need, judged.distance_km, fairness, chance),
            "by_hand_id": by,
            "overridden": ",".join(judged.broken),
        }


def _carried(offer: engine.Offer, need: engine.Need, kilometres: float, situation: Situation) -> Transport:
    """Who moves the thing; where it is too far for both, the donor only if the committee never collects."""
    usual = transport(offer, need, kilometres, situation)
    if usual is not None:
        return usual
    return (
        Transport.DONOR_BRINGS
        if need.collects_km == 0 and offer.delivers_km > 0
        else Transport.COMMITTEE_COLLECTS
    )


def need_for(item: OfferedItem, committee_id: int, quantity: int, now: datetime) -> Need:
    """The need that is opened for a committee that asked for nothing of the kind; not saved."""
    return Need(
        id=0,
        committee_id=committee_id,
        item=item.item,
        quantity=quantity,
        minimum_condition=_worst(item),
        declared_at=now,
        confirmed_at=now,
        submission_key="",
    )


def _worst(item: OfferedItem) -> engine.Condition:
    """What who asks for this very article puts up with."""
    return max(item.condition, engine.Condition.FAIR, key=lambda each: each.rank)


def displaced(
    proposals: Iterable[Match], over_items: Mapping[int, int], over_needs: Mapping[int, int]
) -> list[tuple[Match, int]]:
    """Of these proposals of plans, those that have to make room, each with how many pieces: the least good first.

    `over_items` and `over_needs` tell how many pieces of a row are taken twice.
    """
    items, needs = dict(over_items), dict(over_needs)
    found = []
    for match in sorted(proposals, key=lambda each: (each.score, each.id)):
        more = max(items.get(match.offered_item_id, 0), needs.get(match.need_id, 0))
        less = min(match.quantity, more)
        if less > 0:
            found.append((match, less))
            for over, key in ((items, match.offered_item_id), (needs, match.need_id)):
                over[key] = over.get(key, 0) - less
    return found
