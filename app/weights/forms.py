"""The weights as people set them: shares from 0 to 100, hundredths of a point, days, kilometres."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.validators import StopValidation

import matching.types as engine
from app.models.base import TEXT
from app.solving.solver import SolverRefusal
from app.web.fields import PortalForm, paragraph, strip
from app.web.text import _, lazy

HUNDREDTHS = 100
LONGEST_WAIT = 2
"""In days: a decision is owed within 72 hours, and a day of them is left to take it."""


@dataclass(frozen=True, slots=True)
class Dial:
    """One weight on the screen: what it is called, what it means, from where to where it goes, in screen units."""

    name: str
    label: LazyString
    hint: LazyString
    high: int
    low: int = 0
    scale: int = HUNDREDTHS
    """Screen units in one unit of the engine."""


PARTS = (
    Dial(
        "fit",
        lazy("L'article convient"),
        lazy("Le même article plutôt qu'un autre qui ferait l'affaire."),
        100,
    ),
    Dial(
        "urgency",
        lazy("Le besoin presse"),
        lazy("Ce qui est urgent ou attend depuis longtemps d'abord."),
        100,
    ),
    Dial("nearness", lazy("C'est proche"), lazy("Le moins de route possible."), 100),
    Dial("fairness", lazy("C'est équitable"), lazy("Les comités qui ont peu reçu d'abord."), 100),
    Dial("wholeness", lazy("La quantité tombe juste"), lazy("Un don entier pour un besoin entier."), 100),
)
MANNERS = (
    Dial(
        "meeting",
        lazy("Servir des besoins entiers"),
        lazy("Ce que vaut un besoin servi en entier, quel que soit le nombre d'articles, en points."),
        500,
    ),
    Dial("handover", lazy("Éviter d'éparpiller"), lazy("Ce que coûte une remise de plus, en points."), 200),
    Dial(
        "calm",
        lazy("Garder ce qui est proposé"),
        lazy("Les points qu'un changement doit faire gagner pour toucher au tableau."),
        200,
    ),
    Dial(
        "placing",
        lazy("Placer le plus de dons possible"),
        lazy("Ce que vaut tout don placé, en points."),
        500,
    ),
    Dial(
        "patience",
        lazy("Attendre mieux"),
        lazy(
            "Ce que doit valoir un don qui vient d'arriver pour être proposé sans attendre, en points. 0 : ne jamais attendre."
        ),
        400,
    ),
    Dial("patience_days", lazy("Attendre au plus, en jours"), lazy("Ensuite, le don est proposé."), 90, 1, 1),
    Dial(
        "ahead_days",
        lazy("Attendre ce qui vient d'habitude, en jours"),
        lazy(
            "Un don qui vient d'arriver peut attendre qu'on le demande plus près, là où le passé le laisse espérer. 0 : ne jamais attendre. Deux jours au plus : une décision est due sous 72 heures, et il faut une journée pour la prendre."
        ),
        LONGEST_WAIT,
        0,
        1,
    ),
    Dial(
        "half_km",
        lazy("Distance moyenne, en km"),
        lazy("À cette distance, « proche » ne compte plus que pour moitié."),
        500,
        1,
        1,
    ),
    Dial(
        "chance",
        lazy("Compter avec ce qui aboutit"),
        lazy(
            "100 : ce qui aboutit rarement, d'après ce qui s'est passé ici, vaut d'autant moins. 0 : on n'en tient pas compte."
        ),
        100,
    ),
)
TURNS = (
    Dial(
        "turns",
        lazy("Du plus utile à chacun son tour"),
        lazy(
            "0 : les critères ci-dessous décident seuls. 100 : qui a le moins reçu passe devant, même plus loin."
        ),
        100,
    ),
    Dial(
        "longest_weeks",
        lazy("Aucun comité sans rien plus de… semaines"),
        lazy("Passé ce délai, ce qu'un comité peut recevoir lui revient en premier. 0 : sans limite."),
        52,
        0,
        1,
    ),
)
DIALS = {dial.name: dial for dial in (*TURNS, *PARTS, *MANNERS)}
WHOLE = frozenset({"patience_days", "longest_weeks", "ahead_days"})
"""The dials that know no half."""


class DialField(StringField):
    """A number between the dial's ends, with a comma or a point and at most two digits after it."""

    def __init__(self, dial: Dial, **kwargs: Any) -> None:
        super().__init__(dial.label, filters=[strip], **kwargs)
        self.dial, self.number = dial, 0.0

    def pre_validate(self, _form: Form) -> None:
        typed = (self.data or "").replace(",", ".")
        whole = self.dial.name in WHOLE
        if not re.fullmatch(r"[0-9]{1,4}" if whole else r"[0-9]{1,4}(\.[0-9]{1,2})?", typed) or not (
            self.dial.low <= float(typed) <= self.dial.high
        ):
            raise StopValidation(
                _("Écrivez un nombre de %(low)s à %(high)s.", low=self.dial.low, high=self.dial.high)
            )
        self.number = float(typed)


class WeightsForm(PortalForm):
    """All dials, and for what is decided a note. Looking changes nothing; deciding is a POST, whose token is checked
    before the view.
    """

    class Meta:
        csrf = False

    note = paragraph(lazy("Pourquoi ce changement ?"), most=TEXT)

    @classmethod
    def read(cls, sent: "MultiDict[str, str]", current: engine.Weights) -> "WeightsForm":
        """What was sent; dials that were not are where they stand now."""
        filled = MultiDict(shown(current))
        filled.update({name: sent[name] for name in (*DIALS, "note") if name in sent})
        for name in DIALS:
            filled.setlist(name, filled.getlist(name)[-1:])
        return cls(filled)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = bool(super().validate(extra_validators))
        parts = [self[dial.name] for dial in PARTS]
        if not any(part.number or part.errors for part in parts):
            parts[0].errors = [_("Donnez du poids à l'un au moins de ces cinq critères.")]
            return False
        return sound

    def weights(self) -> engine.Weights:
        """The engine's weights. The form has been validated."""
        values = {name: round(self[name].number / dial.scale, 6) for name, dial in DIALS.items()}
        return engine.Weights(**{**values, **{name: int(values[name]) for name in WHOLE}})


for _dial in DIALS.values():
    setattr(WeightsForm, _dial.name, DialField(_dial))


def shown(weights: engine.Weights) -> Mapping[str, str]:
    """The dials of these weights, as texts."""
    return {
        name: f"{getattr(weights, name) * dial.scale:.2f}".rstrip("0").rstrip(".")
        for name, dial in DIALS.items()
    }


def changes(before: engine.Weights, after: engine.Weights) -> list[tuple[str, str, str]]:
    """(label, before, after) of each dial that moved."""
    old, new = shown(before), shown(after)
    return [(str(dial.label), old[name], new[name]) for name, dial in DIALS.items() if old[name] != new[name]]


def sentence(trouble: SolverRefusal) -> str:
    """Why there is no comparison, and what to do."""
    return {
        SolverRefusal.TOO_LARGE: _(
            "Le tableau est trop grand pour comparer ici. Adoptez les réglages si vous en êtes sûr : le plan se fera comme d'habitude."
        ),
        SolverRefusal.TOO_LONG: _(
            "Le calcul a pris trop de temps et a été arrêté. Réessayez dans un moment."
        ),
        SolverRefusal.BUSY: _("Un autre calcul est en cours. Réessayez dans un instant."),
        SolverRefusal.BROKEN: _(
            "Le calcul n'a pas abouti. Réessayez ; si cela se répète, prévenez l'administrateur."
        ),
    }[trouble]
