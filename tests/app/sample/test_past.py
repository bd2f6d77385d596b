"""The sample portal has lived: every page that a newcomer opens shows something, and what it shows holds."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app import sample
from app.db import session as current
from app.db import transaction
from app.matches.planning import plan_now
from app.models import Account, Decision, Handover, Match, Need, OfferedItem, OutboxMessage
from app.models.states import LIVE, MatchState, Verb
from app.todo.queries import Chore, heaps
from notifications.models import State
from tests.conftest import FrozenClock, SignIn

PAGES = {
    "coordination@portail.example": (
        "/coordination/a-faire", "/coordination", "/coordination/rapprochements", "/coordination/evidents",
        "/coordination/offres?etat=", "/coordination/besoins", "/coordination/journal", "/coordination/bilan",
        "/coordination/bilan/feuille", "/coordination/courriels", "/coordination/lecons", "/coordination/comites",
        "/coordination/actions", "/coordination/a-reconnaitre",
    ),
    "givors@portail.example": (
        "/mon-comite", "/mon-comite/besoins", "/mon-comite/apports", "/mon-comite/apports/feuille",
        "/mon-comite/tournees", "/mon-comite/membres",
    ),
}  # fmt: skip


@pytest.fixture
def lived(app: Flask, clock: FrozenClock) -> Flask:
    with app.app_context():
        with transaction() as work:
            sample.load(work, clock(), "not-a-hash", sample.SixMonths(app.extensions["desk"]))
        plan_now(clock())
    return app


@pytest.mark.databases("sqlite")
def test_every_page_shows_something_and_no_quantity_is_lost(
    lived: Flask, clock: FrozenClock, sign_in: SignIn
) -> None:
    with lived.app_context():
        work = current()
        nothing_is_lost_nor_doubled(work)
        what_was_decided_tells_the_whole_story(work)
        letters_left_at_their_moment(work, clock)
        something_waits(work, clock)
    empty = []
    for email, paths in PAGES.items():
        client = lived.test_client()
        with lived.app_context():
            sign_in(client, current().exec(select(Account).where(Account.email == email)).one())
        for path in paths:
            page = client.get(path, follow_redirects=True)
            if page.status_code != 200 or 'class="empty"' in page.text:
                empty.append((path, page.status_code))

    assert empty == []


def nothing_is_lost_nor_doubled(work: Session) -> None:
    everything = work.exec(select(Match)).all()
    promised: Counter[int] = Counter()
    awaited: Counter[int] = Counter()
    for match in everything:
        if match.state is MatchState.FAILED:
            promised[match.offered_item_id] += match.gone_quantity
        if match.state in LIVE:
            promised[match.offered_item_id] += match.held
            if match.state is not MatchState.COMPLETED:
                awaited[match.need_id] += match.quantity
    items = {item.id: item.quantity for item in work.exec(select(OfferedItem))}
    needs = {need.id: need.quantity for need in work.exec(select(Need))}

    assert [key for key, pieces in promised.items() if pieces > items[key]] == []
    assert [key for key, pieces in awaited.items() if pieces > needs[key]] == []
    assert Counter(match.state for match in everything)[MatchState.COMPLETED] >= 15


def what_was_decided_tells_the_whole_story(work: Session) -> None:
    stands: dict[int, str] = {}
    verbs = set()
    for decision in work.exec(select(Decision).order_by(col(Decision.id))):
        verbs.add(decision.verb)
        if decision.match_id is not None:
            assert (
                not decision.from_state
                or stands.get(decision.match_id, decision.from_state) == decision.from_state
            )
            stands[decision.match_id] = decision.to_state

    assert stands == {match.id: match.state for match in work.exec(select(Match))}
    assert {
        Verb.RECORD, Verb.CONFIRM, Verb.WITHDRAW, Verb.EXPIRE, Verb.DECLARE, Verb.APPROVE, Verb.REJECT,
        Verb.DECLINE, Verb.LAPSE, Verb.SCHEDULE, Verb.COMPLETE, Verb.FAIL, Verb.MESSAGE, Verb.JOIN,
    } <= verbs  # fmt: skip


def letters_left_at_their_moment(work: Session, clock: FrozenClock) -> None:
    letters = work.exec(select(OutboxMessage)).all()
    assert {letter.state for letter in letters} == {State.SENT, State.CANCELLED, State.FAILED}
    assert max(letter.sent_at for letter in letters if letter.sent_at) <= clock()
    assert min(letter.sent_at for letter in letters if letter.sent_at) < clock() - timedelta(days=170)


def something_waits(work: Session, clock: FrozenClock) -> None:
    waiting = {heap.chore for heap in heaps(work, clock())}
    coming = select(Handover.id).where(col(Handover.starts_at) > clock())

    assert {
        Chore.TASK,
        Chore.CONTRADICTION,
        Chore.REPORT,
        Chore.LETTER,
        Chore.HELD,
        Chore.WORDS,
        Chore.RECEIPT,
        Chore.PROPOSAL,
    } <= waiting
    assert work.exec(coming).first() is not None


@pytest.mark.databases("sqlite")
def test_it_is_lived_the_same_each_time(app: Flask, clock: FrozenClock) -> None:
    lives = []
    past = sample.SixMonths(app.extensions["desk"], lasts=timedelta(days=25))
    for _ in range(2):
        with app.app_context(), transaction() as work:
            point = work.begin_nested()
            sample.load(work, clock(), "not-a-hash", past)
            query = select(Decision.at, Decision.verb, Decision.from_state, Decision.to_state)
            lives.append(work.exec(query.order_by(col(Decision.id))).all())
            point.rollback()

    assert lives[0] == lives[1]
    assert len(lives[0]) > 250
