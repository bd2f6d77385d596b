"""The letter about a letter that did not arrive, to those who coordinate."""

from datetime import datetime

from sqlmodel import Session

from app.accounts import queries
from app.letters import paths
from app.letters.desk import desk
from app.models import OutboxMessage
from notifications import messages, outbox
from notifications.forgetting import news_event

ITSELF = "mail_undeliverable"


def tell_coordinators(session: Session, lost: OutboxMessage, answer: str, now: datetime) -> None:
    """Once for each copy that was lost, to everybody who coordinates but the one whom it was for.

    Nobody hears of a lost letter about a lost letter: a coordinator whose own address fails would never hear the end.
    """
    if lost.message == ITSELF:
        return
    for account in queries.coordinators(session):
        party = f"account:{account.id}"
        if party == lost.party:
            continue
        letter = messages.MailUndeliverable(
            name=account.name,
            action_url=desk(session).links.url(paths.lost_letter(lost.id)),
            person=lost.to_name or lost.to_email,
            email=lost.to_email,
            subject=lost.subject,
            answer=answer,
        )
        outbox.enqueue(
            session,
            letter.render(account.language),
            event=news_event(lost),
            party=party,
            to=outbox.Recipient(account.name, account.email, account.language),
            now=now,
            match_id=lost.match_id,
        )
