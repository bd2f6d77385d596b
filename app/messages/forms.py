"""What a coordinator writes to somebody."""

from app.models.base import TEXT
from app.web.fields import KeyField, PortalForm, line, new_key, paragraph
from app.web.text import lazy


class MessageForm(PortalForm):
    submission_key = KeyField(default=new_key)
    title = line(lazy("Objet"), most=120, required=lazy("Dites en quelques mots de quoi il s'agit."))
    words = paragraph(lazy("Message"), most=TEXT, required=lazy("Écrivez votre message."))
