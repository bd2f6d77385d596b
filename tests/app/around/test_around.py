"""« Autour de vous, sans preneur » : what nobody takes is shown without a name, and asked for in one act that a coordinator decides."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.digests.weekly import send_weekly
from app.matches.queries import pulse
from app.models import Account, Committee, Match, Need, OfferedItem, OutboxMessage, Preference
from app.models.states import MatchState, NeedState, Part, Urgency
from notifications.models import JobRun, Outcome
from tests.app.matches.planned import LILLE
from tests.app.matches.planned import plan as planned
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


def plan(app: Flask, clock: FrozenClock) -> None:
    """As the scheduler does, which writes down that it looked."""
    planned(app, clock)
    with app.app_context(), transaction() as current:
        current.add(JobRun(name=pulse.JOB, started_at=clock(), finished_at=clock(), outcome=Outcome.OK))


AROUND = "/mon-comite/autour?comite=givors"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(slug="givors", name="Comité de Givors", email="givors@essai.example")


@pytest.fixture(autouse=True)
def member(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    build.need(build.committee(), item="four")  # a plan has something to look for
    account = build.account(committee=committee, name="Membre Exemple")
    sign_in(client, account)
    return account


def gift(
    build: Builder, item: str = "chaise", *, name: str = "Donatrice Cachée", **values: Any
) -> OfferedItem:
    where = {key: values.pop(key) for key in ("latitude", "longitude") if key in values}
    offer = build.offer(build.donor(name=name), contact_name="", street="9 rue Secrète", **where)
    return build.offered_item(offer, item=item, **values)


def shown(client: FlaskClient) -> list[str]:
    return re.findall(r'id="don-(\d+)"', client.get(AROUND).text)


def ask(client: FlaskClient, item: OfferedItem, quantity: int) -> str:
    page = client.get(AROUND).text
    key = re.search(rf'id="key-{item.id}"[^>]*value="([^"]+)"', page)
    data = {"submission_key": key[1] if key else "x" * 30, "quantity": quantity}
    return plain(
        client.post(f"/mon-comite/autour/{item.id}?comite=givors", data=data, follow_redirects=True).text
    )


def test_a_committee_sees_what_nobody_takes_within_reach_and_by_its_rules_and_no_name(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    near = gift(build, quantity=6)
    gift(build, **LILLE)  # too far
    gift(build, "bureau")
    build.need(build.committee(), item="bureau")
    gift(build, "lave-linge", condition="fair")  # ours to be matched by a plan, if at all
    build.need(committee, item="lave-linge", minimum_condition="new")
    assert shown(client) == []  # no plan has looked yet

    plan(app, clock)

    assert shown(client) == [str(near.id)]
    page = client.get(AROUND).text
    assert "Cachée" not in page
    assert "Secrète" not in page


def test_a_hand_that_is_raised_makes_a_need_and_a_proposal_that_a_coordinator_decides(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock
) -> None:
    chairs = gift(build, quantity=6)
    plan(app, clock)

    assert "un besoin est déclaré pour vous" in ask(client, chairs, 4)

    with app.app_context():
        [need] = session().exec(select(Need).where(Need.item == "chaise")).all()
        [match] = session().exec(select(Match)).all()
    assert (need.item, need.quantity, need.urgency, need.state) == ("chaise", 4, Urgency.LOW, NeedState.OPEN)
    assert (match.quantity, match.state, match.by_hand_id) == (4, MatchState.PROPOSED, None)
    assert shown(client) == []
    undone = client.post(f"/besoins/{need.id}/retirer", follow_redirects=True)
    assert "Le besoin est retiré." in plain(undone.text)
    with app.app_context():
        assert session().exec(select(Match.state)).all() == [MatchState.SUPERSEDED]


def test_it_is_given_back_where_others_ask_with_better_reasons(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock, committee: Committee
) -> None:
    chairs = gift(build, quantity=4, latitude=45.70, longitude=4.90)
    plan(app, clock)
    ask(client, chairs, 4)
    closer = build.committee(latitude=45.70, longitude=4.90)
    pressing = build.need(closer, item="chaise", quantity=4, urgency=Urgency.CRITICAL)
    clock.advance(minutes=1)

    plan(app, clock)

    with app.app_context():
        live = session().exec(select(Match.need_id).where(Match.state == MatchState.PROPOSED)).all()
    assert live == [pressing.id]


@pytest.mark.parametrize(
    ("quantity", "divisible", "said"),
    [
        (7, True, "Il n'en reste que 6 pièces : demandez-en moins."),
        (0, True, "Ce nombre doit être compris entre 1 et"),
        (2, False, "Ce lot ne se partage pas"),
    ],
)
def test_what_cannot_be_asked_for_is_said(
    app: Flask,
    build: Builder,
    client: FlaskClient,
    clock: FrozenClock,
    quantity: int,
    divisible: bool,
    said: str,
) -> None:
    chairs = gift(build, quantity=6, divisible=divisible)
    plan(app, clock)

    assert said in ask(client, chairs, quantity)
    with app.app_context():
        assert session().exec(select(Need).where(Need.item == "chaise")).all() == []


def test_who_comes_second_is_told(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock
) -> None:
    chairs = gift(build, quantity=2)
    plan(app, clock)
    page = client.get(AROUND).text
    build.match(chairs, build.need(quantity=2), state=MatchState.APPROVED, quantity=2)
    key = re.search(rf'id="key-{chairs.id}"[^>]*value="([^"]+)"', page)
    assert key

    answer = client.post(
        f"/mon-comite/autour/{chairs.id}?comite=givors",
        data={"submission_key": key[1], "quantity": 2},
        follow_redirects=True,
    )

    assert "Ce don vient de trouver preneur" in plain(answer.text)


def test_a_double_click_asks_once(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock
) -> None:
    chairs = gift(build, quantity=6)
    plan(app, clock)
    data = {"submission_key": "k" * 32, "quantity": 3}
    for _ in range(2):
        client.post(f"/mon-comite/autour/{chairs.id}?comite=givors", data=data)

    with app.app_context():
        assert [need.quantity for need in session().exec(select(Need).where(Need.item == "chaise"))] == [3]
        assert [match.quantity for match in session().exec(select(Match)).all()] == [3]


def test_a_reader_sees_and_asks_for_nothing(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock, committee: Committee, sign_in: SignIn
) -> None:
    chairs = gift(build, quantity=6)
    plan(app, clock)
    sign_in(client, build.account(committee=committee, part=Part.READER))

    page = client.get(AROUND).text
    assert f"don-{chairs.id}" in page
    assert "Cela nous servirait" not in page


def test_the_week_tells_of_it_to_who_asked_for_that_alone(
    app: Flask, build: Builder, clock: FrozenClock, committee: Committee
) -> None:
    gift(build, quantity=2)
    plan(app, clock)
    clock.advance(days=7 - clock().weekday())

    with app.app_context(), transaction() as current:
        assert send_weekly(current, app.extensions["desk"], clock()) == 0
    build._save(Preference(party=f"committee:{committee.id}", around=True, changed_at=clock()))
    clock.advance(days=7)
    with app.app_context(), transaction() as current:
        assert send_weekly(current, app.extensions["desk"], clock()) == 1
    with app.app_context():
        [letter] = session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
    assert "Autour de vous, sans preneur" in plain(letter.body_text)
    assert "2 × Chaise" in plain(letter.body_text)
