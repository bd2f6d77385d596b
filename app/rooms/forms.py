"""What a committee says of its computer room, and where its computers lead."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectChoice

from app.models import ComputerRoom
from app.models.base import LINE, NAME, TEXT
from app.models.rooms import MOST_COMPUTERS
from app.models.states import RoomAccess, RoomHelp, RoomUse, Worded
from app.rooms.service import RoomDraft
from app.rooms.shortcuts import MOST, BadAddressError, Shortcut, address
from app.web.fields import (
    EmailAddressField,
    OptionalNumberField,
    PhoneField,
    PortalForm,
    TicksField,
    line,
    paragraph,
)
from app.web.text import _, lazy
from app.web.week import WeekFields, week_data
from app.web.words import choices


def _ticks(label: str, members: type[Worded]) -> TicksField:
    offered = [SelectChoice(member.value, words) for member, words in choices(members)]
    return TicksField(label, choices=offered, validate_choice=False)


class RoomForm(WeekFields, PortalForm):
    shown = BooleanField(lazy("Montrer la page de notre espace numérique à tout le monde"))
    computers = OptionalNumberField(lazy("Combien d'ordinateurs ?"), high=MOST_COMPUTERS)
    uses = _ticks(lazy("Ce qu'on peut y faire"), RoomUse)
    helps = _ticks(lazy("Ce pour quoi on y est aidé"), RoomHelp)
    access = _ticks(lazy("Accessibilité"), RoomAccess)
    words = paragraph(lazy("Ce qu'il faut savoir d'autre"), most=TEXT)
    place = line(lazy("Où, si ce n'est pas à l'adresse du comité ?"), most=LINE)
    phone = PhoneField(lazy("Téléphone à appeler"))
    email = EmailAddressField(lazy("Adresse e-mail où écrire"), optional=True)

    def draft(self) -> RoomDraft:
        """What was typed. The form has been validated."""
        said: dict[str, Any] = {name: self[name].data or "" for name in ("words", "place", "phone", "email")}
        ticked: dict[str, type[Worded]] = {"uses": RoomUse, "helps": RoomHelp, "access": RoomAccess}
        for name, members in ticked.items():
            said[name] = [member.value for member in members if member.value in (self[name].data or ())]
        return RoomDraft(
            shown=self.shown.data, computers=self.computers.value, opening_hours=self.opening_hours, **said
        )


def room_data(room: ComputerRoom) -> dict[str, Any]:
    """The form's fields filled in."""
    said = room.model_dump(exclude={"committee_id", "sites", "opening_hours"})
    return {
        **said,
        **week_data(room.opening_hours),
        "computers": "" if room.computers is None else str(room.computers),
    }


class SitesForm(PortalForm):
    """`offered` are shown with a tick each: those that the start page shows, in their order, then the others."""

    shown = TicksField(lazy("Ce que montre la page d'accueil"), validate_choice=False)
    title = line(lazy("Nom du site"), most=NAME)
    address = line(lazy("Son adresse"), most=LINE)

    def __init__(self, *args: Any, offered: Sequence[Shortcut], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.shown.choices = [SelectChoice(each.key, each.title) for each in offered]
        self.own: list[Any] = []

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        title, typed = self.title, self.address
        if typed.data and not title.data:
            title.errors = [_("Écrivez le nom du site, tel qu'il doit se lire sur la page d'accueil.")]
        elif title.data and not typed.data:
            typed.errors = [_("Écrivez aussi l'adresse de ce site.")]
        elif title.data and not typed.errors and (wrong := self._wrong(typed.data)):
            typed.errors = [wrong]
        if self.own and len(self.shown.data or ()) >= MOST:
            typed.errors = [
                _("La page d'accueil mène à %(most)s sites au plus : décochez-en un d'abord.", most=MOST)
            ]
        return sound and not (title.errors or typed.errors)

    def _wrong(self, typed: str) -> str:
        """Why this address is not taken, or nothing: then it is `own`, or ticked where it is in the list."""
        try:
            found = address(typed)
        except BadAddressError:
            return _(
                "Ce n'est pas l'adresse d'un site public et sûr. Elle commence par https://, comme https://www.mairie.fr"
            )
        listed = [each.key for each in self.offered if each.address == found]
        self.shown.data = [*(self.shown.data or ()), *listed]
        self.own = [] if listed else [[self.title.data, found]]
        return ""

    def chosen(self, up: str) -> list[Any]:
        """What `ComputerRoom.sites` shall hold, at most MOST: what is ticked and what was added; `up` goes one place before."""
        kept = [each for each in self.offered if each.key in (self.shown.data or ())]
        at = next((place for place, each in enumerate(kept) if each.key == up), 0)
        if at:
            kept[at - 1 : at + 1] = [kept[at], kept[at - 1]]
        return [*(each.kept for each in kept), *self.own][:MOST]
