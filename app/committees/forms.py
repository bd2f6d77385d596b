"""What a committee says of itself, in plain words; the association it belongs to."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from wtforms import Form, SelectChoice, StringField
from wtforms.validators import StopValidation

from app.catalogue.queries import recognised
from app.committees import closures, hours
from app.committees.closures import BadClosureError
from app.committees.hours import BadHoursError
from app.committees.service import Description, Identity
from app.models import Committee, Organisation
from app.models.base import LINE, NAME, TEXT
from app.models.states import Language, Size
from app.web.fields import (
    EmailAddressField,
    MenuField,
    PhoneField,
    PortalForm,
    Printable,
    WholeNumberField,
    choice,
    line,
    paragraph,
    strip,
)
from app.web.place_form import PlaceForm, place_data
from app.web.text import _, language, lazy
from app.web.words import DAYS, SIZES, choices, item_name
from matching.items import load

FARTHEST_KM = 1000
MOST_REFUSED = 100


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
    refuses = paragraph(lazy("Ce que vous ne prenez pas"), most=8000)

    slugs: tuple[str, ...] = ()
    closed: Sequence[Sequence[str]] = ()

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

    def validate_refuses(self, field: Any) -> None:
        names = [name.strip() for name in (field.data or "").splitlines() if name.strip()]
        if len(names) > MOST_REFUSED:
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
        self.slugs = tuple(dict.fromkeys(slug for _name, slug in found if slug is not None))

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


def committee_data(committee: Committee) -> dict[str, Any]:
    """The form's fields filled in from a committee."""
    return {
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
        "refuses": "\n".join(item_name(slug) for slug in committee.refuses if slug in load()),
        **{
            f"day_{day}": hours.written(committee.opening_hours.get(day, ()), language())
            for day, _name in DAYS
        },
    }


class OrganisationForm(PortalForm):
    name = line(lazy("Nom de l'association"), most=NAME, required=lazy("Écrivez le nom de l'association."))
    description = paragraph(lazy("Présentation"), most=TEXT)
    website = StringField(lazy("Site internet"), filters=[strip], validators=[Printable()])

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
