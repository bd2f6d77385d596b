"""Whoever follows an action is asked first, hears each piece of news once, and is forgotten at one click."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.actions import following
from app.db import session, transaction
from app.models import Follower, OutboxMessage
from app.models.states import Role
from app.web.links import Purpose, path_of
from notifications.models import State
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")
ATOM = "{http://www.w3.org/2005/Atom}"


def letters(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


def tell(app: Flask, clock: FrozenClock, at_once: int = 9) -> int:
    with app.app_context(), transaction() as current:
        return following.tell(current, app.extensions["desk"], clock(), at_once)


def test_news_go_once_to_those_who_confirmed_and_to_nobody_who_left(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    action = build.action(slug="nioro", title="Nioro")
    for _ in range(3):
        client.post("/actions/nioro/suivre", data={"email": "Suit@essai.example"})
    client.post("/actions/nioro/suivre", data={"email": "jamais@essai.example"})
    [asked, _other] = letters(app)
    [address] = [word for word in asked.body_text.split() if "/suivre/" in word]
    path = address[address.index("/suivre/") :]
    client.get(path)
    with app.app_context():
        assert session().exec(select(Follower.confirmed_at)).all() == [None, None]
    client.post(path)
    with app.app_context():
        [follower] = session().exec(select(Follower).where(col(Follower.confirmed_at).is_not(None)))
    leave = path_of(
        Purpose.UNFOLLOW,
        app.extensions["links"].token(Purpose.UNFOLLOW, follower.id, f"follower:{follower.id}", clock()),
    )

    other = app.test_client()
    sign_in(other, build.account(Role.COORDINATOR))
    news = {"title": "Parti & bien", "words": "Quatre colis.", "submission_key": "k" * 20}
    for _ in range(2):
        other.post("/coordination/actions/nioro/nouvelles", data=news)
    assert tell(app, clock) == 0  # it may still be taken back
    clock.moment += timedelta(minutes=5)
    assert (tell(app, clock), tell(app, clock)) == (1, 0)
    told = letters(app)[-1]
    assert told.to_email == "suit@essai.example"
    assert "Parti & bien" in plain(told.subject)
    assert told.list_unsubscribe is not None

    stopped = client.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert (stopped.status_code, client.post(leave).status_code) == (200, 303)
    assert client.get(leave).status_code == 404
    of_follower = [row for row in letters(app) if row.party == f"follower:{follower.id}"]
    assert {row.to_email for row in of_follower}.isdisjoint({"suit@essai.example"})
    assert State.PENDING not in {row.state for row in of_follower}
    clock.moment += timedelta(days=15)
    with app.app_context(), transaction() as current:
        assert following.forget(current, clock()) == 1
        assert current.exec(select(Follower)).all() == []

    feed = client.get("/actions/nioro/nouvelles.atom")
    again = client.get("/actions/nioro/nouvelles.atom", headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
    entries = ET.fromstring(feed.data).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Parti & bien"]
    assert "Parti &amp; bien" in client.get(f"/actions/{action.slug}").text


def test_more_followers_than_one_round_tells_are_all_told(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    action = build.action(slug="nioro")
    with app.app_context(), transaction() as current:
        current.add_all(
            Follower(
                action_id=action.id, email=f"{number}@essai.example", asked_at=clock(), confirmed_at=clock()
            )
            for number in range(5)
        )
        following.publish(current, action.id, "Parti", "Oui.", "k" * 20, clock() - timedelta(hours=1))

    assert [tell(app, clock, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert len({row.to_email for row in letters(app)}) == 5
