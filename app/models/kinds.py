"""What givers, places, receipts and rounds are, what programs may do and are told, in coded words; `app.models.states` hands them on."""

from app.models.worded import Worded, french


class GiverKind(Worded):
    """What a giver is that is no private person."""

    COMPANY = "company", french("Entreprise")
    ASSOCIATION = "association", french("Association ou fondation")
    STATE = "state", french("Service ou établissement public de l'État")
    LOCAL = "local", french("Collectivité ou établissement public local")


class PlaceKind(Worded):
    """What a place outside the portal is."""

    RECYCLERY = "recyclery", french("Ressourcerie")
    CHARITY = "charity", french("Association")
    TIP = "tip", french("Déchèterie")
    POINT = "point", french("Point de collecte")
    TOWN = "town", french("Lieu de la collectivité")
    SHOP = "shop", french("Commerce ou artisan")
    OTHER = "other", french("Autre lieu")


class ReceiptState(Worded):
    """Of what a donor needs for a tax receipt. The receipt itself is the association's, on its own paper."""

    ASKED = "asked", french("Demandé")
    PREPARED = "prepared", french("À vérifier et à signer")
    HANDED_OVER = "handed_over", french("Remis, selon l'association")
    REFUSED = "refused", french("Refusé")


class ActionKind(Worded):
    """What an action is made of."""

    THINGS = "things", french("Rassembler des choses")
    WORKS = "works", french("Faire un travail : une mission, un cours")


class Outside(Worded):
    """Why a round does not make a trip."""

    LARGE = "large", french("Trop grand pour ce véhicule")
    HOURS = "hours", french("Hors des heures de la tournée, ou trop loin pour l'aller-retour")
    FULL = "full", french("Plus de place dans le véhicule")
    TIME = "time", french("Plus le temps ce jour-là")
    DAY = "day", french("Le donateur n'est pas disponible ce jour-là")
    UNANSWERED = "unanswered", french("Vous n'avez pas encore accepté ce don")
    ASKED = "asked", french("D'autres moments sont déjà proposés au donateur")
    OTHER_TIME = "other_time", french("Le donateur préfère un autre moment")
    MANY = "many", french("Trop d'arrêts à la fois pour le calcul")
    TAKEN_OUT = "taken_out", french("Retiré à la main")
    GONE = "gone", french("Ce don ne se fait plus, ou se fait un autre jour")


class ProgramScope(Worded):
    """What a committee lets a program do, beside reading what is public."""

    OFFERS = "offers", french("proposer des dons, et suivre ceux qu'il a proposés")
    MATCHES = "matches", french("lire les dons destinés au comité, sans les coordonnées des donateurs")
    PLAN = "plan", french("demander, à titre d'essai, ce que le comité recevrait")
    RECOGNITION = "recognition", french("faire lire des textes : quels articles, en quelle quantité")


class RuleKind(Worded):
    """Rules that a committee may leave to its association."""

    TAKEN = "taken", french("Ce qui est pris et refusé")
    CONDITION = "condition", french("L'état demandé")
    RECEIVING = "receiving", french("La taille et l'étage")


class HookEvent(Worded):
    """What a committee's addresses may be told of."""

    NEED_PUBLISHED = "need.published", french("un besoin est publié")
    NEED_CLOSED = "need.closed", french("un besoin n'est plus ouvert")
    MATCH_PROPOSED = "match.proposed", french("un don est proposé au comité")
    MATCH_ACCEPTED = "match.accepted", french("un don est accepté des deux côtés")
    MATCH_HANDED_OVER = "match.handed_over", french("un don est remis")
