"""What is typed about an action."""

from typing import Any

from wtforms import SelectChoice, StringField
from wtforms.validators import StopValidation

from app.actions.destinations import SeveralPlacesError, UnknownPlaceError, country_name, found
from app.actions.service import Story
from app.catalogue.queries import recognised
from app.models import Action
from app.models.base import LINE, NAME, Where
from app.models.states import ActionKind
from app.needs.service import NeedDraft, words_of
from app.places import BadCoordinates, coordinates
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
    strip,
)
from app.web.place_form import countries, place_data
from app.web.text import _, lazy
from app.web.words import choices, not_handled
from matching.items import load

CLOSE = 0.05
"""Degrees: what lies so close is the same place, its coordinates rounded."""


class ActionForm(PortalForm):
    """`where` is set once validated: by the name of the destination, or by its coordinates where these are typed."""

    title = line(lazy("Titre"), most=NAME, required=lazy("Donnez un titre à cette action."))
    story = paragraph(
        lazy("Histoire"), most=4000, required=lazy("Racontez : pour qui, pourquoi, ce que cela changera.")
    )
    kind = choice(
        lazy("Cette action, c'est"),
        choices(ActionKind),
        required=lazy("Dites ce que l'action rassemble ou fait."),
        default=ActionKind.THINGS,
    )
    committee_id = MenuField(
        lazy("Comité qui collecte"), required=lazy("Choisissez un comité dans la liste.")
    )
    deadline = DayField(lazy("Date limite"))
    destination = line(lazy("Destination"), most=NAME, required=lazy("Écrivez où les dons iront."))
    consignee = line(lazy("Qui reçoit là-bas"), most=LINE)
    country = MenuField(lazy("Pays"), required=lazy("Choisissez un pays dans la liste."), default="FR")
    latitude = StringField(lazy("Latitude"), filters=[strip])
    longitude = StringField(lazy("Longitude"), filters=[strip])

    where: Where

    def __init__(self, *args: Any, committees: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.committee_id.choices = [SelectChoice(str(key), name) for key, name in committees]
        self.country.choices = [SelectChoice(code, name) for code, name in countries()]

    @property
    def by_coordinates(self) -> bool:
        return bool(self.latitude.data or self.longitude.data)

    def validate_destination(self, field: Any) -> None:
        if self.by_coordinates:
            return
        try:
            self.where = found(field.data or "")
        except SeveralPlacesError as error:
            names = " ; ".join(country_name(code) for code in error.codes[:6])
            raise StopValidation(
                _(
                    "Plusieurs pays ont un lieu de ce nom : %(countries)s. Écrivez le pays après une virgule.",
                    countries=names,
                )
            ) from None
        except UnknownPlaceError:
            raise StopValidation(
                _(
                    "Nous ne connaissons pas ce lieu. Écrivez la ville connue la plus proche et son pays, ou donnez les coordonnées plus bas."
                )
            ) from None

    def validate_longitude(self, _field: Any) -> None:
        if not self.by_coordinates:
            return
        try:
            latitude, longitude = coordinates(self.latitude.data or "", self.longitude.data or "")
        except BadCoordinates:
            raise StopValidation(
                _(
                    "Écrivez deux nombres en degrés. Exemple : 15,2286 pour la latitude, -9,5913 pour la longitude."
                )
            ) from None
        country = self.country.data or ""
        self.where = Where(
            postal_code="", commune="", country=country, latitude=latitude, longitude=longitude
        )

    def description(self) -> Story:
        """What was typed. The form has been validated."""
        return Story(
            title=self.title.data or "",
            story=self.story.data or "",
            committee_id=int(self.committee_id.data),
            destination=self.destination.data or "",
            country=self.where.country,
            latitude=self.where.latitude,
            longitude=self.where.longitude,
            deadline=self.deadline.data,
            consignee=self.consignee.data or "",
            kind=ActionKind(self.kind.data),
        )


def action_data(action: Action) -> dict[str, Any]:
    """The form's fields filled in from an action: its coordinates only where its name does not say them."""
    data = {
        "title": action.title,
        "story": action.story,
        "committee_id": str(action.committee_id),
        "destination": action.destination,
        "deadline": action.deadline,
        "consignee": action.consignee,
        "kind": action.kind,
    }
    return data if _is_named(action) else {**place_data(action), **data}


def _is_named(action: Action) -> bool:
    try:
        where = found(action.destination)
    except (SeveralPlacesError, UnknownPlaceError):
        return False
    near = max(abs(where.latitude - action.latitude), abs(where.longitude - action.longitude)) < CLOSE
    return near and where.country == action.country


class OneNeedForm(PortalForm):
    """A need that is written down where the action is prepared."""

    item = line(
        lazy("De quoi l'action a-t-elle besoin ?"),
        most=LINE,
        required=lazy("Écrivez ce qu'il faut, avec vos mots. Exemple : ordinateur portable"),
    )
    quantity = WholeNumberField(lazy("Combien ?"), default="1")
    submission_key = KeyField(default=new_key)

    def validate_item(self, field: Any) -> None:
        slug = recognised(field.data or "")
        if slug is not None and not load()[slug].handled:
            raise StopValidation(not_handled(slug))

    def draft(self, action_id: int) -> NeedDraft:
        """The form has been validated."""
        words = self.item.data or ""
        item = recognised(words)
        return NeedDraft(
            item=item,
            description=words_of(item, words, ""),
            quantity=self.quantity.number,
            action_id=action_id,
        )


class PictureForm(PortalForm):
    """A picture goes with what it shows, for whoever does not see it. The file is read from the request."""

    caption = line(
        lazy("Ce que montre l'image"),
        most=LINE,
        required=lazy("Dites en une phrase ce que montre l'image : certains l'entendent sans la voir."),
    )
