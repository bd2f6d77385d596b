"""What every message is: a class with the values that its words need, an example of each, and how it is rendered."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, dataclass_transform

from notifications import zones
from notifications.rendered import Attachment, RenderedMessage

MESSAGES: "dict[str, type[Message]]" = {}
"""Every message there is, by its name."""


@dataclass(frozen=True)
class Slot:
    """A stretch of time, both ends aware: told by the clock of `zone`, which is named to a `reader` who lives by another."""

    starts_at: datetime
    ends_at: datetime
    zone: str = zones.HOME
    reader: str = zones.HOME


@dataclass(frozen=True)
class Thing:
    """So many of an article, named in the reader's language."""

    item: str
    quantity: int = 1


@dataclass(frozen=True)
class Offered(Thing):
    """`condition` is in words; `note` is what the donor wrote about it, over several lines if need be."""

    condition: str = ""
    note: str = ""


@dataclass(frozen=True)
class Lacking(Thing):
    """`remaining` is what the need still lacks of it."""

    remaining: int = 1


def example(value: object, *others: object, default: object = MISSING) -> Any:
    """A field with its value in the sample, and other values by which the words change."""
    metadata = {"examples": (value, *others)}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(example,))
class Values:
    """Makes each class under it a frozen dataclass whose values are given by name."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)


class Message(Values):
    """One message to one person: the reader's name (may be empty), where its one action leads, and more in each class.

    The name of the class is the message's name in the outbox (`MatchFound`: `match_found`).
    """

    message: ClassVar[str]

    name: str = example("Donatrice d'exemple")
    action_url: str = example("https://dons.example.org/r/4Zk1sample")

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        super().__init_subclass__()
        if not abstract:
            cls.message = re.sub(r"(?<=.)([A-Z])", r"_\1", cls.__name__).lower()
            MESSAGES[cls.message] = cls

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return ()

    @property
    def list_unsubscribe(self) -> str | None:
        return None

    def render(self, language: str, on_behalf_of: str = "") -> RenderedMessage:
        """In `language` (`fr`, `en`; anything else reads French). `on_behalf_of`: see `rendering.render`."""
        # Most processes that import messages never write one; the renderer is heavy.
        from notifications.rendering import render

        rendered = render(self.message, language, asdict(self), on_behalf_of)
        return replace(rendered, attachments=self.attachments, list_unsubscribe=self.list_unsubscribe)

    @classmethod
    def sample(cls) -> Self:
        """The message that the gallery shows."""
        examples = ((each.name, each.metadata.get("examples")) for each in fields(cls))
        return cls(**{name: values[0] for name, values in examples if values})

    @classmethod
    def variants(cls) -> Iterator[Self]:
        """The sample, and one for each other value by which its words change."""
        sample = cls.sample()
        yield sample
        for each in fields(cls):
            for value in each.metadata.get("examples", ())[1:]:
                yield replace(sample, **{each.name: value})


_CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Portail des dons//FR
METHOD:PUBLISH
BEGIN:VEVENT
UID:remise-1@dons.example.org
DTSTAMP:20261123T090000Z
DTSTART:20261201T130000Z
DTEND:20261201T150000Z
SUMMARY:Remise : lave-linge
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
CALENDAR_SAMPLE = _CALENDAR
CANCELLATION_SAMPLE = _CALENDAR.replace("METHOD:PUBLISH", "METHOD:CANCEL").replace(
    "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"
)
SLOT_SAMPLE = Slot(datetime(2026, 12, 1, 13, 0, tzinfo=UTC), datetime(2026, 12, 1, 15, 0, tzinfo=UTC))


class WithCalendar(Message, abstract=True):
    """`calendar` is an iCalendar file that goes with the message, or nothing."""

    calendar: str = example(CALENDAR_SAMPLE)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        if not self.calendar:
            return ()
        method = re.search(r"^METHOD:(\w+)", self.calendar, re.MULTILINE)
        kind = f"text/calendar; charset=utf-8; method={method[1] if method else 'PUBLISH'}"
        return (Attachment("remise.ics", kind, self.calendar),)


class Digest(Message, abstract=True):
    """`headline` is the gist in a few words; `unsubscribe_url` takes RFC 8058's POST, and shows a page on GET."""

    headline: str = example("2 dons vous attendent")
    unsubscribe_url: str = example("https://dons.example.org/desabonnement/4Zk1sample")

    @property
    def list_unsubscribe(self) -> str | None:
        return self.unsubscribe_url
