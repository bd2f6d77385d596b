"""Reads for the mailbox page."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.models import OutboxMessage

SHOWN = 100


def latest(session: Session) -> Sequence[OutboxMessage]:
    """The last messages written, newest first."""
    return session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc()).limit(SHOWN)).all()
