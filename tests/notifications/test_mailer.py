"""The mailer against a real SMTP server."""

import datetime as dt
import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.addresses import UnsendableError
from notifications.letter import NAME_LENGTH, Letter
from notifications.mailer import MailboxMailer, Mailer, MailSettings, Security
from notifications.models import OutboxMessage
from notifications.outcomes import Refused, Retry, Sent, Unreachable
from notifications.plain import one_line
from tests.certificates import certified
from tests.notifications.sink import Sink
from tests.ports import reserved_port

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def row(to: str = "jean@example.org", name: str = "Jean", **values: Any) -> OutboxMessage:
    defaults: dict[str, Any] = {
        "id": 1,
        "event": "e",
        "party": "p",
        "message": "match_found",
        "to_name": name,
        "to_email": to,
        "language": "fr",
        "subject": "Rendez-vous confirmé : mardi",
        "body_text": "Bonjour,\n.\n..deux\nFrom là\n\nà bientôt\n",
        "body_html": "<p>Bonjour</p>",
        "attachments": [],
        "list_unsubscribe": None,
        "message_id": "0123456789abcdef",
        "boundary": "=_0123456789abcdef",
        "date": NOW,
        "not_before": NOW,
        "created_at": NOW,
    }
    return OutboxMessage(**defaults | values)


def settings(port: int, **values: Any) -> MailSettings:
    defaults: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "security": Security.NONE,
        "sender_email": "dons@portail.example.org",
    }
    return MailSettings(**defaults | values)


def letter(message: OutboxMessage) -> bytes:
    return Letter(message, "Portail, des dons", "dons@portail.example.org").as_bytes()


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_message_arrives_whole() -> None:
    with Sink() as sink, Mailer(settings(sink.port)) as mailer:
        assert mailer.send(row(name="Exemple, Personne")) == Sent("250 2.0.0 taken as 1")
    ((to, content),) = sink.taken
    message = parsed(content)
    assert to == "jean@example.org"
    assert message["To"].addresses[0].display_name == "Exemple, Personne"
    assert message["From"].addresses[0].addr_spec == "dons@portail.example.org"
    assert message["Subject"] == "Rendez-vous confirmé : mardi"
    assert message["Message-ID"] == "<0123456789abcdef@portail.example.org>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message
    assert body(message, "plain") == row().body_text
    assert body(message, "html") == row().body_html
    assert message.defects == []


def test_one_connection_serves_many_and_none_is_opened_for_nothing() -> None:
    with Sink() as sink:
        with Mailer(settings(sink.port)):
            pass
        assert sink.connections == 0
        with Mailer(settings(sink.port)) as mailer:
            for number in range(20):
                assert isinstance(mailer.send(row(f"to.{number}@example.org")), Sent)
        assert sink.connections == 1
        assert [to for to, _ in sink.taken] == [f"to.{number}@example.org" for number in range(20)]


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("refused.1", Refused("550 5.1.1 no such user", address=True)),
        ("forbidden.1", Refused("554 5.7.1 relaying denied")),
        ("later.1", Retry("451 4.7.1 greylisted")),
        ("spam.1", Refused("554 5.6.0 we do not like this")),
        ("full.1", Retry("452 4.2.2 mailbox full")),
        ("leaving.1", Retry("SMTPServerDisconnected: 421 4.3.2 shutting down")),
        ("drop.1", Retry("SMTPServerDisconnected: Connection unexpectedly closed")),
        ("hangup.1", Retry("SMTPServerDisconnected: Connection unexpectedly closed")),
    ],
)
@pytest.mark.parametrize("pipelining", [False, True])
def test_each_answer_has_its_outcome_and_harms_no_other(to: str, outcome: Any, pipelining: bool) -> None:
    with Sink(pipelining=pipelining) as sink, Mailer(settings(sink.port)) as mailer:
        assert isinstance(mailer.send(row("before@example.org")), Sent)
        got = mailer.send(row(f"{to}@example.org"))
        assert type(got) is type(outcome)
        assert got.answer.startswith(outcome.answer)
        assert getattr(got, "address", None) == getattr(outcome, "address", None)
        assert isinstance(mailer.send(row("after@example.org")), Sent)
    assert [to for to, _ in sink.taken] == ["before@example.org", "after@example.org"]


def test_a_stalling_server_is_given_up() -> None:
    # As long as the next message may take on a busy machine.
    with Sink() as sink, Mailer(settings(sink.port, timeout=2.0)) as mailer:
        outcome = mailer.send(row("stall.1@example.org"))
        assert isinstance(outcome, Retry)
        assert "timed out" in outcome.answer
        assert isinstance(mailer.send(row()), Sent)


def test_a_server_that_restarts_between_two_messages_loses_none() -> None:
    with reserved_port() as port, Mailer(settings(port)) as mailer:
        with Sink(port=port):
            assert isinstance(mailer.send(row()), Sent)
        with Sink(port=port) as second:
            assert isinstance(mailer.send(row("next@example.org")), Sent)
    assert [to for to, _ in second.taken] == ["next@example.org"]


