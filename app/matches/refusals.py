"""Why a decision about a match is not taken."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a match cannot be moved as asked."""

    UNKNOWN = "unknown"
    DECIDED = "decided"
    OFFER_GONE = "offer_gone"
    NEED_GONE = "need_gone"
    OFFER_TAKEN = "offer_taken"
    NEED_MET = "need_met"
    PAIR_TAKEN = "pair_taken"
    TOO_LATE = "too_late"
    COMMITTEE_ANSWERED = "committee_answered"
    DONOR_ANSWERED = "donor_answered"
    NO_REASON = "no_reason"
    NOT_PERMITTED = "not_permitted"


class RefusedError(Exception):
    """The rows as they are now do not allow it; nothing was changed."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code
