"""Why what coordinators and the clock ask of matches is refused."""

from dataclasses import dataclass
from enum import StrEnum

from app.refusing import RefusedError


class MatchRefusal(StrEnum):
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
    RULE_BROKEN = "rule_broken"
    RULE_STANDS = "rule_stands"
    WHOLE_LOT = "whole_lot"
    DAY = "day"


class MatchError(RefusedError[MatchRefusal]):
    """The decision is not taken."""


@dataclass(frozen=True, slots=True)
class ActOutcome:
    """What became of one of several matches: approved, or refused with a code."""

    match_id: int
    refused: MatchRefusal | None = None
