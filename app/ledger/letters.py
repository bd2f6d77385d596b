"""The letter about a letter that did not arrive, to those who coordinate."""

from datetime import datetime

from sqlmodel import Session

from app.accounts.queries import coordinators
from app.models import OutboxMessage
from app.post.bearers import party_of
from app.post.desk import Desk
from app.post.sending import Post
from notifications import messages
from notifications.forgetting import news_event


def undeliverable(desk: Desk, session: Session, lost: OutboxMessage, answer: str, now: datetime) -> None:
    """Once for each copy that was lost, to everybody who coordinates but the one whom it was for.

    Nobody hears of a lost letter about a lost letter: a coordinator whose own address fails would never hear the end.
    """
    if lost.message == messages.MailUndeliverable.message:
        return
    post = Post(session, news_event(lost), desk, now)
    for account in coordinators(session):
        if party_of(account) == lost.party or not account.coordinates_everything:
            continue
        letter = messages.MailUndeliverable(
            name=account.name,
            action_url=desk.links.url(f"/coordination/courriels/{lost.id}"),
            person=lost.to_name or lost.to_email,
            email=lost.to_email,
            subject=lost.subject,
            answer=answer,
        )
        post.send(letter, account, handover_id=lost.handover_id, match_ids=lost.match_ids)
