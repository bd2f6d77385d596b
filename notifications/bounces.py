"""What a mail system says of a message that it could not deliver: an RFC 3464 report, read with the standard library."""

import email
import re
from collections.abc import Iterator
from email import policy
from email.message import Message

from notifications.outcomes import Report
from notifications.plain import one_line

WORDS_LENGTH = 300
MOST_RECIPIENTS = 20
MOST_PARTS = 100

_OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
_RETURNED_TO = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
"""The address that the message was sent from, if it bore its name."""
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

# RFC 3463: of what is final, these speak of the address (or of nothing); the others of the message or of a system.
_BLAMES_ADDRESS = frozenset({"0", "1", "2", "4"})


class NotAReportError(ValueError):
    """The text is no delivery report; the message says what it lacks, in French."""


def read(content: bytes) -> tuple[Report, ...]:
    """The failures and delays of a multipart/report; empty when it only says that a message arrived.

    Raises NotAReportError for anything that is not such a report.
    """
    try:
        return _read(email.message_from_bytes(content, policy=policy.compat32))
    except NotAReportError:
        raise
    except Exception as error:
        # The standard library raises a good dozen of kinds on hostile text, RecursionError among them.
        raise NotAReportError("Ce texte ne peut pas être lu comme un message.") from error


def _read(message: Message) -> tuple[Report, ...]:
    parts = list(_parts(message))
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        raise NotAReportError(
            "Ce message ne contient aucun compte rendu de remise (message/delivery-status)."
        )
    blocks = status.get_payload()
    if not isinstance(blocks, list) or len(blocks) < 2:
        raise NotAReportError("Le compte rendu de remise ne nomme aucun destinataire.")
    message_id = _message_id(message, parts)
    some = (block for block in blocks[1 : MOST_RECIPIENTS + 1] if isinstance(block, Message))
    reports = (_report(block, message_id) for block in some)
    return tuple(report for report in reports if report is not None)


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number == MOST_PARTS:
            raise NotAReportError("Ce message a trop de parties.")
        yield part


def _report(block: Message, message_id: str | None) -> Report | None:
    action = _field(block, "Action").lower()
    if action not in {"failed", "delayed"}:
        return None
    words = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _field(block, "Status")
    status = _STATUS.search(_field(block, "Status")) or _STATUS.search(words)
    permanent = action == "failed" and (status is None or status.group(1) == "5")
    # What we wrote to comes first: a mailbox may pass its mail on to an address that we never saw.
    recipient = _address(_field(block, "Original-Recipient")) or _address(_field(block, "Final-Recipient"))
    return Report(
        message_id,
        recipient,
        permanent,
        permanent and (status is None or status.group(2) in _BLAMES_ADDRESS),
        one_line(words, WORDS_LENGTH),
    )


def _message_id(message: Message, parts: list[Message]) -> str | None:
    """Ours: as the report's own address has it, else the returned message, else the reply's headers.

    Nobody guesses it (122 random bits): only who was written to, and the systems between, can name it.
    """
    for name in ("X-Original-To", "Delivered-To", "To"):
        if found := _RETURNED_TO.search(_field(message, name)):
            return found.group(1).lower()
    sources: list[str] = []
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "message/global"}:
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                sources.append(_field(inner[0], "Message-ID"))
        elif part.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            sources.append(_field(email.message_from_string(text), "Message-ID"))
    sources += [_field(message, "In-Reply-To"), _field(message, "References")]
    return next((found.group(1) for source in sources if (found := _OUR_ID.search(source))), None)


def _field(block: Message, name: str) -> str:
    return one_line(str(block.get(name, "")), 1000)


def _address(value: str) -> str | None:
    """`rfc822; someone@example.org` → `someone@example.org`."""
    kind, separator, address = value.partition(";")
    address = address.strip().strip("<>").lower()
    if not separator or kind.strip().lower() not in {"rfc822", "utf-8"} or not 3 <= len(address) <= 320:
        return None
    return address if "@" in address and not re.search(r"\s", address) else None
