"""Handing a letter to the outbox: the only place that does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.models import Decision
from app.models.states import Language
from app.post.bearers import Party, bearer_of, party_of
from app.post.desk import Desk
from app.transitions import event_of
from app.web.links import Purpose
from notifications import outbox
from notifications.messages import Message


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
        """For the letters that answer a decision; several of one act go by the first one's name."""
        return cls(session, event_of(decision.id), desk, now)

    def link(self, purpose: Purpose, subject: int, bearer: Party) -> str:
        """A new link's absolute address."""
        return self.desk.links.link(purpose, subject, bearer_of(bearer), self.now)

    def send(
        self,
        message: Message,
        to: Party,
        *,
        name: str = "",
        language: Language | None = None,
        on_behalf_of: str = "",
        reply_to: str = "",
        handover_id: int | None = None,
        match_ids: Sequence[int] = (),
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        priority: int = outbox.NOW_PRIORITY,
    ) -> None:
        """Write in the session's transaction; nothing where this event has it already.

        In the reader's language and to the reader's name, unless another `language` or `name` is given. `on_behalf_of` is whom the
        reader stands in for (`Offer.on_behalf_of`); answers go to `reply_to`, else to the portal's contact address.
        """
        language = language or to.language
        outbox.enqueue(
            self.session,
            message.render(language, on_behalf_of),
            event=self.event,
            party=party_of(to),
            to=outbox.Recipient(name or to.name, to.email, language, reply_to or self.desk.contact_email),
            now=self.now,
            priority=priority,
            not_before=not_before,
            not_after=not_after,
            handover_id=handover_id,
            match_ids=match_ids,
        )
