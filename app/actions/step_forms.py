"""What is typed about the steps of an action, and at its end."""

from typing import Any

from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.actions.steps import StepDraft
from app.models.base import LINE
from app.web.fields import DayField, KeyField, MenuField, PortalForm, line, new_key, paragraph
from app.web.text import _, lazy


class StepForm(PortalForm):
    words = line(lazy("Ce qu'il y a à faire"), most=LINE, required=lazy("Écrivez ce qu'il y a à faire."))
    committee_id = MenuField(lazy("Qui le fait"), required=lazy("Choisissez un comité dans la liste."))
    due = DayField(lazy("Avant le"))
    submission_key = KeyField(default=new_key)

    def __init__(self, *args: Any, committees: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.committee_id.choices = [SelectChoice(str(key), name) for key, name in committees]

    def validate_due(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation(_("Écrivez une date comme 24/12/2026."))

    def draft(self) -> StepDraft:
        """The form has been validated."""
        assert self.due.data is not None
        return StepDraft(
            words=self.words.data or "",
            committee_id=int(self.committee_id.data),
            due=self.due.data,
            submission_key=self.submission_key.data,
        )


class ConclusionForm(PortalForm):
    conclusion = paragraph(
        lazy("Ce que l'action a donné"),
        most=4000,
        required=lazy("Racontez ce que l'action a donné : qui s'en sert, et à quoi. Ne nommez personne."),
    )
