"""What a committee says of itself, in plain words; the association it belongs to."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.committees import closures
from app.committees.closures import BadClosureError
from app.committees.inheriting import still_followed
from app.committees.rules_form import FIELDS, RulesForm, rules_data
from app.committees.service import Description, Identity
from app.models import Committee, Organisation
from app.models.base import FARTHEST_KM, LINE, MOST_ROOM, NAME, TEXT
from app.models.states import Language, RuleKind
from app.naming import NamingError, NamingRefusal
from app.web import hours
from app.web.fields import (
    EmailAddressField,
    MenuField,
    OptionalNumberField,
    PhoneField,
    PortalForm,
    TicksField,
    WholeNumberField,
    choice,
    line,
    paragraph,
)
from app.web.place_form import PlaceForm, place_data
from app.web.slugs import LONGEST
from app.web.text import _, language, lazy
from app.web.week import HoursField, WeekFields, week_data
from app.web.words import DAYS, choices


class CommitteeForm(WeekFields, PlaceForm, RulesForm):
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
    collects_km = WholeNumberField(
        lazy("Jusqu'où allez-vous chercher ? (en km)"), low=0, high=FARTHEST_KM, default="0"
    )
    collects_at_once = WholeNumberField(
        lazy("Combien de collectes en même temps ?"), low=1, high=100, default="1"
    )
    closures = paragraph(lazy("Vos jours de fermeture"), most=TEXT)
    room = OptionalNumberField(
        lazy("Pour combien de gros meubles avez-vous encore de la place ?"), high=MOST_ROOM
    )
    collection_days = TicksField(
        lazy("Quels jours votre fourgon passe-t-il ?"),
        choices=[SelectChoice(day, name) for day, name in DAYS],
        validate_choice=False,
    )
    collection_hours = HoursField(lazy("À quelles heures ?"))
    follows = TicksField(
        lazy("Suivre la règle de l'association pour :"),
        choices=[SelectChoice(kind.value, words) for kind, words in choices(RuleKind)],
        validate_choice=False,
        default=lambda: list(RuleKind),
    )

    closed: Sequence[Sequence[str]] = ()

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

    def validate_collection_hours(self, field: Any) -> None:
        if self.collection_days.data and not field.ranges:
            raise StopValidation(_("Écrivez à quelles heures votre fourgon passe, comme : 9 h-12 h."))

    def followed(self) -> list[str]:
        """The kinds of rules that are left to the association: what is ticked, unless something else was typed for it."""
        return still_followed(
            self.follows.data or (),
            [column for column, fields in FIELDS.items() if any(_typed(self[name]) for name in fields)],
        )

    def description(self) -> Description:
        """What was typed. The form has been validated."""
        return Description(
            where=self.where,
            presentation=self.presentation.data or "",
            street=self.street.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            language=Language(self.language.data),
            opening_hours=self.opening_hours,
            collects_km=self.collects_km.number,
            collects_at_once=self.collects_at_once.number,
            closures=self.closed,
            collection_hours=dict.fromkeys(
                (day for day, _name in DAYS if day in self.collection_days.data), self.collection_hours.ranges
            ),
            room=self.room.value,
            follows=tuple(self.followed()),
            **self.said(),
        )


class SlugForm(PortalForm):
    """The name that a committee or an association bears in addresses; `refuse` says why it cannot."""

    slug = line(lazy("Adresse"), most=200, required=lazy("Écrivez l'adresse."))

    def refuse(self, error: NamingError) -> None:
        self.slug.errors = [
            {
                NamingRefusal.SHAPE: _(
                    "Écrivez des lettres minuscules sans accent, des chiffres et des traits d'union, comme secours-populaire-givors."
                ),
                NamingRefusal.LONG: _("C'est trop long : %(most)s signes au plus.", most=LONGEST),
                NamingRefusal.RESERVED: _("Le portail se sert de ce mot. Choisissez-en un autre."),
                NamingRefusal.TAKEN: _(
                    "Cette adresse est prise, ou l'a été : les liens d'autrefois y mènent encore. Choisissez-en une autre."
                ),
            }[error.code]
        ]


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
    return {
        **rules_data(committee),
        "follows": committee.follows,
        "room": "" if room_left is None else str(room_left),
        "collection_days": list(committee.collection_hours),
        "collection_hours": hours.written(next(iter(committee.collection_hours.values()), ()), language()),
        **place_data(committee),
        "name": committee.name,
        "organisation_id": str(committee.organisation_id),
        "presentation": committee.presentation,
        "street": committee.street,
        "email": committee.email,
        "phone": committee.phone,
        "language": committee.language,
        "collects_km": str(committee.collects_km),
        "collects_at_once": str(committee.collects_at_once),
        "closures": closures.written(committee.closures),
        **week_data(committee.opening_hours),
    }


def _typed(field: Any) -> bool:
    """Whether something else stands in the field than when the page was made."""
    return str(field.data or "").casefold().split() != str(field.object_data or "").casefold().split()
