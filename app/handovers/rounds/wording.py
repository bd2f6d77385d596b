"""What a round's page says: how each trip stands, and why something was not done."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.handovers.rounds.queries import Standing
from app.handovers.rounds.service import RoundRefusal
from app.solving.solver import SolverRefusal
from app.web.text import lazy

STANDINGS: Mapping[Standing, tuple[LazyString, str]] = {
    Standing.TO_ASK: (lazy("Heure à proposer"), "grey"),
    Standing.ASKED: (lazy("Le donateur n'a pas encore répondu"), "orange"),
    Standing.FIXED: (lazy("Rendez-vous fixé"), ""),
    Standing.OTHER_TIME: (lazy("Le donateur préfère un autre moment"), "red"),
    Standing.ELSEWHERE: (lazy("Le rendez-vous est à un autre moment"), "red"),
    Standing.DONE: (lazy("Collecté"), ""),
    Standing.GONE: (lazy("Ce don ne se fait plus"), "red"),
}
"""The words of a tag, and its colour."""

REFUSALS: Mapping[RoundRefusal, LazyString] = {
    RoundRefusal.OVER: lazy("Cette tournée a changé de situation, ou a déjà commencé. Voici où elle en est."),
    RoundRefusal.HOURS: lazy(
        "Dans cet ordre, le véhicule arriverait trop tard chez quelqu'un, ou rentrerait après l'heure. Rien n'a changé."
    ),
    RoundRefusal.TAKEN: lazy(
        "À l'une de ces heures, vous allez déjà chercher un don qui n'est pas de cette tournée. Déplacez ce rendez-vous, ou retirez l'arrêt."
    ),
    RoundRefusal.EMPTY: lazy("Cette tournée n'a aucun arrêt : il n'y a rien à proposer."),
}

TROUBLES: Mapping[SolverRefusal, LazyString] = {
    SolverRefusal.TOO_LARGE: lazy("Il y a trop d'arrêts à la fois pour le calcul."),
    SolverRefusal.TOO_LONG: lazy("Le calcul a pris trop de temps et a été arrêté. Réessayez dans un moment."),
    SolverRefusal.BUSY: lazy("Un autre calcul est en cours. Réessayez dans un instant."),
    SolverRefusal.BROKEN: lazy(
        "Le calcul n'a pas abouti. Réessayez ; si cela se répète, prévenez votre coordinateur."
    ),
}
