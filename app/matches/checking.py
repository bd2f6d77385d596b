"""A plan is looked at twice before it is written: for the engine's promises, then for what has changed under it.

A small plan is verified whole, a large one by a sample that moves on with each plan. What its pairings rest on is read
again under locks: anything that the engine was told may have been edited while it solved, the article, the need, its
committee, the action and who collects for it, what refusals taught. A pairing stands if both sides would be told the
same now, and no rule of now forbids it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from math import ceil

import structlog
from sqlmodel import Session

import matching.types as engine
from app.holding import hold_committees
from app.lessons import queries as lessons
from app.matches.queries import rows
from app.matches.queries.engine import Board, ended
from app.matches.queries.storage import room_left
from matching.checks import check
from matching.rules import Situation, broken
from notifications.typography import PARIS

CHECKED_UP_TO = 5_000
"""A plan of at most so many pairings is verified whole."""
SAMPLED = 1_000
"""Of a larger one, about so many are, others each time."""

_turns = count()

log = structlog.get_logger("portail")


def verify(board: Board, plan: engine.Plan) -> None:
    """Raise PlanError, and log it as an error, if the plan breaks a promise.

    The sample takes every n-th article and need, whole: all that they give and receive, so that an over-allocation of
    theirs is seen. The first one taken moves on with each plan of this process: in n plans all are looked at.
    """
    whole = len(plan.pairings) <= CHECKED_UP_TO
    looked_at, offers = (plan, board.offers) if whole else sample(board, plan)
    try:
        check(looked_at, offers, board.needs, **board.surroundings())
    except engine.PlanError as error:
        log.error(
            "plan.refused", error=str(error), pairings=len(plan.pairings), checked=len(looked_at.pairings)
        )
        raise


def sample(board: Board, plan: engine.Plan) -> tuple[engine.Plan, tuple[engine.Offer, ...]]:
    """The plan cut down to some articles and needs, with what `check` adds up worked out for these, and the articles that it speaks of.

    Of needs, all are asked for: what a committee gets is weighed by all that it lacks.
    """
    step = ceil(2 * len(plan.pairings) / SAMPLED)
    first = next(_turns) % step
    offers = _every(sorted({each.offer for each in plan.pairings}), first, step)
    needs = _every(sorted({each.need for each in plan.pairings}), first, step)
    pairings = tuple(each for each in plan.pairings if each.offer in offers or each.need in needs)
    given: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for each in pairings:
        given[each.offer] += each.quantity
        got[each.need] += each.quantity
    rows_of = enumerate(board.offers)
    given_rows = tuple(row for at, row in rows_of if row.id in given or at % step == first)
    ids = {row.id for row in given_rows}
    unread = {(each.side, each.id) for each in plan.unrecognised}
    value = sum(each.worth * each.quantity + board.weights.calm * each.kept for each in pairings)
    cut = replace(
        plan,
        pairings=pairings,
        value=value,
        bound=value,
        unrecognised=tuple(each for each in plan.unrecognised if each.side == "need" or each.id in ids),
        unmet=[
            engine.Unmet(row.id, row.quantity - got[row.id])
            for row in board.needs
            if ("need", row.id) not in unread and row.quantity != got[row.id]
        ],
        unplaced=[
            engine.Unplaced(row.id, row.quantity - given[row.id])
            for row in given_rows
            if ("offer", row.id) not in unread and row.quantity != given[row.id]
        ],
    )
    return cut, given_rows


def _every(names: Sequence[str], first: int, step: int) -> Collection[str]:
    return frozenset(names[first::step])


@dataclass(frozen=True, slots=True)
class Ground:
    """Articles by id, each with all of its pieces, and needs: as the plan took them, and as they are now."""

    offers_then: Mapping[int, engine.Offer]
    needs_then: Mapping[int, engine.Need]
    offers: Mapping[int, engine.Offer]
    needs: Mapping[int, engine.Need]
    situation: Situation
    freed_by: Mapping[int, int]
    """For an offered item, the latest match of it that came to nothing."""

    @classmethod
    def read(
        cls,
        session: Session,
        offers_then: Mapping[int, engine.Offer],
        needs_then: Mapping[int, engine.Need],
        now: datetime,
    ) -> "Ground":
        """The caller holds these articles and needs; their committees are held from here on."""
        item_ids, need_ids = offers_then.keys(), needs_then.keys()
        hold_committees(session, need_ids)
        over = list(ended(session, items=item_ids))
        offers, needs = rows.articles(session, now, item_ids), rows.needs(session, now, need_ids)
        committees = {int(need.committee or 0) for need, _side in needs.values()}
        return cls(
            offers_then,
            needs_then,
            offers={key: offer for key, (offer, _side) in offers.items()},
            needs={key: need for key, (need, _side) in needs.items()},
            situation=Situation(
                now=now.astimezone(PARIS),
                barred=frozenset((str(item), str(need)) for _match, item, need in over),
                lessons=lessons.for_planning(session, now, committees),
                room=room_left(session, committees),
            ),
            freed_by={item: match for match, item, _need in over},
        )

    def bears(self, item_id: int, need_id: int, quantity: int) -> bool:
        """Whether a pairing of so many pieces still stands. How many are free is not looked at."""
        offer, need = self.offers.get(item_id), self.needs.get(need_id)
        if offer is None or need is None:
            return False
        need_then = self.needs_then[need_id]
        return (
            offer == self.offers_then[item_id]
            # How often its committee was asked meanwhile changes what a pairing is worth, not whether it may be.
            and replace(need, quantity=0, asked=0) == replace(need_then, quantity=0, asked=0)
            and not broken(
                replace(offer, quantity=quantity), replace(need, quantity=quantity), self.situation
            )
        )