def test_a_server_that_waits_for_a_message_to_nobody_is_not_left_waiting() -> None:
    """RFC 2920: DATA was sent with the rest, and this server asks for the message although it refused the recipient."""
    heard: list[bytes] = []
    answers = iter([b"250 ok", b"550 5.1.1 nobody", b"354 go on", b"554 5.5.1 to nobody", b"250 reset"])

    def serve(listener: socket.socket) -> None:
        connection, _address = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 hello\r\n")
            stream.flush()
            for line in stream:
                heard.append(line.strip())
                if line.upper().startswith(b"EHLO"):
                    stream.write(b"250-hello\r\n250 PIPELINING\r\n")
                else:
                    stream.write(next(answers, b"221 bye") + b"\r\n")
                stream.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        with Mailer(settings(listener.getsockname()[1])) as mailer:
            assert mailer.send(row()) == Refused("550 5.1.1 nobody", address=True)
        server.join()
    assert heard[1:] == [
        b"mail FROM:<dons@portail.example.org>",
        b"rcpt TO:<jean@example.org>",
        b"data",
        b".",
        b"rset",
        b"quit",
    ]


def test_nobody_listening_is_an_outage() -> None:
    with reserved_port() as port, Mailer(settings(port)) as mailer:
        assert isinstance(mailer.send(row()), Unreachable)


def test_a_server_that_says_nothing_is_an_outage() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        Mailer(settings(mute.getsockname()[1], timeout=0.2)) as mailer,
    ):
        outcome = mailer.send(row())
    assert isinstance(outcome, Unreachable)


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_refused_sender_is_a_setting_to_correct_not_a_lost_message(pipelining: bool) -> None:
    with Sink(pipelining=pipelining) as sink, Mailer(settings(sink.port)) as mailer:
        sink.sender_answer = "553 5.7.1 sender not allowed"
        assert mailer.send(row()) == Unreachable("553 5.7.1 sender not allowed")
        sink.sender_answer = "552 5.3.4 too big"
        assert mailer.send(row()) == Refused("552 5.3.4 too big")
        sink.sender_answer = "250 OK"
        assert isinstance(mailer.send(row()), Sent)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, ssl.SSLContext]]:
    """Makes a self-signed certificate for a host: its file and a server's context with it."""
    return lambda host: certified(tmp_path_factory.mktemp("tls"), host)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.SSL])
def test_certificates_are_verified(
    security: Security, certificate: Callable[[str], tuple[Path, ssl.SSLContext]]
) -> None:
    crt, context = certificate("localhost")
    other, _ = certificate("elsewhere.example.org")
    sink = Sink(starttls=context) if security is Security.STARTTLS else Sink(tls=context)
    with sink:
        for trusted in (None, str(other)):
            with Mailer(settings(sink.port, security=security, ca_file=trusted)) as mailer:
                outcome = mailer.send(row())
            assert isinstance(outcome, Unreachable)
            assert "CERTIFICATE_VERIFY_FAILED" in outcome.answer
        with Mailer(settings(sink.port, security=security, ca_file=str(crt))) as mailer:
            assert isinstance(mailer.send(row()), Sent)
        with Mailer(settings(sink.port, security=security, ca_file=str(crt), host="127.0.0.1")) as mailer:
            assert isinstance(mailer.send(row()), Unreachable)
    assert len(sink.taken) == 1


def test_starttls_is_not_optional() -> None:
    with Sink() as sink, Mailer(settings(sink.port, security=Security.STARTTLS)) as mailer:
        assert isinstance(mailer.send(row()), Unreachable)
    assert sink.taken == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_signing_in() -> None:
    with Sink(login=("dons", "sésame".encode().hex())) as sink:
        good = settings(sink.port, username="dons", password="sésame".encode().hex())
        with Mailer(good) as mailer:
            assert isinstance(mailer.send(row()), Sent)
        with Mailer(settings(sink.port, username="dons", password="wrong")) as mailer:
            outcome = mailer.send(row())
        assert isinstance(outcome, Unreachable)
        assert outcome.answer.startswith("535")
    assert "sésame".encode().hex() not in repr(good)


def test_a_password_does_not_travel_in_the_open() -> None:
    with pytest.raises(ValueError, match="starttls"):
        settings(25, host="mail.example.org", username="dons", password="x")


def test_the_same_row_gives_the_same_bytes() -> None:
    calendar = {
        "filename": "remise.ics",
        "content_type": "text/calendar; charset=utf-8; method=PUBLISH",
        "content": "é\r\n",
    }
    message = row(attachments=[calendar], list_unsubscribe="https://dons.example.org/u/" + "x" * 300)
    assert letter(message) == letter(message)


