"""Both sides of a match, read once for the letters about it, and each as a reader of letters."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Committee, Decision, Donor, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import Language, MatchState, Side
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from app.web.words import named
from notifications import messages, outbox
from notifications.messages import Message

ANSWER = {Side.DONOR: Purpose.DONOR_ANSWER, Side.COMMITTEE: Purpose.COMMITTEE_ANSWER}
"""Where each side says yes or no and agrees on a time."""

OPENING = {
    Side.DONOR: (messages.MatchFound,),
    Side.COMMITTEE: (messages.MatchApproved, messages.NextDonor),
}
"""By which each side first hears of a match: they wait for a coordinator who may undo, and for the mail server."""

REVEALED = frozenset({MatchState.ACCEPTED, MatchState.SCHEDULED, MatchState.COMPLETED})
"""Each side knows how to reach the other."""

CHASING = (
    messages.ReminderDonor,
    messages.ReminderTimes,
    messages.ReminderCommittee,
    messages.AppointmentTomorrow,
    messages.AppointmentTomorrowCommittee,
    messages.DidItHappen,
    messages.DidItHappenCommittee,
)
"""Which ask for something: pointless once it was given."""


@dataclass(frozen=True, slots=True)
class Sides:
    """One match with all that a letter may tell of it."""

    match: Match
    item: OfferedItem
    offer: Offer
    donor: Donor
    need: Need
    committee: Committee
    organisation: Organisation

    @classmethod
    def read(cls, session: Session, match_ids: Collection[int | None]) -> list["Sides"]:
        """The sides of these matches, by ascending id, in one query however many they are."""
        query = (
            sa.select(Match, OfferedItem, Offer, Donor, Need, Committee, Organisation)
            .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
            .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
            .join(Donor, col(Offer.donor_id) == col(Donor.id))
            .join(Need, col(Need.id) == col(Match.need_id))
            .join(Committee, col(Need.committee_id) == col(Committee.id))
            .join(Organisation, col(Committee.organisation_id) == col(Organisation.id))
            .where(col(Match.id).in_(match_ids))
            .order_by(col(Match.id))
        )
        return [cls(*row) for row in session.execute(query)]

    def readers(self, post: Post) -> tuple["Reader", "Reader"]:
        """The donor and the committee, to be written to."""
        return Reader(post, self, Side.DONOR), Reader(post, self, Side.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Reader:
    """One side of a match, as somebody who is written to about it."""

    post: Post
    sides: Sides
    side: Side

    @property
    def row(self) -> Donor | Committee:
        return self.sides.donor if self.side is Side.DONOR else self.sides.committee

    @property
    def language(self) -> Language:
        return self.row.language

    def about(
        self,
        purpose: Purpose | None = None,
        kind: type[messages.Thing] = messages.Thing,
        **more: object,
    ) -> dict[str, Any]:
        """What every message about a match says; the link is to the side's answer unless `purpose` says to what.

        `kind` and `more` are for messages that tell more of an article than its name and quantity.
        """
        name = named(self.sides.item, self.language)
        return {
            "name": self.row.name,
            "action_url": self._link(purpose or ANSWER[self.side]),
            "things": (kind(item=name, quantity=self.sides.match.quantity, **more),),
            "committee": self.sides.committee.name,
        }

    @property
    def _reply_to(self) -> str:
        """The other side's address, once both know each other."""
        other = self.sides.committee if self.side is Side.DONOR else self.sides.donor
        return other.email if self.sides.match.state in REVEALED else ""

    def _link(self, purpose: Purpose) -> str:
        subjects = {
            Purpose.TRACK_OFFER: self.sides.offer.id,
            Purpose.COMMITTEE_NEEDS: self.sides.committee.id,
        }
        return self.post.link(purpose, subjects.get(purpose, self.sides.match.id), self.row)

    def send(
        self, message: Message, *, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> None:
        """Where a volunteer's address stands in for a donor's, the letter is to the donor's name all the same."""
        self.post.send(
            message,
            self.row,
            name=self.sides.offer.contact_name if self.side is Side.DONOR else "",
            on_behalf_of=self.sides.offer.on_behalf_of if self.side is Side.DONOR else "",
            reply_to=self._reply_to,
            match_id=self.sides.match.id,
            not_before=not_before,
            not_after=not_after,
        )


def readers(session: Session, decision: Decision, desk: Desk, now: datetime) -> tuple[Reader, Reader]:
    """The donor and the committee of the match that this decision is about. One query."""
    (sides,) = Sides.read(session, [decision.match_id])
    return sides.readers(Post.about(session, decision, desk, now))


def call_back(session: Session, decision: Decision, *what: Iterable[type[Message]]) -> int:
    """What waits to be sent about this match and has become pointless does not leave; how many letters that was."""
    names = [each.message for some in what for each in some]
    return outbox.cancel(session, match_id=decision.match_id, messages=names)
