"""Handing a letter to the outbox: the only place that does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.models import Decision, Donor, Match, Offer, OfferedItem, OutboxMessage, PhoneCall
from app.models.base import LINE
from app.models.states import Language, MatchState
from app.post.bearers import Party, bearer_of, party_of
from app.post.desk import Desk
from app.transitions import event_of
from app.web.links import Purpose
from app.web.text import _, speaking
from app.web.words import item_name
from notifications import outbox
from notifications.messages import Message
from notifications.plain import one_line

LONGEST_CALL = 120
"""Characters of a call that some of its articles fell out of, before these are named."""
NOT_TO_BE = (MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED)


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
        offer: Offer | None = None,
        spoken: bool = False,
        language: Language | None = None,
        reply_to: str = "",
        handover_id: int | None = None,
        match_ids: Sequence[int] = (),
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        priority: int = outbox.NOW_PRIORITY,
    ) -> None:
        """Write in the session's transaction; nothing where this event has it already.

        In the reader's language, unless another `language` is given; of the reader's own `offer`, to the name that it was made in.
        Where the reader stands in for somebody without an address, the same is a call to make, unless it was `spoken` already.
        Answers go to `reply_to`, else to the portal's contact address.
        """
        if isinstance(to, Donor) and to.anonymised_at is not None:
            return  # there is nobody left to write to
        language = language or to.language
        name, on_behalf_of = (offer.contact_name, offer.on_behalf_of) if offer else ("", "")
        letter = outbox.enqueue(
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
        if letter is not None and offer is not None and on_behalf_of and not spoken:
            if handover_id is not None:
                overtaken(self.session, handover_id, match_ids)
            self._to_call(letter.id, offer, message.render(language).subject)

    def _to_call(self, letter_id: int, offer: Offer, said: str) -> None:
        """Of a letter that was called back and is written anew, once more."""
        found = self.session.exec(select(PhoneCall).where(PhoneCall.letter_id == letter_id)).first()
        call = found or PhoneCall(letter_id=letter_id, offer_id=offer.id)
        call.said, call.done_at, call.done_by_id = said[:LINE], None, None
        self.session.add(call)


def overtaken(session: Session, handover_id: int, match_ids: Collection[int]) -> None:
    """Nobody has to be told any more what letters said of these matches of a trip. Where they said it of others too, it is still
    told, of those that stand."""
    query = (
        select(PhoneCall, OutboxMessage)
        .join(OutboxMessage, col(OutboxMessage.id) == col(PhoneCall.letter_id))
        .where(OutboxMessage.handover_id == handover_id, col(PhoneCall.done_at).is_(None))
    )
    things = (
        select(OfferedItem, Match.id)
        .join(Match, col(Match.offered_item_id) == col(OfferedItem.id))
        .where(Match.handover_id == handover_id, col(Match.state).in_(NOT_TO_BE))
    )
    over = {match_id: item for item, match_id in session.exec(things)}
    for call, letter in session.exec(query).all():
        about = set(letter.match_ids)
        if about <= over.keys() | set(match_ids):
            session.delete(call)
        elif fallen := [over[key] for key in letter.match_ids if key in over]:
            with speaking(letter.language):
                call.said = _without(call.said, fallen)
    session.flush()


def _without(said: str, fallen: Sequence[OfferedItem]) -> str:
    """What a call says, but of these articles; said once, however often it was said before."""
    before = _("Sauf : %(things)s", things="").rstrip()
    said = one_line(said.partition(f". {before}")[0], LONGEST_CALL)
    names = ", ".join(item_name(each.item, each.description.split("\n")[0]) for each in fallen)
    without = _("Sauf : %(things)s", things=names)
    return f"{said}. {one_line(without, LINE - len(said) - 2)}"


def pointless(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Nobody has to be told any more what these letters said."""
    letters = sa.select(col(OutboxMessage.id)).where(which)
    session.execute(
        sa.delete(PhoneCall).where(col(PhoneCall.done_at).is_(None), col(PhoneCall.letter_id).in_(letters))
    )
