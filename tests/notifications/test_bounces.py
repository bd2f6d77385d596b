"""Delivery reports (RFC 3464): understood as mail systems write them, refused with a sentence when they are none."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from notifications import addresses, outbox
from notifications.bounces import NotAReportError, read
from notifications.letter import Letter
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage, State
from notifications.outbox import Recipient
from notifications.outcomes import Report, Sent
from tests.notifications.reports import report

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OURS = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_permanent_failure_names_message_address_and_reason(returned: str) -> None:
    assert read(report(message_id=OURS, returned=returned)) == (
        Report(
            OURS,
            "someone@example.org",
            permanent=True,
            address=True,
            words="550 5.1.1 <someone@example.org>: Recipient address rejected: User unknown",
        ),
    )


@pytest.mark.parametrize(
    ("action", "status", "permanent", "address"),
    [
        ("failed", "5.1.1", True, True),
        ("failed", "5.2.1", True, True),
        ("failed", "5.4.4", True, True),
        ("failed", "5.0.0", True, True),
        ("Failed", "5.7.1", True, False),
        ("failed", "5.6.0", True, False),
        ("failed", "4.4.7", False, False),
        ("delayed", "4.2.2", False, False),
        ("delayed", "5.1.1", False, False),
    ],
)
def test_what_is_final_and_whose_fault(action: str, status: str, permanent: bool, address: bool) -> None:
    (one,) = read(report(action=action, status=status, diagnostic="smtp; told"))
    assert (one.permanent, one.address) == (permanent, address)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "nonsense"])
def test_what_arrived_is_no_bounce(action: str) -> None:
    assert read(report(action=action, status="2.0.0")) == ()


def test_the_address_that_we_wrote_to_comes_before_the_one_it_was_passed_on_to() -> None:
    content = report().replace(b"Original-Recipient: rfc822;someone@", b"Original-Recipient: rfc822;Public@")
    assert read(content)[0].recipient == "public@example.org"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 100,
        b"Subject: hello\n\nhello",
        b"Content-Type: multipart/report; boundary=b\n\n--b\n\nno status\n--b--\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 500 + b"--b--",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
    ],
)
def test_what_is_no_report_gets_a_sentence(content: bytes) -> None:
    with pytest.raises(NotAReportError) as caught:
        read(content)
    assert str(caught.value).endswith(".")


def test_hostile_fields_stay_short_and_on_one_line() -> None:
    content = report(diagnostic="smtp; 550 5.1.1 " + "x" * 100_000, recipient="a b@c, <d@e>")
    (one,) = read(content)
    assert len(one.words) <= 300
    assert one.recipient is None


@settings(max_examples=150)
@given(st.integers(0, 1300), st.binary(max_size=12), st.integers(0, 40))
def test_a_damaged_report_is_read_or_refused(at: int, noise: bytes, cut: int) -> None:
    content = report(message_id=OURS)
    damaged = content[:at] + noise + content[at + cut :]
    try:
        found = read(damaged)
    except NotAReportError:
        return
    assert all("\n" not in one.words and "\r" not in one.words for one in found)


def sent(session: Session, to: str = "Someone@example.org", event: str = "e") -> OutboxMessage:
    outbox.enqueue(
        session,
        MESSAGES["match_found"].sample().render("fr"),
        event=event,
        party="donor:1",
        to=Recipient("X", to),
        now=NOW,
    )
    (row,) = outbox.claim(session, "w", 1, NOW)
    outbox.settle(session, row, "w", Sent("250 ok"), NOW, random.Random(1))
    session.commit()
    session.refresh(row)
    return row


def test_a_permanent_report_marks_message_and_address(session: Session) -> None:
    row = sent(session)
    (one,) = read(report(message_id=row.message_id))
    later = NOW + timedelta(hours=1)
    assert outbox.came_back(session, one, later) is row
    session.commit()
    session.refresh(row)
    assert (row.state, row.bounced_at, row.last_answer) == (State.SENT, later, "250 ok")
    assert "User unknown" in (row.bounce or "")
    assert addresses.refused(session, "SOMEONE@example.org") is not None


def test_a_temporary_report_is_noted_and_marks_nothing(session: Session) -> None:
    row = sent(session)
    (one,) = read(
        report(message_id=row.message_id, action="delayed", status="4.2.2", diagnostic="smtp; full")
    )
    outbox.came_back(session, one, NOW)
    session.commit()
    session.refresh(row)
    assert (row.bounce, row.bounced_at) == ("full", None)
    assert addresses.refused(session, row.to_email) is None


def test_a_delay_told_after_the_failure_takes_nothing_back(session: Session) -> None:
    row = sent(session)
    for action, status, words in (("failed", "5.1.1", "smtp; unknown"), ("delayed", "4.2.2", "smtp; full")):
        (one,) = read(report(message_id=row.message_id, action=action, status=status, diagnostic=words))
        outbox.came_back(session, one, NOW)
    session.commit()
    session.refresh(row)
    assert (row.bounce, row.bounced_at) == ("unknown", NOW)


@pytest.mark.parametrize(
    "forged",
    [
        {"message_id": "not-ours"},
        {"message_id": OURS},
        {"recipient": "stranger@example.org"},
        {"message_id": "", "recipient": "someone@example.org"},
    ],
)
def test_a_report_that_anybody_could_write_marks_nobody(session: Session, forged: dict[str, str]) -> None:
    """It knows the address, which many do, and not the message's own name."""
    row = sent(session)
    (one,) = read(report(**forged))
    assert outbox.came_back(session, one, NOW) is None
    assert (row.bounce, addresses.refused(session, row.to_email)) == (None, None)


