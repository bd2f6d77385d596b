"""Matches that wait for an answer."""

import pytest
from flask import Flask
from sqlmodel import Session

from app.matches import service as matches
from app.models.states import MatchState
from app.transitions import Actor
from tests.app.handovers.pair import Pair
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, told


@pytest.fixture
def pair(build_pair: int, session: Session, clock: FrozenClock) -> Pair:
    return Pair(session, clock, build_pair)


@pytest.fixture
def build_pair(app: Flask, build: Builder, clock: FrozenClock) -> int:
    item = build.offered_item(quantity=2)
    match = build.match(
        item, build.need(quantity=2), quantity=2, state=MatchState.APPROVED, approved_at=clock()
    )
    return match.id


@pytest.fixture
def proposed(app: Flask, build: Builder) -> tuple[int, int]:
    """A proposal, and the account that is about to approve it."""
    match = build.match(build.offered_item(quantity=2), build.need(quantity=2), quantity=2)
    return match.id, build.account().id


@pytest.fixture
def just_approved(proposed: tuple[int, int], session: Session, clock: FrozenClock) -> Pair:
    """Approved a moment ago: both letters wait for the coordinator who may undo."""
    match_id, account_id = proposed
    matches.approve(session, match_id, Actor.account(account_id), clock(), ANSWER_WITHIN)
    return Pair(told(session), clock, match_id)
