"""What becomes of a message that was handed to a mail server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class _Answered:
    """`answer` is the server's words, or what became of the conversation."""

    answer: str


class Sent(_Answered):
    """The server took it."""


class Retry(_Answered):
    """Not now: the server deferred this message, stalled or hung up in the middle of it."""


@dataclass(frozen=True)
class Refused(_Answered):
    """Never: the server refuses for good. `address` tells whether the recipient's address is the reason."""

    address: bool = False


class Unreachable(_Answered):
    """No conversation with the server at all: an outage, which no message is to blame for."""


Outcome = Sent | Retry | Refused | Unreachable


@dataclass(frozen=True)
class Report:
    """What became of one message for one recipient.

    `message_id` is the left half of our Message-ID, if the report quotes it; `recipient` is in lower case;
    `address` tells whether a permanent failure is the address's fault. `words` are the mail system's.
    """

    message_id: str | None
    recipient: str | None
    permanent: bool
    address: bool
    words: str
