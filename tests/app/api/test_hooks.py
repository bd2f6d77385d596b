"""What happens to a committee is told to its addresses: signed, once, patiently, and never inside the portal's own network."""

import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from app.api import hooks
from app.api.calling import (
    CallFailedError,
    ForbiddenAddressError,
    acceptable,
    call,
    checked,
    is_public,
    one_of,
)
from app.db import session, transaction
from app.matches import service as matches
from app.models import Committee, HookDelivery, Webhook
from app.models.states import HookEvent, Part
from app.needs import service as needs
from app.transitions import Actor
from config import Settings
from notifications.models import State
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, UNDO_WITHIN, FrozenClock

pytestmark = pytest.mark.databases("sqlite")


@dataclass
class Listener:
    """A program of a committee's: what it heard, and what it answers."""

    url: str = ""
    status: int = 204
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    heard = Listener()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.heard.append((dict(self.headers), body))
            self.send_response(heard.status)
            self.send_header("Location", f"{heard.url}/ailleurs")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    heard.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard


@pytest.fixture
def here(settings: Settings) -> Settings:
    """Where addresses of this machine may be told."""
    return replace(settings, webhooks_loopback=True)


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(slug="givors")


def hooked(app: Flask, build: Builder, committee: Committee, url: str, *events: HookEvent) -> int:
    account = build.account(committee=committee, part=Part.RESPONSIBLE)
    with app.app_context(), transaction() as work:
        made = hooks.make(work, committee.id, account, url, events or tuple(HookEvent), FrozenClock()())
        assert made is not None
        return made.id


def states(app: Flask) -> list[tuple[HookEvent, State]]:
    with app.app_context():
        return [
            (row.event, row.outcome)
            for row in session().exec(select(HookDelivery).order_by(col(HookDelivery.id)))
        ]


def test_what_is_decided_is_told_once_signed_and_only_to_ones_own(
    app: Flask, build: Builder, here: Settings, committee: Committee, listener: Listener, clock: FrozenClock
) -> None:
    hook_id = hooked(app, build, committee, listener.url)
    other = hooked(app, build, build.committee(), listener.url)
    need, account = build.need(committee), build.account()
    actor = Actor.account(account.id)
    with app.app_context():
        with transaction() as work:
            needs.withdraw(work, need.id, actor, clock())
        with transaction() as work:
            needs.restore(work, need.id, actor, clock())
        assert hooks.send_now(here, clock) == 2
        assert hooks.send_now(here, clock) == 0
        secret = hooks.secret_of(here, session().get_one(Webhook, hook_id))
        assert secret != hooks.secret_of(here, session().get_one(Webhook, other))

    told = [json.loads(body) for _headers, body in listener.heard]
    assert [(each["event"], each["need"], each["committee"]) for each in told] == [
        ("need.closed", need.id, "givors"),
        ("need.published", need.id, "givors"),
    ]
    for headers, body in listener.heard:
        moment, _comma, signed = headers["Portail-Signature"].removeprefix("t=").partition(",v1=")
        right = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
        assert (int(moment), signed) == (int(clock().timestamp()), right)
        assert json.loads(body)["id"] == headers["Portail-Delivery"]


def test_a_proposal_is_told_when_it_can_no_longer_be_undone(
    app: Flask, build: Builder, here: Settings, committee: Committee, listener: Listener, clock: FrozenClock
) -> None:
    hooked(app, build, committee, listener.url, HookEvent.MATCH_PROPOSED)
    actor = Actor.account(build.account().id)
    kept, undone = (build.match(build.offered_item(), build.need(committee)) for _ in range(2))
    with app.app_context():
        for match in (kept, undone):
            with transaction() as work:
                matches.approve(work, match.id, actor, clock(), ANSWER_WITHIN)
        with transaction() as work:
            matches.undo(work, undone.id, actor, clock(), UNDO_WITHIN)
        assert hooks.send_now(here, clock) == 0
        clock.advance(seconds=UNDO_WITHIN.seconds)
        assert hooks.send_now(here, clock) == 1

    assert [json.loads(body)["match"] for _headers, body in listener.heard] == [kept.id]


def test_what_does_not_arrive_is_tried_for_a_day_and_may_be_sent_again(
    app: Flask, build: Builder, here: Settings, committee: Committee, listener: Listener, clock: FrozenClock
) -> None:
    """A redirection is no arrival. 410 stops the address."""
    hook_id = hooked(app, build, committee, listener.url)
    listener.status = 302
    need, actor = build.need(committee), Actor.account(build.account().id)
    with app.app_context():
        with transaction() as work:
            needs.withdraw(work, need.id, actor, clock())
        begun = clock()
        while states(app)[0][1] is State.PENDING:
            hooks.send_now(here, clock)
            clock.advance(minutes=7)
        assert timedelta(hours=20) < clock() - begun < timedelta(hours=30)
        assert 10 < len(listener.heard) < 16
        assert len({body for _headers, body in listener.heard}) == 1

        listener.status = 204
        key = session().exec(select(HookDelivery.id)).one()
        for mine, done in ((committee.id + 1, False), (committee.id, True)):
            with transaction() as work:
                assert hooks.send_again(work, mine, key, clock()) is done
        assert hooks.send_now(here, clock) == 1

        listener.status = 410
        with transaction() as work:
            hooks.send_again(work, committee.id, key, clock())
        hooks.send_now(here, clock)
        assert session().get_one(Webhook, hook_id).stopped_at is not None


def test_the_portal_asks_nothing_of_its_own_network(
    app: Flask,
    build: Builder,
    settings: Settings,
    committee: Committee,
    listener: Listener,
    clock: FrozenClock,
) -> None:
    hooked(app, build, committee, listener.url)
    need, actor = build.need(committee), Actor.account(build.account().id)
    with app.app_context():
        with transaction() as work:
            needs.withdraw(work, need.id, actor, clock())
        assert hooks.send_now(settings, clock) == 0

    assert states(app) == [(HookEvent.NEED_CLOSED, State.FAILED)]
    assert listener.heard == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1"],
)  # fmt: skip
def test_addresses_that_are_not_everybodys(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(ForbiddenAddressError):
        checked(address, 443, loopback=False)


@pytest.mark.parametrize(
    "names", [("93.184.1.1", "10.0.0.1"), ("10.0.0.1", "93.184.1.1"), ("2606:4700::1", "::1")]
)
def test_a_name_with_one_address_of_ours_among_others_is_not_asked(names: tuple[str, ...]) -> None:
    with pytest.raises(ForbiddenAddressError):
        one_of([ip_address(name) for name in names], loopback=False)


@given(st.ip_addresses(v=4, network="93.184.0.0/16"))
def test_addresses_that_are(address: object) -> None:
    assert is_public(ip_address(str(address)))


@pytest.mark.parametrize(
    "url",
    ["http://exemple.org", "https://", "https://a:b@exemple.org", "file:///etc/passwd", "https://exemple.org:99999", "https://ex emple.org",
     "https://[", "ftp://exemple.org", "https://exemple.org/\r\nX: y"],
)  # fmt: skip
def test_what_is_no_address_to_tell(url: str) -> None:
    assert not acceptable(url)
    with pytest.raises(ForbiddenAddressError):
        call("POST", url)


def test_who_answers_a_byte_at_a_time_is_left() -> None:
    """Each byte comes in time, the whole never does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            peer, _address = server.accept()
            with peer, suppress(OSError):
                peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not over.wait(0.05):
                    peer.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(CallFailedError):
            call("POST", f"http://127.0.0.1:{server.getsockname()[1]}", loopback=True, seconds=0.3)
        over.set()
        thread.join()
