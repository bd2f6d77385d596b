"""What a history and a note may be about, and the page of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models import Committee, Decision, Donor, Match, Need, Note, Offer, Round

Rows = type[Offer | Need | Match | Donor | Committee | Round]


@dataclass(frozen=True, slots=True)
class Kind:
    """A table, the column by which decisions and notes point to it, and its page (`argument` is the row's number there)."""

    model: Rows
    column: str
    endpoint: str
    argument: str


KINDS: Mapping[str, Kind] = {
    "offre": Kind(Offer, "offer_id", "offers.show", "offer_id"),
    "besoin": Kind(Need, "need_id", "needs.show", "need_id"),
    "rapprochement": Kind(Match, "match_id", "matches.show", "match_id"),
    "donateur": Kind(Donor, "donor_id", "donors.show", "donor_id"),
    "comite": Kind(Committee, "committee_id", "committees.show", "committee_id"),
    "tournee": Kind(Round, "round_id", "rounds.show", "round_id"),
}
"""By the word for it in addresses."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One row: the word for its kind, and its number."""

    kind: str
    key: int

    @property
    def place(self) -> tuple[str, dict[str, Any]]:
        """The endpoint of its page and the arguments of that."""
        kind = KINDS[self.kind]
        return kind.endpoint, {kind.argument: self.key}


def topic_of(row: Decision | Note) -> Topic | None:
    """What a decision or a note is about; None for a decision about an account."""
    for word, kind in KINDS.items():
        key = getattr(row, kind.column, None)
        if key is not None:
            return Topic(word, key)
    return None
