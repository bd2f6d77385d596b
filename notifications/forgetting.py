"""Forgetting what letters said and to whom. That they were sent, when, about what event, stays in the ledger."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from notifications import outbox
from notifications.models import OutboxMessage, RefusedAddress, State

NOBODY = "oublie@anonyme.invalid"
DONE = (State.SENT, State.CANCELLED, State.FAILED)


def forget_before(session: Session, moment: datetime) -> None:
    """Empty every letter written before `moment` that is done with."""
    _empty(session, col(OutboxMessage.created_at) <= moment)


def forget_about(session: Session, events: Collection[str], match_ids: Collection[int]) -> None:
    """Empty the letters about these matches and these events (`offer:1` covers `offer:1:recorded`, not `offer:12`).

    What waits is called off: there is nobody left to send it to.
    """
    for event in events:
        outbox.cancel(session, event=event)
    begins = [col(OutboxMessage.event).startswith(f"{event}:", autoescape=True) for event in events]
    _empty(session, sa.or_(col(OutboxMessage.match_id).in_(match_ids), *begins))


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
            last_answer=None,
            bounce=None,
        )
    )


def forget_addresses(session: Session, emails: Collection[str]) -> None:
    """Drop the marks on these addresses."""
    lowered = [email.strip().lower() for email in emails]
    session.connection().execute(sa.delete(RefusedAddress).where(col(RefusedAddress.email).in_(lowered)))
