"""What happened, in words: a sentence for each decision, and what became of a letter."""

from collections.abc import Mapping
from typing import Any

from flask_babel.speaklater import LazyString

from app.history.changes import aside_words, changed_words
from app.history.queries import Called, Happening
from app.history.topics import Topic
from app.models import Decision, OutboxMessage
from app.models.states import ActorKind, MatchState, NeedState, OfferState, RoundState, Verb, Worded
from app.web.navigation import shown_name
from app.web.text import _, called, clock_time, full_date, lazy, plural
from app.web.words import word
from notifications.models import State

OF_OFFERS: Mapping[Verb, LazyString] = {
    Verb.RECORD: lazy("Offre enregistrée par %(who)s"),
    Verb.CONFIRM: lazy("Offre confirmée par %(who)s"),
    Verb.EDIT: lazy("Offre modifiée par %(who)s"),
    Verb.EXTEND: lazy("Offre prolongée par %(who)s"),
    Verb.WITHDRAW: lazy("Offre retirée par %(who)s"),
    Verb.REFUSE: lazy("Offre refusée par %(who)s"),
    Verb.EXPIRE: lazy("Offre arrivée à son terme"),
    Verb.CLOSE: lazy("Offre terminée : tout est remis"),
    Verb.REOPEN: lazy("Offre rouverte : il en reste"),
    Verb.EARMARK: lazy("Article gardé pour un comité par %(who)s"),
    Verb.RELEASE: lazy("Article rendu à tous par %(who)s"),
    Verb.CORRECT: lazy("Offre corrigée par %(who)s"),
    Verb.SET_ASIDE: lazy("Article mis de côté par %(who)s"),
    Verb.PUT_BACK: lazy("Article remis par %(who)s"),
    Verb.UNDO: lazy("Offre rétablie par %(who)s"),
    Verb.ASK_RECEIPT: lazy("Reçu fiscal demandé par %(who)s"),
    Verb.PREPARE_RECEIPT: lazy("Données du reçu fiscal préparées par %(who)s"),
    Verb.HAND_RECEIPT: lazy("Reçu fiscal remis au donateur, selon %(who)s"),
    Verb.REFUSE_RECEIPT: lazy("Reçu fiscal refusé par %(who)s"),
}
OF_NEEDS: Mapping[Verb, LazyString] = {
    Verb.DECLARE: lazy("Besoin déclaré par %(who)s"),
    Verb.CONFIRM: lazy("Besoin toujours vrai, selon %(who)s"),
    Verb.EDIT: lazy("Besoin modifié par %(who)s"),
    Verb.PAUSE: lazy("Besoin mis en pause par %(who)s"),
    Verb.RESUME: lazy("Besoin rouvert par %(who)s"),
    Verb.WITHDRAW: lazy("Besoin retiré par %(who)s"),
    Verb.UNDO: lazy("Besoin rétabli par %(who)s"),
    Verb.REOPEN: lazy("Besoin rouvert : il en manque de nouveau"),
    Verb.MEET: lazy("Besoin satisfait"),
    Verb.EXPIRE: lazy("Besoin mis de côté : personne n'a dit s'il était toujours vrai"),
}
OF_MATCHES: Mapping[Verb, LazyString] = {
    Verb.PROPOSE: lazy("Proposé par %(who)s"),
    Verb.SUPERSEDE: lazy("Retiré du tableau par %(who)s"),
    Verb.EDIT: lazy("Modifié par %(who)s"),
    Verb.APPROVE: lazy("Approuvé par %(who)s"),
    Verb.REJECT: lazy("Écarté par %(who)s"),
    Verb.UNDO: lazy("Décision annulée par %(who)s"),
    Verb.ACCEPT: lazy("Accepté par %(who)s"),
    Verb.DECLINE: lazy("Décliné par %(who)s"),
    Verb.LAPSE: lazy("Libéré par %(who)s, faute de réponse"),
    Verb.PROPOSE_TIMES: lazy("Moments proposés par %(who)s"),
    Verb.SCHEDULE: lazy("Rendez-vous fixé par %(who)s"),
    Verb.RESCHEDULE: lazy("Rendez-vous déplacé par %(who)s"),
    Verb.COMPLETE: lazy("Remise confirmée par %(who)s"),
    Verb.FAIL: lazy("Remise non aboutie, selon %(who)s"),
    Verb.REPORT: lazy("Compte rendu fait par %(who)s"),
    Verb.CORRECT: lazy("Compte rendu corrigé par %(who)s"),
}
OF_PARTIES: Mapping[Verb, LazyString] = {
    Verb.MESSAGE: lazy("Message écrit par %(who)s"),
    Verb.EDIT: lazy("Adresse e-mail corrigée par %(who)s"),
    Verb.MERGE: lazy("Donateurs réunis par %(who)s"),
    Verb.UNDO: lazy("Donateurs séparés par %(who)s"),
    Verb.JOIN: lazy("Nouveau membre : %(member)s, par %(who)s"),
    Verb.GIVE_PART: lazy("Rôle de membre changé : %(member)s, par %(who)s"),
    Verb.LEAVE: lazy("Membre retiré : %(member)s, par %(who)s"),
    Verb.ASK_LINKS: lazy("Liens demandés de nouveau par %(who)s"),
    Verb.ASK_DATA: lazy("Données gardées demandées par %(who)s"),
    Verb.ERASE: lazy("Données effacées par %(who)s"),
}
OF_COMMITTEES: Mapping[Verb, LazyString] = {
    **OF_PARTIES,
    Verb.DECLARE: lazy("Liste de besoins déclarée par %(who)s"),
    Verb.REPORT: lazy("Étape d'un colis notée par %(who)s"),
    Verb.UNDO: lazy("Étape d'un colis annulée par %(who)s"),
}
OF_ACCOUNTS: Mapping[Verb, LazyString] = {
    Verb.INVITE: lazy("Invitation envoyée par %(who)s"),
    Verb.EDIT: lazy("Compte modifié par %(who)s"),
    Verb.ASK_PASSWORD: lazy("Nouveau mot de passe demandé par %(who)s"),
    Verb.CHANGE_PASSWORD: lazy("Mot de passe changé par %(who)s"),
    Verb.NEW_DEVICE: lazy("Connexion de %(who)s depuis un nouvel appareil"),
    Verb.CLOSE_SESSIONS: lazy("Connexions fermées par %(who)s"),
    Verb.DISOWN: lazy("Connexion signalée par %(who)s : « ce n'était pas moi »"),
    Verb.ADD_FACTOR: lazy("Double authentification : moyen ajouté par %(who)s"),
    Verb.REMOVE_FACTOR: lazy("Double authentification : moyen retiré par %(who)s"),
    Verb.USE_RECOVERY_CODE: lazy("Code de secours utilisé par %(who)s"),
    Verb.RENEW_RECOVERY_CODES: lazy("Codes de secours renouvelés par %(who)s"),
    Verb.RESET_FACTORS: lazy("Double authentification retirée par %(who)s"),
}
OF_ROUNDS: Mapping[Verb, LazyString] = {
    Verb.RECORD: lazy("Tournée préparée par %(who)s"),
    Verb.EDIT: lazy("Tournée changée par %(who)s"),
    Verb.PROPOSE_TIMES: lazy("Heures proposées aux donateurs par %(who)s"),
    Verb.WITHDRAW: lazy("Tournée annulée par %(who)s"),
    Verb.UNDO: lazy("Tournée reprise par %(who)s"),
}
DECISIONS: Mapping[str, Mapping[Verb, LazyString]] = {
    "offer_id": OF_OFFERS,
    "need_id": OF_NEEDS,
    "match_id": OF_MATCHES,
    "donor_id": OF_PARTIES,
    "committee_id": OF_COMMITTEES,
    "about_account_id": OF_ACCOUNTS,
    "round_id": OF_ROUNDS,
}
"""What can be done to a row, by the column that points to it, as its history tells it."""

