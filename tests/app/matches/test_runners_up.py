"""The runners-up of a match are read from a few rows near it: they are those that the whole board has."""

from random import Random

import pytest
from flask import Flask
from sqlmodel import select

from app.db import db
from app.db import session as read_session
from app.matches import pairs
from app.matches.pairs import Around
from app.matches.queries import engine, near
from app.models import Match, Need, OfferedItem
from tests.benchmarks.pages_world import Sizes, load
from tests.builders import Builder
from tests.conftest import FrozenClock

FEW = Sizes(articles=500, needs=250, committees=40, proposals=60, letters=1)


@pytest.mark.parametrize("beyond", [1, pairs.BEYOND])
def test_the_runners_up_are_those_of_the_whole_board(app: Flask, clock: FrozenClock, beyond: int) -> None:
    with app.app_context():
        load(db.engine, FEW, clock())
        current = read_session()
        # Few kinds of things, so that each has many rivals near and far.
        chance, kinds = Random(3), ("chaise", "fauteuil", "table")
        for model in (Need, OfferedItem):
            for row in current.exec(select(model)):
                row.item = chance.choice(kinds)
        current.flush()
        whole = Around.read(current, clock(), item_ids=_all(OfferedItem), need_ids=_all(Need))
        assert (len(whole.offers), len(whole.needs)) == tuple(
            map(len, ((board := engine.read_board(current, clock())).offers, board.needs))
        )

        refused_only = 0
        for match in current.exec(select(Match).where(Match.id <= FEW.proposals)):
            found = pairs.others(current, match, clock(), beyond=beyond)
            assert found == whole.others(current, match)
            refused_only += any(each.broken for each in (*found.needs, *found.articles))

        assert refused_only
        current.rollback()


def _all(model: type[Need] | type[OfferedItem]) -> list[int]:
    return list(read_session().exec(select(model.id)))


def test_a_board_too_large_to_try_is_told_by_a_count(app: Flask, build: Builder, clock: FrozenClock) -> None:
    items, needs = [build.offered_item() for _ in range(3)], [build.need() for _ in range(2)]
    build.match(items[0], needs[0])
    with app.app_context():
        current = read_session()
        assert [engine.exceeds(current, clock(), most) for most in (4, 5)] == [True, False]


def test_what_answers_what() -> None:
    for wanted in ("chaise", "ordinateur"):
        assert wanted in near.answering(wanted)
        assert all(wanted in near.answered_by(each) for each in near.answering(wanted))
