"""What givers, places, receipts, rounds and computer rooms are, what programs may do and are told, how people prove who they are and what came of a call, in coded words; `app.models.states` hands them on."""

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


class RoomUse(Worded):
    """What anybody can do at a committee's computer room."""

    INTERNET = "internet", french("Aller sur internet")
    MAIL = "mail", french("Lire et écrire ses e-mails")
    WRITE = "write", french("Écrire un courrier, un CV")
    PRINT = "print", french("Imprimer")
    SCAN = "scan", french("Numériser un papier")
    VIDEO = "video", french("Parler à quelqu'un en vidéo")
    WIFI = "wifi", french("Se connecter au wifi avec son appareil")
    LEARN = "learn", french("Suivre un atelier ou un cours")


class RoomHelp(Worded):
    """What somebody helps with there."""

    PAPERWORK = "paperwork", french("Faire une démarche administrative")
    MAILBOX = "mailbox", french("Ouvrir une messagerie, retrouver un mot de passe")
    WORK = "work", french("Chercher un emploi, écrire un CV")
    LETTERS = "letters", french("Comprendre un courrier, y répondre")
    PHONE = "phone", french("Se servir de son téléphone ou de sa tablette")
    SAFETY = "safety", french("Reconnaître une arnaque, protéger ses données")
    SCHOOL = "school", french("Faire ses devoirs, suivre la scolarité d'un enfant")


class RoomAccess(Worded):
    """What makes it usable for everybody."""

    STEP_FREE = "step_free", french("Entrée de plain-pied, ou avec une rampe")
    LIFT = "lift", french("Ascenseur")
    TOILET = "toilet", french("Toilettes accessibles en fauteuil")
    DESK = "desk", french("Poste accessible en fauteuil")
    LARGE_PRINT = "large_print", french("Grand écran, ou affichage agrandi")
    SPEECH = "speech", french("Lecture de l'écran à voix haute")
    SIGNS = "signs", french("Accueil en langue des signes")


class FactorKind(Worded):
    """What somebody proves to be themselves with, beside the password."""

    APPLICATION = "application", french("Application de codes")
    PASSKEY = "passkey", french("Clé d'accès")


class LookupKind(Worded):
    """How somebody came to see a donor's data."""

    PAGE = "page", french("la page du donateur")
    OFFER = "offer", french("la page d'un de ses dons")
    SEARCH = "search", french("une recherche")
    EXPORT = "export", french("tout ce qui est gardé de lui")


class CallOutcome(Worded):
    """What a telephone call came to."""

    NO_ANSWER = "no_answer", french("N'a pas répondu")
    LEFT_MESSAGE = "left_message", french("Message laissé")
    CALLS_BACK = "calls_back", french("Rappelle")
    AGREES = "agrees", french("D'accord")
    REFUSES = "refuses", french("Ne veut pas")
    REACHED = "reached", french("A été joint")
