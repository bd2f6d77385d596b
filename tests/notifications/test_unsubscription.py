"""RFC 8058 on the wire: digests carry the one-click headers, no other message does."""

import email
import email.policy
from datetime import UTC, datetime

import pytest

from notifications.letter import Letter
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage
from notifications.rendered import LANGUAGES, RenderedMessage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DIGESTS = {"weekly_digest", "coordinator_digest", "action_update"}


def sent(rendered: RenderedMessage, language: str) -> email.message.Message:
    row = OutboxMessage(
        id=1,
        event="e",
        party="p",
        message=rendered.message,
        to_name="Donatrice",
        to_email="jeanne@example.org",
        language=language,
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        list_unsubscribe=rendered.list_unsubscribe,
        message_id="0123456789abcdef",
        boundary="=_0123456789abcdef",
        date=NOW,
        not_before=NOW,
        created_at=NOW,
    )
    content = Letter(row, "Portail des dons", "dons@portail.example.org").as_bytes()
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES)
def test_digests_alone_carry_the_headers(message: str, language: str) -> None:
    rendered = MESSAGES[message].sample().render(language)
    headers = sent(rendered, language)

    if message in DIGESTS:
        assert headers["List-Unsubscribe"] == f"<{rendered.list_unsubscribe}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    else:
        assert "List-Unsubscribe" not in headers
        assert "List-Unsubscribe-Post" not in headers
    assert "List-Id" not in headers
    assert "Precedence" not in headers
