"""Handing a letter to the outbox: the only place that does."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.models import Decision
from app.post.desk import Desk
from app.transitions import event_of
from app.web.links import Purpose
from notifications import outbox
from notifications.messages import Message
from notifications.outbox import Recipient


@dataclass(frozen=True, slots=True)
class Post:
    """The letters about one event.

    `event` keeps each of them from being written twice: the decision's name, or the row and the occasion of what the clock brings.
    """

    session: Session
    event: str
    desk: Desk
    now: datetime

    @classmethod
    def about(cls, session: Session, decision: Decision, desk: Desk, now: datetime) -> "Post":
        """For the letters that answer a decision."""
        return cls(session, event_of(decision.id), desk, now)

    def link(self, purpose: Purpose, subject: int, party: str) -> str:
        """A new link's absolute address."""
        return self.desk.links.link(purpose, subject, party, self.now)

    def send(
        self,
        message: Message,
        party: str,
        to: Recipient,
        *,
        match_id: int | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        priority: int = outbox.NOW_PRIORITY,
    ) -> None:
        """Write in the recipient's language, in the session's transaction; nothing where this event has it already."""
        outbox.enqueue(
            self.session,
            message.render(to.language),
            event=self.event,
            party=party,
            to=to,
            now=self.now,
            priority=priority,
            not_before=not_before,
            not_after=not_after,
            match_id=match_id,
        )
