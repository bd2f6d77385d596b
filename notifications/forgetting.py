"""Forgetting what letters said and to whom. That they were sent, when, about what event, stays in the ledger."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from notifications import outbox
from notifications.models import NOBODY, OutboxMessage, RefusedAddress, State

LOST = "undelivered:"
DONE = (State.SENT, State.CANCELLED, State.FAILED)


def forget_before(session: Session, moment: datetime) -> None:
    """Empty every letter written before `moment` that is done with; drop the marks on addresses that are as old."""
    _empty(session, col(OutboxMessage.created_at) <= moment)
    session.connection().execute(sa.delete(RefusedAddress).where(col(RefusedAddress.at) <= moment))


def forget_about(session: Session, events: Collection[str], handover_ids: Collection[int]) -> None:
    """Empty the letters about these trips and these events (as `outbox.about` reads them).

    What waits is called off: there is nobody left to send it to. Letters that tell of the loss of one of these go too.
    """
    forget_letters(session, outbox.about(events) | col(OutboxMessage.handover_id).in_(handover_ids))


def forget_letters(session: Session, about: sa.ColumnElement[bool]) -> None:
    """The same of these letters, whatever they are about."""
    forgotten = about | col(OutboxMessage.event).in_(_news_of(session, about))
    outbox.cancel_all(session, forgotten)
    _empty(session, forgotten)


def news_event(letter: OutboxMessage) -> str:
    """The event that this letter was lost: once for each copy, and each copy has its own Message-ID."""
    return f"{LOST}{letter.id}:{letter.message_id}"


def _news_of(session: Session, about: sa.ColumnElement[bool]) -> set[str]:
    """The events that tell of the loss of one of these letters: they name the person."""
    letters = {str(key) for key in session.exec(select(OutboxMessage.id).where(about))}
    told = select(OutboxMessage.event).where(
        col(OutboxMessage.message) == "mail_undeliverable", OutboxMessage.to_email != NOBODY
    )
    return {event for event in session.exec(told) if event.removeprefix(LOST).partition(":")[0] in letters}


def _empty(session: Session, which: sa.ColumnElement[bool]) -> None:
    statement = sa.update(OutboxMessage).where(
        which, col(OutboxMessage.state).in_(DONE), col(OutboxMessage.to_email) != NOBODY
    )
    session.connection().execute(
        statement.values(
            to_name="",
            to_email=NOBODY,
            subject="",
            body_text="",
            body_html="",
            attachments=[],
            list_unsubscribe=None,
            reply_to=None,
            last_answer=None,
            bounce=None,
        )
    )


def forget_addresses(session: Session, emails: Collection[str]) -> None:
    """Drop the marks on these addresses."""
    lowered = [email.strip().lower() for email in emails]
    session.connection().execute(sa.delete(RefusedAddress).where(col(RefusedAddress.email).in_(lowered)))
