"""What a coordinator types to name a thing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import StopValidation

from app.catalogue.queries import recognised
from app.catalogue.service import Naming, TeachingError, TeachingRefusal
from app.models.base import LINE
from app.web.fields import AtMost, PortalForm, Printable, line, strip
from app.web.text import _, lazy, plural
from app.web.words import item_name
from matching.items import load

MOST_WORDS = 4


class NamingForm(PortalForm):
    """A `guess` that was ticked, or else `words`, name the item; `wording` is what to remember for it, which nobody but a
    person says: `likely` is only offered. `item` is the slug, once the form is valid. `guesses` are the items to tick.

    A page may hold several, so ids carry `mark`.
    """

    guess = HiddenField()
    words = StringField(lazy("C'est en fait"), filters=[strip], validators=[Printable(), AtMost(LINE)])
    wording = line(lazy("Le mot à retenir"), most=LINE)
    item = ""

    def __init__(
        self,
        mark: str,
        text: str = "",
        guesses: Sequence[str] = (),
        formdata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(formdata)
        self.guesses = guesses
        self.likely = likely_wording(text)
        for field in (self.words, self.wording):
            field.id = f"{field.name}-{mark}"
            field.label.field_id = field.id

    def validate_words(self, field: Any) -> None:
        guessed, typed = self.guess.data or "", field.data or ""
        if not guessed and not typed:
            raise StopValidation(
                _("Choisissez un article, ou écrivez son nom, par exemple : chaise.")
                if self.guesses
                else _("Écrivez le nom d'un article, par exemple : chaise.")
            )
        named = (recognised(typed) if typed else guessed) or ""
        if not {named, guessed or named} <= load().keys():
            raise StopValidation(
                _("Le catalogue ne connaît pas cet article. Essayez un autre mot, ou un mot plus large.")
            )
        if guessed and named != guessed:
            raise StopValidation(
                _(
                    "Vous avez choisi « %(item)s » et écrit autre chose. Effacez ce mot, ou cochez « Autre chose ».",
                    item=item_name(guessed, guessed),
                )
            )
        self.item = named


def likely_wording(text: str) -> str:
    """The first words of a text, as far as they may name the thing."""
    first = text.partition("\n")[0]
    named = re.split(r"[,;:.!?()/0-9]|\s[-–]\s", first, maxsplit=1)[0].split()
    return " ".join(named[:MOST_WORDS]) if len(" ".join(named)) >= 3 else ""


def sentence(error: TeachingError) -> str:
    """What to do about a thing that cannot be named so."""
    owner = item_name(error.item, error.item)
    return {
        TeachingRefusal.NOTHING_TO_NAME: _(
            "Il n'y a plus rien à reconnaître ici : l'offre ou le besoin est terminé."
        ),
        TeachingRefusal.UNKNOWN_ITEM: _("Le catalogue ne connaît pas cet article. Essayez un autre mot."),
        TeachingRefusal.PROMISED: _(
            "Un rapprochement est déjà approuvé : l'article ne peut plus changer de nature."
        ),
        TeachingRefusal.NO_WORD: _(
            "Ce mot ne suffit pas à reconnaître un article. Ajoutez un mot, ou laissez vide."
        ),
        TeachingRefusal.TAKEN: _(
            "Ce mot désigne déjà l'article « %(item)s ». Choisissez un mot plus précis, ou laissez vide.",
            item=owner,
        ),
        TeachingRefusal.UNKNOWN_WORD: _("Ce mot n'est pas dans la liste."),
    }[error.code]


def naming_sentence(done: Naming, item: str) -> str:
    """What naming a thing did."""
    words = _("C'est noté : %(item)s. Le prochain calcul en tiendra compte.", item=item_name(item, item))
    if done.alias is not None:
        words += " " + _("Le portail a retenu « %(wording)s ».", wording=done.alias.wording)
    if done.others:
        words += " " + plural(
            "Il a reconnu de même un autre article qui attendait.",
            "Il a reconnu de même %(num)s autres articles qui attendaient.",
            done.others,
        )
    return words
