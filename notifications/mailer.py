"""Flask-Mail over one kept connection: verified TLS, time limits, and an outcome for whatever a mail server does.

No Flask application is needed, and none can silence it: TESTING sends too.
"""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from typing import Protocol, Self

import flask_mail

from notifications.addresses import UnsendableError
from notifications.letter import Letter
from notifications.models import OutboxMessage
from notifications.outcomes import Outcome, Refused, Retry, Sent, Unreachable


class Security(StrEnum):
    """How the connection is protected; certificates are verified in both ways that have one."""

    NONE = "none"
    STARTTLS = "starttls"
    SSL = "ssl"


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes out, and in whose name.

    `timeout` bounds each exchange, `answer_timeout` the wait for the answer to a whole message (both in seconds):
    giving up on that one early is how messages get sent twice. `ca_file` replaces the system's authorities. `hello` is
    the name this machine gives itself (EHLO); without it the network is asked, which may take long and answer nonsense.
    `returns` is where reports come back to (the sender, where it is empty): each message's own name is added behind a `+`.
    """

    host: str
    port: int
    security: Security
    sender_email: str
    sender_name: str = "Portail des dons"
    username: str | None = None
    password: str | None = None
    timeout: float = 10.0
    answer_timeout: float = 60.0
    ca_file: str | None = None
    hello: str | None = None
    returns: str = ""

    def __post_init__(self) -> None:
        if self.username and self.security is Security.NONE and not _is_loopback(self.host):
            raise ValueError("a password would travel unprotected: use starttls or ssl")

    def __repr__(self) -> str:
        return f"MailSettings({self.security.value}://{self.host}:{self.port} as {self.sender_email})"


class MailTransport(Protocol):
    """What hands messages over, many in a row."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        """Let go of what was kept between two messages."""
        return

    def send(self, row: OutboxMessage) -> Outcome:
        """Hand one message over; never raises for what a server or a network does."""


class Mailer(MailTransport):
    """Sends over SMTP. Connects at the first message, keeps the connection, opens another when it was closed."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._connection: _Connection | None = None

    def __exit__(self, *_raised: object) -> None:
        self._hang_up()

    def send(self, row: OutboxMessage) -> Outcome:
        try:
            letter = Letter(row, self.settings.sender_name, self.settings.sender_email, self.settings.returns)
            content = letter.as_bytes()
        except UnsendableError as error:
            return Refused(str(error), address=error.address)
        kept = self._connection is not None
        outcome = self._try(letter, content)
        return self._try(letter, content) if kept and isinstance(outcome, _Closed) else outcome

    def _try(self, letter: Letter, content: bytes) -> Outcome:
        if self._connection is None:
            connection = _Connection(self.settings)
            try:
                connection.__enter__()
            except (OSError, smtplib.SMTPException) as error:
                return Unreachable(_words(error))
            self._connection = connection
        try:
            return self._connection.deliver(letter, content)
        except (OSError, smtplib.SMTPException) as error:
            started = self._connection.started
            self._hang_up()
            return Retry(_words(error)) if started else _Closed(_words(error))

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.__exit__(None, None, None)


class MailboxMailer(MailTransport):
    """For development: every message arrives at once, and is read in the outbox's own table."""

    def send(self, row: OutboxMessage) -> Outcome:
        try:
            Letter(row, "Portail des dons", "portail@example.org").as_bytes()
        except UnsendableError as error:
            return Refused(str(error), address=error.address)
        return Sent("boîte aux lettres de développement")


class _Closed(Retry):
    """The connection went away before the message had begun: another one may be tried at once."""


