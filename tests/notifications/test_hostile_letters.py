"""Hostile values in every message, in both languages, from the template to what the standard library reads back."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from itertools import product

import pytest

from notifications.letter import NAME_LENGTH, Letter
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage
from notifications.plain import one_line
from notifications.rendered import LANGUAGES, RenderedMessage
from tests.notifications.test_messages import with_everything

HOSTILE = {
    "line break": "Exemple\r\nBcc: victim@example.org\r\n\r\nHello",
    "html": "<script>alert('x')</script></p><a href=\"https://evil.example\">ici</a>",
    "long": "W" * 10_000,
    "long words": "lave-linge " * 1000,
    "right to left": "\u202eevil\u2066 שלום مرحبا",
    "emoji": "👩🏽‍🔧 O'Neill-Ñandú 🎁",
    "comma": 'Exemple, Personne "Surnom" <surnom@example.org>; (x)',
    "dots": ".\n..\n.",
    "encoded word": "=?utf-8?b?PHNjcmlwdD4=?=",
    "nothing": "",
    "control": "a\x00b\x1b[31mc\x7f\u2028d\ud800e",
}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXPECTED_HEADERS = {
    "Content-Type",
    "MIME-Version",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
}
DIGEST_HEADERS = {"List-Unsubscribe", "List-Unsubscribe-Post"}


def as_row(rendered: RenderedMessage, name: str, language: str) -> OutboxMessage:
    """The row that `enqueue` would write."""
    return OutboxMessage(
        event="e",
        party="p",
        message=rendered.message,
        to_name=one_line(name, 200),
        to_email="someone@example.org",
        language=language,
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        attachments=[
            {"filename": one.filename, "content_type": one.content_type, "content": one.content}
            for one in rendered.attachments
        ],
        list_unsubscribe=rendered.list_unsubscribe,
        message_id="0123456789abcdef0123456789abcdef",
        boundary="=_0123456789abcdef0123456789abcdef",
        date=NOW,
        not_before=NOW,
        created_at=NOW,
    )


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def name_in(content: bytes, display_name: str) -> str:
    """The name in To; several encoded words are read by the older reader, for the newer one puts spaces between them."""
    header = str(email.message_from_bytes(content)["To"])
    if header.count("=?utf-8?") < 2:
        return display_name
    return str(make_header(decode_header(header.rpartition("<")[0]))).strip()


@pytest.mark.parametrize("value", HOSTILE.values(), ids=list(HOSTILE))
def test_headers_and_bodies_are_as_meant(value: str) -> None:
    for message, language in product(MESSAGES.values(), LANGUAGES):
        rendered = with_everything(message.sample(), value).render(language)
        content = Letter(
            as_row(rendered, value, language), value and "Portail, des dons", "d@p.example"
        ).as_bytes()
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)

        digest = DIGEST_HEADERS if rendered.list_unsubscribe else set()
        assert sorted(parsed.keys()) == sorted(EXPECTED_HEADERS | digest)
        (to,) = parsed["To"].addresses
        assert to.addr_spec == "someone@example.org"
        assert name_in(content, to.display_name) == one_line(value, 200)[:NAME_LENGTH].strip()
        assert len(parsed["From"].addresses) == 1
        assert parsed["Subject"] == rendered.subject
        assert parsed.get_content_charset() is None

        text, markup = parsed.get_body(("plain",)), parsed.get_body(("html",))
        assert text is not None
        assert markup is not None
        assert lines(text.get_content()) == lines(rendered.text)
        assert lines(markup.get_content()) == lines(rendered.html)
        assert [one.get_content_type() for one in parsed.iter_attachments()] == [
            one.content_type.partition(";")[0] for one in rendered.attachments
        ]
        assert all(not part.defects for part in parsed.walk())

        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 998
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
        assert "<script" not in markup.get_content()
