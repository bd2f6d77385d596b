"""Two coordinators in the same moment: one word, one lesson, one set of weights; nobody gets an error page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, func, select

from app.db import session as read_session
from app.db import transaction
from app.lessons import queries
from app.models import Alias, Match, Unlearned, WeightsChoice, WeightsVersion
from app.models.states import MatchState, Reason, Role, Verb
from app.transitions import COMMITTEE, move
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


def both(app: Flask, build: Builder, sign_in: SignIn, act: Callable[[FlaskClient, int], int]) -> list[int]:
    """What two coordinators get who act at once."""
    clients = [app.test_client() for _ in range(2)]
    for client in clients:
        sign_in(client, build.account(Role.COORDINATOR))
    start = Barrier(2)

    def run(number: int) -> int:
        start.wait()
        return act(clients[number], number)

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


def test_the_same_word_taught_twice_at_once_is_one_word(app: Flask, build: Builder, sign_in: SignIn) -> None:
    things = [build.offered_item(item=None, description="bidulotron") for _ in range(2)]

    def teach(client: FlaskClient, number: int) -> int:
        path = f"/coordination/a-reconnaitre/articles/{things[number].id}"
        words = ("chaise", "lave-linge")[number]
        return client.post(path, data={"words": words, "wording": "bidulotron"}).status_code

    assert both(app, build, sign_in, teach) == [303, 422]
    with app.app_context():
        assert read_session().exec(select(func.count()).select_from(Alias)).one() == 1


def test_the_same_lesson_removed_twice_at_once(
    app: Flask, build: Builder, sign_in: SignIn, clock: FrozenClock
) -> None:
    match = build.match(state=MatchState.APPROVED)
    with app.app_context(), transaction() as work:
        row = work.get_one(Match, match.id)
        data = {"side": "committee"}
        move(
            work, row, MatchState.DECLINED, Verb.DECLINE, COMMITTEE, clock(), reason=Reason.NOT_NOW, data=data
        )
    with app.app_context():
        [lesson] = queries.active(read_session(), clock())

    def remove(client: FlaskClient, _number: int) -> int:
        return client.post("/coordination/lecons/retirer", data={"lecon": lesson.key}).status_code

    assert both(app, build, sign_in, remove) == [303, 303]
    with app.app_context():
        assert read_session().exec(select(func.count()).select_from(Unlearned)).one() == 1


def test_the_same_weights_adopted_twice_at_once(app: Flask, build: Builder, sign_in: SignIn) -> None:
    def adopt(client: FlaskClient, _number: int) -> int:
        return client.post("/coordination/reglages/adopter", data={"fit": "77"}).status_code

    assert both(app, build, sign_in, adopt) == [303, 303]
    with app.app_context():
        assert read_session().exec(select(func.count()).select_from(WeightsVersion)).one() == 1
        versions = read_session().exec(
            select(WeightsChoice.weights_version_id).order_by(col(WeightsChoice.id))
        )
        assert set(versions) == {1}
