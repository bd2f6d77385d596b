"""A message in its words, as the outbox takes it, and the name that it is signed with."""

from dataclasses import dataclass

from notifications.plain import one_line

LANGUAGES = ("fr", "en")
_portal = "Portail des dons"


def sign_as(name: str) -> None:
    """The name at the head and the foot of every letter from now on: a portal's own."""
    global _portal
    _portal = one_line(name, 120)


def portal() -> str:
    return _portal


@dataclass(frozen=True)
class Attachment:
    """A text file to go with a message."""

    filename: str
    content_type: str
    content: str


@dataclass(frozen=True)
class RenderedMessage:
    """A message ready for the outbox. `list_unsubscribe` is the one-click address of a digest."""

    message: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    list_unsubscribe: str | None = None
