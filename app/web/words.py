"""What each value of the domain is called on the screen."""

from enum import StrEnum

from flask import Flask

from app.models.states import (
    ActorKind,
    Condition,
    Language,
    MatchState,
    NeedState,
    OfferState,
    Reason,
    Role,
    Size,
    Transport,
    Urgency,
    Verb,
)
from app.web.text import _, language, lazy
from matching.items import load

CONDITIONS: tuple[tuple[StrEnum, str], ...] = (
    (Condition.NEW, lazy("Neuf")),
    (Condition.VERY_GOOD, lazy("Très bon état")),
    (Condition.GOOD, lazy("Bon état")),
    (Condition.FAIR, lazy("Usé mais utilisable")),
    (Condition.FOR_PARTS, lazy("Pour pièces")),
)
URGENCIES: tuple[tuple[StrEnum, str], ...] = (
    (Urgency.LOW, lazy("Pas pressé")),
    (Urgency.NORMAL, lazy("Normal")),
    (Urgency.HIGH, lazy("Pressé")),
    (Urgency.CRITICAL, lazy("Très urgent")),
)
SIZES: tuple[tuple[StrEnum, str], ...] = (
    (Size.SMALL, lazy("Se porte d'une main")),
    (Size.MEDIUM, lazy("Tient dans un coffre de voiture")),
    (Size.LARGE, lazy("Il faut être deux et une camionnette")),
    (Size.VERY_LARGE, lazy("Il faut un camion, ou démonter")),
)
TRANSPORTS: tuple[tuple[StrEnum, str], ...] = (
    (Transport.DONOR_BRINGS, lazy("Le donateur apporte")),
    (Transport.COMMITTEE_COLLECTS, lazy("Le comité vient chercher")),
)
ROLES: tuple[tuple[StrEnum, str], ...] = (
    (Role.MEMBER, lazy("Membre d'un comité")),
    (Role.COORDINATOR, lazy("Coordinateur")),
    (Role.ADMINISTRATOR, lazy("Administrateur")),
)
OFFER_STATES: tuple[tuple[StrEnum, str], ...] = (
    (OfferState.UNCONFIRMED, lazy("À confirmer")),
    (OfferState.OPEN, lazy("Ouverte")),
    (OfferState.CLOSED, lazy("Terminée")),
    (OfferState.WITHDRAWN, lazy("Retirée")),
    (OfferState.EXPIRED, lazy("Expirée")),
    (OfferState.REFUSED, lazy("Refusée")),
)
NEED_STATES: tuple[tuple[StrEnum, str], ...] = (
    (NeedState.OPEN, lazy("Ouvert")),
    (NeedState.MET, lazy("Satisfait")),
    (NeedState.PAUSED, lazy("En pause")),
    (NeedState.WITHDRAWN, lazy("Retiré")),
    (NeedState.EXPIRED, lazy("Expiré")),
)
MATCH_STATES: tuple[tuple[StrEnum, str], ...] = (
    (MatchState.PROPOSED, lazy("Proposé")),
    (MatchState.APPROVED, lazy("Approuvé, réponses attendues")),
    (MatchState.ACCEPTED, lazy("Accepté, rendez-vous à fixer")),
    (MatchState.SCHEDULED, lazy("Rendez-vous fixé")),
    (MatchState.COMPLETED, lazy("Remis")),
    (MatchState.REJECTED, lazy("Écarté")),
    (MatchState.DECLINED, lazy("Décliné")),
    (MatchState.LAPSED, lazy("Sans réponse")),
    (MatchState.FAILED, lazy("Non abouti")),
    (MatchState.SUPERSEDED, lazy("Remplacé")),
)
REASONS: tuple[tuple[StrEnum, str], ...] = (
    (Reason.TOO_FAR, lazy("C'est trop loin")),
    (Reason.WRONG_ITEM, lazy("Ce n'est pas l'article demandé")),
    (Reason.CONDITION, lazy("L'état ne convient pas")),
    (Reason.NOT_NOW, lazy("Pas en ce moment")),
    (Reason.NO_ROOM, lazy("Plus de place pour le stocker")),
    (Reason.NO_LONGER_NEEDED, lazy("Le besoin n'existe plus")),
    (Reason.GIVEN_ELSEWHERE, lazy("Déjà donné ailleurs")),
    (Reason.CHANGED_MIND, lazy("J'ai changé d'avis")),
    (Reason.NO_SHOW, lazy("Personne n'est venu")),
    (Reason.NOT_AS_DESCRIBED, lazy("Ce n'était pas ce qui était annoncé")),
    (Reason.COULD_NOT_CARRY, lazy("Impossible à transporter")),
    (Reason.NOT_HANDLED, lazy("Nous ne prenons pas ce type d'article")),
    (Reason.UNSAFE, lazy("Cet article peut être dangereux")),
    (Reason.NO_NEED, lazy("Aucun comité n'en a besoin")),
    (Reason.SPAM, lazy("Message indésirable")),
    (Reason.OTHER, lazy("Autre raison")),
)
VERBS: tuple[tuple[StrEnum, str], ...] = (
    (Verb.RECORD, lazy("Enregistrement")),
    (Verb.CONFIRM, lazy("Confirmation")),
    (Verb.EDIT, lazy("Modification")),
    (Verb.EXTEND, lazy("Prolongation")),
    (Verb.WITHDRAW, lazy("Retrait")),
    (Verb.EXPIRE, lazy("Expiration")),
    (Verb.REFUSE, lazy("Refus")),
    (Verb.CLOSE, lazy("Clôture")),
    (Verb.REOPEN, lazy("Réouverture")),
    (Verb.DECLARE, lazy("Déclaration")),
    (Verb.PAUSE, lazy("Mise en pause")),
    (Verb.RESUME, lazy("Reprise")),
    (Verb.MEET, lazy("Besoin satisfait")),
    (Verb.PROPOSE, lazy("Proposition")),
    (Verb.SUPERSEDE, lazy("Remplacement")),
    (Verb.APPROVE, lazy("Approbation")),
    (Verb.REJECT, lazy("Mise à l'écart")),
    (Verb.UNDO, lazy("Annulation")),
    (Verb.ACCEPT, lazy("Accord")),
    (Verb.DECLINE, lazy("Refus de la proposition")),
    (Verb.LAPSE, lazy("Sans réponse")),
    (Verb.PROPOSE_TIMES, lazy("Proposition de dates")),
    (Verb.SCHEDULE, lazy("Rendez-vous fixé")),
    (Verb.RESCHEDULE, lazy("Rendez-vous déplacé")),
    (Verb.COMPLETE, lazy("Remise faite")),
    (Verb.FAIL, lazy("Remise manquée")),
    (Verb.REPORT, lazy("Compte rendu")),
)
ACTORS: tuple[tuple[StrEnum, str], ...] = (
    (ActorKind.DONOR, lazy("le donateur")),
    (ActorKind.COMMITTEE, lazy("le comité")),
    (ActorKind.ACCOUNT, lazy("un compte")),
    (ActorKind.SYSTEM, lazy("le portail")),
)
DAYS: tuple[tuple[str, str], ...] = (
    ("1", lazy("Lundi")),
    ("2", lazy("Mardi")),
    ("3", lazy("Mercredi")),
    ("4", lazy("Jeudi")),
    ("5", lazy("Vendredi")),
    ("6", lazy("Samedi")),
    ("7", lazy("Dimanche")),
)
LANGUAGES: tuple[tuple[StrEnum, str], ...] = (
    (Language.FRENCH, lazy("Français")),
    (Language.ENGLISH, lazy("Anglais")),
)
ELSEWHERE: dict[str, str] = {
    "animaux": lazy("Adressez-vous à un refuge ou à une association de protection des animaux."),
    "armurerie": lazy(
        "Ne la transportez pas : appelez le commissariat ou la gendarmerie, qui vous diront comment la remettre."
    ),
    "aide-alimentaire": lazy(
        "Adressez-vous à la banque alimentaire ou à l'épicerie sociale la plus proche : elles suivent les dates et le froid."
    ),
    "caviste": lazy("L'alcool ne se donne pas par le portail."),
    "decheterie": lazy("Déposez-le à la déchèterie de votre commune."),
    "dechets-chimiques": lazy("Déposez-le au guichet des déchets dangereux de votre déchèterie."),
    "filiere-batteries": lazy("Rapportez-la à un garage ou à un magasin d'accessoires : ils la reprennent."),
    "filiere-bouteilles-gaz": lazy("Rapportez-la là où elle a été achetée : le vendeur la reprend."),
    "filiere-extincteurs": lazy("Rapportez-le à un vendeur d'extincteurs : il le reprend."),
    "filiere-pneus": lazy("Rapportez-les à un garage, ou à la déchèterie si elle les accepte."),
    "magasin-lampes": lazy(
        "Déposez-les dans le bac de collecte d'un supermarché ou d'un magasin de bricolage."
    ),
    "pharmacie": lazy("Rapportez-les à une pharmacie : elle les reprend."),
    "vehicules": lazy("Adressez-vous à un centre agréé, ou à une association qui reprend les véhicules."),
}
"""Where to go with what the portal does not take, by the catalogue's code."""
TABLES = (
    CONDITIONS, URGENCIES, SIZES, TRANSPORTS, ROLES, OFFER_STATES, NEED_STATES, MATCH_STATES, REASONS, VERBS,
    ACTORS,
)  # fmt: skip
BY_KIND = {(type(member), member): words for table in TABLES for member, words in table}


def word(member: StrEnum) -> str:
    """The word for a member of one of the domain's enumerations."""
    return str(BY_KIND[type(member), member])


def item_name(slug: str | None, description: str = "", *, english: bool | None = None) -> str:
    """The catalogue's name for an item; the person's own words for what is not in the catalogue.

    In the language of the page unless `english` says which.
    """
    item = load().get(slug) if slug else None
    if item is None:
        return description or (slug or "").replace("-", " ").capitalize() or _("Article")
    return item.en if (language() == "en" if english is None else english) else item.fr


def init_app(app: Flask) -> None:
    app.jinja_env.globals["word"] = word
