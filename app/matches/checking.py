"""Verifying a plan before it is written: the whole of a small one, a sample of a large one that moves on with each plan."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import count
from math import ceil

import structlog

import matching.types as engine
from app.matches.queries.engine import Board
from matching.checks import check

CHECKED_UP_TO = 5_000
"""A plan of at most so many pairings is verified whole; of a larger one, about as many."""

_turns = count()

log = structlog.get_logger("portail")


def verify(board: Board, plan: engine.Plan) -> None:
    """Raise PlanError, and log it as an error, if the plan breaks a promise.

    The sample takes every n-th article and need, whole: all that they give and receive, so that an over-allocation of
    theirs is seen. The first one taken moves on with each plan of this process: in n plans all are looked at.
    """
    looked_at = sample(board, plan) if len(plan.pairings) > CHECKED_UP_TO else plan
    try:
        check(
            looked_at,
            board.offers,
            board.needs,
            weights=board.weights,
            now=board.now,
            kept=board.kept,
            barred=board.barred,
            received=board.received,
            lessons=board.lessons,
        )
    except engine.PlanError as error:
        log.error(
            "plan.refused", error=str(error), pairings=len(plan.pairings), checked=len(looked_at.pairings)
        )
        raise


def sample(board: Board, plan: engine.Plan) -> engine.Plan:
    """The plan cut down to some articles and needs, with what `check` adds up worked out for these."""
    step = ceil(2 * len(plan.pairings) / CHECKED_UP_TO)
    first = next(_turns) % step
    offers = _every(sorted({each.offer for each in plan.pairings}), first, step)
    needs = _every(sorted({each.need for each in plan.pairings}), first, step)
    pairings = tuple(each for each in plan.pairings if each.offer in offers or each.need in needs)
    given: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for each in pairings:
        given[each.offer] += each.quantity
        got[each.need] += each.quantity
    unread = {(each.side, each.id) for each in plan.unrecognised}
    value = sum(each.worth * each.quantity + board.weights.calm * each.kept for each in pairings)
    return replace(
        plan,
        pairings=pairings,
        value=value,
        bound=value,
        unmet=[
            engine.Unmet(row.id, row.quantity - got[row.id])
            for row in board.needs
            if ("need", row.id) not in unread and row.quantity != got[row.id]
        ],
        unplaced=[
            engine.Unplaced(row.id, row.quantity - given[row.id])
            for row in board.offers
            if ("offer", row.id) not in unread and row.quantity != given[row.id]
        ],
    )


def _every(names: Sequence[str], first: int, step: int) -> Collection[str]:
    return frozenset(names[first::step])