# Written on offers and matches before donors and committees had a history of their own.
ADDRESS_OF: Mapping[str, LazyString] = {
    "donor": lazy("Adresse e-mail du donateur corrigée par %(who)s"),
    "committee": lazy("Adresse e-mail du comité corrigée par %(who)s"),
}

LETTER_STATES: Mapping[State, LazyString] = {
    State.PENDING: lazy("en attente"),
    State.CLAIMED: lazy("en cours d'envoi"),
    State.SENT: lazy("envoyé"),
    State.CANCELLED: lazy("annulé"),
    State.FAILED: lazy("non remis"),
}


def letter_state(letter: OutboxMessage) -> str:
    """« envoyé le 24 novembre 2026 à 14 h 30 », « en attente »."""
    if letter.bounced_at is not None:
        return _("revenu le %(day)s", day=full_date(letter.bounced_at))
    words = str(LETTER_STATES[letter.state])
    if letter.sent_at is None:
        return words
    return _(
        "%(state)s le %(day)s à %(time)s",
        state=words,
        day=full_date(letter.sent_at),
        time=clock_time(letter.sent_at),
    )


STATES: Mapping[str, type[Worded]] = {
    "offer_id": OfferState,
    "need_id": NeedState,
    "match_id": MatchState,
    "round_id": RoundState,
}


