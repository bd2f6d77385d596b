"""What is typed about an action."""

from typing import Any

from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.actions.service import Story
from app.models import Action
from app.models.base import NAME
from app.web.fields import DayField, MenuField, line, paragraph
from app.web.place_form import PlaceForm, place_data
from app.web.text import lazy


class ActionForm(PlaceForm):
    title = line(lazy("Titre"), most=NAME, required=lazy("Donnez un titre à cette action."))
    story = paragraph(
        lazy("Histoire"), most=4000, required=lazy("Racontez : pour qui, pourquoi, ce que cela changera.")
    )
    committee_id = MenuField(
        lazy("Comité qui collecte"), required=lazy("Choisissez un comité dans la liste.")
    )
    destination = line(
        lazy("Destination, comme on la nomme"), most=NAME, required=lazy("Écrivez où les dons iront.")
    )
    deadline = DayField(lazy("Date limite"))

    def __init__(self, *args: Any, committees: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.committee_id.choices = [SelectChoice(str(key), name) for key, name in committees]

    def validate_commune(self, _field: Any) -> None:
        if self._which:
            raise StopValidation(self._which)

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
        )


def action_data(action: Action) -> dict[str, Any]:
    """The form's fields filled in from an action. A French place is kept as coordinates: postal codes are not stored."""
    return {
        **place_data(action),
        "commune": action.destination,
        "title": action.title,
        "story": action.story,
        "committee_id": str(action.committee_id),
        "destination": action.destination,
        "deadline": action.deadline,
    }
