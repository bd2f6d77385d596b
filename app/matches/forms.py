"""What a coordinator sends: a rejection with its reason, ticked matches, the board's filters."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.matches.queries.board import BoardFilters
from app.models.states import REASONS, MatchState, Occasion, Urgency
from app.web.fields import PortalForm, choice, paragraph
from app.web.text import lazy
from app.web.words import choices

MOST_AT_ONCE = 100
NOTE_LENGTH = 500
TEXT_LENGTH = 100


class RejectForm(PortalForm):
    """Why a proposal is put aside. Each card of the board has one, so ids carry the match's number."""

    reason = choice(
        lazy("Pourquoi ?"),
        choices(REASONS[Occasion.COORDINATOR_REJECTS]),
        required=lazy("Dites pourquoi : choisissez une des raisons proposées."),
    )
    note = paragraph(lazy("Une précision, pour vos collègues"), most=NOTE_LENGTH)

    def __init__(self, match_id: int, formdata: Mapping[str, Any] | None = None) -> None:
        super().__init__(formdata)
        for field in (self.reason, self.note):
            field.id = f"{field.name}-{match_id}"
            field.label.field_id = field.id


def filters(arguments: "MultiDict[str, str]") -> BoardFilters:
    """The board's filters from the address; what makes no sense narrows nothing."""
    return BoardFilters(
        committee_id=number(arguments.get("comite", "")),
        action_id=number(arguments.get("action", "")),
        urgency=_urgency(arguments.get("urgence", "")),
        text=words(arguments.get("texte", "")),
    )


def _urgency(typed: str) -> Urgency | None:
    return Urgency(typed) if typed in set(Urgency) else None


def words(typed: str) -> str:
    """What a search field holds, without what no search needs."""
    return typed.replace("\x00", "").strip()[:TEXT_LENGTH]


def number(typed: str) -> int | None:
    """A whole number above 0 as addresses carry it, or None."""
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else None


def numbers(typed: Sequence[str]) -> list[int]:
    """Distinct whole numbers, at most MOST_AT_ONCE; anything else is left out."""
    found = [each for each in map(number, typed) if each is not None]
    return list(dict.fromkeys(found))[:MOST_AT_ONCE]


def state(typed: str) -> MatchState | None:
    """A state of matches as the address names it, or None for all."""
    try:
        return MatchState(typed)
    except ValueError:
        return None