class _Connection(flask_mail.Connection):
    """Flask-Mail's connection with time limits, verified certificates and the server's answers kept."""

    host: smtplib.SMTP | None

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self.started = False
        mail = flask_mail.Mail()
        mail.state = mail.init_mail({"MAIL_SERVER": settings.host, "MAIL_PORT": settings.port})
        super().__init__(mail)

    def configure_host(self) -> smtplib.SMTP:
        settings = self.settings
        verified = settings.security is not Security.NONE
        context = ssl.create_default_context(cafile=settings.ca_file) if verified else None
        wrapped = settings.security is Security.SSL
        connect = partial(smtplib.SMTP_SSL, context=context) if wrapped else smtplib.SMTP
        host: smtplib.SMTP = connect(
            settings.host, settings.port, local_hostname=settings.hello, timeout=settings.timeout
        )
        try:
            if settings.security is Security.STARTTLS:
                host.starttls(context=context)
            if settings.username and settings.password:
                host.login(settings.username, settings.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *_raised: object) -> None:
        if self.host is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.host.quit()
            self.host.close()

    def deliver(self, letter: Letter, content: bytes) -> Outcome:
        """One message in one transaction of SMTP; raises when the connection ends."""
        host, self.started = self._open_host(), False
        replies = self._envelope(letter, len(content))
        code, words = next(replies)
        if code != 250:
            return self._declined(code, words, _of_sender(code, words), replies)
        self.started = True
        code, words = next(replies)
        if code not in (250, 251):
            return self._declined(code, words, _of_recipient(code, words), replies)
        code, words = next(replies)
        if code != 354:
            return self._declined(code, words, _of_content(code, words), replies)
        host.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        if host.sock is not None:
            host.sock.settimeout(self.settings.answer_timeout)
        code, words = host.getreply()
        if host.sock is not None:
            host.sock.settimeout(self.settings.timeout)
        return (
            Sent(_answer(code, words))
            if code == 250
            else self._declined(code, words, _of_content(code, words), replies)
        )

    def _envelope(self, letter: Letter, size: int) -> Iterator[tuple[int, bytes]]:
        """The answers to MAIL, RCPT and DATA: sent at once to a server that takes them so (RFC 2920), else in turn.

        The addresses are checked by the letter: smtplib's own verbs would parse them once more.
        """
        host = self._open_host()
        limit = f" size={size}" if "size" in host.esmtp_features else ""
        commands = (f"mail FROM:<{letter.envelope_from}>{limit}", f"rcpt TO:<{letter.envelope_to}>", "data")
        together = self._takes_commands_together()
        if together:
            host.send("".join(f"{command}\r\n" for command in commands))
        for command in commands:
            if not together:
                host.putcmd(command)
            yield host.getreply()

    def _takes_commands_together(self) -> bool:
        return "pipelining" in self._open_host().esmtp_features

    def _open_host(self) -> smtplib.SMTP:
        if self.host is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self.host

    def _declined(
        self, code: int, words: bytes, outcome: Outcome, replies: Iterator[tuple[int, bytes]]
    ) -> Outcome:
        """Make the connection fit for the next message, or raise when the server says that it leaves.

        `replies` are those to commands that a pipelining server has already: it may even wait for a message.
        """
        if code == 421 or self.host is None:
            raise smtplib.SMTPServerDisconnected(_answer(code, words))
        try:
            if self._takes_commands_together():
                for late, _words in replies:
                    if late == 354:
                        self.host.send(b".\r\n")
                        self.host.getreply()
            self.host.rset()
        except (OSError, smtplib.SMTPException):
            self.host.close()
        return outcome


def _of_sender(code: int, words: bytes) -> Outcome:
    """A sender refused for good is a setting to correct, unless it is this message's size."""
    if code == 552:
        return Refused(_answer(code, words))
    return Retry(_answer(code, words)) if 400 <= code < 500 else Unreachable(_answer(code, words))


def _of_recipient(code: int, words: bytes) -> Outcome:
    """RFC 3463: 5.1 and 5.2 speak of the address; 5.7 of who may send, and 530 of our own sign-in."""
    if 400 <= code < 500:
        return Retry(_answer(code, words))
    if code == 530:
        return Unreachable(_answer(code, words))
    status = re.match(rb"5\.(\d+)\.", words)
    blames_address = status.group(1) in (b"1", b"2") if status else code in (550, 551, 553)
    return Refused(_answer(code, words), address=blames_address)


def _of_content(code: int, words: bytes) -> Outcome:
    return Retry(_answer(code, words)) if 400 <= code < 500 else Refused(_answer(code, words))


def _answer(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return _answer(error.smtp_code, words if isinstance(words, bytes) else str(words).encode())
    return f"{type(error).__name__}: {error}"


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