def test_a_calendar_file_is_attached() -> None:
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Remise à Givors\r\n" + "X" * 2000 + "\r\nEND:VCALENDAR\r\n"
    calendar = {
        "filename": "remise à.ics",
        "content_type": "text/calendar; charset=utf-8; method=REQUEST",
        "content": content,
    }
    message = parsed(letter(row(attachments=[calendar])))
    (part,) = message.iter_attachments()
    assert message.get_content_type() == "multipart/mixed"
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert part.get_filename() == "remise__.ics"
    assert part.get_payload(decode=True) == content.encode()
    assert body(message, "plain") == row().body_text


def test_one_click_unsubscribe_stays_on_one_line() -> None:
    url = "https://dons.example.org/desabonnement/" + "Ab0-_" * 100
    content = letter(row(list_unsubscribe=url))
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("jean@bücher.example", "jean@xn--bcher-kva.example"),
        ("jean+dons@EXAMPLE.org", "jean+dons@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_domains_in_any_script_are_reached(address: str, envelope: str) -> None:
    assert Letter(row(address), "Portail", "dons@example.org").envelope_to == envelope


@pytest.mark.parametrize(
    "address",
    ["", "jean", "@example.org", "jean@", "jéan@example.org", "a b@example.org", "a@b@example.org", "jean@exa mple.org",
     "jean@example.org\r\nRCPT TO:<x@y.z>", "jean\r\n@example.org", "<jean@example.org>", "jean@example.org>", "jean@[127.0.0.1]",
     "jean,x@example.org", "jean@example..org", "\"a\"@example.org", "x" * 65 + "@example.org"],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_for_good(address: str) -> None:
    with Sink() as sink, Mailer(settings(sink.port)) as mailer:
        outcome = mailer.send(row(address))
        assert isinstance(outcome, Refused)
        assert outcome.address
        assert sink.connections == 0
    with MailboxMailer() as mailbox:
        assert isinstance(mailbox.send(row(address)), Refused)


@pytest.mark.parametrize("bad", ["\r\nB: y", "\nX", "\rX", "\x00", "\u2028X"])
@pytest.mark.parametrize(
    "where", ["subject", "to_name", "list_unsubscribe", "language", "message_id", "boundary"]
)
def test_no_header_can_be_injected(where: str, bad: str) -> None:
    with pytest.raises(UnsendableError):
        letter(row(**{where: f"x{bad}"}))


@pytest.mark.parametrize(
    ("where_to", "header"),
    [
        ("comite@exemple.org", "comite@exemple.org"),
        ("comite@café.example", "comite@xn--caf-dma.example"),
        ("hervé@exemple.org", None),
        ("x@y.z\r\nBcc: z@y.z", None),
        (None, None),
    ],
)
def test_an_answer_goes_where_the_letter_says_or_nowhere_strange(
    where_to: str | None, header: str | None
) -> None:
    message = parsed(letter(row(reply_to=where_to)))

    assert message["Reply-To"] == header
    assert message["Bcc"] is None


@pytest.mark.parametrize("where", ["filename", "content_type"])
def test_no_header_can_be_injected_by_an_attachment(where: str) -> None:
    attachment = {"filename": "a.ics", "content_type": "text/calendar", "content": ""} | {where: "x\r\nX: y"}
    with pytest.raises(UnsendableError):
        letter(row(attachments=[attachment]))
    with pytest.raises(UnsendableError):
        Letter(row(), "Portail\r\nBcc: x@y.z", "dons@example.org")


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=2000))
def test_whatever_people_write_comes_back(name: str, subject: str, text: str) -> None:
    name, subject = one_line(name, 200), one_line(subject, 300)
    text = "\n".join(text.encode("utf-8", "ignore").decode().splitlines())
    content = letter(row(name=name, subject=subject, body_text=text, body_html=text))
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert content.isascii()

    message = parsed(content)
    compat = email.message_from_bytes(content)
    assert {"From", "To", "Subject", "Date", "Message-ID"} <= set(message.keys())
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "jean@example.org"
    assert len(message.keys()) == 9
    assert str(make_header(decode_header(compat["Subject"]))) == subject
    shown = str(make_header(decode_header(compat["To"].rpartition("<")[0]))).strip()
    assert (
        shown.strip('"').replace('\\"', '"').replace("\\\\", "\\") == name[:NAME_LENGTH].strip().strip('"')
        or '"' in name
    )
    assert body(message, "plain").rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "name",
    [
        "Exemple, Personne",
        'Personne "Surnom" Exemple',
        "O'Neill-Ñandú",
        "שלום, מרחבא",
        "👩🏽‍🔧",
        "a\\b",
        "(x)",
        "x@y.z",
        "",
    ],
)
def test_names_are_read_back_by_the_standard_library(name: str) -> None:
    (address,) = parsed(letter(row(name=name)))["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "jean@example.org")


def test_ten_thousand_letters() -> None:
    message = parsed(letter(row(name=one_line("W" * 10_000, 200), body_text="W" * 10_000)))
    assert message["To"].addresses[0].display_name == "W" * NAME_LENGTH
    assert body(message, "plain").strip() == "W" * 10_000
