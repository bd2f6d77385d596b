"""What a committee types about its needs, one at a time or as a list from a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wtforms import HiddenField, SelectChoice
from wtforms.validators import StopValidation

from app.catalogue.queries import recognise, recognised
from app.days import day_of
from app.models import Need
from app.models.states import Condition, Repeat, Urgency
from app.needs.service import NeedDraft, next_day, words_of
from app.web.clock import now
from app.web.fields import (
    DayField,
    KeyField,
    MenuField,
    PortalForm,
    WholeNumberField,
    choice,
    line,
    new_key,
    paragraph,
)
from app.web.text import _, lazy
from app.web.words import CONDITIONS, URGENCIES, choices, not_handled
from matching.items import load
from notifications.zones import HOME

if TYPE_CHECKING:
    from matching.recognition import ThingNamed

LONGEST_NAME, LONGEST_DETAILS = 200, 1500


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
    repeats = MenuField(
        lazy("Ce besoin revient"), required=lazy("Choisissez une réponse dans la liste."), default=""
    )
    next_on = DayField(lazy("La prochaine fois le"))
    submission_key = KeyField(default=new_key)
    counted = HiddenField(default="")
    """The words whose number was already put before the person."""
    warned = HiddenField(default="")
    """The words of which the person was already told that the committee asks for the same."""

    separately = HiddenField(default="")
    """The words of which the person was already told that they name several things."""

    twice: str | None = None
    """The item that the committee asks for already, where this is what stands in the way."""

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
        self.repeats.choices = [
            SelectChoice("", _("Non")),
            *(SelectChoice(*pair) for pair in choices(Repeat)),
        ]
        self._need, self._open_already, self._today = need, open_already, day_of(now(), zone)

    @classmethod
    def of(
        cls,
        need: Need,
        actions: list[tuple[int, str]],
        name: str,
        zone: str,
        proposed: Mapping[str, Any] | None = None,
    ) -> "NeedForm":
        """The form filled in with a need, and with what is `proposed` instead. `name` is what its item is called on the page."""
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
                "repeats": need.repeats or "",
                "next_on": need.next_on,
                **(proposed or {}),
            },
            actions=actions,
            need=need,
            zone=zone,
        )

    def validate_item(self, field: Any) -> None:
        slug = recognised(field.data or "")
        for each in (slug, *(thing.item for thing in self.things)):
            if each is not None and not load()[each].handled:
                raise StopValidation(not_handled(each))
        if self._need is None and self.things and self.separately.data != field.data:
            self.separately.data = field.data
            raise StopValidation(
                _("Ce sont plusieurs articles. Déclarez-les séparément, ou gardez-les en un seul besoin.")
            )
        if slug is None or self._need is not None or self.warned.data == field.data:
            return
        already = self._open_already(self.submission_key.data).get(slug, 0)
        if already:
            self.warned.data, self.twice = field.data, slug
            raise StopValidation(
                _(
                    "Vous en demandez déjà %(quantity)s. Ajoutez-en à ce besoin, déclarez-en un autre, ou annulez.",
                    quantity=already,
                )
            )

    def validate_quantity(self, field: Any) -> None:
        """One, where the words say another number: ask once, with that number filled in."""
        words = self.item.data or ""
        said = recognise(words).quantity
        if (
            self._need is not None
            or self.things
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

    def validate_next_on(self, field: Any) -> None:
        if self.repeats.data and field.data is not None and field.data <= self._today:
            raise StopValidation(_("Choisissez un jour à venir, ou laissez vide."))

    @property
    def things(self) -> "Sequence[ThingNamed]":
        """The things that the words name, where they name several."""
        things = recognise(self.item.data or "").things
        return things if len(things) > 1 else ()

    def drafts(self) -> list[NeedDraft]:
        """A need for each of the things, the rest as it was typed. The form has been validated.

        The number that was typed is of each where the words give none.
        """
        quantity = 1 if any(thing.quantity for thing in self.things) else self.quantity.number
        whole, details = self.draft(), (self.details.data or "").replace("\r\n", "\n").strip()
        return [
            replace(
                whole,
                item=(item := recognised(thing.words)),
                description=words_of(item, thing.words, details),
                quantity=thing.quantity or quantity,
            )
            for thing in self.things
        ]

    def draft(self) -> NeedDraft:
        """What was typed, with the item recognised. The form has been validated."""
        name, details = self.item.data or "", self.details.data or ""
        item = recognised(name)
        repeats = Repeat(self.repeats.data) if self.repeats.data else None
        return NeedDraft(
            item=item,
            description=words_of(item, name, details.replace("\r\n", "\n").strip()),
            quantity=self.quantity.number,
            minimum_condition=Condition(self.minimum_condition.data),
            urgency=Urgency(self.urgency.data),
            needed_by=self.needed_by.data,
            reason=self.reason.data or "",
            action_id=int(self.action_id.data) if self.action_id.data else None,
            repeats=repeats,
            next_on=(self.next_on.data or next_day(self._today, repeats, self._today)) if repeats else None,
        )
