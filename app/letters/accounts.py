"""Letters about accounts: invited, a new password asked for, a password changed."""

from datetime import datetime

from sqlmodel import Session

from app.accounts.queries import committee_names
from app.letters import paths
from app.letters.desk import desk
from app.models import Account
from app.web.links import LIFETIMES, Purpose
from app.web.text import _, speaking
from notifications import messages, outbox


def invitation_url(session: Session, account: Account, now: datetime) -> str:
    """The address where the invited person chooses a password."""
    links = desk(session).links
    return links.url(paths.invitation(links.token(Purpose.INVITATION, account.id, party(account), now)))


def party(account: Account) -> str:
    return f"account:{account.id}"


def _recipient(account: Account) -> outbox.Recipient:
    return outbox.Recipient(account.name, account.email, account.language)


def _event(account: Account, what: str, now: datetime) -> str:
    """One letter a second at most: a double click is one event."""
    return f"account:{account.id}:{what}:{int(now.timestamp())}"


def invitation(session: Session, account: Account, by: Account, now: datetime) -> None:
    letter = messages.Invitation(
        name=account.name,
        action_url=invitation_url(session, account, now),
        inviter=by.name,
        group=", ".join(committee_names(session, [account.id]).get(account.id, [])),
        expires_at=now + LIFETIMES[Purpose.INVITATION],
    )
    outbox.enqueue(
        session,
        letter.render(account.language),
        event=_event(account, "invited", now),
        party=party(account),
        to=_recipient(account),
        now=now,
    )


def password_reset(
    session: Session, account: Account, token: str, expires_at: datetime, now: datetime
) -> None:
    letter = messages.PasswordReset(
        name=account.name,
        action_url=desk(session).links.url(paths.new_password(token)),
        expires_at=expires_at,
    )
    outbox.enqueue(
        session,
        letter.render(account.language),
        event=_event(account, "forgot", now),
        party=party(account),
        to=_recipient(account),
        now=now,
    )


def password_changed(session: Session, account: Account, now: datetime) -> None:
    """So that somebody whose password was changed by another hears of it."""
    with speaking(account.language):
        letter = messages.AccountNotice(
            name=account.name,
            action_url=desk(session).links.url(paths.FORGOTTEN_PASSWORD),
            title=_("Votre mot de passe a été changé"),
            note=_(
                "Si c'est vous, il n'y a rien à faire. Si ce n'est pas vous, choisissez tout de suite un nouveau mot de passe."
            ),
            action_label=_("Choisir un nouveau mot de passe"),
        )
    outbox.enqueue(
        session,
        letter.render(account.language),
        event=_event(account, "password", now),
        party=party(account),
        to=_recipient(account),
        now=now,
    )
