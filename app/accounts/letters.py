"""Letters about accounts: invited, a new password asked for, a password changed."""

from datetime import date, datetime

from sqlmodel import Session

from app.accounts.passwords import RESET_WITHIN
from app.accounts.queries import committee_names
from app.accounts.user_agents import device_words
from app.models import Account, Committee, Decision
from app.models.states import Part
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import LIFETIMES, Purpose
from app.web.text import _, called, clock_time, full_date, speaking
from app.web.words import word
from notifications import messages

OUR_COMMITTEE = "/mon-comite"
FORGOTTEN_PASSWORD = "/mot-de-passe-oublie"  # noqa: S105 - a path


def invited(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To a future member or coordinator: choose a password."""
    account = session.get_one(Account, decision.about_account_id)
    by = session.get_one(Account, decision.account_id)
    post = Post.about(session, decision, desk, now)
    letter = messages.Invitation(
        name=account.name,
        action_url=post.link(Purpose.INVITATION, account.id, account),
        inviter=by.name,
        group=", ".join(committee_names(session, [account.id]).get(account.id, [])),
        expires_at=now + LIFETIMES[Purpose.INVITATION],
    )
    post.send(letter, account)


def password_asked_for(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """The link is made here: no row ever holds what it ends with."""
    account = session.get_one(Account, decision.about_account_id)
    letter = messages.PasswordReset(
        name=account.name,
        action_url=desk.links.url(f"{FORGOTTEN_PASSWORD}/{desk.password_token(account)}"),
        expires_at=now + RESET_WITHIN,
    )
    Post.about(session, decision, desk, now).send(letter, account)


def password_changed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """So that somebody whose password was changed by another hears of it."""
    account = session.get_one(Account, decision.about_account_id)
    with speaking(account.language):
        letter = messages.AccountNotice(
            name=account.name,
            action_url=desk.links.url(FORGOTTEN_PASSWORD),
            title=_("Votre mot de passe a été changé"),
            note=_(
                "Si c'est vous, il n'y a rien à faire. Si ce n'est pas vous, choisissez tout de suite un nouveau mot de passe."
            ),
            action_label=_("Choisir un nouveau mot de passe"),
        )
    Post.about(session, decision, desk, now).send(letter, account)


def new_device(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """So that somebody whose password is known to another hears of it, and can put an end to it."""
    account = session.get_one(Account, decision.about_account_id)
    post = Post.about(session, decision, desk, now)
    with speaking(account.language):
        letter = messages.AccountNotice(
            name=account.name,
            action_url=post.link(Purpose.DISOWN, decision.data["session"], account),
            title=_("Connexion à votre compte depuis un nouvel appareil"),
            note=_(
                "%(device)s, le %(day)s à %(hour)s. C'est la première fois que votre compte est ouvert sur cet appareil.\n"
                "C'était vous ? Il n'y a rien à faire.\n"
                "Ce n'était pas vous ? Quelqu'un connaît votre mot de passe. Suivez le lien : il ferme votre compte à cette personne,"
                " et vous choisissez un autre mot de passe.",
                device=device_words(decision.data["browser"], decision.data["system"]),
                day=full_date(decision.at),
                hour=clock_time(decision.at),
            ),
            action_label=_("Ce n'était pas moi"),
        )
    post.send(letter, account)


def joined(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To somebody who has an account; who has none yet is invited."""
    account = session.get_one(Account, decision.data["account"])
    if account.password is None:
        return
    committee = session.get_one(Committee, decision.committee_id)
    with speaking(account.language):
        letter = messages.AccountNotice(
            name=account.name,
            action_url=desk.links.url(f"{OUR_COMMITTEE}?comite={committee.slug}"),
            title=_("Vous avez rejoint %(committee)s", committee=called(committee.name)),
            note=_(
                "Votre rôle : %(part)s. Connectez-vous comme d'habitude.",
                part=word(Part(decision.data["part"])),
            ),
            action_label=_("Voir la page du comité"),
        )
    Post.about(session, decision, desk, now).send(letter, account)


def left(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To whoever does not belong any more; who went without help knows it."""
    account = session.get_one(Account, decision.data["account"])
    if account.id == decision.account_id or account.password is None:
        return
    committee = session.get_one(Committee, decision.committee_id)
    with speaking(account.language):
        closed = _("Votre compte est fermé : il ne servait que pour ce comité.")
        kept = _("Votre compte reste ouvert pour vos autres comités.")
        letter = messages.AccountNotice(
            name=account.name,
            action_url=desk.links.url("/"),
            title=_("Vous n'êtes plus membre : %(committee)s", committee=committee.name),
            note="\n".join(
                (closed if decision.data["closes"] else kept, _("Si c'est une erreur, écrivez au comité."))
            ),
            action_label=_("Voir le portail"),
        )
    Post.about(session, decision, desk, now).send(letter, account)


def unused(session: Session, account: Account, desk: Desk, now: datetime, last: date) -> None:
    """To whom nobody has seen for long: the account is closed after that day."""
    with speaking(account.language):
        letter = messages.AccountNotice(
            name=account.name,
            action_url=desk.links.url("/connexion"),
            title=_("Votre compte sera bientôt fermé"),
            note=_(
                "Personne ne s'en est servi depuis longtemps. Pour le garder, connectez-vous avant le %(day)s. Sinon il est fermé, et votre nom et votre adresse sont effacés.",
                day=full_date(last),
            ),
            action_label=_("Me connecter"),
        )
    Post(session, f"account:{account.id}:unused:{now:%Y-%m-%d}", desk, now).send(letter, account)
