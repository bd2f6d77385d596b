"""What a committee types about its needs, one at a time or as a list from a spreadsheet."""

import hashlib
from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, SelectChoice, TextAreaField
from wtforms.validators import StopValidation

from app.catalogue.queries import recognise, recognised, sense
from app.days import day_of
from app.models import Need
from app.models.states import Condition, Urgency
from app.needs.service import NeedDraft
from app.sheets import files, reading
from app.sheets.files import SheetError
from app.sheets.lines import LineTrouble, SheetLine
from app.web.clock import now
from app.web.fields import (
    DayField,
    KeyField,
    MenuField,
    PortalForm,
    Printable,
    WholeNumberField,
    choice,
    line,
    new_key,
    paragraph,
)
from app.web.text import _, lazy
from app.web.words import CONDITIONS, ELSEWHERE, URGENCIES
from matching.items import load, normalise
from notifications.zones import HOME

LONGEST_NAME, LONGEST_DETAILS = 200, 1500
LONGEST_LIST, MOST_LINES = 60_000, 200


def elsewhere(slug: str) -> str:
    """Why the portal does not take this, and where to go."""
    code = load()[slug].elsewhere
    advice = str(ELSEWHERE[code]) if code else ""
    return _("Le portail ne s'occupe pas de cet article. %(advice)s", advice=advice).strip()


class NeedForm(PortalForm):
    """One need. `item` is what the person calls it; the catalogue's item is recognised from it."""

    item = line(
        lazy("De quoi avez-vous besoin ?"),
        most=LONGEST_NAME,
        required=lazy("Écrivez ce qu'il vous faut, avec vos mots. Exemple : frigo"),
    )
    quantity = WholeNumberField(lazy("Combien ?"), default="1")
    details = paragraph(lazy("Précisions"), most=LONGEST_DETAILS)
    urgency = choice(
        lazy("Est-ce pressé ?"), URGENCIES, required=lazy("Dites si c'est pressé."), default=Urgency.NORMAL
    )
    minimum_condition = choice(
        lazy("Dans quel état, au moins ?"),
        CONDITIONS,
        required=lazy("Choisissez l'état le plus usé que vous acceptez."),
        default=Condition.FAIR,
    )
    needed_by = DayField(lazy("Avant quelle date ?"))
    reason = paragraph(lazy("À quoi cela servira-t-il ?"), most=LONGEST_DETAILS)
    action_id = MenuField(
        lazy("Pour une action solidaire"),
        required=lazy("Cette action n'existe plus. Choisissez-en une autre, ou aucune."),
        default="",
    )
    submission_key = KeyField(default=new_key)
    counted = HiddenField(default="")
    """The words whose number was already put before the person."""
    warned = HiddenField(default="")
    """The words of which the person was already told that the committee asks for the same."""

    def __init__(
        self,
        *args: Any,
        actions: list[tuple[int, str]],
        need: Need | None = None,
        zone: str = HOME,
        open_already: Callable[[str], dict[str, int]] = lambda _key: {},
        **kwargs: Any,
    ) -> None:
        """`zone`: whose days the committee lives by. `open_already`: pieces of each item that the committee lacks, the need of this submission key left out."""
        super().__init__(*args, **kwargs)
        self.action_id.choices = [
            SelectChoice("", _("Aucune")),
            *(SelectChoice(str(key), title) for key, title in actions),
        ]
        self._need, self._open_already, self._today = need, open_already, day_of(now(), zone)

    @classmethod
    def of(cls, need: Need, actions: list[tuple[int, str]], name: str, zone: str) -> "NeedForm":
        """The form filled in with a need. `name` is what its item is called on the page."""
        first, _newline, rest = need.description.partition("\n")
        return cls(
            data={
                "item": name if need.item else first,
                "details": need.description if need.item else rest,
                "quantity": str(need.quantity),
                "urgency": need.urgency,
                "minimum_condition": need.minimum_condition,
                "needed_by": need.needed_by,
                "reason": need.reason,
                "action_id": str(need.action_id or ""),
            },
            actions=actions,
            need=need,
            zone=zone,
        )

    def validate_item(self, field: Any) -> None:
        slug = recognised(field.data or "")
        if slug is not None and not load()[slug].handled:
            raise StopValidation(elsewhere(slug))
        if slug is None or self._need is not None or self.warned.data == field.data:
            return
        already = self._open_already(self.submission_key.data).get(slug, 0)
        if already:
            self.warned.data = field.data
            raise StopValidation(
                _(
                    "Vous en demandez déjà %(quantity)s. S'il en faut d'autres, déclarez ce besoin ; sinon, annulez.",
                    quantity=already,
                )
            )

    def validate_quantity(self, field: Any) -> None:
        """One, where the words say another number: ask once, with that number filled in."""
        words = self.item.data or ""
        said = recognise(words).quantity
        if (
            self._need is not None
            or field.number != 1
            or said is None
            or said == 1
            or self.counted.data == words
        ):
            return
        self.counted.data, field.data = words, str(said)
        raise StopValidation(
            _(
                "Vous avez écrit « %(typed)s » : nous avons mis %(quantity)s. Corrigez si besoin, puis déclarez.",
                typed=words,
                quantity=said,
            )
        )

    def validate_needed_by(self, field: Any) -> None:
        kept = self._need is not None and field.data == self._need.needed_by
        if field.data is not None and field.data < self._today and not kept:
            raise StopValidation(_("Cette date est passée. Choisissez une date à venir, ou laissez vide."))

    def draft(self) -> NeedDraft:
        """What was typed, with the item recognised. The form has been validated."""
        item, description = item_and_description(self.item.data or "", self.details.data or "")
        return NeedDraft(
            item=item,
            description=description,
            quantity=self.quantity.number,
            minimum_condition=Condition(self.minimum_condition.data),
            urgency=Urgency(self.urgency.data),
            needed_by=self.needed_by.data,
            reason=self.reason.data or "",
            action_id=int(self.action_id.data) if self.action_id.data else None,
        )


