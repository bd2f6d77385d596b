"""What was refused changes the plans that follow, visibly, until somebody says otherwise."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session as read_session
from app.db import transaction
from app.lessons import queries
from app.matches import planning, service
from app.models import Account, Committee, Match, Need, OfferedItem
from app.models.states import Condition, MatchState, Reason, Verb
from app.transitions import COMMITTEE, DONOR, Actor, move
from tests.builders import Builder
from tests.conftest import UNDO_WITHIN, FrozenClock, SignIn
from tests.reading import plain

LYON: dict[str, Any] = {"postal_code": "69001", "commune": "Lyon", "latitude": 45.767, "longitude": 4.834}
LESSONS = "/coordination/lecons"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", collects_km=30)


class Board:
    """Plans, refuses, and tells what is proposed."""

    def __init__(self, app: Flask, clock: FrozenClock, actor: Actor) -> None:
        self.app, self.clock, self.actor = app, clock, actor

    def plan(self) -> list[tuple[int, int]]:
        with self.app.app_context():
            planning.make_plan(self.clock())
        return self.proposed()

    def proposed(self) -> list[tuple[int, int]]:
        with self.app.app_context():
            rows = read_session().exec(
                select(Match.offered_item_id, Match.need_id).where(Match.state == MatchState.PROPOSED)
            )
            return sorted((item, need) for item, need in rows)

    def reject(self, reason: Reason) -> int:
        """Reject the only proposal; its number."""
        with self.app.app_context(), transaction() as work:
            [match] = work.exec(select(Match).where(Match.state == MatchState.PROPOSED)).all()
            return service.reject(work, match.id, reason, "", self.actor, self.clock()).id

    def keys(self) -> list[str]:
        with self.app.app_context():
            return [each.key for each in queries.active(read_session(), self.clock())]


@pytest.fixture
def board(app: Flask, clock: FrozenClock, coordinator: Account) -> Board:
    return Board(app, clock, Actor.account(coordinator.id))


def pair(item: OfferedItem, need: Need) -> tuple[int, int]:
    return item.id, need.id


def test_too_far_lowers_the_reach_of_this_committee_for_such_things_only(
    build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    need = build.need(committee, quantity=9)
    build.offered_item(build.offer(**LYON))
    assert len(board.plan()) == 1
    board.reject(Reason.TOO_FAR)
    again = build.offered_item(build.offer(**LYON))  # as far: about 20 km
    chair, chairs = (
        build.offered_item(build.offer(**LYON), item="chaise"),
        build.need(committee, item="chaise"),
    )
    near, other = build.offered_item(), build.need(build.committee(name="Comité voisin"), quantity=1)

    proposed = board.plan()

    assert pair(again, need) not in proposed
    assert pair(chair, chairs) in proposed
    assert pair(near, need) in proposed or pair(near, other) in proposed
    assert pair(again, other) in proposed
    page = plain(client.get(LESSONS).text)
    assert "Comité de Givors : « Lave-linge » jusqu'à 19 km seulement, au lieu de 30 km." in page
    assert "écarté par un coordinateur" in page


def test_the_page_of_why_not_says_when_a_lesson_stood_in_the_way(
    build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    build.need(committee, quantity=2)
    build.offered_item(build.offer(**LYON))
    board.plan()
    board.reject(Reason.TOO_FAR)
    build.offered_item(build.offer(**LYON))
    board.plan()

    page = plain(client.get("/coordination/pourquoi-pas").text)

    assert "(appris d'un refus précédent)" in page
    assert f'href="{LESSONS}"' in page


def test_condition_raises_the_floor(build: Builder, board: Board, committee: Committee) -> None:
    need = build.need(committee, quantity=2, minimum_condition=Condition.FOR_PARTS)
    build.offered_item(condition=Condition.FAIR)
    board.plan()
    board.reject(Reason.CONDITION)
    worn, sound = build.offered_item(condition=Condition.FAIR), build.offered_item(condition=Condition.GOOD)

    assert board.plan() == [pair(sound, need)]
    del worn


def test_not_now_waits_and_then_no_longer(
    build: Builder, board: Board, committee: Committee, clock: FrozenClock
) -> None:
    need = build.need(committee, quantity=2)
    build.offered_item()
    board.plan()
    board.reject(Reason.NOT_NOW)
    later = build.offered_item()

    assert board.plan() == []
    clock.advance(days=30)
    assert board.plan() == [pair(later, need)]
    assert board.keys() == []


def test_wrong_item_bars_the_words_and_tells_it(
    build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    need = build.need(committee, quantity=3)
    build.offered_item(description="Machine de ma tante")
    board.plan()
    board.reject(Reason.WRONG_ITEM)
    barred = build.offered_item(description="Machine de ma tante, la petite")
    other = build.offered_item(description="Lave-linge Bosch")

    assert board.plan() == [pair(other, need)]
    page = plain(client.get("/coordination/pourquoi-pas").text)
    assert "ce n'est pas l'article demandé (appris d'un refus précédent)" in page
    assert "« Machine de ma tante » n'est plus proposé" in plain(client.get(LESSONS).text)
    del barred


def test_an_article_named_anew_since_teaches_of_what_was_refused(
    build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    build.need(committee, quantity=2)
    item = build.offered_item(description="Machine de ma tante")
    board.plan()
    board.reject(Reason.WRONG_ITEM)

    client.post(f"/coordination/a-reconnaitre/articles/{item.id}", data={"words": "chaise", "wording": ""})

    assert "n'est plus proposé comme « Lave-linge »" in plain(client.get(LESSONS).text)
    assert len(board.keys()) == 1


def test_a_committees_no_teaches_and_a_donors_does_not(
    app: Flask, build: Builder, board: Board, committee: Committee, clock: FrozenClock
) -> None:
    for actor, side, taught in ((DONOR, "donor", 0), (COMMITTEE, "committee", 1)):
        match = build.match(build.offered_item(), build.need(committee), state=MatchState.APPROVED)
        with app.app_context(), transaction() as work:
            row = work.get_one(Match, match.id)
            data = {"side": side}
            move(
                work, row, MatchState.DECLINED, Verb.DECLINE, actor, clock(), reason=Reason.TOO_FAR, data=data
            )
        assert len(board.keys()) == taught


def test_an_undone_refusal_teaches_nothing(
    app: Flask, build: Builder, board: Board, committee: Committee, clock: FrozenClock
) -> None:
    build.need(committee)
    build.offered_item()
    board.plan()
    match = board.reject(Reason.NOT_NOW)
    assert len(board.keys()) == 1

    with app.app_context(), transaction() as work:
        service.undo(work, match, board.actor, clock(), UNDO_WITHIN)

    assert board.keys() == []
    board.reject(Reason.OTHER)
    assert board.keys() == []


def test_a_refusal_is_forgotten_after_a_year(
    build: Builder, board: Board, committee: Committee, clock: FrozenClock
) -> None:
    build.need(committee)
    build.offered_item(condition=Condition.FAIR)
    board.plan()
    board.reject(Reason.CONDITION)
    clock.advance(days=364)
    assert len(board.keys()) == 1
    clock.advance(days=2)
    assert board.keys() == []


def test_a_removed_lesson_does_not_come_back_from_the_same_refusals(
    build: Builder, board: Board, committee: Committee, client: FlaskClient, clock: FrozenClock
) -> None:
    need = build.need(committee, quantity=9)
    build.offered_item(condition=Condition.FAIR)
    board.plan()
    board.reject(Reason.CONDITION)
    worn = build.offered_item(condition=Condition.FAIR)
    assert board.plan() == []
    [key] = board.keys()

    answer = client.post(f"{LESSONS}/retirer", data={"lecon": key})

    page = plain(client.get(answer.location).text)
    assert "Leçon retirée :" in page
    assert "Annuler" in page
    clock.advance(hours=1)
    assert board.plan() == [pair(worn, need)]
    assert board.keys() == []
    board.reject(Reason.CONDITION)  # a new refusal teaches anew
    assert board.keys() == [key]


def test_a_removed_lesson_is_put_back(
    build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    build.need(committee, quantity=2)
    build.offered_item()
    board.plan()
    board.reject(Reason.NOT_NOW)
    [key] = board.keys()
    client.post(f"{LESSONS}/retirer", data={"lecon": key})
    assert "1 leçon retirée" in plain(client.get(LESSONS).text)

    client.post(f"{LESSONS}/remettre", data={"lecon": key})

    assert board.keys() == [key]


@pytest.mark.parametrize(
    "key", ["", "x", "too_far-1-lave-linge", "\x00", "é" * 5000, "'; DROP TABLE decision"]
)
def test_a_lesson_that_does_not_exist_gets_a_sentence(
    client: FlaskClient, coordinator: Account, key: str
) -> None:
    for verb in ("retirer", "remettre"):
        answer = client.post(f"{LESSONS}/{verb}", data={"lecon": key}, follow_redirects=True)
        assert "Cette leçon n'existe plus" in plain(answer.text)
    assert client.get(LESSONS, query_string={"retiree": key}).status_code == 200


def test_what_was_too_far_stays_so_when_the_committees_reach_grows(
    app: Flask, build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    build.need(committee, quantity=9)
    build.offered_item(build.offer(**LYON))
    board.plan()
    board.reject(Reason.TOO_FAR)
    with app.app_context(), transaction() as work:
        work.get_one(Committee, committee.id).collects_km = 60
    build.offered_item(build.offer(**LYON))  # as far

    assert board.plan() == []
    assert "jusqu'à 19 km seulement, au lieu de 60 km." in plain(client.get(LESSONS).text)


def test_other_proposals_of_a_match_count_lessons_too(
    app: Flask, build: Builder, board: Board, committee: Committee, client: FlaskClient
) -> None:
    need = build.need(committee, quantity=2)
    build.offered_item(build.offer(**LYON))
    board.plan()
    board.reject(Reason.TOO_FAR)
    far, near = build.offered_item(build.offer(**LYON)), build.offered_item()
    assert board.plan() == [pair(near, need)]
    with app.app_context():
        [shown] = read_session().exec(
            select(Match.id).where(Match.state == MatchState.PROPOSED).order_by(col(Match.id))
        )

    page = plain(client.get(f"/coordination/rapprochements/{shown}").text)

    assert "(appris d'un refus précédent)" in page
    del far


def test_members_do_not_enter(app: Flask, build: Builder, sign_in: SignIn, committee: Committee) -> None:
    client = app.test_client()
    sign_in(client, build.account(committee=committee))
    assert client.get(LESSONS).status_code == 403
    assert client.post(f"{LESSONS}/retirer").status_code == 403


def test_lessons_of_the_screen_are_those_of_the_plan(
    app: Flask, build: Builder, board: Board, committee: Committee, clock: FrozenClock
) -> None:
    build.need(committee)
    build.offered_item()
    board.plan()
    board.reject(Reason.NOT_NOW)
    with app.app_context():
        read = queries.for_planning(read_session(), clock() + timedelta(minutes=1))
    assert [each.id for each in read] == board.keys()


def test_many_lessons_are_read_by_pages_and_narrowed(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    needs = [build.need(build.committee(name="Comité de Vienne"), item="chaise")]
    needs += [build.need() for _ in range(21)]
    matches = [build.match(build.offered_item(item=need.item), need) for need in needs]
    with app.app_context(), transaction() as work:
        for match in matches:
            service.reject(work, match.id, Reason.NOT_NOW, "", Actor.account(coordinator.id), clock())

    pages = [plain(client.get(f"{LESSONS}?page={page}").text) for page in (1, 2, 99)]

    assert [page.count("card lesson") for page in pages] == [20, 2, 2]
    assert "22 leçons" in pages[0]
    assert plain(client.get(f"{LESSONS}?texte=vienne chaise").text).count("card lesson") == 1
    assert "Aucune leçon ne correspond." in plain(client.get(f"{LESSONS}?texte=zzz&page=%00").text)