def test_who_was_written_to_can_report_nobody_else(session: Session) -> None:
    row, other = sent(session), "coordination@example.org"
    (one,) = read(report(message_id=row.message_id, recipient=other))
    assert outbox.came_back(session, one, NOW) is row
    assert [addresses.refused(session, each) for each in (other, row.to_email)] == [None, None]


@pytest.mark.parametrize("header", ["X-Original-To", "Delivered-To", "To"])
def test_a_report_that_quotes_nothing_is_known_by_the_address_it_came_to(
    session: Session, header: str
) -> None:
    row = sent(session)
    letter = Letter(row, "Portail", "dons@example.org", "retours@dons.example.org")
    assert letter.envelope_from == f"retours+{row.message_id}@dons.example.org"
    assert letter.msgId == f"<{row.message_id}@example.org>"
    content = report(message_id="").replace(
        b"To: dons@portail.example\n", f"{header}: {letter.envelope_from}\n".encode()
    )
    (one,) = read(content)
    assert outbox.came_back(session, one, NOW) is row
    assert addresses.refused(session, row.to_email) is not None


def test_a_report_of_long_ago_marks_nobody(session: Session) -> None:
    row = sent(session)
    (one,) = read(report(message_id=row.message_id))
    assert outbox.came_back(session, one, NOW + timedelta(days=31)) is None


def test_a_digest_is_not_written_to_an_address_that_receives_nothing(session: Session) -> None:
    addresses.refuse_address(session, "someone@example.org", "550", NOW)
    rendered, to = MESSAGES["weekly_digest"].sample().render("fr"), Recipient("X", "Someone@example.org")
    first = outbox.enqueue(
        session, rendered, event="d", party="p", to=to, now=NOW, priority=outbox.DIGEST_PRIORITY
    )
    assert first is None
    assert outbox.enqueue(session, rendered, event="d", party="p", to=to, now=NOW) is not None
    addresses.forgive_address(session, "someone@EXAMPLE.org")
    again = outbox.enqueue(
        session, rendered, event="d2", party="p", to=to, now=NOW, priority=outbox.DIGEST_PRIORITY
    )
    assert again is not None


def test_what_came_back_may_be_sent_again_under_another_name(new_session: Callable[[], Session]) -> None:
    with new_session() as session:
        row = sent(session)
        old = row.message_id
        (one,) = read(report(message_id=old))
        assert outbox.resend(session, row.id, NOW) is False
        outbox.came_back(session, one, NOW)
        assert outbox.resend(session, row.id, NOW, email="right@example.org") is True
        session.commit()
        session.refresh(row)
        assert (row.state, row.to_email, row.bounced_at) == (State.PENDING, "right@example.org", None)
        assert row.message_id != old
        assert outbox.came_back(session, one, NOW) is None
