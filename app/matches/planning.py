"""The only bridge to the engine: rows → a plan → rows.

A plan is made in three steps: read without a lock, solve outside any transaction, write what still fits. Between the
first and the last anybody may approve, withdraw or edit; the last step looks again, under locks.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

import matching
import matching.types as engine
from app.db import session as read_session
from app.db import transaction
from app.holding import Held, hold
from app.matches import checking, pairs, service, waiting
from app.matches.checking import Ground
from app.matches.queries import Margins
from app.matches.queries.engine import Board, read_board
from app.matches.queries.rows import FIGURES, MissSide, StandingProposal
from app.matches.service import MatchError
from app.models import Need, OfferedItem, PlanRun
from app.models.states import LIVE, MatchState
from app.transitions import SYSTEM
from app.weights.service import version_row
from notifications.runs import Figures

MISSES_KEPT = 3


@dataclass(frozen=True, slots=True)
class PairingDraft:
    """A pairing of the plan as the columns of a match."""

    offered_item_id: int
    need_id: int
    quantity: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a plan would have to write."""

    drop: tuple[StandingProposal, ...] = ()
    alter: tuple[tuple[StandingProposal, PairingDraft], ...] = ()
    add: tuple[PairingDraft, ...] = ()
    item_misses: Mapping[int, list[Any]] = field(default_factory=dict)
    need_misses: Mapping[int, list[Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.drop or self.alter or self.add or self.item_misses or self.need_misses)


class PlanMemory:
    """The engine's memory between two plans of this process: only what changed is planned again, to the same result.

    One thread at a time has it, and another plans without: nobody waits for a plan that may not end. What goes wrong is
    forgotten, so that the next plan starts afresh.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Made at the first plan: the web imports this module too, and must not load the solver.
        self._planner: matching.Planner | None = None

    @contextmanager
    def planner(self) -> "Iterator[matching.Planner]":
        if not self._lock.acquire(blocking=False):
            yield matching.Planner()
            return
        try:
            self._planner = self._planner or matching.Planner()
            yield self._planner
        except BaseException:
            self._planner = None
            raise
        finally:
            self._lock.release()


MEMORY = PlanMemory()


def make_plan(now: datetime) -> PlanRun | None:
    """Plan, and write what changed; None when nothing did. Needs an application context, and no open transaction.

    A plan that breaks a promise is not written: PlanError.
    """
    started = time.perf_counter()
    board = read_board(read_session(), now)
    read_session().rollback()
    plan = solve(board)
    changes = compare(board, plan)
    if not changes:
        return None
    with transaction() as session:
        run = write(session, board, plan, changes, now)
        run.seconds = round(time.perf_counter() - started, 3)
    return run


def solve(board: Board) -> engine.Plan:
    """The engine's plan for this board, verified (see `checking`). Raises PlanError if it breaks a promise."""
    with MEMORY.planner() as planner:
        plan: engine.Plan = planner.plan(
            board.offers,
            board.needs,
            weights=board.weights,
            now=board.now,
            kept=board.kept,
            barred=board.barred,
            received=board.received,
            lessons=board.lessons,
            room=board.room,
        )
        checking.verify(board, plan)
    return plan


def compare(board: Board, plan: engine.Plan) -> Changes:
    """What of the plan is not on the board yet."""
    drafts = {(draft.offered_item_id, draft.need_id): draft for draft in _drafts(board, plan)}
    standing = {(each.offered_item_id, each.need_id): each for each in board.standing}
    return Changes(
        drop=tuple(each for pair, each in standing.items() if pair not in drafts),
        alter=tuple(
            (each, drafts[pair])
            for pair, each in standing.items()
            if pair in drafts and _differs(each, drafts[pair])
        ),
        add=tuple(draft for pair, draft in drafts.items() if pair not in standing),
        item_misses=_changed_misses(
            board,
            board.items,
            ((each.offer, each.nearest_misses) for each in plan.unplaced),
            board.wanted,
            board.settled,
        ),
        need_misses=_changed_misses(
            board,
            board.wanted,
            ((each.need, each.nearest_misses) for each in plan.unmet),
            board.items,
            {(need, item) for item, need in board.settled},
        ),
    )


def _drafts(board: Board, plan: engine.Plan) -> Iterable[PairingDraft]:
    offers = {offer.id: offer for offer in board.offers}
    needs = {need.id: need for need in board.needs}
    for pairing in plan.pairings:
        figures = {
            "score": pairing.score,
            "parts": pairing.parts.as_dict(),
            # "kept" speaks of the board, not of the pair: it would change the row at the next plan.
            "reasons": [
                {"code": each.code, "value": each.value} for each in pairing.reasons if each.code != "kept"
            ],
            "weights_version": plan.weights_version,
            "distance_km": pairing.distance_km,
            "transport": pairing.transport,
            "inputs": pairs.inputs(board, offers[pairing.offer], needs[pairing.need], pairing),
        }
        yield PairingDraft(int(pairing.offer), int(pairing.need), pairing.quantity, figures)


def _differs(standing: StandingProposal, draft: PairingDraft) -> bool:
    return standing.quantity != draft.quantity or any(
        standing.figures[name] != draft.figures[name] for name in FIGURES
    )


def _changed_misses(
    board: Board,
    sides: Mapping[int, MissSide],
    found: Iterable[tuple[str, Iterable[engine.Miss]]],
    others: Mapping[int, MissSide],
    settled: Set[tuple[int, int]],
) -> dict[int, list[Any]]:
    """The rows whose nearest misses are not what is stored; those that the plan serves have none.

    Another kind of thing is no near miss to a person: that nothing of the kind is there says it better. Nor is one of
    `settled`, the (row, other) that stand already.
    """
    now_missing = {
        int(key): [
            _miss(board, miss, others)
            for miss in misses
            if _is_near(miss) and (int(key), int(miss.other)) not in settled
        ][:MISSES_KEPT]
        for key, misses in found
    }
    return {
        key: now_missing.get(key, [])
        for key, side in sides.items()
        if side.misses != now_missing.get(key, [])
    }


def _is_near(miss: engine.Miss) -> bool:
    return "item" not in miss.broken or "lesson" in miss.detail


def _miss(board: Board, miss: engine.Miss, others: Mapping[int, MissSide]) -> dict[str, Any]:
    other = int(miss.other)
    detail = pairs.plain(dict(miss.detail))
    if "taken" in detail:
        takers = (board.wanted.get(int(need)) for need in detail["taken"])
        detail["taken_by"] = [side.told["committee"] for side in takers if side is not None]
    return {
        "other": other,
        "broken": list(miss.broken),
        "detail": detail,
        "told": dict(others[other].told),
    }


def write(session: Session, board: Board, plan: engine.Plan, changes: Changes, now: datetime) -> PlanRun:
    """Write what still fits the rows as they are now; the rest waits for the next plan."""
    held = _hold(session, changes)
    margins = Margins.read(session, held, LIVE, now)
    run = _record(session, board, plan, now)
    run.superseded = _drop(session, held, margins, changes.drop, now)
    ground = _ground(session, board, changes, now)
    _alter(session, held, margins, ground, run, changes.alter, now)
    run.proposed = _add(session, held, margins, ground, run, changes.add, now)
    _write_misses(session, OfferedItem, changes.item_misses)
    _write_misses(session, Need, changes.need_misses)
    return run


def _hold(session: Session, changes: Changes) -> Held:
    standing = [*changes.drop, *(each for each, _draft in changes.alter)]
    pairs = {(each.offered_item_id, each.need_id) for each in standing}
    pairs |= {(draft.offered_item_id, draft.need_id) for draft in changes.add}
    return hold(
        session,
        item_ids={item for item, _need in pairs} | set(changes.item_misses),
        need_ids={need for _item, need in pairs} | set(changes.need_misses),
        match_ids={each.match_id for each in standing},
    )


def _ground(session: Session, board: Board, changes: Changes, now: datetime) -> Ground:
    drafts = [*(draft for _standing, draft in changes.alter), *changes.add]
    return Ground.read(
        session, board, {each.offered_item_id for each in drafts}, {each.need_id for each in drafts}, now
    )


def _record(session: Session, board: Board, plan: engine.Plan, now: datetime) -> PlanRun:
    version_row(session, board.weights, now)
    run = PlanRun(
        started_at=now,
        weights_version=plan.weights_version,
        offers=len(board.offers),
        needs=len(board.needs),
        value=plan.value,
        bound=plan.bound,
    )
    session.add(run)
    session.flush()
    return run


def _drop(
    session: Session, held: Held, margins: Margins, standing: Iterable[StandingProposal], now: datetime
) -> int:
    dropped = 0
    for each in standing:
        match = held.matches.get(each.match_id)
        if match is not None and match.state is MatchState.PROPOSED:
            service.supersede(session, match, SYSTEM, now)
            margins.give_back(match)
            dropped += 1
    session.flush()
    return dropped


def _alter(
    session: Session,
    held: Held,
    margins: Margins,
    ground: Ground,
    run: PlanRun,
    altered: Iterable[tuple[StandingProposal, PairingDraft]],
    now: datetime,
) -> None:
    # What shrinks goes first: it makes room for what grows.
    for each, draft in sorted(altered, key=lambda pair: pair[1].quantity - pair[0].quantity):
        match = held.matches.get(each.match_id)
        if (
            match is None
            or match.state is not MatchState.PROPOSED
            or not ground.bears(draft.offered_item_id, draft.need_id, draft.quantity)
        ):
            continue
        try:
            if match.quantity != draft.quantity:
                service.resize(session, held, margins, match, draft.quantity, now)
        except MatchError:
            continue
        for name, value in draft.figures.items():
            setattr(match, name, value)
        match.plan_run_id = run.id
    session.flush()


def _add(
    session: Session,
    held: Held,
    margins: Margins,
    ground: Ground,
    run: PlanRun,
    drafts: Iterable[PairingDraft],
    now: datetime,
) -> int:
    added = 0
    for draft in drafts:
        if not ground.bears(draft.offered_item_id, draft.need_id, draft.quantity):
            continue
        proposal = service.Proposal(
            offered_item_id=draft.offered_item_id,
            need_id=draft.need_id,
            quantity=draft.quantity,
            figures={**draft.figures, "plan_run_id": run.id},
            after_match_id=ground.freed_by.get(draft.offered_item_id),
        )
        try:
            service.propose(session, held, margins, proposal, now)
        except MatchError:
            continue
        added += 1
    session.flush()
    return added


def _write_misses(
    session: Session, model: type[OfferedItem] | type[Need], misses: Mapping[int, list[Any]]
) -> None:
    """Plain updates of the table: what the last plan said is no edit, and must not count as one (`version`)."""
    if misses:
        table: sa.Table = model.__table__  # type: ignore[union-attr]
        statement = (
            sa.update(table).where(table.c.id == sa.bindparam("row")).values(misses=sa.bindparam("now"))
        )
        session.connection().execute(statement, [{"row": key, "now": value} for key, value in misses.items()])


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
