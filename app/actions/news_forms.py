"""What is typed about news of an action, and to follow one."""

from app.models.base import LINE
from app.web.fields import EmailAddressField, EmptyField, KeyField, PortalForm, line, new_key, paragraph
from app.web.text import lazy


class FollowForm(PortalForm):
    email = EmailAddressField(lazy("Adresse e-mail"))
    rappel = EmptyField()


class NewsForm(PortalForm):
    title = line(lazy("En un mot"), most=LINE, required=lazy("Dites la nouvelle en quelques mots."))
    words = paragraph(
        lazy("La nouvelle"), most=4000, required=lazy("Écrivez la nouvelle. Ne nommez personne.")
    )
    submission_key = KeyField(default=new_key)
