"""A committee's list as a whole: last month's again, acts for many, needs that come back, more of what is asked already."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.models import Account, Committee, Need
from app.models.states import Condition, MatchState, NeedState, Repeat, Urgency
from app.needs.service import next_day
from app.needs.waiting import declare_again
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(slug="givors")


@pytest.fixture(autouse=True)
def member(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


def needs(app: Flask, *states: NeedState) -> list[Need]:
    with app.app_context():
        query = select(Need).order_by(col(Need.id))
        return list(session().exec(query.where(col(Need.state).in_(states or list(NeedState)))).all())


def test_last_months_list_is_declared_whole_in_two_gestures(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    action = build.action(committee)
    last_month = clock() - timedelta(days=31)
    told = {
        "quantity": 12, "urgency": Urgency.HIGH, "reason": "Noël", "action_id": action.id,
        "minimum_condition": Condition.GOOD, "declared_at": last_month,
    }  # fmt: skip
    build.need(committee, item="chaise", state=NeedState.MET, **told)
    again = build.need(committee, item="bureau", declared_at=last_month)  # open still: not ticked
    build.need(committee, item="four", state=NeedState.WITHDRAWN, declared_at=last_month)

    page = client.get("/mon-comite/besoins/recopier?comite=givors").text
    ticked = [
        part.split('"')[0] for part in page.split('name="choisi" value="')[1:] if "checked" in part[:20]
    ]
    assert ticked == ["1"]
    assert f'value="{again.id}">' in page
    answer = client.post(
        "/mon-comite/besoins/recopier?comite=givors",
        data={"choisi": ticked, "quantite-1": "15", "cle": "k" * 30},
        follow_redirects=True,
    )

    assert "Un besoin est déclaré." in plain(answer.text)
    copied = needs(app)[-1]
    assert (copied.item, copied.quantity, copied.urgency, copied.reason, copied.action_id, copied.minimum_condition) == (
        "chaise", 15, Urgency.HIGH, "Noël", action.id, Condition.GOOD,
    )  # fmt: skip


def test_a_double_click_copies_once_and_an_action_that_is_over_is_left_out(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    over = build.action(committee, deadline=clock().date() - timedelta(days=1))
    old = build.need(committee, declared_at=clock() - timedelta(days=31), action_id=over.id)
    data = {"choisi": str(old.id), f"quantite-{old.id}": "3", "cle": "k" * 30}

    answers = [client.post("/mon-comite/besoins/recopier?comite=givors", data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [(need.quantity, need.action_id) for need in needs(app)] == [(1, over.id), (3, None)]


@pytest.mark.parametrize("typed", ["0", "beaucoup", "-3", "9999999999", ""])
def test_a_wrong_number_is_said_and_nothing_is_declared(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock, typed: str
) -> None:
    build.need(committee, declared_at=clock() - timedelta(days=31))
    data = {"choisi": "1", "quantite-1": typed}
    answer = client.post("/mon-comite/besoins/recopier?comite=givors", data=data)

    assert answer.status_code == 422
    assert f'name="quantite-1" value="{typed}"' in answer.text
    assert len(needs(app)) == 1


def test_many_are_paused_and_those_of_others_are_left_alone(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee
) -> None:
    mine, other = [build.need(committee), build.need(committee)], build.need()
    data = {"choisi": [str(need.id) for need in (*mine, other)], "geste": "pause"}
    answer = client.post("/mon-comite/besoins/ensemble?comite=givors", data=data, follow_redirects=True)

    assert "2 besoins sont en pause." in plain(answer.text)
    assert [need.id for need in needs(app, NeedState.PAUSED)] == [need.id for need in mine]


def test_the_whole_list_is_still_true_in_one_gesture(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    build.need(committee, asked_at=clock())
    build.need(committee, state=NeedState.EXPIRED, asked_at=clock())
    assert "2 besoins anciens attendent un mot de vous" in plain(
        client.get("/mon-comite/besoins?comite=givors").text
    )

    client.post("/mon-comite/besoins/tous-vrais?comite=givors")

    assert [(need.state, need.asked_at) for need in needs(app)] == [(NeedState.OPEN, None)] * 2


def test_the_warning_of_a_second_time_raises_the_first_in_one_gesture(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee
) -> None:
    need = build.need(committee, item="chaise", quantity=4)
    data = {
        "item": "chaises",
        "quantity": "6",
        "urgency": "normal",
        "minimum_condition": "fair",
        "submission_key": "k" * 32,
    }
    page = client.post("/besoins/nouveau?comite=givors", data=data)
    assert page.status_code == 422
    assert "En demander 6 de plus" in plain(page.text)

    added = client.post(
        f"/mon-comite/besoins/{need.id}/ajouter?comite=givors", data={"quantity": "6"}, follow_redirects=True
    )

    assert "C'est noté : vous en demandez 10." in plain(added.text)
    assert [each.quantity for each in needs(app)] == [10]


def test_nobody_adds_to_the_need_of_another_committee(
    app: Flask, build: Builder, client: FlaskClient
) -> None:
    other = build.need(quantity=4)
    client.post(f"/mon-comite/besoins/{other.id}/ajouter?comite=givors", data={"quantity": "6"})
    assert [each.quantity for each in needs(app)] == [4]


def test_a_need_comes_back_each_year_and_what_is_left_of_it_is_taken_back(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    day = clock().date() + timedelta(days=2)
    data = {
        "item": "chaises", "quantity": "30", "urgency": "normal", "minimum_condition": "fair",
        "submission_key": "k" * 32, "repeats": "yearly", "next_on": day.isoformat(),
    }  # fmt: skip
    client.post("/besoins/nouveau?comite=givors", data=data)
    first = needs(app)[0]
    assert (first.repeats, first.next_on) == (Repeat.YEARLY, day)
    build.match(need=first, state=MatchState.COMPLETED, quantity=10, received_quantity=10)

    def again() -> int:
        with app.app_context(), transaction() as current:
            return declare_again(current, clock())

    assert again() == 0
    clock.advance(days=2)
    assert again() == 1
    assert again() == 0

    old, new = needs(app)
    assert (old.state, old.quantity, old.repeats, old.next_on) == (NeedState.MET, 10, None, None)
    assert (new.quantity, new.item, new.state, new.repeats) == (30, "chaise", NeedState.OPEN, Repeat.YEARLY)
    assert new.next_on == day.replace(year=day.year + 1)


def test_what_is_paused_or_withdrawn_does_not_come_back(
    app: Flask, build: Builder, committee: Committee, clock: FrozenClock
) -> None:
    for state in (NeedState.PAUSED, NeedState.WITHDRAWN):
        build.need(committee, state=state, repeats=Repeat.MONTHLY, next_on=clock().date())
    with app.app_context(), transaction() as current:
        assert declare_again(current, clock()) == 0


@pytest.mark.parametrize(
    ("day", "repeats", "today", "then"),
    [
        (date(2026, 1, 31), Repeat.MONTHLY, date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), Repeat.MONTHLY, date(2026, 2, 28), date(2026, 3, 31)),
        (date(2024, 2, 29), Repeat.YEARLY, date(2024, 3, 1), date(2025, 2, 28)),
        (date(2026, 9, 1), Repeat.YEARLY, date(2029, 9, 1), date(2030, 9, 1)),
    ],
)
def test_the_same_day_of_a_month_or_its_last(day: date, repeats: Repeat, today: date, then: date) -> None:
    assert next_day(day, repeats, today) == then


def test_enter_in_a_field_sends_nothing(client: FlaskClient) -> None:
    """Browsers press the first button of a form: here a disabled one."""
    for path in ("/besoins/nouveau?comite=givors", "/besoins/nouveau"):
        page = client.get(path).text
        form = page[page.index('id="need-form"') :]
        assert form.index('<button type="submit" disabled hidden>') < form.index("<input")
