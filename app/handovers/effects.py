"""What each reason to say no brings about, told beside it before it is chosen."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.models.states import ENDS_THE_GIFT, ENDS_THE_NEED, REASONS, Occasion, Reason
from app.web.text import lazy

WITHDRAWN = lazy("L'article est retiré : il n'est plus proposé à personne. Vous pourrez annuler ce retrait.")
FOR_OTHERS = lazy("L'article reste proposé aux autres comités, plus à celui-ci.")
ANOTHER_TIME = lazy(
    "L'article reste proposé aux autres comités, plus à celui-ci. Pour changer seulement de jour, demandez plutôt un autre moment."
)
CLOSED = lazy(
    "Votre besoin est retiré de la liste : plus rien ne vous sera proposé pour lui. Vous pourrez le rétablir."
)
STILL_OPEN = lazy("Votre besoin reste ouvert. Ce don ne vous sera plus proposé.")


def effects(occasion: Occasion) -> dict[str, LazyString]:
    """By reason, what follows."""
    return {reason.value: _effect(occasion, reason) for reason in REASONS[occasion]}


def _effect(occasion: Occasion, reason: Reason) -> LazyString:
    if occasion is Occasion.COMMITTEE_DECLINES:
        return CLOSED if reason in ENDS_THE_NEED else STILL_OPEN
    if reason in ENDS_THE_GIFT:
        return WITHDRAWN
    return ANOTHER_TIME if reason is Reason.NOT_NOW else FOR_OTHERS


SAID_BY: Mapping[Reason, LazyString] = {
    Reason.NOT_THEM: lazy("Je préfère le donner à quelqu'un d'autre"),
    Reason.CHANGED_MIND: lazy("J'ai changé d'avis : je le garde"),
    Reason.NOT_NOW: lazy("Le moment ne convient pas"),
}
"""What a reason is called by the donor who gives it, where that is not what others read."""
