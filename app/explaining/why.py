"""Why a pair was made: a sentence for each of the engine's reasons, a name for each part of its score.

Codes and values come from `matching`; each has its sentence, and a test goes through all of them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.explaining.why_not import Detail, clause, day, item
from app.models.states import Condition, Urgency
from app.web.text import _, kilometres, plural
from app.web.words import said_word, word
from matching.chances import UNLIKELY
from matching.said import Said
from matching.stated import AT_MOST

PARTS = ("fit", "urgency", "nearness", "fairness", "wholeness")
"""The parts of the score; the chance of success counts beside it."""


def part_name(part: str) -> str:
    """What a part of the score measures."""
    names = {
        "fit": _("Convient"),
        "urgency": _("Pressé"),
        "nearness": _("Proche"),
        "fairness": _("Équitable"),
        "wholeness": _("Quantité juste"),
        "chance": _("A des chances d'aboutir"),
    }
    return names[part]


def sentences(reasons: Iterable[Detail]) -> list[str]:
    """The reasons of a pairing, one sentence each, in the engine's order. Codes of older engines are passed over."""
    return [REASONS[each["code"]](each["value"]) for each in reasons if each["code"] in REASONS]


def _of_ten(share: float) -> int:
    """A chance as people count it: never none of ten."""
    return max(1, round(share * 10))


REASONS: Mapping[str, Callable[[Any], str]] = {
    "same_item": lambda _value: _("C'est exactement l'article demandé."),
    "narrower_item": lambda value: _("« %(item)s » fait partie de ce qui est demandé.", item=item(value)),
    "substitute_item": lambda value: _("« %(item)s » peut remplacer ce qui est demandé.", item=item(value)),
    "distance_km": lambda value: _("La distance est de %(distance)s.", distance=kilometres(value)),
    "said": lambda value: _(
        "La description dit que c'est %(said)s : l'état compte comme « %(condition)s ».",
        said=said_word(value),
        condition=word(Condition(AT_MOST[Said(value)].value)),
    ),
    "urgency": lambda value: (
        _("Le besoin est très urgent.") if value == Urgency.CRITICAL else _("Le besoin est pressé.")
    ),
    "waiting_days": lambda value: plural(
        "Le comité attend depuis %(num)s jour.", "Le comité attend depuis %(num)s jours.", value
    ),
    "needed_by": lambda value: _("Il le faut avant le %(day)s.", day=day(value)),
    "available_until": lambda value: _("L'offre prend fin le %(day)s.", day=day(value)),
    "without": lambda value: plural(
        "C'est à son tour : ce comité n'a rien reçu depuis %(num)s semaine.",
        "C'est à son tour : ce comité n'a rien reçu depuis %(num)s semaines.",
        value,
    ),
    "received": lambda _value: _("Ce comité a peu reçu ces derniers temps, pour ce qu'il demande."),
    "fills_need": lambda _value: _("Le besoin sera entièrement satisfait."),
    "empties_offer": lambda _value: _("Tout ce qui est proposé trouve place en une fois."),
    "kept": lambda _value: _("C'était déjà la proposition du plan précédent."),
    "committee_answers": lambda value: (
        _("Ce comité répond presque toujours : avec lui, 9 propositions sur 10 aboutissent.")
        if value > UNLIKELY
        else plural(
            "Avec ce comité, %(num)s proposition sur 10 seulement aboutit.",
            "Avec ce comité, %(num)s propositions sur 10 seulement aboutissent.",
            _of_ten(value),
        )
    ),
    "chance": lambda value: plural(
        "Dans des cas semblables, %(num)s proposition sur 10 aboutit.",
        "Dans des cas semblables, %(num)s propositions sur 10 aboutissent.",
        _of_ten(value),
    ),
    "despite": lambda value: _(
        "La coordination l'a choisi malgré ceci : %(why)s.", why=clause(value["rule"], value["detail"])
    ),
}
"""What each reason of a pairing says; "despite" is a person's, of a rule that was set aside."""
