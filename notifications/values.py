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
    committee: str
    slots: tuple[Slot, ...]
    mode: Mode
    place: str


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
    committee: str
    day: date | datetime


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
    """For the committee: `wish` is what the donor wrote about when it suits, over several lines if need be."""

    committee: str
    wish: str


@dataclass(frozen=True, kw_only=True)
class CommitteeDeclined(Thing):
    committee: str


@dataclass(frozen=True, kw_only=True)
class Invitation(Letter):
    """`inviter` is a person, `group` a committee or an association."""

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
