"""States, the moves between them, and the words that decisions are coded with.

`TRANSITIONS` is the whole of each machine. `app.transitions.move` is the only writer; the models refuse an assignment
that is not listed here, whoever makes it.
"""

from collections.abc import Mapping
from enum import StrEnum

from matching.types import Condition, Size, Transport, Urgency

__all__ = [
    "COMMITTED",
    "LIVE",
    "REASONS",
    "TRANSITIONS",
    "ActorKind",
    "Condition",
    "Language",
    "MatchState",
    "NeedState",
    "Occasion",
    "OfferState",
    "Reason",
    "Role",
    "Size",
    "Transport",
    "Urgency",
    "Verb",
]


class Role(StrEnum):
    MEMBER = "member"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Language(StrEnum):
    FRENCH = "fr"
    ENGLISH = "en"


class OfferState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"


class NeedState(StrEnum):
    OPEN = "open"
    MET = "met"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class MatchState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    REJECTED = "rejected"
    DECLINED = "declined"
    LAPSED = "lapsed"
    FAILED = "failed"
    SUPERSEDED = "superseded"


LIVE = frozenset(
    {
        MatchState.PROPOSED,
        MatchState.APPROVED,
        MatchState.ACCEPTED,
        MatchState.SCHEDULED,
        MatchState.COMPLETED,
    }
)
"""Matches whose quantity is taken from the offer and from the need."""

COMMITTED = LIVE - {MatchState.PROPOSED}
"""Live matches that a coordinator has approved."""

TRANSITIONS: Mapping[type[StrEnum], frozenset[tuple[StrEnum, StrEnum]]] = {
    OfferState: frozenset(
        {
            (OfferState.UNCONFIRMED, OfferState.OPEN),
            (OfferState.UNCONFIRMED, OfferState.WITHDRAWN),
            (OfferState.UNCONFIRMED, OfferState.EXPIRED),
            (OfferState.UNCONFIRMED, OfferState.REFUSED),
            (OfferState.OPEN, OfferState.CLOSED),
            (OfferState.OPEN, OfferState.WITHDRAWN),
            (OfferState.OPEN, OfferState.EXPIRED),
            (OfferState.OPEN, OfferState.REFUSED),
            (OfferState.CLOSED, OfferState.OPEN),  # a handover failed: the article is free again
            (OfferState.EXPIRED, OfferState.OPEN),  # the donor extends it
        }
    ),
    NeedState: frozenset(
        {
            (NeedState.OPEN, NeedState.MET),
            (NeedState.OPEN, NeedState.PAUSED),
            (NeedState.OPEN, NeedState.WITHDRAWN),
            (NeedState.OPEN, NeedState.EXPIRED),
            (NeedState.PAUSED, NeedState.OPEN),
            (NeedState.PAUSED, NeedState.WITHDRAWN),
            (NeedState.PAUSED, NeedState.EXPIRED),
            (NeedState.EXPIRED, NeedState.OPEN),  # "still true"
            (NeedState.WITHDRAWN, NeedState.OPEN),  # undone
            (NeedState.MET, NeedState.OPEN),  # the quantity asked for was raised
        }
    ),
    MatchState: frozenset(
        {
            (MatchState.PROPOSED, MatchState.APPROVED),
            (MatchState.PROPOSED, MatchState.REJECTED),
            (MatchState.PROPOSED, MatchState.SUPERSEDED),  # a later plan, or the row behind it went away
            (MatchState.APPROVED, MatchState.ACCEPTED),
            (MatchState.APPROVED, MatchState.DECLINED),
            (MatchState.APPROVED, MatchState.LAPSED),
            (MatchState.APPROVED, MatchState.PROPOSED),  # undone before its letters left
            (MatchState.REJECTED, MatchState.PROPOSED),  # undone
            (MatchState.ACCEPTED, MatchState.SCHEDULED),
            (MatchState.ACCEPTED, MatchState.FAILED),
            (MatchState.SCHEDULED, MatchState.ACCEPTED),  # the appointment is moved
            (MatchState.SCHEDULED, MatchState.COMPLETED),
            (MatchState.SCHEDULED, MatchState.FAILED),
        }
    ),
}


