"""Plans that programs ask for to try them: the clock makes them, one at a time, in the bounded process of « Et si… »."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

import matching.types as engine
from app.api import queries
from app.api.shapes import ApiTriedPair
from app.db import session, transaction
from app.matches.queries.engine import Board, exceeds, read_board
from app.matches.queries.sides import need_of
from app.models import Committee, DryRun, Need
from app.models.states import Condition, Urgency
from app.solving.asking import solver
from app.solving.solver import PlannedPair, SolverError, SolverRefusal
from app.web.clock import Clock


def try_now(clock: Clock) -> int:
    """Whatever waits, the oldest first; how many."""
    waiting = queries.dry_runs_waiting(session())
    for key in waiting:
        run = session().get_one(DryRun, key)
        trouble, answer = _answer(session(), run, clock())
        with transaction() as work:
            row = work.get_one(DryRun, key)
            row.trouble, row.answer, row.done_at = trouble, answer, clock()
    return len(waiting)


def _answer(current: Session, run: DryRun, now: datetime) -> tuple[str, list[Any]]:
    """(why there is none, what the committee would receive)."""
    if exceeds(current, now, solver().largest):
        return SolverRefusal.TOO_LARGE.value, []
    committee = current.get_one(Committee, run.committee_id)
    board = read_board(current, now, turns=True)
    supposed = tuple(_supposed(each, position, committee, now) for position, each in enumerate(run.asked))
    asked = Board(**{**vars(board), "needs": (*board.needs, *supposed)})
    try:
        [found] = solver().plans(asked, [asked.weights])
    except SolverError as error:
        return error.code.value, []
    ours = {need.id for need in asked.needs if need.committee == str(committee.id)}
    offers = {offer.id: offer for offer in asked.offers}
    return "", [_told(pair, offers[pair.offer]) for pair in found if pair.need in ours]


def _supposed(said: dict[str, Any], position: int, committee: Committee, now: datetime) -> engine.Need:
    """A need that does not exist, as the engine takes it; its number is below zero."""
    need = Need(
        id=-1 - position,
        committee_id=committee.id,
        item=said["item"],
        description="",
        quantity=said["quantity"],
        urgency=Urgency(said["urgency"]),
        minimum_condition=Condition(said["minimum_condition"]),
        declared_at=now,
    )
    return need_of(need, committee, None, None, need.quantity)


def _told(pair: PlannedPair, offer: engine.Offer) -> dict[str, Any]:
    """As a committee may know it before a coordinator has decided: no donor, no place but how far."""
    number = int(pair.need)
    told = ApiTriedPair(
        need=number if number >= 0 else None,
        supposed=None if number >= 0 else -1 - number,
        item=offer.item,
        quantity=pair.quantity,
        condition=offer.condition,
        kilometres=round(pair.kilometres),
    )
    return told.model_dump(mode="json")
