"""What becomes of a message that was handed to a mail server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """The server took it; `answer` is the server's words."""

    answer: str


@dataclass(frozen=True)
class Retry:
    """Not now: the server deferred this message, stalled or hung up in the middle of it."""

    answer: str


@dataclass(frozen=True)
class Refused:
    """Never: the server refuses for good. `address` tells whether the recipient's address is the reason."""

    answer: str
    address: bool = False


@dataclass(frozen=True)
class Unreachable:
    """No conversation with the server at all: an outage, which no message is to blame for."""

    answer: str


Outcome = Sent | Retry | Refused | Unreachable
