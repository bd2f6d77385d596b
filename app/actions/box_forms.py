"""What is typed about a box."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import StringField
from wtforms.validators import StopValidation

from app.actions.drafts import BoxDraft
from app.catalogue.queries import recognise
from app.models import Box
from app.models.actions import DEAREST, HEAVIEST, LARGEST
from app.models.base import TEXT
from app.models.states import Condition
from app.web.fields import (
    AtMost,
    EurosField,
    PortalForm,
    Printable,
    WholeNumberField,
    choice,
    paragraph,
    strip,
)
from app.web.text import _, decimal, lazy
from app.web.words import CONDITIONS, item_name
from matching.items import load

MOST_LINES, LONGEST_LINE = 60, 200
_COUNTED = re.compile(r"([0-9]{1,6})\s*(?:[x×]\s*)?(.+)")
_LENGTHS = re.compile(r"[x×*\s]+")


class KilogramsField(StringField):  # type: ignore[misc]
    """Kilograms with a comma or a dot, or nothing; `grams` is the value."""

    grams: int | None = None

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)

    def pre_validate(self, _form: Any) -> None:
        typed = "".join((self.data or "").split()).removesuffix("kg").replace(",", ".")
        if not typed:
            return
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", typed) or not 1 <= float(typed) * 1000 <= HEAVIEST:
            raise StopValidation(_("Écrivez un poids en kilogrammes, par exemple 12,5, ou laissez vide."))
        self.grams = round(float(typed) * 1000)


class BoxForm(PortalForm):
    number = WholeNumberField(lazy("Numéro du colis"), high=9999)
    contents = paragraph(
        lazy("Contenu"), most=TEXT, required=lazy("Écrivez ce que contient ce colis, une ligne par article.")
    )
    english = paragraph(lazy("Le contenu en anglais"), most=TEXT)
    condition = choice(
        lazy("État de ce qu'il contient"),
        CONDITIONS,
        required=lazy("Dites dans quel état est ce qu'il contient."),
        default=Condition.GOOD,
    )
    kilograms = KilogramsField(lazy("Poids en kilogrammes"))
    measure = StringField(
        lazy("Longueur, largeur et hauteur en centimètres"),
        filters=[strip],
        validators=[Printable(), AtMost(40)],
    )
    euros = EurosField(lazy("Valeur en euros"), digits=6)

    litres: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[list[Any]] = []

    def validate_contents(self, field: Any) -> None:
        typed = [each.strip() for each in (field.data or "").splitlines() if each.strip()]
        if len(typed) > MOST_LINES:
            raise StopValidation(_("Un colis a %(most)s lignes au plus.", most=MOST_LINES))
        if any(len(each) > LONGEST_LINE for each in typed):
            raise StopValidation(_("Une ligne a %(most)s signes au plus.", most=LONGEST_LINE))
        self.lines = [_read(each) for each in typed]

    def validate_measure(self, field: Any) -> None:
        if not field.data:
            return
        parts = [
            each.replace(",", ".") for each in _LENGTHS.split(field.data.lower().removesuffix("cm").strip())
        ]
        if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,4}(\.[0-9])?", each) for each in parts):
            raise StopValidation(
                _("Écrivez trois longueurs en centimètres, par exemple 60 × 40 × 40, ou laissez vide.")
            )
        long, wide, high = map(float, parts)
        self.litres = round(long * wide * high / 1000) or 1
        if not 0 < long * wide * high / 1000 <= LARGEST:
            raise StopValidation(
                _(
                    "Vérifiez ces longueurs : ce colis n'aurait pas de volume, ou serait plus grand qu'un navire."
                )
            )

    def validate_euros(self, field: Any) -> None:
        if (field.cents or 0) > DEAREST:
            raise StopValidation(_("Ce montant est trop grand pour un colis."))

    def draft(self) -> BoxDraft:
        """The form has been validated. A weight that nobody typed is the catalogue's, where it knows everything that is in the box."""
        return BoxDraft(
            number=self.number.number,
            contents=self.lines,
            english=self.english.data or "",
            condition=Condition(self.condition.data),
            grams=self.kilograms.grams or usual_grams(self.lines),
            measure=self.measure.data or "",
            litres=self.litres,
            cents=self.euros.cents,
        )


def _read(typed: str) -> list[Any]:
    """[pieces, item or None, words]: « 12 × ordinateurs portables »."""
    counted = _COUNTED.fullmatch(typed)
    words = counted[2].strip() if counted else typed
    said = recognise(words)
    pieces = int(counted[1]) if counted else said.quantity or 1
    return [max(1, pieces), said.item if len(said.things) <= 1 else None, words]


def usual_grams(lines: list[list[Any]]) -> int | None:
    known = load()
    if not lines or any(item is None for _pieces, item, _words in lines):
        return None
    grams = round(sum(pieces * known[item].kg * 1000 for pieces, item, _words in lines))
    return grams if 1 <= grams <= HEAVIEST else None


def box_data(box: Box) -> dict[str, Any]:
    """The form's fields filled in from a box."""
    return {
        "number": str(box.number),
        "contents": "\n".join(f"{pieces} {words or item_name(item)}" for pieces, item, words in box.contents),
        "english": box.english,
        "condition": box.condition,
        "kilograms": decimal(box.grams / 1000) if box.grams else "",
        "measure": box.measure,
        "euros": f"{box.cents / 100:.2f}".replace(".", ",") if box.cents is not None else "",
    }


def counted(sent: Mapping[str, str], lines: list[list[Any]]) -> list[int] | None:
    """The pieces that were counted of each line (`received-1`…); None where one is no number."""
    typed = [sent.get(f"received-{number}", "").strip() for number in range(1, len(lines) + 1)]
    return [int(each) for each in typed] if all(re.fullmatch(r"[0-9]{1,6}", each) for each in typed) else None
