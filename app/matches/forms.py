"""What a coordinator sends: a rejection with its reason, ticked matches, pairs made by hand."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice
from wtforms.validators import DataRequired

from app.models.states import REASONS, Occasion
from app.web.asked import whole
from app.web.fields import DayField, PortalForm, WholeNumberField, choice, paragraph
from app.web.text import lazy
from app.web.words import choices

MOST_AT_ONCE = 100
NOTE_LENGTH = 500
TO_OVERRIDE = choices(REASONS[Occasion.COORDINATOR_OVERRIDES])


class RejectForm(PortalForm):
    """Why a proposal is put aside. Each card of the board has one, so ids carry the match's number."""

    reason = choice(
        lazy("Pourquoi ?"),
        choices(REASONS[Occasion.COORDINATOR_REJECTS]),
        required=lazy("Dites pourquoi : choisissez une des raisons proposées."),
    )
    for_all = BooleanField(lazy("Ces mots ne désignent cet article pour aucun comité"))
    note = paragraph(lazy("Une précision, pour vos collègues"), most=NOTE_LENGTH)

    def __init__(self, match_id: int, formdata: Mapping[str, Any] | None = None) -> None:
        super().__init__(formdata)
        for field in (self.reason, self.for_all, self.note):
            field.id = f"{field.name}-{match_id}"
            field.label.field_id = field.id


def numbers(typed: Sequence[str]) -> list[int]:
    """Distinct whole numbers, at most MOST_AT_ONCE; anything else is left out."""
    found = [each for each in map(whole, typed) if each is not None]
    return list(dict.fromkeys(found))[:MOST_AT_ONCE]


class PairForm(PortalForm):
    """One line of a page by hand: how many pieces, and why its rules are set aside. Its fields bear the pair's name."""

    class Meta:
        csrf = False

    quantity = WholeNumberField(lazy("Combien"))
    reason = RadioField(
        lazy("Pourquoi passer outre ?"),
        choices=[SelectChoice(each.value, words) for each, words in TO_OVERRIDE],
        validate_choice=False,
    )

    def __init__(self, key: str, formdata: Mapping[str, Any] | None = None, **values: Any) -> None:
        super().__init__(formdata, prefix=key, **values)
        self.key = key


class HandForm(PortalForm):
    """What is said of all pairs that are made together. `key` makes a second click a second look at the first."""

    key = HiddenField(default=lambda: secrets.token_hex(16))
    note = paragraph(lazy("Une précision, pour vos collègues"), most=NOTE_LENGTH)
    ticked: Sequence[str] = ()


class QuantityForm(PortalForm):
    """How many pieces of a proposal stay."""

    quantity = WholeNumberField(lazy("Quantité"))


class EarmarkForm(PortalForm):
    """How many pieces are kept, until which day, and why."""

    quantity = WholeNumberField(lazy("Combien garder ?"))
    day = DayField(lazy("Jusqu'au"), validators=[DataRequired(lazy("Dites jusqu'à quel jour."))])
    note = paragraph(lazy("Pourquoi, pour vos collègues"), most=NOTE_LENGTH)
