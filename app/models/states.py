"""States, the moves between them, and the words that decisions are coded with.

`TRANSITIONS` is the whole of each machine. `app.transitions.move` is the only writer; the models refuse an assignment
that is not listed here, whoever makes it.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from app.models.kinds import ActionKind as ActionKind
from app.models.kinds import CallOutcome as CallOutcome
from app.models.kinds import FactorKind as FactorKind
from app.models.kinds import GiverKind as GiverKind
from app.models.kinds import HookEvent as HookEvent
from app.models.kinds import LookupKind as LookupKind
from app.models.kinds import Outside as Outside
from app.models.kinds import PlaceKind as PlaceKind
from app.models.kinds import ProgramScope as ProgramScope
from app.models.kinds import ReceiptState as ReceiptState
from app.models.kinds import RoomAccess as RoomAccess
from app.models.kinds import RoomHelp as RoomHelp
from app.models.kinds import RoomUse as RoomUse
from app.models.kinds import RuleKind as RuleKind
from app.models.worded import Worded as Worded
from app.models.worded import french as french
from matching.types import Condition as Condition
from matching.types import Size as Size
from matching.types import Transport as Transport
from matching.types import Urgency as Urgency


class Role(Worded):
    """Each may do what those before it may."""

    MEMBER = "member", french("Membre d'un comité")
    COORDINATOR = "coordinator", french("Coordinateur")
    ADMINISTRATOR = "administrator", french("Administrateur")


class Repeat(Worded):
    """How often a need comes back."""

    MONTHLY = "monthly", french("Chaque mois")
    YEARLY = "yearly", french("Chaque année")


class Right(Worded):
    """What somebody may do for a committee."""

    SEE = "see", french("voir")
    DECLARE = "declare", french("déclarer les besoins")
    RECEIVE = "receive", french("répondre aux dons et dire ce qui est venu")
    DESCRIBE = "describe", french("changer les horaires, les règles et la page")
    MANAGE = "manage", french("inviter, retirer, donner un rôle")


class Part(Worded):
    """What somebody is in a committee."""

    RESPONSIBLE = "responsible", french("Responsable")
    MEMBER = "member", french("Membre")
    DECLARES = "declares", french("Déclare les besoins")
    RECEIVES = "receives", french("Reçoit les dons")
    READER = "reader", french("Lecteur")


MAY: Mapping[Part, frozenset[Right]] = {
    Part.RESPONSIBLE: frozenset(Right),
    Part.MEMBER: frozenset({Right.SEE, Right.DECLARE, Right.RECEIVE, Right.DESCRIBE}),
    Part.DECLARES: frozenset({Right.SEE, Right.DECLARE}),
    Part.RECEIVES: frozenset({Right.SEE, Right.RECEIVE}),
    Part.READER: frozenset({Right.SEE}),
}
"""What each part may do. Coordinators may do all of it for every committee."""


class Side(Worded):
    """Of a match: who gives, who receives."""

    DONOR = "donor", french("le donateur")
    COMMITTEE = "committee", french("le comité")


class Findable(Worded):
    """What a search finds, in the order in which it tells of it. A match has no words of its own."""

    DONOR = "donor", french("Donateurs")
    OFFER = "offer", french("Offres")
    NEED = "need", french("Besoins")
    COMMITTEE = "committee", french("Comités")
    MATCH = "match", french("Rapprochements")


class Language(Worded):
    FRENCH = "fr", french("Français")
    ENGLISH = "en", french("Anglais")


class OfferState(Worded):
    UNCONFIRMED = "unconfirmed", french("À confirmer")
    OPEN = "open", french("Ouverte")
    CLOSED = "closed", french("Terminée")
    WITHDRAWN = "withdrawn", french("Retirée")
    EXPIRED = "expired", french("Expirée")
    REFUSED = "refused", french("Refusée")


class Aside(Worded):
    """Why an article of an offer is not offered, or not any more."""

    HELD = "held", french("En attente")
    REFUSED = "refused", french("Refusé")
    WITHDRAWN = "withdrawn", french("Retiré")
    PAUSED = "paused", french("En pause")


class NeedState(Worded):
    OPEN = "open", french("Ouvert")
    MET = "met", french("Satisfait")
    PAUSED = "paused", french("En pause")
    WITHDRAWN = "withdrawn", french("Retiré")
    EXPIRED = "expired", french("Expiré")


class MatchState(Worded):
    PROPOSED = "proposed", french("Proposé")
    APPROVED = "approved", french("Approuvé, réponses attendues")
    ACCEPTED = "accepted", french("Accepté, rendez-vous à fixer")
    SCHEDULED = "scheduled", french("Rendez-vous fixé")
    COMPLETED = "completed", french("Remis")
    REJECTED = "rejected", french("Écarté")
    DECLINED = "declined", french("Décliné")
    LAPSED = "lapsed", french("Sans réponse")
    FAILED = "failed", french("Non abouti")
    SUPERSEDED = "superseded", french("Remplacé")


class RoundState(Worded):
    DRAFT = "draft", french("Brouillon")
    PROPOSED = "proposed", french("Heures proposées")
    CANCELLED = "cancelled", french("Annulée")


class BoxState(Worded):
    """How far a box of an action is, in this order."""

    COLLECTED = "collected", french("Collecté")
    PACKED = "packed", french("Emballé")
    SENT = "sent", french("Expédié")
    ARRIVED = "arrived", french("Arrivé")


LIVE = frozenset(
    {
        MatchState.PROPOSED,
        MatchState.APPROVED,
        MatchState.ACCEPTED,
        MatchState.SCHEDULED,
        MatchState.COMPLETED,
    }
)
"""Matches whose quantity is taken from the offer and from the need."""

COMMITTED = LIVE - {MatchState.PROPOSED}
"""Live matches that a coordinator has approved."""

TRANSITIONS: Mapping[type[StrEnum], Mapping[StrEnum, Collection[StrEnum]]] = {
    OfferState: {
        OfferState.UNCONFIRMED: (
            OfferState.OPEN,
            OfferState.WITHDRAWN,
            OfferState.EXPIRED,
            OfferState.REFUSED,
        ),
        OfferState.OPEN: (OfferState.CLOSED, OfferState.WITHDRAWN, OfferState.EXPIRED, OfferState.REFUSED),
        OfferState.CLOSED: (OfferState.OPEN,),  # a handover failed: the article is free again
        OfferState.EXPIRED: (OfferState.OPEN,),  # the donor extends it
        OfferState.WITHDRAWN: (OfferState.OPEN, OfferState.UNCONFIRMED),  # undone within a day
    },
    NeedState: {
        NeedState.OPEN: (NeedState.MET, NeedState.PAUSED, NeedState.WITHDRAWN, NeedState.EXPIRED),
        NeedState.PAUSED: (NeedState.OPEN, NeedState.WITHDRAWN, NeedState.EXPIRED),
        NeedState.EXPIRED: (NeedState.OPEN,),  # "still true"
        # Undone; or what nobody had announced came all the same.
        NeedState.WITHDRAWN: (NeedState.OPEN, NeedState.PAUSED, NeedState.MET),
        # The quantity asked for was raised; or what nobody had announced did not come after all.
        NeedState.MET: (NeedState.OPEN, NeedState.WITHDRAWN),
    },
    MatchState: {
        MatchState.PROPOSED: (
            MatchState.APPROVED,
            MatchState.REJECTED,
            MatchState.SUPERSEDED,  # a later plan, or the row behind it went away
        ),
        MatchState.APPROVED: (
            MatchState.ACCEPTED,
            MatchState.DECLINED,
            MatchState.LAPSED,
            MatchState.PROPOSED,  # undone before its letters left
        ),
        MatchState.REJECTED: (MatchState.PROPOSED,),  # undone
        MatchState.ACCEPTED: (MatchState.SCHEDULED, MatchState.FAILED),
        MatchState.SCHEDULED: (
            MatchState.ACCEPTED,  # the appointment is moved
            MatchState.COMPLETED,
            MatchState.FAILED,
        ),
        MatchState.COMPLETED: (MatchState.FAILED,),  # a report is corrected
        MatchState.FAILED: (MatchState.COMPLETED,),  # as above
    },
    RoundState: {
        RoundState.DRAFT: (RoundState.PROPOSED, RoundState.CANCELLED),
        RoundState.PROPOSED: (RoundState.CANCELLED,),
        RoundState.CANCELLED: (RoundState.DRAFT,),  # taken up again
    },
    BoxState: {  # a step on, or back where it was noted too early
        BoxState.COLLECTED: (BoxState.PACKED,),
        BoxState.PACKED: (BoxState.SENT, BoxState.COLLECTED),
        BoxState.SENT: (BoxState.ARRIVED, BoxState.PACKED),
        BoxState.ARRIVED: (BoxState.SENT,),
    },
    ReceiptState: {
        ReceiptState.ASKED: (ReceiptState.PREPARED, ReceiptState.REFUSED),
        ReceiptState.PREPARED: (ReceiptState.HANDED_OVER, ReceiptState.REFUSED),
        ReceiptState.REFUSED: (ReceiptState.ASKED,),  # with other figures
    },
}
"""Where each state may lead."""


class Verb(Worded):
    """What somebody did, as the audit trail names it."""

    RECORD = "record", french("Enregistrement")
    CONFIRM = "confirm", french("Confirmation")
    EDIT = "edit", french("Modification")
    EXTEND = "extend", french("Prolongation")
    WITHDRAW = "withdraw", french("Retrait")
    EXPIRE = "expire", french("Expiration")
    REFUSE = "refuse", french("Refus")
    CLOSE = "close", french("Clôture")
    REOPEN = "reopen", french("Réouverture")
    DECLARE = "declare", french("Déclaration")
    PAUSE = "pause", french("Mise en pause")
    RESUME = "resume", french("Reprise")
    MEET = "meet", french("Besoin satisfait")
    PROPOSE = "propose", french("Proposition")
    SUPERSEDE = "supersede", french("Remplacement")
    APPROVE = "approve", french("Approbation")
    REJECT = "reject", french("Mise à l'écart")
    UNDO = "undo", french("Annulation")
    ACCEPT = "accept", french("Accord")
    DECLINE = "decline", french("Refus de la proposition")
    LAPSE = "lapse", french("Sans réponse")
    PROPOSE_TIMES = "propose_times", french("Proposition de dates")
    SCHEDULE = "schedule", french("Rendez-vous fixé")
    RESCHEDULE = "reschedule", french("Rendez-vous déplacé")
    COMPLETE = "complete", french("Remise faite")
    FAIL = "fail", french("Remise manquée")
    REPORT = "report", french("Compte rendu")
    INVITE = "invite", french("Invitation")
    ASK_PASSWORD = "ask_password", french("Mot de passe oublié")
    CHANGE_PASSWORD = "change_password", french("Changement de mot de passe")
    EARMARK = "earmark", french("Article gardé pour un comité")
    RELEASE = "release", french("Article rendu à tous")
    MESSAGE = "message", french("Message")
    CORRECT = "correct", french("Correction")
    SET_ASIDE = "set_aside", french("Article mis de côté")
    PUT_BACK = "put_back", french("Article remis")
    MERGE = "merge", french("Réunion de deux donateurs")
    JOIN = "join", french("Arrivée dans un comité")
    LEAVE = "leave", french("Départ d'un comité")
    GIVE_PART = "give_part", french("Rôle dans un comité")
    ASK_LINKS = "ask_links", french("Lien perdu")
    ASK_RECEIPT = "ask_receipt", french("Reçu fiscal demandé")
    PREPARE_RECEIPT = "prepare_receipt", french("Reçu fiscal à signer")
    HAND_RECEIPT = "hand_receipt", french("Reçu fiscal remis")
    REFUSE_RECEIPT = "refuse_receipt", french("Reçu fiscal refusé")
    NEW_DEVICE = "new_device", french("Connexion depuis un nouvel appareil")
    CLOSE_SESSIONS = "close_sessions", french("Connexions fermées")
    DISOWN = "disown", french("Connexion signalée")
    ADD_FACTOR = "add_factor", french("Double authentification : moyen ajouté")
    REMOVE_FACTOR = "remove_factor", french("Double authentification : moyen retiré")
    USE_RECOVERY_CODE = "use_recovery_code", french("Code de secours utilisé")
    RENEW_RECOVERY_CODES = "renew_recovery_codes", french("Codes de secours renouvelés")
    RESET_FACTORS = "reset_factors", french("Double authentification retirée par un autre")
    ASK_DATA = "ask_data", french("Données demandées")
    ERASE = "erase", french("Données effacées")


class ActorKind(Worded):
    DONOR = "donor", french("le donateur")
    COMMITTEE = "committee", french("le comité")  # by a link in the committee's mail, nobody signed in
    ACCOUNT = "account", french("un compte")
    SYSTEM = "system", french("le portail")


class Reason(Worded):
    """Coded reasons; `REASONS` says which may be given when."""

    TOO_FAR = "too_far", french("C'est trop loin")
    WRONG_ITEM = "wrong_item", french("Ce n'est pas l'article demandé")
    CONDITION = "condition", french("L'état ne convient pas")
    NOT_NOW = "not_now", french("Pas en ce moment")
    NO_ROOM = "no_room", french("Plus de place pour le stocker")
    NO_LONGER_NEEDED = "no_longer_needed", french("Le besoin n'existe plus")
    GIVEN_ELSEWHERE = "given_elsewhere", french("Déjà donné ailleurs")
    CHANGED_MIND = "changed_mind", french("J'ai changé d'avis")
    NO_SHOW = "no_show", french("Personne n'est venu")
    NOT_AS_DESCRIBED = "not_as_described", french("Ce n'était pas ce qui était annoncé")
    COULD_NOT_CARRY = "could_not_carry", french("Impossible à transporter")
    NOT_HANDLED = "not_handled", french("Nous ne prenons pas ce type d'article")
    UNSAFE = "unsafe", french("Cet article peut être dangereux")
    NO_NEED = "no_need", french("Aucun comité n'en a besoin")
    SPAM = "spam", french("Message indésirable")
    OTHER = "other", french("Autre raison")
    AGREED = "agreed", french("C'est convenu avec les deux")
    WILL_CARRY = "will_carry", french("Quelqu'un peut faire le trajet")
    THIS_TIME = "this_time", french("La règle ne vaut pas cette fois")
    NOT_THEM = "not_them", french("Le donateur préfère donner à quelqu'un d'autre")
    ERASED = "erased", french("Le donateur a fait effacer ses données")


class Occasion(StrEnum):
    """When a coded reason is asked for."""

    COORDINATOR_REJECTS = "coordinator_rejects"
    COORDINATOR_OVERRIDES = "coordinator_overrides"
    COORDINATOR_REFUSES_OFFER = "coordinator_refuses_offer"
    COMMITTEE_DECLINES = "committee_declines"
    COMMITTEE_REPORTS_FAILURE = "committee_reports_failure"
    DONOR_DECLINES = "donor_declines"
    DONOR_REPORTS_FAILURE = "donor_reports_failure"


UNFIT = frozenset({Reason.UNSAFE, Reason.CONDITION})
"""Why what is refused should not be given to anybody else either."""

ENDS_THE_GIFT = frozenset({Reason.GIVEN_ELSEWHERE, Reason.CHANGED_MIND})
"""Why a donor says no to anybody: the article is withdrawn. Any other no leaves it on offer to everybody else."""

ENDS_THE_NEED = frozenset({Reason.NO_LONGER_NEEDED})
"""Why a committee says no to any gift: its need is closed."""

REASONS: Mapping[Occasion, tuple[Reason, ...]] = {
    Occasion.COORDINATOR_REJECTS: (
        Reason.TOO_FAR,
        Reason.WRONG_ITEM,
        Reason.CONDITION,
        Reason.NOT_NOW,
        Reason.OTHER,
    ),
    Occasion.COORDINATOR_OVERRIDES: (Reason.AGREED, Reason.WILL_CARRY, Reason.THIS_TIME, Reason.OTHER),
    Occasion.COORDINATOR_REFUSES_OFFER: (
        Reason.NOT_HANDLED,
        Reason.CONDITION,
        Reason.UNSAFE,
        Reason.NO_NEED,
        Reason.SPAM,
        Reason.OTHER,
    ),
    Occasion.COMMITTEE_DECLINES: (
        Reason.NO_LONGER_NEEDED,
        Reason.NO_ROOM,
        Reason.CONDITION,
        Reason.WRONG_ITEM,
        Reason.TOO_FAR,
        Reason.NOT_NOW,
        Reason.OTHER,
    ),
    Occasion.COMMITTEE_REPORTS_FAILURE: (
        Reason.NO_SHOW,
        Reason.NOT_AS_DESCRIBED,
        Reason.COULD_NOT_CARRY,
        Reason.NO_LONGER_NEEDED,
        Reason.OTHER,
    ),
    Occasion.DONOR_DECLINES: (
        Reason.GIVEN_ELSEWHERE,
        Reason.CHANGED_MIND,
        Reason.TOO_FAR,
        Reason.NOT_THEM,
        Reason.NOT_NOW,
        Reason.OTHER,
    ),
    Occasion.DONOR_REPORTS_FAILURE: (
        Reason.NO_SHOW,
        Reason.GIVEN_ELSEWHERE,
        Reason.CHANGED_MIND,
        Reason.OTHER,
    ),
}
