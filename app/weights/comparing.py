"""Two plans of the same board side by side: what people would notice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matching.types as engine
from app.matches.queries.engine import Board
from app.solving.solver import PlannedPair
from matching.rules import Situation
from matching.task import Task


@dataclass(frozen=True, slots=True)
class Share:
    """One committee: units it asks for and received lately, and what each plan would bring."""

    committee: str
    asked: int
    received: int
    now: int
    then: int

    @property
    def share_now(self) -> float:
        return (self.received + self.now) / (self.received + self.asked)

    @property
    def share_then(self) -> float:
        return (self.received + self.then) / (self.received + self.asked)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A committee that has had nothing for so many whole weeks, longer than the other weights allow, and the pieces that they would bring it."""

    committee: str
    weeks: int
    brought: int


@dataclass(frozen=True, slots=True)
class Change:
    """A need that would receive another number of units."""

    need_id: int
    committee: str
    item: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """One plan in figures. `kilometres` adds up the handovers; `gap` is the mean distance of committees' shares from
    their mean, 0 to 1: 0 when all are served alike."""

    units: int
    needs: int
    whole: int
    handovers: int
    kilometres: float
    gap: float


@dataclass(frozen=True, slots=True)
class Comparison:
    now: PlanFigures
    then: PlanFigures
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    moved: int
    """Needs that would receive as much, from somebody else."""
    shares: tuple[Share, ...]
    overdue: tuple[Overdue, ...] = ()
    """The longest without first."""

    @property
    def same(self) -> bool:
        return not (self.gained or self.lost or self.moved)


def compare(
    board: Board, now: Sequence[PlannedPair], then: Sequence[PlannedPair], other: engine.Weights | None = None
) -> Comparison:
    """What would change from `now` to `then`, which these other weights planned."""
    before, after = _brought(now), _brought(then)
    changes = [
        Change(int(need.id), *_names(board, need.id), before[need.id], after[need.id])
        for need in board.needs
        if before[need.id] != after[need.id]
    ]
    sources_now, sources_then = _sources(now), _sources(then)
    shares = _shares(board, before, after)
    return Comparison(
        now=_figures(board, now, [each.share_now for each in shares]),
        then=_figures(board, then, [each.share_then for each in shares]),
        gained=tuple(sorted((each for each in changes if each.then > each.now), key=_order)),
        lost=tuple(sorted((each for each in changes if each.then < each.now), key=_order)),
        moved=sum(
            before[need] == after[need] and sources_now[need] != sources_then.get(need)
            for need in sources_now
        ),
        shares=tuple(sorted(shares, key=lambda each: (each.share_then, each.committee))),
        overdue=_overdue(board, after, other or board.weights),
    )


def _overdue(board: Board, after: Mapping[str, int], weights: engine.Weights) -> tuple[Overdue, ...]:
    task = Task(Situation(board.now), weights, since=board.since)
    names: dict[str, str] = {}
    brought: Counter[str] = Counter()
    for need in board.needs:
        committee = need.committee or ""
        names[committee] = _names(board, need.id)[0]
        brought[committee] += after[need.id]
    found = [Overdue(names[key], days // 7, brought[key]) for key, days in task.due.items() if key in names]
    return tuple(sorted(found, key=lambda each: (-each.weeks, each.committee)))


def _order(change: Change) -> tuple[str, str, int]:
    return change.committee, change.item, change.need_id


def _names(board: Board, need: str) -> tuple[str, str]:
    told = board.wanted[int(need)].told
    return str(told["committee"]), str(told["item"])


def _brought(pairs: Sequence[PlannedPair]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in pairs:
        found[each.need] += each.quantity
    return found


def _sources(pairs: Sequence[PlannedPair]) -> dict[str, frozenset[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = {}
    for each in pairs:
        found.setdefault(each.need, set()).add((each.offer, each.quantity))
    return {need: frozenset(given) for need, given in found.items()}


def _shares(board: Board, before: Mapping[str, int], after: Mapping[str, int]) -> list[Share]:
    asked: Counter[str] = Counter()
    totals: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for need in board.needs:
        key = need.committee or need.id
        names[key] = _names(board, need.id)[0]
        asked[key] += need.quantity
        brought = totals.setdefault(key, [0, 0])
        brought[0] += before[need.id]
        brought[1] += after[need.id]
    return [
        Share(names[key], asked[key], int(board.received.get(key, 0)), totals[key][0], totals[key][1])
        for key in asked
    ]


def _figures(board: Board, pairs: Sequence[PlannedPair], shares: Sequence[float]) -> PlanFigures:
    brought = _brought(pairs)
    mean = sum(shares) / len(shares) if shares else 0.0
    return PlanFigures(
        units=sum(each.quantity for each in pairs),
        needs=len(brought),
        whole=sum(brought[need.id] == need.quantity for need in board.needs),
        handovers=len(pairs),
        kilometres=sum(each.kilometres for each in pairs),
        gap=sum(abs(share - mean) for share in shares) / len(shares) if shares else 0.0,
    )
