"""The only bridge to the engine: rows → a plan → rows.

A plan is made in three steps: read without a lock, solve outside any transaction, write what still fits. Between the
first and the last anybody may approve, withdraw or edit; the last step looks again, under locks.
"""

import gc
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import matching
import matching.types as engine
from app.db import at_one_moment, transaction
from app.matches import checking, pairs, waiting
from app.matches.queries.engine import Board, read_board
from app.matches.queries.rows import MissSide, Remembered, StandingProposal
from app.matches.writing import Changes, PairingDraft, PlanWriting
from app.models import PlanRun
from notifications.runs import Figures

MISSES_KEPT = 3
_MANY_KEPT = 500_000
"""Values more than before a plan: beyond, going through them would take longer than planning one more offer."""


@dataclass
class Known:
    """What is known of the last plan: rows, the engine's memory, and what of the plan is on the board already.

    The proposal and the pairing that were found to agree, by that pairing's identity; of articles (True) and needs, what is stored of the misses of each and
    what the plan told; and the board that all this holds of. The very same need not be looked at again.
    """

    planner: matching.Planner = field(default_factory=matching.Planner)
    rows: Remembered = field(default_factory=Remembered)
    agreed: dict[int, tuple[StandingProposal, engine.Pairing]] = field(default_factory=dict)
    told: dict[bool, dict[int, tuple[MissSide, tuple[engine.Miss, ...]]]] = field(default_factory=dict)
    board: Board | None = None


class PlanMemory:
    """What this process knows between two plans: only what changed is read, planned and compared again, to the same result.

    One thread at a time has it, and another plans without: nobody waits for a plan that may not end. What goes wrong is
    forgotten, so that the next plan starts afresh.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Made at the first plan: the web imports this module too, and must not load the solver.
        self._known: Known | None = None

    @contextmanager
    def known(self) -> "Iterator[Known]":
        if not self._lock.acquire(blocking=False):
            yield Known()
            return
        try:
            self._known = self._known or Known()
            yield self._known
        except BaseException:
            self._known = None
            raise
        finally:
            self._lock.release()


MEMORY = PlanMemory()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Of millions of values that a plan of a country makes hardly one is in a cycle, and the collector would go through them all again
    and again, at the plans after it too: those that stay are kept from it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if gc.get_count()[0] > _MANY_KEPT:
                gc.collect(0)
                gc.freeze()
            gc.enable()


def make_plan(now: datetime) -> PlanRun | None:
    """Plan, and write what changed; None when nothing did. Needs an application context, and no open transaction.

    A plan that breaks a promise is not written: PlanError.
    """
    with _uncollected():
        return _make_plan(now)


def _make_plan(now: datetime) -> PlanRun | None:
    started = time.perf_counter()
    with MEMORY.known() as known:
        reading = at_one_moment()
        board = read_board(reading, now, remembered=known.rows)
        reading.rollback()
        board = looking_ahead(board)
        plan = solve(board, known)
        changes = compare(board, plan, known)
    if not changes:
        return None
    writing = PlanWriting(board, plan, now)
    for part in changes.parts():
        with transaction() as session:
            writing.write(session, part)
    with transaction() as session:
        run = session.get_one(PlanRun, writing.run_id)
        run.seconds = round(time.perf_counter() - started, 3)
    return run


def looking_ahead(board: Board) -> Board:
    """The board with prices of what usually comes, where its weights let anything wait for that."""
    if board.past is None:
        return board
    prices = matching.prices_of_plan(board.offers, board.needs, board.past, board.surroundings())
    return replace(board, ahead=prices)


def solve(board: Board, known: Known | None = None) -> engine.Plan:
    """The engine's plan for this board, verified (see `checking`). Raises PlanError if it breaks a promise."""
    planner = (known or Known()).planner
    plan: engine.Plan = planner.plan(board.offers, board.needs, **board.surroundings())
    checking.verify(board, plan)
    return plan


