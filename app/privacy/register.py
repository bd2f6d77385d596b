"""The register of processing (RGPD, article 30), made of what the models declare (`app.models.personal`).

`GONE` says after how many days a table's words about people go: what the jobs of the night do is held against it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from app import lasting
from app.models.personal import PERSONAL, Data, Treatment
from app.web.links import LIFETIMES, Purpose
from app.web.text import _, lazy, plural
from app.web.words import word
from config import Settings

Days = Callable[[Settings], int]


def _retention(settings: Settings) -> int:
    return settings.retention_days


GONE: Mapping[str, Days] = {
    **dict.fromkeys(
        (
            "donor", "offer", "offered_item", "photo", "earmark", "match", "handover", "consignment", "phone_call", "receipt",
            "outbox_message", "refused_address", "need", "decision", "note",
        ),
        _retention,
    ),
    "kept_form": lambda _settings: LIFETIMES[Purpose.RESUME_FORM].days,
    "listing": lambda _settings: lasting.LISTS.days,
    "follower": lambda _settings: lasting.FOLLOWERS.days,
    "api_call": lambda _settings: lasting.CALLS.days,
    "api_answer": lambda _settings: lasting.ANSWERS.days,
    "dry_run": lambda _settings: lasting.ANSWERS.days,
    "hook_delivery": lambda _settings: lasting.HOOKS.days,
    "account_session": lambda _settings: lasting.SESSIONS.days,
    "refused_sign_in": lambda _settings: lasting.REFUSED_SIGN_INS.days,
    "known_device": lambda _settings: lasting.DEVICES.days,
    "password_request": lambda _settings: lasting.PASSWORD_REQUESTS.days,
    "data_request": lambda _settings: 1,
    "sign_in_wait": lambda _settings: 1,
    "lookup": lambda settings: settings.lookup_days,
    "rate_counter": lambda _settings: 1,
}  # fmt: skip
"""Counted from the end of what the row is about: the gift, the need, the action; else from when it was written."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One treatment as people read it. `kept` is a sentence, made with the settings of this portal."""

    why: LazyString
    basis: LazyString
    whom: LazyString
    seen: LazyString
    kept: Callable[[Settings], str]


ASKED_FOR = lazy("Vous nous le demandez : c'est nécessaire pour y répondre (RGPD, article 6.1.b).")
CONSENT = lazy("Vous l'avez voulu, et vous pouvez changer d'avis quand vous voulez (RGPD, article 6.1.a).")
LAW = lazy("La loi demande ces mentions à l'association qui délivre un reçu (RGPD, article 6.1.c).")
INTEREST = lazy("Sans cela l'association ne peut pas s'organiser (intérêt légitime, RGPD, article 6.1.f).")
DONORS = lazy("Les personnes et les entreprises qui donnent.")
VOLUNTEERS = lazy("Les bénévoles et les salariés qui ont un compte.")


def _after_the_gift(settings: Settings) -> str:
    return plural(
        "%(num)s jour après la fin du don. L'article, la commune, les dates et les quantités restent, sans personne.",
        "%(num)s jours après la fin du don. L'article, la commune, les dates et les quantités restent, sans personne.",
        settings.retention_days,
    )


