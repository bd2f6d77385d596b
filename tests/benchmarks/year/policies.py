"""Who proposes what: each policy is a function of the day's board. To try another, add a line to POLICIES."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from matching import Chances, Need, Offer, Pairing, Planner, Weights, candidates
from matching.chances import PastPairing
from matching.columns import by_id, columns_of
from matching.items import load
from matching.learning import learn
from matching.rules import Situation, takes_room, transport
from matching.task import Task
from tests.benchmarks.year.life import Board, Policy, Proposal, Record


def planned(weights: Weights | None = None, **more: Callable[[Board], Any]) -> Policy:
    """The engine with these weights; `more` are further arguments of plan(), each worked out from the board."""
    of = weights or Weights()

    def propose(board: Board) -> list[Proposal]:
        planner = board.past.setdefault("planner", Planner())
        known = board.surroundings() | {name: argument(board) for name, argument in more.items()}
        return [
            _proposal(each) for each in planner.plan(board.offers, board.needs, weights=of, **known).pairings
        ]

    return propose


def learnt(board: Board) -> Chances | None:
    """What the outcomes known by now teach, learnt anew each week; None while they are few."""
    week, known = board.past.get("learnt", (None, None))
    if week != board.now.isocalendar()[:2]:
        known = learn([pairing_of(each) for each in board.records])
        board.past["learnt"] = (board.now.isocalendar()[:2], known)
    found: Chances | None = known
    return found


def pairing_of(record: Record) -> PastPairing:
    """The outcome as the engine learns from it."""
    return PastPairing(
        record.success,
        record.km,
        record.transport,
        record.item,
        record.committee,
        record.waited,
        record.asked,
    )


def _proposal(each: Pairing) -> Proposal:
    return Proposal(each.offer, each.need, each.quantity, each.distance_km, each.transport)


def greedy(first: Callable[[Need, float], Any]) -> Policy:
    """Each offer, the oldest first, to the permitted needs in the order of `first` (the need, kilometres)."""

    def propose(board: Board) -> list[Proposal]:
        left = {row.id: row.quantity for row in board.needs}
        room = dict(board.room)
        found = []
        for offer, ways in permitted(board):
            units = offer.quantity
            large = takes_room(offer, load())
            for need, km in sorted(ways, key=lambda each: (*first(*each), each[0].id)):
                who = need.committee or ""
                most = min(units, left[need.id], room.get(who, units) if large else units)
                if not most or (not offer.divisible and most < offer.quantity):
                    continue
                way = transport(offer, need, km, Situation(board.now))
                assert way is not None
                found.append(Proposal(offer.id, need.id, most, km, way))
                units -= most
                left[need.id] -= most
                if large and who in room:
                    room[who] -= most
        return found

    return propose


def permitted(board: Board) -> Iterable[tuple[Offer, list[tuple[Need, float]]]]:
    """Each offer, the oldest first, with the needs that it is permitted for."""
    offers, needs = by_id(board.offers), by_id(board.needs)
    barred = frozenset((each.offer, each.need) for each in board.barred)
    situation = Situation(board.now, barred=barred, room=board.room)
    pairs = candidates.find(*columns_of(offers, needs, Task(situation, Weights())), situation)
    ways: dict[int, list[tuple[Need, float]]] = {}
    for offer, need, km in zip(pairs.offer.tolist(), pairs.need.tolist(), pairs.km.tolist(), strict=True):
        ways.setdefault(offer, []).append((needs[need], km))
    order = sorted(ways, key=lambda at: (offers[at].offered_at or board.now, offers[at].id))
    return ((offers[at], ways[at]) for at in order)


POLICIES: Mapping[str, Policy] = {
    "first_come": greedy(lambda need, _km: (need.declared_at,)),
    "nearest": greedy(lambda _need, km: (km,)),
    "default": planned(),
    "turns": planned(Weights(turns=1)),
    "chance": planned(chances=learnt),
}
