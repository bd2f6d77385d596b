"""Coordinators who teach, forget or decide the same thing at the same moment all get an answer, and it counts once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlmodel import Session, func, select

import matching.types as engine
from app.catalogue import service as catalogue
from app.db import session as read_session
from app.db import transaction
from app.lessons import queries as lessons
from app.lessons import service as lesson_service
from app.matches import planning
from app.matches import service as matches
from app.models import Alias, Match, Unlearned, WeightsChoice, WeightsVersion
from app.models.states import Reason, Role
from app.transitions import Actor
from app.weights import service as weights
from tests.builders import Builder
from tests.conftest import FrozenClock

THREADS = 6
Act = Callable[[Session], object]


@pytest.fixture
def actor(build: Builder) -> Actor:
    return Actor.account(build.account(Role.COORDINATOR).id)


def at_once(app: Flask, act: Act, *expected: type[Exception]) -> int:
    """Act in several threads, each in a transaction of its own; how many were not refused."""
    together = Barrier(THREADS)

    def one(_number: int) -> bool:
        with app.app_context(), transaction() as session:
            if session.connection().dialect.name == "postgresql":
                together.wait()
            try:
                act(session)
            except expected:
                return False
            return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


def count(
    app: Flask, model: type[Alias] | type[Unlearned] | type[WeightsChoice] | type[WeightsVersion]
) -> int:
    with app.app_context():
        found = read_session().exec(select(func.count()).select_from(model)).one()
        read_session().rollback()
        return found


def test_weights_chosen_at_once_are_decided_once(app: Flask, actor: Actor, clock: FrozenClock) -> None:
    wanted = engine.Weights(nearness=0.9)

    done = at_once(app, lambda session: weights.choose(session, wanted, "", actor, clock()))

    assert done == THREADS
    assert (count(app, WeightsVersion), count(app, WeightsChoice)) == (1, 1)


def test_a_word_taught_at_once_is_kept_once(
    app: Flask, build: Builder, actor: Actor, clock: FrozenClock
) -> None:
    ids = [build.offered_item(item=None, description="zorglub bleu").id for _ in range(THREADS)]
    left = list(ids)

    def teach(session: Session) -> None:
        catalogue.name(session, "article", left.pop(), "chaise", "zorglub", actor, clock())

    assert at_once(app, teach) == THREADS
    assert count(app, Alias) == 1


def test_a_lesson_removed_at_once_is_removed_once(
    app: Flask, build: Builder, actor: Actor, clock: FrozenClock
) -> None:
    build.need(build.committee(collects_km=30), quantity=1)
    build.offered_item(build.offer(postal_code="69001", commune="Lyon", latitude=45.767, longitude=4.834))
    with app.app_context():
        planning.make_plan(clock())
        with transaction() as session:
            match = session.exec(select(Match)).one()
            matches.reject(session, match.id, Reason.TOO_FAR, "", actor, clock())
        [lesson] = lessons.active(read_session(), clock())
        read_session().rollback()

    done = at_once(
        app,
        lambda session: lesson_service.remove(session, lesson.key, actor, clock()),
        lesson_service.UnknownLessonError,
    )

    assert done == 1
    assert count(app, Unlearned) == 1