class Verb(StrEnum):
    """What somebody did, as the audit trail names it."""

    RECORD = "record"
    CONFIRM = "confirm"
    EDIT = "edit"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REFUSE = "refuse"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLARE = "declare"
    PAUSE = "pause"
    RESUME = "resume"
    MEET = "meet"
    PROPOSE = "propose"
    SUPERSEDE = "supersede"
    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    PROPOSE_TIMES = "propose_times"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    COMPLETE = "complete"
    FAIL = "fail"
    REPORT = "report"


class ActorKind(StrEnum):
    DONOR = "donor"
    COMMITTEE = "committee"  # by a link in the committee's mail, nobody signed in
    ACCOUNT = "account"
    SYSTEM = "system"


class Reason(StrEnum):
    """Coded reasons; `REASONS` says which may be given when."""

    TOO_FAR = "too_far"
    WRONG_ITEM = "wrong_item"
    CONDITION = "condition"
    NOT_NOW = "not_now"
    NO_ROOM = "no_room"
    NO_LONGER_NEEDED = "no_longer_needed"
    GIVEN_ELSEWHERE = "given_elsewhere"
    CHANGED_MIND = "changed_mind"
    NO_SHOW = "no_show"
    NOT_AS_DESCRIBED = "not_as_described"
    COULD_NOT_CARRY = "could_not_carry"
    NOT_HANDLED = "not_handled"
    UNSAFE = "unsafe"
    NO_NEED = "no_need"
    SPAM = "spam"
    OTHER = "other"


class Occasion(StrEnum):
    """When a coded reason is asked for."""

    COORDINATOR_REJECTS = "coordinator_rejects"
    COORDINATOR_REFUSES_OFFER = "coordinator_refuses_offer"
    COMMITTEE_DECLINES = "committee_declines"
    COMMITTEE_REPORTS_FAILURE = "committee_reports_failure"
    DONOR_DECLINES = "donor_declines"
    DONOR_REPORTS_FAILURE = "donor_reports_failure"


REASONS: Mapping[Occasion, tuple[Reason, ...]] = {
    Occasion.COORDINATOR_REJECTS: (
        Reason.TOO_FAR,
        Reason.WRONG_ITEM,
        Reason.CONDITION,
        Reason.NOT_NOW,
        Reason.OTHER,
    ),
    Occasion.COORDINATOR_REFUSES_OFFER: (
        Reason.NOT_HANDLED,
        Reason.CONDITION,
        Reason.UNSAFE,
        Reason.NO_NEED,
        Reason.SPAM,
        Reason.OTHER,
    ),
    Occasion.COMMITTEE_DECLINES: (
        Reason.NO_LONGER_NEEDED,
        Reason.NO_ROOM,
        Reason.CONDITION,
        Reason.WRONG_ITEM,
        Reason.TOO_FAR,
        Reason.NOT_NOW,
        Reason.OTHER,
    ),
    Occasion.COMMITTEE_REPORTS_FAILURE: (
        Reason.NO_SHOW,
        Reason.NOT_AS_DESCRIBED,
        Reason.COULD_NOT_CARRY,
        Reason.NO_LONGER_NEEDED,
        Reason.OTHER,
    ),
    Occasion.DONOR_DECLINES: (Reason.GIVEN_ELSEWHERE, Reason.CHANGED_MIND, Reason.TOO_FAR, Reason.OTHER),
    Occasion.DONOR_REPORTS_FAILURE: (
        Reason.NO_SHOW,
        Reason.GIVEN_ELSEWHERE,
        Reason.CHANGED_MIND,
        Reason.OTHER,
    ),
}
