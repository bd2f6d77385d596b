"""The hook for bounces: who may use it, what it understands, and that a coordinator hears of each once."""

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app import create_app, jobs
from app.db import db, transaction
from app.ledger.letters import undeliverable
from app.models import OutboxMessage
from app.models.states import Role
from config import Settings
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import RefusedAddress, State
from notifications.outbox import Recipient
from notifications.outcomes import Sent
from notifications.runs import Figures
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.notifications.reports import report
from tests.notifications.sink import Sink

SECRET = "tests-only-0123456789-bounce"
HEADERS = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.from_environ(
        {
            "DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database_url,
            "PORTAIL_SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
            "PORTAIL_BASE_URL": "http://localhost",
            "PORTAIL_BOUNCE_SECRET": SECRET,
        }
    )


@pytest.fixture
def message_id(app: Flask, build: Builder, clock: FrozenClock) -> str:
    """A letter that was sent, while there are a coordinator and an administrator."""
    build.account(Role.COORDINATOR, password="x", email="coordination@example.org")
    build.account(Role.ADMINISTRATOR, password="x", email="admin@example.org")
    with app.app_context(), transaction() as session:
        outbox.enqueue(
            session,
            MESSAGES["match_found"].sample().render("fr"),
            event="match:1:approved",
            party="donor:1",
            to=Recipient("Donatrice d'exemple", "someone@example.org"),
            now=clock(),
        )
        (row,) = outbox.claim(session, "w", 1, clock())
        outbox.settle(session, row, "w", Sent("250 ok"), clock(), random.Random(1))
        return row.message_id


def told(app: Flask) -> list[tuple[str, str]]:
    with app.app_context(), transaction() as session:
        rows = session.exec(select(OutboxMessage).where(OutboxMessage.message == "mail_undeliverable"))
        return [(row.to_email, row.body_text) for row in rows]


def marks(app: Flask) -> list[str]:
    with app.app_context(), transaction() as session:
        return list(session.exec(select(RefusedAddress.email)))


def test_a_permanent_bounce_marks_the_address_and_tells_the_coordinator_once(
    app: Flask, client: FlaskClient, message_id: str
) -> None:
    for _twice in range(2):
        response = client.post("/api/hooks/bounce", data=report(message_id=message_id), headers=HEADERS)
        assert (response.status_code, response.json) == (200, {"results": ["marked"]})
    assert marks(app) == ["someone@example.org"]
    ((to, text),) = told(app)
    assert to == "coordination@example.org"
    assert "someone@example.org" in text
    assert "User unknown" in text
    assert "http://localhost/coordination/courriels/1" in text


def test_a_temporary_bounce_is_noted(app: Flask, client: FlaskClient, message_id: str) -> None:
    content = report(message_id=message_id, action="delayed", status="4.2.2", diagnostic="smtp; mailbox full")
    response = client.post("/api/hooks/bounce", data=content, headers=HEADERS)
    assert response.json == {"results": ["noted"]}
    assert (marks(app), told(app)) == ([], [])


def test_a_bounce_of_nothing_of_ours_changes_nothing(
    app: Flask, client: FlaskClient, message_id: str
) -> None:
    response = client.post("/api/hooks/bounce", data=report(message_id="f" * 32), headers=HEADERS)
    assert (response.status_code, response.json) == (200, {"results": ["unknown"]})
    assert (marks(app), told(app)) == ([], [])


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", f"Bearer {SECRET}x", "Bearer é\u00ff"]
)
def test_without_the_secret_nothing_happens(
    app: Flask, client: FlaskClient, message_id: str, authorization: str
) -> None:
    response = client.post(
        "/api/hooks/bounce", data=report(message_id=message_id), headers={"Authorization": authorization}
    )
    assert response.status_code == 401
    assert response.json is not None
    assert response.json["error"].endswith(".")
    assert marks(app) == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"  \r\n", 400),
        (b"\x00\xff\xfe" * 50, 422),
        (b"Subject: hello\n\nhello", 422),
        (b'{"event": "bounce"}', 422),
        (b"x" * (256 * 1024 + 1), 413),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 4000, 422),
    ],
)
def test_hostile_bodies_get_a_sentence(client: FlaskClient, content: bytes, status: int) -> None:
    for content_type in (
        "message/rfc822",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
    ):
        response = client.post(
            "/api/hooks/bounce",
            input_stream=BytesIO(content),
            content_length=len(content),
            headers=HEADERS | {"Content-Type": content_type},
        )
        assert response.status_code == status
        assert response.json is not None
        assert response.json["error"].endswith(".")


