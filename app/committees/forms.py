"""What a committee says of itself, in plain words; the association it belongs to."""

import math
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, Form, SelectChoice, StringField
from wtforms.validators import StopValidation

from app.catalogue.queries import recognised
from app.committees import closures, hours
from app.committees.closures import BadClosureError
from app.committees.hours import BadHoursError
from app.committees.service import AssociationDraft, Description, Identity
from app.models import Committee, Organisation
from app.models.base import FARTHEST_KM, HIGHEST_FLOOR, LINE, MOST_ITEMS, MOST_ROOM, NAME, TEXT
from app.models.states import Condition, Language, Size
from app.papers.queries import kinds
from app.web import colours
from app.web.fields import (
    EmailAddressField,
    MenuField,
    OptionalNumberField,
    PhoneField,
    PortalForm,
    Printable,
    TicksField,
    WholeNumberField,
    choice,
    line,
    paragraph,
    strip,
)
from app.web.place_form import PlaceForm, place_data
from app.web.text import _, decimal, language, lazy
from app.web.words import CONDITIONS, DAYS, SIZES, choices, item_name, storey
from matching.items import load

FAMILIES = (1, 2, 3, 4, 5)
"""So many families may have a condition of their own."""


class HoursField(StringField):
    """One day's opening hours; `ranges` is what they mean, once validated."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.ranges: list[list[str]] = []

    def pre_validate(self, _form: Form) -> None:
        try:
            self.ranges = hours.parse(self.data or "")
        except BadHoursError as error:
            raise StopValidation(
                {
                    "order": _("La fin vient avant le début, ou deux plages se chevauchent."),
                    "many": _("Quatre plages par jour au plus."),
                }.get(
                    error.code,
                    _("Écrivez les heures comme : 9 h-12 h, 14 h-17 h 30. Laissez vide si c'est fermé."),
                )
            ) from None


def _conditions(worst: Condition) -> list[SelectChoice]:
    words = dict(CONDITIONS)
    return [SelectChoice(each.value, words[each]) for each in Condition if each.rank <= worst.rank]


def _least() -> MenuField:
    return MenuField(
        lazy("Au moins"),
        required=lazy("Choisissez un état dans la liste."),
        choices=_conditions(Condition.FOR_PARTS),
        default=Condition.GOOD.value,
    )


class CommitteeForm(PlaceForm):
    """A committee's own rules. Coordinators also see its name and association (see `FoundForm`)."""

    presentation = paragraph(lazy("Présentation"), most=TEXT)
    street = line(lazy("Adresse"), most=LINE)
    email = EmailAddressField(lazy("Adresse e-mail du comité"))
    phone = PhoneField(lazy("Téléphone"))
    language = choice(
        lazy("Langue des e-mails"),
        choices(Language),
        required=lazy("Choisissez une langue."),
        default=Language.FRENCH,
    )
    day_1 = HoursField(DAYS[0][1])
    day_2 = HoursField(DAYS[1][1])
    day_3 = HoursField(DAYS[2][1])
    day_4 = HoursField(DAYS[3][1])
    day_5 = HoursField(DAYS[4][1])
    day_6 = HoursField(DAYS[5][1])
    day_7 = HoursField(DAYS[6][1])
    collects_km = WholeNumberField(
        lazy("Jusqu'où allez-vous chercher ? (en km)"), low=0, high=FARTHEST_KM, default="0"
    )
    collects_at_once = WholeNumberField(
        lazy("Combien de collectes en même temps ?"), low=1, high=100, default="1"
    )
    closures = paragraph(lazy("Vos jours de fermeture"), most=TEXT)
    largest_size = choice(
        lazy("Jusqu'à quelle taille ?"),
        SIZES,
        required=lazy("Choisissez la plus grande taille que vous prenez."),
        default=Size.VERY_LARGE,
    )
    takes = paragraph(lazy("Ce que vous prenez, et rien d'autre"), most=8000)
    refuses = paragraph(lazy("Ce que vous ne prenez pas"), most=8000)
    minimum_condition = MenuField(
        lazy("En quel état, au moins ?"),
        required=lazy("Choisissez un état dans la liste."),
        choices=[SelectChoice("", lazy("Selon chaque besoin")), *_conditions(Condition.FAIR)],
        default="",
    )
    highest_floor = MenuField(
        lazy("Sans ascenseur, jusqu'à quel étage ?"),
        required=lazy("Choisissez un étage dans la liste."),
        default="",
    )
    room = OptionalNumberField(
        lazy("Pour combien de gros meubles avez-vous encore de la place ?"), high=MOST_ROOM
    )
    collection_days = TicksField(
        lazy("Quels jours votre fourgon passe-t-il ?"),
        choices=[SelectChoice(day, name) for day, name in DAYS],
        validate_choice=False,
    )
    collection_hours = HoursField(lazy("À quelles heures ?"))
    family_1 = line(lazy("Famille"), most=NAME)
    family_2 = line(lazy("Famille"), most=NAME)
    family_3 = line(lazy("Famille"), most=NAME)
    family_4 = line(lazy("Famille"), most=NAME)
    family_5 = line(lazy("Famille"), most=NAME)
    least_1 = _least()
    least_2 = _least()
    least_3 = _least()
    least_4 = _least()
    least_5 = _least()

    taken: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    closed: Sequence[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions: dict[str, str] = {}
        self.highest_floor.choices = [
            SelectChoice("", _("À tout étage")),
            *(SelectChoice(str(floor), storey(floor).capitalize()) for floor in range(HIGHEST_FLOOR + 1)),
        ]

    @property
    def families(self) -> list[tuple[Any, Any]]:
        """The families that have a condition of their own, each with its menu."""
        return [(self[f"family_{number}"], self[f"least_{number}"]) for number in FAMILIES]

    @property
    def days(self) -> list[HoursField]:
        return [self[f"day_{day}"] for day, _name in DAYS]

    def validate_closures(self, field: Any) -> None:
        try:
            self.closed = closures.parse(field.data or "")
        except BadClosureError as error:
            raise StopValidation(
                {
                    "order": _("La fin vient avant le début : « %(line)s ».", line=error.line[:40]),
                    "many": _("Cinquante fermetures au plus."),
                }.get(
                    error.code,
                    _(
                        "Écrivez une fermeture par ligne, comme : 24/12/2026 - 02/01/2027. Nous n'avons pas compris « %(line)s ».",
                        line=error.line[:40],
                    ),
                )
            ) from None

    def validate_takes(self, field: Any) -> None:
        self.taken = self._items(field)

    def validate_refuses(self, field: Any) -> None:
        self.slugs = self._items(field)
        for taken in self.taken:
            if any(load().is_same_or_narrower(taken, refused) for refused in self.slugs):
                raise StopValidation(
                    _("Vous écrivez que vous prenez « %(item)s », et que non.", item=item_name(taken))
                )

    def validate_collection_hours(self, field: Any) -> None:
        if self.collection_days.data and not field.ranges:
            raise StopValidation(_("Écrivez à quelles heures votre fourgon passe, comme : 9 h-12 h."))

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        for family, least in self.families:
            if not family.data or family.errors or least.errors:
                continue
            slug = recognised(family.data)
            if slug is None or slug in self.conditions:
                twice = _("Cette famille est déjà plus haut.")
                family.errors = [
                    twice if slug else _("Nous ne reconnaissons pas cet article. Écrivez-le autrement.")
                ]
                sound = False
            else:
                self.conditions[slug] = least.data
        return sound

    def _items(self, field: Any) -> tuple[str, ...]:
        names = [name.strip() for name in (field.data or "").splitlines() if name.strip()]
        if len(names) > MOST_ITEMS:
            raise StopValidation(_("Cent articles au plus. Écrivez plutôt une famille : « meubles »."))
        found = [(name, recognised(name)) for name in names]
        unknown = [name for name, slug in found if slug is None]
        if unknown:
            raise StopValidation(
                _(
                    "Nous ne reconnaissons pas : %(names)s. Écrivez un article par ligne, avec d'autres mots.",
                    names=", ".join(name[:40] for name in unknown[:5]),
                )
            )
        return tuple(dict.fromkeys(slug for _name, slug in found if slug is not None))

    def description(self) -> Description:
        """What was typed. The form has been validated."""
        return Description(
            where=self.where,
            presentation=self.presentation.data or "",
            street=self.street.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            language=Language(self.language.data),
            opening_hours={
                day: field.ranges for (day, _name), field in zip(DAYS, self.days, strict=True) if field.ranges
            },
            collects_km=self.collects_km.number,
            largest_size=Size(self.largest_size.data),
            refuses=self.slugs,
            collects_at_once=self.collects_at_once.number,
            closures=self.closed,
            collection_hours=dict.fromkeys(
                (day for day, _name in DAYS if day in self.collection_days.data), self.collection_hours.ranges
            ),
            takes=self.taken,
            minimum_condition=Condition(self.minimum_condition.data) if self.minimum_condition.data else None,
            minimum_conditions=self.conditions,
            highest_floor=int(self.highest_floor.data) if self.highest_floor.data else None,
            room=self.room.value,
        )


class FoundForm(CommitteeForm):
    """The same with what coordinators decide."""

    name = line(lazy("Nom du comité"), most=NAME, required=lazy("Écrivez le nom du comité."))
    organisation_id = MenuField(
        lazy("Association"), required=lazy("Choisissez une association dans la liste.")
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = [SelectChoice(str(row.id), row.name) for row in organisations]

    def identity(self) -> Identity:
        return Identity(self.name.data or "", int(self.organisation_id.data))


def committee_data(committee: Committee, room_left: int | None) -> dict[str, Any]:
    """The form's fields filled in from a committee that has so much room left."""
    known = [(slug, least) for slug, least in committee.minimum_conditions.items() if slug in load()]
    return {
        "takes": _names(committee.takes),
        "minimum_condition": committee.minimum_condition or "",
        "highest_floor": "" if committee.highest_floor is None else str(committee.highest_floor),
        "room": "" if room_left is None else str(room_left),
        "collection_days": list(committee.collection_hours),
        "collection_hours": hours.written(next(iter(committee.collection_hours.values()), ()), language()),
        **{f"family_{number}": item_name(slug) for number, (slug, _least) in enumerate(known, 1)},
        **{f"least_{number}": least for number, (_slug, least) in enumerate(known, 1)},
        **place_data(committee),
        "name": committee.name,
        "organisation_id": str(committee.organisation_id),
        "presentation": committee.presentation,
        "street": committee.street,
        "email": committee.email,
        "phone": committee.phone,
        "language": committee.language,
        "collects_km": str(committee.collects_km),
        "largest_size": committee.largest_size,
        "collects_at_once": str(committee.collects_at_once),
        "closures": closures.written(committee.closures),
        "refuses": _names(committee.refuses),
        **{
            f"day_{day}": hours.written(committee.opening_hours.get(day, ()), language())
            for day, _name in DAYS
        },
    }


def _names(slugs: Sequence[str]) -> str:
    return "\n".join(item_name(slug) for slug in slugs if slug in load())


class OrganisationForm(PortalForm):
    name = line(lazy("Nom de l'association"), most=NAME, required=lazy("Écrivez le nom de l'association."))
    description = paragraph(lazy("Présentation"), most=TEXT)
    website = StringField(lazy("Site internet"), filters=[strip], validators=[Printable()])
    colour = line(lazy("Couleur de ses pages"), most=LINE)
    receipts = BooleanField(lazy("Elle peut établir des reçus fiscaux"))
    kind = MenuField(lazy("À quel titre"), required=lazy("Choisissez dans la liste."), default="")
    registered_as = line(lazy("SIREN ou numéro RNA"), most=14)
    seat = line(lazy("Adresse du siège"), most=LINE)
    purpose = line(lazy("Objet, en une phrase"), most=LINE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice("", _("Choisir…")),
            *(SelectChoice(*each) for each in kinds().items()),
        ]

    def draft(self) -> AssociationDraft:
        """What was typed. The form has been validated."""
        said = ("name", "description", "website", "kind", "registered_as", "seat", "purpose", "colour")
        return AssociationDraft(**{name: self[name].data or "" for name in said}, receipts=self.receipts.data)

    def validate_colour(self, field: Any) -> None:
        typed = (field.data or "").strip()
        colour = colours.hexadecimal(typed) if typed else ""
        if colour is None:
            raise StopValidation(_("Écrivez une couleur comme #14594a, ou laissez vide."))
        if colour and colours.worst(colour) < colours.LEAST:
            said = decimal(math.floor(colours.worst(colour) * 10) / 10)
            raise StopValidation(
                _(
                    "Cette couleur se lirait mal sur nos pages : son contraste est de %(said)s, il en faut %(least)s. Choisissez-la plus foncée.",
                    said=said,
                    least=decimal(colours.LEAST),
                )
            )
        field.data = colour

    def validate_registered_as(self, field: Any) -> None:
        plain = re.sub(r"\s", "", field.data or "").upper()
        if plain and not re.fullmatch(r"[0-9]{9}|W[0-9A-Z]{9}", plain):
            raise StopValidation(_("Écrivez un SIREN (9 chiffres) ou un numéro RNA (W et 9 signes)."))
        field.data = plain

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        for field in (self.kind, self.registered_as, self.seat, self.purpose) if self.receipts.data else ():
            if not field.data and not field.errors:
                field.errors = [
                    _("Le modèle de l'administration le demande : sans lui, aucun reçu n'est valable.")
                ]
                sound = False
        return sound

    def validate_website(self, field: Any) -> None:
        typed = field.data or ""
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        try:
            parts = urlsplit(typed)
            sound = not typed or (
                parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in typed
            )
        except ValueError:
            sound = False
        if not sound or len(typed) > LINE:
            raise StopValidation(_("Écrivez une adresse comme https://www.exemple.fr, ou laissez vide."))
        field.data = typed