def compare(board: Board, plan: engine.Plan, known: Known | None = None) -> Changes:
    """What of the plan is not on the board yet."""
    known = known or Known()
    left = {id(each): each for each in board.standing}
    before, known.agreed = known.agreed, {}
    unseen = []
    for pairing in plan.pairings:
        agreed = before.get(id(pairing))
        if agreed is not None and left.pop(id(agreed[0]), None) is not None:
            known.agreed[id(pairing)] = agreed
        else:
            unseen.append(pairing)
    standing = {(each.offered_item_id, each.need_id): each for each in left.values()}
    if known.board is not None and not _misses_told_alike(known.board, board):
        known.told = {}
    known.board = board
    alter, add = [], []
    for pairing in unseen:
        there = standing.pop((int(pairing.offer), int(pairing.need)), None)
        if there is None:
            add.append(PairingDraft.of(plan, pairing))
            continue
        draft = PairingDraft.of(plan, pairing)
        if draft.differs(there):
            alter.append((there, draft))
        else:
            known.agreed[id(pairing)] = (there, pairing)
    return Changes(
        drop=tuple(standing.values()),
        alter=tuple(alter),
        add=tuple(add),
        item_misses=_changed_misses(board, known, plan.unplaced, offered=True),
        need_misses=_changed_misses(board, known, plan.unmet, offered=False),
    )


def _changed_misses(
    board: Board,
    known: Known,
    left: Iterable[engine.Unplaced] | Iterable[engine.Unmet],
    *,
    offered: bool,
) -> dict[int, list[Any]]:
    """The rows whose nearest misses are not what is stored; those that the plan serves have none.

    Another kind of thing is no near miss to a person: that nothing of the kind is there says it better. Nor is what stands already
    (`settled`).
    """
    sides, others = (board.items, board.wanted) if offered else (board.wanted, board.items)
    changed, agreed = {}, {}
    before = known.told.get(offered, {})
    found = {int(each.offer if isinstance(each, engine.Unplaced) else each.need): each for each in left}
    for key, side in sides.items():
        misses = tuple(found[key].nearest_misses) if key in found else ()
        if before.get(key) == (was := (side, misses)):
            agreed[key] = was
            continue
        now_missing = [
            _miss(board, miss, others)
            for miss in misses
            if _is_near(miss) and _pair(key, int(miss.other), offered=offered) not in board.settled
        ][:MISSES_KEPT]
        if side.misses != now_missing:
            changed[key] = now_missing
        else:
            agreed[key] = was
    known.told[offered] = agreed
    return changed


def _misses_told_alike(before: Board, now: Board) -> bool:
    """Whether what is told of each row, and what stands beyond plans, is what it was: misses speak of others' rows too."""
    return before.settled == now.settled and all(
        key not in was or was[key] is side or was[key].told == side.told
        for was, sides in ((before.items, now.items), (before.wanted, now.wanted))
        for key, side in sides.items()
    )


def _pair(key: int, other: int, *, offered: bool) -> tuple[int, int]:
    return (key, other) if offered else (other, key)


def _is_near(miss: engine.Miss) -> bool:
    return "item" not in miss.broken or "lesson" in miss.detail


def _miss(board: Board, miss: engine.Miss, others: Mapping[int, MissSide]) -> dict[str, Any]:
    other = int(miss.other)
    # What it is usually worth changes with every row that comes, and no sentence tells it.
    detail = pairs.plain({name: value for name, value in miss.detail.items() if name != "usual"})
    if "taken" in detail:
        takers = (board.wanted.get(int(need)) for need in detail["taken"])
        detail["taken_by"] = [side.told["committee"] for side in takers if side is not None]
    return {
        "other": other,
        "broken": list(miss.broken),
        "detail": detail,
        "told": dict(others[other].told),
    }


def plan_now(now: datetime) -> Figures:
    """The scheduler's job: plan; the figures of what that did (`wording.plan_sentence` says them)."""
    return _figures(make_plan(now))


def lapse_now(now: datetime) -> Figures:
    """The scheduler's job: let go of what nobody answered in time, and propose the runners-up at once."""
    with transaction() as session:
        lapsed = len(waiting.lapse_overdue(session, now))
    return {"lapsed": lapsed, **(_figures(make_plan(now)) if lapsed else {})}


def _figures(run: PlanRun | None) -> dict[str, int | float | str]:
    """None when nothing is new on the board."""
    if run is None:
        return {}
    names = ("seconds", "offers", "needs", "proposed", "superseded")
    return {name: getattr(run, name) for name in names}
