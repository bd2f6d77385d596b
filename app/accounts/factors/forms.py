"""Forms of second factors."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired

from app.accounts.factors.keys import LARGEST_ANSWER
from app.models.base import NAME
from app.web.fields import PortalForm, line, strip
from app.web.text import lazy

SHOWN = lazy("Écrivez le code à 6 chiffres que l'application affiche.")


class ApplicationForm(PortalForm):
    """The first code of an application."""

    name = line(lazy("Nom de ce téléphone"), most=NAME, required=lazy("Donnez-lui un nom."))
    code = StringField(lazy("Code à 6 chiffres"), filters=[strip], validators=[DataRequired(SHOWN)])


class CodeForm(PortalForm):
    """A code beside the password: of the application, or printed."""

    code = StringField(lazy("Code"), filters=[strip], validators=[DataRequired(lazy("Écrivez un code."))])
    trusted = BooleanField(lazy("Ne plus demander de code sur cet appareil pendant 30 jours"))
    next = HiddenField()


class PasskeyForm(PortalForm):
    """What the browser answers for a passkey; a script fills it in."""

    challenge = HiddenField()
    answer = HiddenField()
    trusted = BooleanField(lazy("Ne plus demander de clé sur cet appareil pendant 30 jours"))
    remember = BooleanField()
    shared = BooleanField()
    next = HiddenField()

    @property
    def said(self) -> tuple[str, str]:
        """(the challenge, the answer), as they were sent."""
        return (self.challenge.data or "")[:1000], (self.answer.data or "")[:LARGEST_ANSWER]


class NewPasskeyForm(PasskeyForm):
    name = line(lazy("Nom de cette clé"), most=NAME, required=lazy("Donnez-lui un nom."))