ENTRIES: Mapping[Treatment, Explained] = {
    Treatment.GIFTS: Explained(
        lazy("Vérifier un don, lui trouver un comité, convenir d'un rendez-vous."),
        ASKED_FOR,
        DONORS,
        lazy("Les coordinateurs ; puis le comité qui accepte le don, et lui seul."),
        _after_the_gift,
    ),
    Treatment.RECEIPTS: Explained(
        lazy("Préparer le reçu fiscal qu'un donateur demande."),
        LAW,
        lazy("Les donateurs qui demandent un reçu."),
        lazy("L'association qui délivre le reçu, et ses coordinateurs."),
        lambda settings: plural("%(num)s jour après la fin du don ; il reste un numéro, une date et un montant.", "%(num)s jours après la fin du don ; il reste un numéro, une date et un montant.", GONE["receipt"](settings)),
    ),
    Treatment.LETTERS: Explained(
        lazy("Écrire à chacun ce qui le concerne, une fois, et savoir si cela est arrivé."),
        ASKED_FOR,
        lazy("Donateurs, comités, bénévoles, et qui suit une action."),
        lazy("Son destinataire ; les coordinateurs, dans le registre des envois ; le serveur de messagerie."),
        lambda settings: plural("Le texte et l'adresse : %(num)s jour après l'envoi, ou avec le don.", "Le texte et l'adresse : %(num)s jours après l'envoi, ou avec le don.", GONE["outbox_message"](settings)),
    ),
    Treatment.NEEDS: Explained(
        lazy("Dire pour quoi un comité demande quelque chose. Aucun nom n'y est demandé ; il arrive qu'on en écrive un."),
        INTEREST,
        lazy("Les familles aidées, quand un comité parle d'elles."),
        lazy("La raison : les membres du comité et les coordinateurs. L'article et la quantité : tout le monde."),
        lambda settings: plural("La raison : %(num)s jour après la fin du besoin. L'article, la quantité et les dates restent.", "La raison : %(num)s jours après la fin du besoin. L'article, la quantité et les dates restent.", GONE["need"](settings)),
    ),
    Treatment.HISTORY: Explained(
        lazy("Pouvoir expliquer une décision, reprendre un dossier, rappeler quelqu'un."),
        INTEREST,
        lazy("Donateurs, membres des comités, coordinateurs."),
        lazy("Les coordinateurs ; de ce qui touche leur comité, ses membres."),
        lambda settings: plural("Les mots : %(num)s jour, ou avec le don. Ce qui a été décidé reste, sans eux.", "Les mots : %(num)s jours, ou avec le don. Ce qui a été décidé reste, sans eux.", GONE["note"](settings)),
    ),
    Treatment.KEPT_FORMS: Explained(
        lazy("Finir sur un autre appareil un formulaire commencé."),
        CONSENT,
        DONORS,
        lazy("Qui a le lien reçu par e-mail."),
        lambda settings: plural("%(num)s jour.", "%(num)s jours.", GONE["kept_form"](settings)),
    ),
    Treatment.LISTS: Explained(
        lazy("Lire une liste ou un tableau, et en faire des dons ou des besoins."),
        ASKED_FOR,
        lazy("Qui envoie la liste, et qui y est nommé."),
        lazy("Qui l'a envoyée, et le comité pour lequel elle l'est."),
        lambda settings: plural("%(num)s jour.", "%(num)s jours.", GONE["listing"](settings)),
    ),
    Treatment.FOLLOWERS: Explained(
        lazy("Écrire les nouvelles d'une action à qui les veut."),
        CONSENT,
        lazy("Qui suit une action."),
        lazy("Personne : le portail seul y écrit. Les coordinateurs en voient le nombre."),
        lambda settings: _(
            "Jusqu'à ce que vous arrêtiez ; %(unconfirmed)s jours sans confirmation ; %(over)s jours après la fin de l'action.",
            unconfirmed=LIFETIMES[Purpose.FOLLOW].days,
            over=GONE["follower"](settings),
        ),
    ),
    Treatment.ACCOUNTS: Explained(
        lazy("Savoir qui peut faire quoi, et pour quel comité."),
        INTEREST,
        VOLUNTEERS,
        lazy("Les responsables du comité, les coordinateurs, les administrateurs."),
        lambda settings: plural(
            "%(num)s jour sans connexion : le compte est alors fermé et rendu anonyme, sauf celui d'un administrateur. Ce qu'il a décidé reste, sans son nom.",
            "%(num)s jours sans connexion : le compte est alors fermé et rendu anonyme, sauf celui d'un administrateur. Ce qu'il a décidé reste, sans son nom.",
            settings.account_days,
        ),
    ),
    Treatment.SIGN_INS: Explained(
        lazy("Montrer à chacun où son compte est ouvert et qui a essayé d'y entrer, et prévenir d'un appareil nouveau."),
        INTEREST,
        VOLUNTEERS,
        lazy("Qui a le compte ; des connexions ouvertes, qui peut fermer ce compte."),
        lambda settings: _(
            "Les connexions %(sessions)s jours après leur dernier geste, les mots de passe refusés %(refused)s jours, les appareils"
            " reconnus %(devices)s jours.",
            sessions=GONE["account_session"](settings),
            refused=GONE["refused_sign_in"](settings),
            devices=GONE["known_device"](settings),
        ),
    ),
    Treatment.PROGRAMS: Explained(
        lazy("Laisser un programme agir pour un comité, et savoir ce qu'il a demandé."),
        INTEREST,
        VOLUNTEERS,
        lazy("Qui gère les membres du comité ; les administrateurs."),
        lambda settings: _(
            "Les demandes %(calls)s jours, leurs réponses %(answers)s jours, les avertissements envoyés %(hooks)s jours.",
            calls=GONE["api_call"](settings),
            answers=GONE["api_answer"](settings),
            hooks=GONE["hook_delivery"](settings),
        ),
    ),
    Treatment.PUBLISHED: Explained(
        lazy("Faire connaître les associations, leurs comités et leurs actions, et dire où les joindre."),
        INTEREST,
        lazy("Qui est nommé sur ces pages."),
        lazy("Tout le monde."),
        lambda _settings: _("Tant que l'association le publie."),
    ),
    Treatment.LOOKUPS: Explained(
        lazy("Pouvoir dire qui, parmi les coordinateurs et les administrateurs, a regardé les données de qui."),
        INTEREST,
        VOLUNTEERS,
        lazy("Les administrateurs."),
        lambda settings: plural("%(num)s jour.", "%(num)s jours.", GONE["lookup"](settings)),
    ),
    Treatment.LIMITS: Explained(
        lazy("Arrêter qui demande trop en peu de temps."),
        INTEREST,
        lazy("Qui visite le portail."),
        lazy("Personne : c'est compté par le portail seul."),
        lambda _settings: _("Le temps du compte, un jour au plus."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """An entry as it is shown: its title, what of people it holds, and the entry's own sentences."""

    treatment: Treatment
    title: str
    data: tuple[str, ...]
    entry: Explained
    kept: str


def rows(settings: Settings) -> Iterator[RegisterLine]:
    """The whole register, in the language that is spoken."""
    for treatment, entry in ENTRIES.items():
        held = {data for _table, each, told in PERSONAL if each is treatment for data in told}
        yield RegisterLine(
            treatment,
            word(treatment),
            tuple(word(data) for data in Data if data in held),
            entry,
            entry.kept(settings),
        )