def test_nobody_may_try_secrets_for_long(app: Flask, client: FlaskClient) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    answers = {client.post("/api/hooks/bounce", data=b"x").status_code for _ in range(125)}
    assert answers == {401, 429}


def test_without_a_secret_in_the_settings_there_is_no_hook(
    database_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    portal = create_app(
        Settings.from_environ({"DATA_DIR": str(tmp_path / "x"), "DATABASE_URL": database_url}), clock
    )
    for headers in ({}, {"Authorization": "Bearer "}):
        assert portal.test_client().post("/api/hooks/bounce", data=b"x", headers=headers).status_code == 404
    with portal.app_context():
        db.engine.dispose()


def counts(figures: Figures) -> tuple[object, object]:
    return figures["letters_sent"], figures["letters_refused"]


@pytest.fixture
def server() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


def test_what_a_mail_server_refuses_for_good_is_told_to_the_coordinator(
    app: Flask, build: Builder, clock: FrozenClock, settings: Settings, server: Sink
) -> None:
    """The job itself, with a real server: one letter is refused, the news of it goes out with the next round."""
    build.account(Role.COORDINATOR, password="x", email="coordination@example.org")
    mailing = Settings.from_environ(
        {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "PORTAIL_MAIL_SERVER": "127.0.0.1",
            "PORTAIL_MAIL_PORT": str(server.port),
            "PORTAIL_MAIL_SECURITY": "none",
        }
    )
    with app.app_context():
        with transaction() as session:
            for name in ("refused.1", "fine"):
                outbox.enqueue(
                    session,
                    MESSAGES["match_found"].sample().render("fr"),
                    event="match:1:approved",
                    party=name,
                    to=Recipient("Donatrice d'exemple", f"{name}@example.org"),
                    now=clock(),
                )
        assert counts(jobs.send_mail(mailing, clock, "w")) == (2, 1)
        assert [to for to, _ in server.taken] == ["fine@example.org", "coordination@example.org"]
        assert b"Date: Mon, 23 Nov 2026" in server.taken[1][1]
        with transaction() as session:
            states = dict(session.exec(select(OutboxMessage.party, OutboxMessage.state)).all())
        assert states["refused.1"] is State.FAILED
        db.engine.dispose()


def test_a_lost_letter_about_a_lost_letter_is_told_to_nobody(
    app: Flask, build: Builder, clock: FrozenClock, settings: Settings, server: Sink
) -> None:
    build.account(Role.COORDINATOR, password="x", email="refused.9@example.org")
    build.account(Role.COORDINATOR, password="x", email="coordination@example.org")
    mailing = Settings.from_environ(
        {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "PORTAIL_MAIL_SERVER": "127.0.0.1",
            "PORTAIL_MAIL_PORT": str(server.port),
            "PORTAIL_MAIL_SECURITY": "none",
        }
    )
    with app.app_context():
        with transaction() as session:
            to = Recipient("Donatrice d'exemple", "refused.1@example.org")
            rendered = MESSAGES["match_found"].sample().render("fr")
            outbox.enqueue(session, rendered, event="e", party="donor:1", to=to, now=clock())
        assert counts(jobs.send_mail(mailing, clock, "w")) == (1, 2)
        assert counts(jobs.send_mail(mailing, clock, "w")) == (0, 0)
        db.engine.dispose()


def test_a_coordinator_s_own_lost_letter_is_told_to_the_others(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    lost = build.account(Role.COORDINATOR, password="x", email="perdue@example.org")
    build.account(Role.COORDINATOR, password="x", email="coordination@example.org")
    with app.app_context(), transaction() as session:
        to, digest = (
            Recipient("Coordinatrice d'exemple", lost.email),
            MESSAGES["coordinator_digest"].sample().render("fr"),
        )
        row = outbox.enqueue(session, digest, event="e", party=f"account:{lost.id}", to=to, now=clock())
        assert row is not None
        undeliverable(app.extensions["desk"], session, row, "550 5.1.1 no such user", clock())
        told = session.exec(
            select(OutboxMessage.to_email).where(OutboxMessage.message == "mail_undeliverable")
        ).all()

    assert told == ["coordination@example.org"]
