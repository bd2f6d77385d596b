"""« Proposer à… » : from an article, a need or a committee, in two clicks; what the engine thinks is said, and so is who would lose."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session as read_session
from app.models import Account, Committee, Earmark, Match, Need, OfferedItem, OutboxMessage
from app.models.states import Condition, MatchState, Role
from tests.app.matches.planned import LILLE, plan
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

ARTICLES, NEEDS, COMMITTEES = (
    f"/coordination/a-la-main/{each}" for each in ("articles", "besoins", "comites")
)


@pytest.fixture(autouse=True)
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple")
    sign_in(client, account)
    return account


def key(item: OfferedItem, need: Need | None, committee: int) -> str:
    return f"{item.id}-{need.id if need else 0}-{committee}"


def live(app: Flask) -> list[tuple[int, int, int, MatchState]]:
    with app.app_context():
        rows = read_session().exec(
            select(Match).where(Match.state != MatchState.SUPERSEDED).order_by(col(Match.id))
        )
        return [(row.offered_item_id, row.need_id, row.quantity, row.state) for row in rows]


class Clicks:
    """A coordinator who follows links and presses buttons; each counts."""

    def __init__(self, client: FlaskClient, page: str) -> None:
        self.client, self.page, self.count = client, page, 0

    def follow(self, words: str) -> None:
        self.count += 1
        [path, *_more] = re.findall(rf'href="([^"]*)"[^>]*>{words}', self.page)
        self.page = self.client.get(path).text

    def press(self, words: str) -> None:
        self.count += 1
        button = re.search(rf'name="seul" value="([^"]*)">{words}', self.page)
        assert button is not None
        inputs = dict(re.findall(r'name="([^"]*-quantity)"[^>]*value="([^"]*)"', self.page))
        action = re.findall(r'<form method="post" action="([^"]*)"', self.page)[-1]
        self.page = self.client.post(action, data={**inputs, "seul": button[1]}, follow_redirects=True).text


def test_the_median_act_takes_two_clicks(
    app: Flask, client: FlaskClient, build: Builder, capsys: pytest.CaptureFixture[str]
) -> None:
    item = build.offered_item(quantity=3)
    committee = build.committee(name="Comité de Vienne")
    need = build.need(committee, quantity=2)

    coordinator = Clicks(client, client.get(f"/coordination/offres/{item.offer_id}").text)
    coordinator.follow("Proposer à…")
    coordinator.press("Proposer et écrire aux deux")

    assert live(app) == [(item.id, need.id, 2, MatchState.APPROVED)]
    assert "Annuler" in coordinator.page
    assert coordinator.count <= 2
    with capsys.disabled():
        print(f"\nproposer à la main : {coordinator.count} interactions")  # noqa: T201 - the measure
    with app.app_context():
        assert len(read_session().exec(select(OutboxMessage)).all()) == 2


def test_twelve_laptops_eight_here_four_there_over_a_rule(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item(item="ordinateur-portable", quantity=12)
    near = build.need(build.committee(name="Comité de Givors"), item="ordinateur-portable", quantity=12)
    far = build.need(build.committee(name="Comité de Lille", **LILLE), item="ordinateur-portable", quantity=6)
    plan(app, clock)
    path = f"{ARTICLES}/{item.id}"

    page = plain(client.get(path).text)
    assert "Une règle s'y oppose" in page
    assert "le comité va chercher jusqu'à 30 km" in page
    assert "Prendrait la place de : 6 × Ordinateur portable pour le Comité de Givors" in page
    ticked = {
        "paire": [key(item, near, near.committee_id), key(item, far, far.committee_id)],
        f"{key(item, near, near.committee_id)}-quantity": "8",
        f"{key(item, far, far.committee_id)}-quantity": "4",
    }
    without = client.post(path, data=ticked)
    assert without.status_code == 422
    assert "dites pourquoi vous passez outre" in plain(without.text)
    assert 'value="8"' in without.text
    assert [row[3] for row in live(app)] == [MatchState.PROPOSED]

    ticked[f"{key(item, far, far.committee_id)}-reason"] = "will_carry"
    ticked["note"] = "Un adhérent descend à Lille."
    done = plain(client.post(path, data=ticked, follow_redirects=True).text)

    assert "2 rapprochements approuvés." in done
    assert sorted(live(app)) == sorted(
        [
            (item.id, near.id, 8, MatchState.APPROVED),
            (item.id, far.id, 4, MatchState.APPROVED),
        ]
    )
    with app.app_context():
        made = read_session().exec(select(Match.id).where(Match.need_id == far.id)).one()
        letters = [
            row.body_text for row in read_session().exec(select(OutboxMessage)) if made in row.match_ids
        ]
    shown = plain(client.get(f"/coordination/rapprochements/{made}").text)
    assert "Fait à la main par Coordinatrice Exemple : Quelqu'un peut faire le trajet" in shown
    assert "La coordination l'a choisi malgré ceci : c'est à" in shown
    assert "Un adhérent descend à Lille." in shown
    assert "Identique" in shown
    assert any("malgré ceci" in plain(letter) for letter in letters)
    plan(app, clock)
    assert len(live(app)) == 2


def test_a_committee_without_a_need_is_found_by_its_name_and_gets_one(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    item, committee = build.offered_item(quantity=2), build.committee(name="Comité d'Écully")
    path = f"{ARTICLES}/{item.id}"

    page = plain(client.get(path, query_string={"texte": "ecully"}).text)
    assert "Ce comité n'en a pas demandé : un besoin sera ouvert pour lui." in page
    pair = key(item, None, committee.id)
    sent = {"seul": pair, f"{pair}-quantity": "1", "key": "0" * 32}
    done = plain(client.post(path, data=sent, follow_redirects=True).text)

    assert "Un besoin a été ouvert pour un comité qui n'en avait pas demandé." in done
    client.post(path, data=sent)
    with app.app_context():
        needs = read_session().exec(select(Need)).all()
        assert [(need.committee_id, need.item, need.quantity) for need in needs] == [
            (committee.id, item.item, 1)
        ]
        made = read_session().exec(select(Match.id)).one()
    client.post(f"/coordination/rapprochements/{made}/annuler")
    with app.app_context():
        assert [str(need.state) for need in read_session().exec(select(Need))] == ["withdrawn"]


def test_from_a_need_and_from_a_committee(app: Flask, client: FlaskClient, build: Builder) -> None:
    committee = build.committee(name="Comité de Vienne")
    need = build.need(committee, quantity=1)
    good = build.offered_item(build.offer(commune="Oullins"))
    worn = build.offered_item(build.offer(commune="Brignais"), condition=Condition.FOR_PARTS)
    other = build.offered_item(build.offer(commune="Irigny"), item="bureau")

    of_need = plain(client.get(f"{NEEDS}/{need.id}").text)
    of_committee = plain(client.get(f"{COMMITTEES}/{committee.id}").text)
    searched = plain(client.get(f"{COMMITTEES}/{committee.id}", query_string={"texte": "bureau"}).text)

    for page in (of_need, of_committee):
        assert page.index("Lave-linge à Oullins") < page.index("Lave-linge à Brignais")
        assert "l'état est « Pour pièces »" in page
        assert "Irigny" not in page
    assert "Bureau à Irigny" in searched
    client.post(
        f"{NEEDS}/{need.id}",
        data={"seul": key(good, need, committee.id), f"{key(good, need, committee.id)}-quantity": "1"},
    )
    pair = key(other, None, committee.id)
    client.post(f"{COMMITTEES}/{committee.id}", data={"seul": pair, f"{pair}-quantity": "1"})
    assert [(item, state) for item, _need, _quantity, state in live(app)] == [
        (good.id, MatchState.APPROVED),
        (other.id, MatchState.APPROVED),
    ]
    assert worn.id


def test_a_proposal_is_lowered_and_raised_only_as_far_as_both_have(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    item, need = build.offered_item(quantity=12), build.need(quantity=9)
    match = build.match(item, need, quantity=9)
    path = f"/coordination/rapprochements/{match.id}/quantite"

    lowered = plain(client.post(path, data={"quantity": "8"}, follow_redirects=True).text)
    assert "Il en reste 4 à proposer." in lowered
    assert live(app) == [(item.id, need.id, 8, MatchState.PROPOSED)]
    plan(app, clock)
    assert live(app) == [(item.id, need.id, 8, MatchState.PROPOSED)]
    raised = plain(client.post(path, data={"quantity": "10"}, follow_redirects=True).text)
    assert "Il n'en manque que 9." in raised
    for nonsense in ("0", "", "beaucoup"):
        client.post(path, data={"quantity": nonsense})
    client.post(path, data={"quantity": "9"})
    assert live(app) == [(item.id, need.id, 9, MatchState.PROPOSED)]


def test_an_article_is_kept_until_a_day_and_given_back(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    item, committee = build.offered_item(quantity=4), build.committee(name="Comité de Vienne")
    path = f"/coordination/a-la-main/garder/{item.id}/{committee.id}"
    day = (clock().date() + timedelta(days=5)).isoformat()

    late = client.post(path, data={"quantity": "4", "day": "2031-01-01"})
    assert late.status_code == 422
    assert "entre aujourd'hui et la fin de l'offre" in plain(late.text)
    kept = client.post(
        path, data={"quantity": "4", "day": day, "note": "Ils rappellent jeudi"}, follow_redirects=True
    )

    assert "4 pièces gardées pour le Comité de Vienne jusqu'au 28 novembre 2026." in plain(kept.text)
    offer = plain(client.get(f"/coordination/offres/{item.offer_id}").text)
    assert "4 pièces gardées pour le Comité de Vienne jusqu'au 28 novembre 2026." in offer
    assert "Ils rappellent jeudi" in offer
    with app.app_context():
        kept_id = read_session().exec(select(Earmark.id)).one()
    said = client.post(f"/coordination/a-la-main/rendre/{kept_id}", follow_redirects=True)
    assert "L'article n'est plus gardé." in plain(said.text)
    assert "gardées pour" not in plain(client.get(f"/coordination/offres/{item.offer_id}").text)


@pytest.mark.parametrize(
    "path",
    [
        lambda item, need, committee: f"{ARTICLES}/{item.id}",
        lambda item, need, committee: f"{NEEDS}/{need.id}",
        lambda item, need, committee: f"{COMMITTEES}/{committee.id}",
    ],
)
def test_nothing_ticked_is_said(
    client: FlaskClient, build: Builder, path: Callable[[OfferedItem, Need, Committee], str]
) -> None:
    committee = build.committee()
    item, need = build.offered_item(), build.need(committee)

    answer = client.post(path(item, need, committee), data={"paire": "0-0-0", "note": "Un mot"})

    assert "Cochez au moins une ligne." in plain(answer.text)
    assert "Un mot" in answer.text
