"""Promise 1: whoever decides at the same time, never more than offered, never more than needed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

from flask import Flask
from sqlmodel import select

from app.db import session as read_session
from app.db import transaction
from app.matches import queries, service
from app.matches.service import MatchError
from app.models import Match, OutboxMessage
from app.models.states import COMMITTED, MatchState, Role
from app.transitions import Actor
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock

THREADS = 8


def test_eight_coordinators_approve_overlapping_matches(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    items = [build.offered_item(quantity=4) for _ in range(3)]
    needs = [build.need(quantity=5) for _ in range(3)]
    ids = [build.match(item, need, quantity=2).id for item in items for need in needs]
    actor = Actor.account(build.account(Role.COORDINATOR).id)
    together = Barrier(THREADS)

    def approve_all(seed: int) -> Counter[str]:
        """Try every match, each in a transaction of its own, in an order of one's own."""
        found: Counter[str] = Counter()
        together.wait()
        for match_id in Random(seed).sample(ids, len(ids)):
            try:
                with app.app_context(), transaction() as session:
                    service.approve(session, match_id, actor, clock(), ANSWER_WITHIN)
                found["approved"] += 1
            except MatchError as refused:
                found[refused.code] += 1
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        total = sum(pool.map(approve_all, range(THREADS)), Counter())

    with app.app_context():
        session = read_session()
        taken = queries.taken_from_items(session, None, COMMITTED)
        given = queries.taken_for_needs(session, None, COMMITTED)
        approved = session.exec(select(Match).where(Match.state == MatchState.APPROVED)).all()
        written = session.exec(select(OutboxMessage)).all()
        session.rollback()
    assert max(taken.values()) <= 4
    assert max(given.values()) <= 5
    # Every article and every need has room for two matches: five or six fit, depending on the order.
    assert len(approved) == total["approved"] >= 5
    assert len(written) == 2 * len(approved)
    assert sum(total.values()) == THREADS * len(ids)
    assert set(total) <= {"approved", "decided", "offer_taken", "need_met"}


def test_a_batch_and_single_approvals_in_any_order_do_not_block_each_other(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    """Batches lock many rows: taken in one order everywhere, they never wait in a circle."""
    items = [build.offered_item(quantity=2) for _ in range(4)]
    needs = [build.need(quantity=2) for _ in range(4)]
    ids = [build.match(item, need).id for item in items for need in needs]
    actor = Actor.account(build.account(Role.COORDINATOR).id)
    together = Barrier(THREADS)

    def approve_batches(seed: int) -> int:
        together.wait()
        order = Random(seed).sample(ids, len(ids))
        approved = 0
        for start in range(0, len(order), 4):
            with app.app_context(), transaction() as session:
                outcomes = service.approve_many(
                    session, order[start : start + 4], actor, clock(), ANSWER_WITHIN
                )
            approved += sum(outcome.refused is None for outcome in outcomes)
        return approved

    with ThreadPoolExecutor(THREADS) as pool:
        approved = sum(pool.map(approve_batches, range(THREADS)))

    with app.app_context():
        session = read_session()
        taken = queries.taken_from_items(session, None, COMMITTED)
        given = queries.taken_for_needs(session, None, COMMITTED)
        session.rollback()
    assert sum(taken.values()) == approved
    assert max(taken.values()) <= 2
    assert max(given.values()) <= 2
