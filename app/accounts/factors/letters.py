"""Letters to the owner of an account about its second factors: each change, and each use of what was printed."""

from datetime import datetime

from sqlmodel import Session

from app.accounts.factors.codes import FEW_LEFT
from app.models import Account, Decision
from app.models.states import ActorKind, FactorKind
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from app.web.text import _, plural, speaking
from app.web.words import word
from notifications import messages

OWN_PAGE = "/preferences/double-authentification"
FORGOTTEN_PASSWORD = "/mot-de-passe-oublie"  # noqa: S105 - a path


def _if_not_you() -> str:
    return _(
        "Si ce n'est pas vous, choisissez tout de suite un nouveau mot de passe, puis retirez ce que vous ne connaissez pas."
    )


def _send(
    session: Session,
    decision: Decision,
    desk: Desk,
    now: datetime,
    title: str,
    *lines: str,
    path: str,
    to: str,
) -> None:
    account = session.get_one(Account, decision.about_account_id)
    letter = messages.AccountNotice(
        name=account.name,
        action_url=desk.links.url(path),
        title=title,
        note="\n".join(lines),
        action_label=to,
    )
    Post.about(session, decision, desk, now).send(letter, account)


def _named(decision: Decision) -> str:
    return _("« %(name)s »", name=decision.data["name"])


def added(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """So that somebody whose password is known to another can put an end to what that one has added."""
    account, here = session.get_one(Account, decision.about_account_id), decision.data["session"]
    with speaking(account.language):
        kind = word(FactorKind(decision.data["kind"]))
        title = _("Double authentification : un moyen a été ajouté")
        what = _("%(kind)s : %(name)s.", kind=kind, name=_named(decision))
        if here is None:
            _send(
                session,
                decision,
                desk,
                now,
                title,
                what,
                _if_not_you(),
                path=OWN_PAGE,
                to=_("Voir vos moyens"),
            )
            return
        post = Post.about(session, decision, desk, now)
        not_you = _(
            "Ce n'était pas vous ? Suivez le lien : il retire ce moyen, déconnecte votre compte partout, et vous fait choisir un autre mot de passe."
        )
        letter = messages.AccountNotice(
            name=account.name,
            action_url=post.link(Purpose.DISOWN, here, account),
            title=title,
            note="\n".join((what, _("C'était vous ? Il n'y a rien à faire."), not_you)),
            action_label=_("Ce n'était pas moi"),
        )
    post.send(letter, account)


def removed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    with speaking(session.get_one(Account, decision.about_account_id).language):
        kind = word(FactorKind(decision.data["kind"]))
        last = _(
            "C'était le dernier : le mot de passe suffit pour entrer, jusqu'à ce que vous en ajoutiez un."
        )
        _send(
            session, decision, desk, now,
            _("Double authentification : un moyen a été retiré"),
            _("%(kind)s : %(name)s.", kind=kind, name=_named(decision)),
            *([last] if decision.data["last"] else []),
            _if_not_you(),
            path=OWN_PAGE, to=_("Voir vos moyens"),
        )  # fmt: skip


def code_used(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    with speaking(session.get_one(Account, decision.about_account_id).language):
        left = int(decision.data["left"])
        few = [_("Faites-en de nouveaux dans vos préférences.")] if left <= FEW_LEFT else []
        _send(
            session, decision, desk, now,
            _("Un de vos codes de secours a servi"),
            plural("Il vous en reste %(num)s.", "Il vous en reste %(num)s.", left) if left else _("C'était le dernier."),
            *few,
            _if_not_you(),
            path=OWN_PAGE, to=_("Voir vos codes de secours"),
        )  # fmt: skip


def codes_renewed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    with speaking(session.get_one(Account, decision.about_account_id).language):
        _send(
            session, decision, desk, now,
            _("Vos codes de secours ont été renouvelés"),
            _("Ceux d'avant ne valent plus rien : jetez-les."),
            _if_not_you(),
            path=OWN_PAGE, to=_("Voir vos codes de secours"),
        )  # fmt: skip


def reset(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    with speaking(session.get_one(Account, decision.about_account_id).language):
        by = session.get(Account, decision.account_id) if decision.actor is ActorKind.ACCOUNT else None
        who = by.name if by is not None else _("la personne qui tient le serveur")
        _send(
            session, decision, desk, now,
            _("Votre double authentification a été retirée"),
            _("Par %(who)s. Le mot de passe suffit pour entrer, jusqu'à ce que vous inscriviez un autre moyen.", who=who),
            _("Vos appareils ont été déconnectés."),
            _("Si vous ne l'avez pas demandé, choisissez tout de suite un nouveau mot de passe et appelez votre coordinateur."),
            path=FORGOTTEN_PASSWORD, to=_("Choisir un nouveau mot de passe"),
        )  # fmt: skip