def states_words(decision: Decision) -> tuple[str, str]:
    """The state before and after, in words: « Ouvert », « Satisfait »; empty where there was none, or where it stayed."""
    if decision.from_state == decision.to_state:
        return "", ""
    kind = next((kind for column, kind in STATES.items() if getattr(decision, column) is not None), None)
    if kind is None:
        return "", ""
    before, after = (
        word(kind(state)) if state in set(kind) else "" for state in (decision.from_state, decision.to_state)
    )
    return before, after


def decision_words(decision: Decision, name: str) -> str:
    """« Écarté par la coordinatrice d'exemple : C'est trop loin »; the note is shown apart."""
    words = str(_said(decision)) % {"who": _who(decision, name), "member": decision.data.get("member", "")}
    if decision.reason is not None:
        words = _("%(what)s : %(reason)s", what=words, reason=word(decision.reason))
    quantity = decision.data.get("quantity")
    if decision.match_id is not None and isinstance(quantity, list) and len(quantity) == 2:
        before, after = quantity
        words = _(
            "%(what)s : quantité changée de %(before)s à %(after)s", what=words, before=before, after=after
        )
    more = _reported(decision.data) if decision.match_id is not None else changed_words(decision)
    if "aside" in decision.data:
        more = aside_words(decision)
    return _("%(what)s. %(more)s", what=words, more=more[:1].upper() + more[1:]) if more else words


def _reported(data: Mapping[str, Any]) -> str:
    """What a side said of an appointment; empty of any other decision."""
    if data.get("says") == "yes" and isinstance(data.get("received"), int):
        return plural("%(num)s pièce reçue", "%(num)s pièces reçues", data["received"])
    return {
        "yes": _("la remise a eu lieu"),
        "not_yet": _("pas encore"),
        "no": _("la remise n'a pas eu lieu"),
    }.get(data.get("says", ""), "")


def _said(decision: Decision) -> Any:
    corrected = ADDRESS_OF.get(decision.data.get("address_of", ""))
    if corrected is not None:
        return corrected
    if decision.verb is Verb.PROPOSE and decision.data.get("by_hand"):
        return lazy("Fait à la main par %(who)s")
    if decision.committee_id is not None and "rules" in decision.data:
        return (
            lazy("Règles changées par %(who)s")
            if decision.data["rules"]
            else lazy("Adresse sur le site changée par %(who)s")
        )
    if "fixed" in decision.data:
        return lazy("Quantité fixée par %(who)s")
    (said,) = (words for column, words in DECISIONS.items() if getattr(decision, column) is not None)
    return said[decision.verb]


def _who(decision: Decision, name: str) -> str:
    if name and decision.actor is ActorKind.DONOR:
        return _("le donateur (noté par %(name)s)", name=name)
    return (
        name
        or {
            ActorKind.DONOR: _("le donateur"),
            ActorKind.COMMITTEE: _("le comité"),
            ActorKind.ACCOUNT: _("un compte supprimé"),
            ActorKind.SYSTEM: _("le portail"),
        }[decision.actor]
    )


def note_words(happening: Happening) -> str:
    """« Appel noté par Coordinatrice Exemple : N'a pas répondu », « Note de Coordinatrice Exemple »."""
    call = happening.what.call  # type: ignore[union-attr]
    if call is None:
        return _("Note de %(who)s", who=happening.who)
    return _("Appel noté par %(who)s : %(what)s", who=happening.who, what=word(call))


def topic_words(subject: Topic, names: Called) -> str:
    """« Lave-linge pour Comité de Givors », « Offre D123456 », « Besoin : Lave-linge », « Donatrice d'exemple »."""
    if subject.kind == "offre":
        return _("Offre %(reference)s", reference=names.name)
    if subject.kind == "tournee":
        return _("Tournée : %(committee)s", committee=names.name)
    if subject.kind in {"donateur", "comite"}:
        return names.name or _("effacé")
    thing = shown_name(names.item, names.description.partition("\n")[0][:80])
    if subject.kind == "besoin":
        return _("Besoin : %(item)s", item=thing)
    return _("%(item)s pour %(committee)s", item=thing, committee=called(names.name))