def item_and_description(name: str, details: str) -> tuple[str | None, str]:
    """The catalogue's item, and the words worth keeping: those that its name does not already say."""
    slug = recognised(name)
    details = details.replace("\r\n", "\n").strip()
    known = slug is not None and normalise(name) in {normalise(load()[slug].fr), normalise(load()[slug].en)}
    if known or details.split("\n", 1)[0] == name:
        return slug, details
    return slug, f"{name}\n{details}".strip()


class PasteForm(PortalForm):
    """A list from a spreadsheet. `lines` is what was made of it, once validated."""

    text = TextAreaField(lazy("Votre liste, une ligne par besoin"), validators=[Printable(lines=True)])
    submission_key = KeyField(default=new_key)
    seen = HiddenField(default="")
    """What the list was when it was last read back to the person."""

    lines: list[SheetLine] = []  # noqa: RUF012

    def validate_text(self, field: Any) -> None:
        if len(field.data or "") > LONGEST_LIST:
            raise StopValidation(_("Cette liste est trop longue. Collez-la en plusieurs fois."))
        try:
            sheet = reading.read(files.pasted(field.data or ""), sense())
        except SheetError:
            raise StopValidation(_("Collez ou écrivez au moins une ligne.")) from None
        self.lines = [line for line in sheet.lines if line.passed is None]
        if not self.lines:
            raise StopValidation(_("Collez ou écrivez au moins une ligne."))
        if len(self.lines) > MOST_LINES:
            raise StopValidation(
                _("Cette liste compte plus de %(most)s lignes. Collez-la en plusieurs fois.", most=MOST_LINES)
            )

    def read_back(self) -> bool:
        """Whether this very list was put before the person; from now on it is."""
        mark = hashlib.sha256((self.text.data or "").replace("\r\n", "\n").strip().encode()).hexdigest()
        already = bool(self.seen.data == mark)
        self.seen.data = mark
        return already

    @property
    def assumed(self) -> int:
        """How many lines say no number and were read as one."""
        return sum(line.assumed and line.trouble is None for line in self.lines)

    @property
    def sound(self) -> bool:
        """Whether every line can be declared."""
        return bool(self.lines) and all(line.trouble is None for line in self.lines)

    def drafts(self) -> list[NeedDraft]:
        found = []
        for pasted in self.lines:
            item, description = item_and_description(pasted.name, pasted.details)
            found.append(
                NeedDraft(
                    item=item,
                    description=description,
                    quantity=pasted.quantity,
                    minimum_condition=pasted.condition or Condition.FAIR,
                    urgency=pasted.urgency or Urgency.NORMAL,
                    needed_by=pasted.needed_by,
                )
            )
        return found


def trouble_sentence(pasted: SheetLine) -> str:
    """What to do about a line that cannot be declared."""
    if pasted.trouble is LineTrouble.NOT_HANDLED and pasted.item is not None:
        return elsewhere(pasted.item)
    return {
        LineTrouble.NO_NAME: _("L'article manque. Écrivez le nombre, puis l'article. Exemple : 4 chaises"),
        LineTrouble.NO_QUANTITY: _(
            "Le nombre n'est pas lisible. Écrivez un nombre entier de 1 à 1 000 000, ou rien pour 1."
        ),
        LineTrouble.CONDITION: _(
            "L'état n'est pas reconnu. Écrivez neuf, très bon, bon, usé ou pour pièces, ou rien."
        ),
        LineTrouble.TOO_LONG: _(
            "Cette ligne est trop longue : 200 caractères au plus pour l'article, 1 500 pour les précisions."
        ),
        LineTrouble.NOT_HANDLED: _("Le portail ne s'occupe pas de cet article."),
        LineTrouble.PAST: _("Cette date est passée. Choisissez une date à venir, ou laissez vide."),
        None: "",
    }[pasted.trouble]
