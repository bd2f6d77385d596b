"""What somebody did, in a sentence to somebody else who was about to do something: « Anne Exemple a accepté à 14 h 02 »."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from flask_babel.speaklater import LazyString

from app.models import Account, Decision
from app.models.states import ActorKind, Role, Verb
from app.web.clock import now, paris
from app.web.text import _, clock_time, full_date, lazy


class Viewer(Enum):
    """Who reads, where nobody has signed in: whose link it is."""

    DESK = "desk"
    COMMITTEE = "committee"
    DONOR = "donor"


@dataclass(frozen=True, slots=True)
class Deed:
    """A decision, and the account that took it, if any."""

    decision: Decision
    by: Account | None


OF_OFFER: Mapping[Verb, LazyString] = {
    Verb.CONFIRM: lazy("confirmé ce don"),
    Verb.EDIT: lazy("modifié ce don"),
    Verb.EXTEND: lazy("prolongé ce don"),
    Verb.WITHDRAW: lazy("retiré ce don"),
    Verb.REFUSE: lazy("refusé ce don"),
    Verb.EXPIRE: lazy("mis fin à ce don, arrivé à son terme"),
    Verb.CLOSE: lazy("noté que tout est remis"),
    Verb.REOPEN: lazy("rouvert ce don : il en reste"),
    Verb.EARMARK: lazy("gardé un article pour un comité"),
    Verb.RELEASE: lazy("rendu un article à tous"),
    Verb.CORRECT: lazy("corrigé ce don"),
    Verb.SET_ASIDE: lazy("mis un article de côté"),
    Verb.PUT_BACK: lazy("remis un article"),
    Verb.UNDO: lazy("rétabli ce don"),
}
OF_NEED: Mapping[Verb, LazyString] = {
    Verb.CONFIRM: lazy("confirmé ce besoin"),
    Verb.EDIT: lazy("modifié ce besoin"),
    Verb.PAUSE: lazy("mis ce besoin en pause"),
    Verb.RESUME: lazy("rouvert ce besoin"),
    Verb.WITHDRAW: lazy("retiré ce besoin"),
    Verb.UNDO: lazy("rétabli ce besoin"),
    Verb.REOPEN: lazy("rouvert ce besoin"),
    Verb.MEET: lazy("noté que ce besoin est comblé"),
    Verb.EXPIRE: lazy("mis ce besoin de côté, faute de réponse"),
}
OF_MATCH: Mapping[Verb, LazyString] = {
    Verb.EDIT: lazy("changé la quantité proposée"),
    Verb.SUPERSEDE: lazy("retiré cette proposition"),
    Verb.APPROVE: lazy("approuvé"),
    Verb.REJECT: lazy("écarté cette proposition"),
    Verb.UNDO: lazy("annulé cette décision"),
    Verb.ACCEPT: lazy("accepté"),
    Verb.DECLINE: lazy("décliné"),
    Verb.LAPSE: lazy("libéré ce don, faute de réponse"),
    Verb.PROPOSE_TIMES: lazy("accepté et proposé des moments"),
    Verb.SCHEDULE: lazy("fixé le rendez-vous"),
    Verb.RESCHEDULE: lazy("demandé un autre moment"),
    Verb.COMPLETE: lazy("noté que le don est remis"),
    Verb.FAIL: lazy("mis fin à cette remise"),
    Verb.REPORT: lazy("dit si la remise a eu lieu"),
    Verb.CORRECT: lazy("corrigé le compte rendu"),
}
OF_PARTY: Mapping[Verb, LazyString] = {
    Verb.MESSAGE: lazy("écrit un message"),
    Verb.EDIT: lazy("corrigé l'adresse e-mail"),
    Verb.MERGE: lazy("réuni deux donateurs"),
    Verb.UNDO: lazy("séparé deux donateurs"),
    Verb.JOIN: lazy("ajouté un membre"),
    Verb.GIVE_PART: lazy("changé le rôle d'un membre"),
    Verb.LEAVE: lazy("retiré un membre"),
}
OF_ROUND: Mapping[Verb, LazyString] = {
    Verb.RECORD: lazy("préparé cette tournée"),
    Verb.EDIT: lazy("changé cette tournée"),
    Verb.PROPOSE_TIMES: lazy("proposé ces heures aux donateurs"),
    Verb.WITHDRAW: lazy("annulé cette tournée"),
    Verb.UNDO: lazy("repris cette tournée"),
}
OF_ACCOUNT: Mapping[Verb, LazyString] = {
    Verb.EDIT: lazy("modifié ce compte"),
    Verb.INVITE: lazy("envoyé une invitation"),
    Verb.CHANGE_PASSWORD: lazy("changé de mot de passe"),
    Verb.DISOWN: lazy("signalé une connexion"),
    Verb.RESET_FACTORS: lazy("retiré la double authentification"),
}
"""What was done, after « a » or « avez »."""

OTHERWISE = lazy("modifié cette page")


def _done(decision: Decision) -> str:
    about = (
        (decision.offer_id, OF_OFFER),
        (decision.need_id, OF_NEED),
        (decision.match_id, OF_MATCH),
        (decision.about_account_id, OF_ACCOUNT),
        (decision.donor_id, OF_PARTY),
        (decision.committee_id, OF_PARTY),
        (decision.round_id, OF_ROUND),
    )
    [table] = [table for number, table in about if number is not None] or [{}]
    return str(table.get(decision.verb, OTHERWISE))


def deed_sentence(deed: Deed, viewer: Viewer, me: Account | None) -> str:
    """Who did what and when, and that the reader's own act changed nothing."""
    done, when = _done(deed.decision), _when(deed.decision.at)
    if _was_me(deed, viewer, me):
        return _("Vous avez déjà %(done)s %(when)s. Voici où cela en est.", done=done, when=when)
    return _(
        "%(who)s a %(done)s %(when)s. Votre geste n'a rien changé : voici où cela en est.",
        who=_who(deed, viewer, me),
        done=done,
        when=when,
    )


def changed_sentence() -> str:
    """The same, where nobody noted who it was."""
    return _(
        "Quelqu'un d'autre a modifié cette page pendant que vous la remplissiez. Votre geste n'a rien changé."
    )


def typed_sentence() -> str:
    """After either, where the form is shown with what was typed."""
    return _(
        "Ce que vous avez écrit est encore dans le formulaire. Sous chaque champ différent, vous lisez ce qui est enregistré maintenant : comparez, puis enregistrez de nouveau s'il le faut."
    )


def _was_me(deed: Deed, viewer: Viewer, me: Account | None) -> bool:
    if me is not None:
        return deed.by is not None and deed.by.id == me.id
    return viewer is Viewer.DONOR and deed.decision.actor is ActorKind.DONOR


def _who(deed: Deed, viewer: Viewer, me: Account | None) -> str:
    """Donors are told on whose side somebody is, and no names."""
    for_donor = me is None and viewer is Viewer.DONOR
    if deed.decision.actor is ActorKind.DONOR:
        return _("Le donateur (noté par %(name)s)", name=deed.by.name) if deed.by else _("Le donateur")
    if deed.decision.actor is ActorKind.SYSTEM:
        return _("Le portail")
    if deed.by is None:
        return _("Le comité")
    if for_donor:
        return _("Le comité") if deed.by.role is Role.MEMBER else _("Un coordinateur")
    return deed.by.name


def _when(moment: datetime) -> str:
    if paris(moment).date() == paris(now()).date():
        return _("à %(time)s", time=clock_time(moment))
    return _("le %(day)s à %(time)s", day=full_date(moment), time=clock_time(moment))
