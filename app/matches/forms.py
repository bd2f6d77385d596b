"""What a coordinator sends: a rejection with its reason, ticked matches."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.models.states import REASONS, Occasion
from app.web.asked import whole
from app.web.fields import PortalForm, choice, paragraph
from app.web.text import lazy
from app.web.words import choices

MOST_AT_ONCE = 100
NOTE_LENGTH = 500


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


def numbers(typed: Sequence[str]) -> list[int]:
    """Distinct whole numbers, at most MOST_AT_ONCE; anything else is left out."""
    found = [each for each in map(whole, typed) if each is not None]
    return list(dict.fromkeys(found))[:MOST_AT_ONCE]
