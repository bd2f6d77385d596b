"""What each message needs to know: plain values, in the reader's language where they are words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Mode = Literal["donor_brings", "committee_collects"]


@dataclass(frozen=True)
class Slot:
    """A stretch of time on offer; both ends carry a time zone."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What every message has: the reader's name (may be empty) and where its one action leads."""

    name: str
    action_url: str


@dataclass(frozen=True, kw_only=True)
class ConfirmAddress(Letter):
    items: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferRecorded(Letter):
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Thing(Letter):
    """A message about so many of an item."""

    item: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class MatchFound(Thing):
    """For the donor: who would receive the gift, and why. `reasons` are sentences."""

    committee: str
    organisation: str
    commune: str
    distance_km: float
    mode: Mode
    reasons: tuple[str, ...]
    answer_before: datetime


@dataclass(frozen=True, kw_only=True)
class TimesProposed(Thing):
    """`instead_of` is an appointment that does not hold any more; `calendar` then takes it out of the calendar."""

    committee: str
    slots: tuple[Slot, ...]
    mode: Mode
    place: str
    instead_of: Slot | None = None
    calendar: str = ""
    calendar_method: Literal["CANCEL"] = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class Appointment(Thing):
    """`contact` is the other side as the reader may know it (name, telephone); `calendar` an iCalendar file.

    `calendar_method` must be the METHOD inside that file.
    """

    committee: str
    slot: Slot
    mode: Mode
    place: str
    contact: str
    calendar: str
    calendar_method: Literal["PUBLISH", "REQUEST", "CANCEL"] = "PUBLISH"


@dataclass(frozen=True, kw_only=True)
class DidItHappen(Thing):
    """`silent_days`: after so many days without a word from the committee, the donor's yes is enough."""

    committee: str
    day: date | datetime
    silent_days: int = 7


@dataclass(frozen=True, kw_only=True)
class OfferRefused(Thing):
    """`reason` and `advice` (where to go; may be empty) are sentences."""

    reason: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class MatchApproved(Thing):
    """For the committee, before it answers: nothing here tells who the donor is.

    `condition` is in words; `note` is what the donor wrote about the item, over several lines if need be.
    """

    committee: str
    commune: str
    distance_km: float
    condition: str
    note: str
    mode: Mode
    reasons: tuple[str, ...]
    answer_before: datetime


@dataclass(frozen=True, kw_only=True)
class DonorDeclined(Thing):
    """`reason` may be empty; `remaining` is what the need still lacks."""

    committee: str
    reason: str
    remaining: int


@dataclass(frozen=True, kw_only=True)
class OtherTimeWanted(Thing):
    """For the committee: `wish` is what the donor wrote about when it suits, over several lines if need be.

    `instead_of` is an appointment that does not hold any more; `calendar` then takes it out of the calendar.
    """

    committee: str
    wish: str
    instead_of: Slot | None = None
    calendar: str = ""
    calendar_method: Literal["CANCEL"] = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class CommitteeDeclined(Thing):
    committee: str


@dataclass(frozen=True, kw_only=True)
class HandoverFailed(Thing):
    """The other side says that nothing was handed over at the appointment of `day`.

    `reason` is a code that the templates have a sentence for (`no_show`, `not_as_described`…); any other has the plainest.
    """

    committee: str
    day: date | datetime
    mode: Mode
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandoverFailedCommittee(HandoverFailed):
    """`remaining` is what the need still lacks."""

    remaining: int


@dataclass(frozen=True, kw_only=True)
class Invitation(Letter):
    """`inviter` is a person; `group` names the committees that the reader will act for, or is empty."""

    inviter: str
    group: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Letter):
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountNotice(Letter):
    """Anything else about an account: `title` says what happened, `note` the rest, over several lines if need be."""

    title: str
    note: str
    action_label: str


@dataclass(frozen=True, kw_only=True)
class Reminder(Thing):
    """For whoever has not answered yet, donor or committee."""

    committee: str
    answer_before: datetime


@dataclass(frozen=True, kw_only=True)
class ReminderTimes(Thing):
    committee: str
    slots: tuple[Slot, ...]
    answer_before: datetime


@dataclass(frozen=True, kw_only=True)
class MatchLapsed(Thing):
    committee: str


@dataclass(frozen=True, kw_only=True)
class MatchLapsedCommittee(Thing):
    """`remaining` is what the need still lacks."""

    committee: str
    remaining: int


@dataclass(frozen=True, kw_only=True)
class AppointmentTomorrow(Thing):
    """`contact` is the other side as the reader may know it (name, telephone)."""

    committee: str
    slot: Slot
    mode: Mode
    place: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(Thing):
    """`reason` may be empty; `calendar` is an iCalendar file with METHOD:CANCEL and the appointment's UID."""

    committee: str
    slot: Slot
    reason: str
    calendar: str
    calendar_method: Literal["CANCEL"] = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class ThankYou(Thing):
    """`reference` names the handover; `note` is what the committee wrote, or nothing."""

    committee: str
    organisation: str
    day: date | datetime
    reference: str
    note: str


@dataclass(frozen=True, kw_only=True)
class OfferEnding(Letter):
    items: tuple[str, ...]
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferExpired(Letter):
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NeedStillTrue(Letter):
    """`items` are the needs in question, each with its quantity, the oldest first; `days` is the age of that one."""

    committee: str
    items: tuple[str, ...]
    days: int
    answer_before: datetime


@dataclass(frozen=True, kw_only=True)
class Digest(Letter):
    """`headline` is the gist in a few words; `unsubscribe_url` takes RFC 8058's POST, and shows a page on GET."""

    headline: str
    unsubscribe_url: str


@dataclass(frozen=True, kw_only=True)
class WeeklyDigest(Digest):
    """Sentences, one a line; an empty part is left out."""

    committee: str
    waiting: tuple[str, ...]
    coming: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CoordinatorDigest(Digest):
    """Sentences, the oldest first; `more` is how many were left out."""

    waiting: tuple[str, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class MailUndeliverable(Letter):
    """`subject` and `email` are those of the message that did not arrive, `answer` the server's last words."""

    person: str
    email: str
    subject: str
    answer: str
