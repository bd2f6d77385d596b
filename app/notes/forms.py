"""What a coordinator writes down."""

from collections.abc import Iterable
from typing import Any

from flask import request
from wtforms import SelectChoice
from wtforms.validators import Optional

from app.days import day_of
from app.models import Account, Note
from app.models.base import TEXT
from app.models.states import CallOutcome
from app.notes.service import NoteDraft
from app.web.fields import DayField, KeyField, MenuField, PortalForm, new_key, paragraph
from app.web.text import _, lazy

ANYBODY = "0"


class NoteForm(PortalForm):
    """A note, or a call by the button that was pressed (`call`); with a day or a person, a task."""

    submission_key = KeyField(default=new_key)
    words = paragraph(lazy("Note"), most=TEXT)
    day = DayField(lazy("Y revenir le"), validators=[Optional()])
    person = MenuField(
        lazy("Qui s'en occupe ?"), required=lazy("Choisissez une personne de la liste."), default=ANYBODY
    )

    def __init__(self, *args: Any, people: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person.choices = [
            SelectChoice(ANYBODY, _("N'importe qui")),
            *(SelectChoice(str(each.id), each.name) for each in people),
        ]
        pressed = request.form.get("call", "")
        self.call = CallOutcome(pressed) if pressed in set(CallOutcome) else None

    @classmethod
    def of(cls, note: Note, people: Iterable[Account]) -> "NoteForm":
        """What the note says now."""
        said = {
            "words": note.words,
            "day": day_of(note.due_at) if note.due_at else None,
            "person": str(note.for_id or ANYBODY),
        }
        form = cls(people=people, data=said)
        form.call = note.call
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.words.data and self.call is None:
            self.words.errors = [_("Écrivez ce que vous voulez noter.")]
            return False
        return True

    def draft(self) -> NoteDraft:
        return NoteDraft(
            words=self.words.data or "",
            call=self.call,
            day=self.day.data,
            for_id=int(self.person.data) or None,
        )
