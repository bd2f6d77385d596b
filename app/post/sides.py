"""Both sides of a trip, read once for the letters about it, and each as a reader of letters."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.joining import meeting_zone
from app.models import Committee, Decision, Donor, Handover, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import Language, MatchState, Side
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from app.web.words import named
from notifications import messages, outbox
from notifications.messages import Message

ANSWER = {Side.DONOR: Purpose.DONOR_ANSWER, Side.COMMITTEE: Purpose.COMMITTEE_ANSWER}
"""Where each side says yes or no and agrees on a time."""

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
class TripLine:
    """An article of a trip, and the need that it is for."""

    match: Match
    item: OfferedItem
    need: Need


@dataclass(frozen=True, slots=True)
class Sides:
    """One trip with those of its articles that a letter is about, one at least, and all that the letter may tell of them."""

    handover: Handover
    lines: tuple[TripLine, ...]
    offer: Offer
    donor: Donor
    committee: Committee
    organisation: Organisation

    @classmethod
    def read(cls, session: Session, match_ids: Collection[int | None]) -> list["Sides"]:
        """The trips of these matches, by ascending id, in one query however many they are."""
        query = (
            sa.select(Handover, Match, OfferedItem, Need, Offer, Donor, Committee, Organisation)
            .join(Match, col(Match.handover_id) == col(Handover.id))
            .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
            .join(Need, col(Need.id) == col(Match.need_id))
            .join(Offer, col(Handover.offer_id) == col(Offer.id))
            .join(Donor, col(Offer.donor_id) == col(Donor.id))
            .join(Committee, col(Handover.committee_id) == col(Committee.id))
            .join(Organisation, col(Committee.organisation_id) == col(Organisation.id))
            .where(col(Match.id).in_(match_ids))
            .order_by(col(Handover.id), col(Match.id))
        )
        found = []
        for _trip, rows in groupby(session.execute(query), lambda row: row[0].id):
            all_rows = list(rows)
            handover, *_line, offer, donor, committee, organisation = all_rows[0]
            lines = tuple(TripLine(*row[1:4]) for row in all_rows)
            found.append(cls(handover, lines, offer, donor, committee, organisation))
        return found

    @property
    def match_ids(self) -> list[int]:
        return [line.match.id for line in self.lines]

    def only(self, keep: Callable[[TripLine], bool]) -> "Sides | None":
        """The same with some of its articles; None where none is left."""
        lines = tuple(line for line in self.lines if keep(line))
        return replace(self, lines=lines) if lines else None

    def readers(self, post: Post) -> tuple["Reader", "Reader"]:
        """The donor and the committee, to be written to."""
        return Reader(post, self, Side.DONOR), Reader(post, self, Side.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Reader:
    """One side of a trip, as somebody who is written to about it."""

    post: Post
    sides: Sides
    side: Side

    @property
    def row(self) -> Donor | Committee:
        return self.sides.donor if self.side is Side.DONOR else self.sides.committee

    @property
    def language(self) -> Language:
        return self.row.language

    @property
    def zone(self) -> str:
        """Whose clock it lives by."""
        return (self.sides.offer if self.side is Side.DONOR else self.sides.committee).zone

    def about(
        self, purpose: Purpose | None = None, things: Sequence[messages.Thing] | None = None
    ) -> dict[str, Any]:
        """What every message about a trip says; the link is to the side's answer unless `purpose` says to what.

        `things` are for messages that tell more, or less, of the articles than their names and quantities.
        """
        return {
            "name": self.row.name,
            "action_url": self._link(purpose or ANSWER[self.side]),
            "things": tuple(self.things() if things is None else things),
            "committee": self.sides.committee.name,
        }

    @property
    def _reply_to(self) -> str:
        """The other side's address, once both know each other."""
        other = self.sides.committee if self.side is Side.DONOR else self.sides.donor
        if isinstance(other, Donor) and other.anonymised_at is not None:
            return ""
        return other.email if REVEALED & {line.match.state for line in self.sides.lines} else ""

    def things(self, lines: Iterable[TripLine] | None = None) -> tuple[messages.Thing, ...]:
        """The articles, or these of them, named in the reader's language."""
        return tuple(
            messages.Thing(named(line.item, self.language), line.match.quantity)
            for line in (self.sides.lines if lines is None else lines)
        )

    def lacking(self, left: Callable[[Need], int]) -> tuple[messages.Lacking, ...]:
        """The articles, each with what its need still lacks, for a committee whose gift does not come."""
        return tuple(
            messages.Lacking(named(line.item, self.language), line.match.quantity, remaining=left(line.need))
            for line in self.sides.lines
        )

    def _link(self, purpose: Purpose) -> str:
        """A page of the trip is found by any of its articles: letters of long ago name one, too."""
        subjects = {
            Purpose.TRACK_OFFER: self.sides.offer.id,
            Purpose.COMMITTEE_NEEDS: self.sides.committee.id,
        }
        return self.post.link(purpose, subjects.get(purpose, self.sides.lines[0].match.id), self.row)

    def slot(self, starts_at: datetime, ends_at: datetime) -> messages.Slot:
        """A time by the clock where they meet, as this reader is told of it."""
        sides = self.sides
        zone = meeting_zone(sides.handover.transport, sides.offer, sides.committee)
        return messages.Slot(starts_at, ends_at, zone, self.zone)

    def send(
        self, message: Message, *, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> None:
        """Where a volunteer's address stands in for a donor's, the letter is to the donor's name all the same."""
        self.post.send(
            message,
            self.row,
            offer=self.sides.offer if self.side is Side.DONOR else None,
            reply_to=self._reply_to,
            handover_id=self.sides.handover.id,
            match_ids=self.sides.match_ids,
            not_before=not_before,
            not_after=not_after,
        )


def readers(
    session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime
) -> tuple[Reader, Reader]:
    """The donor and the committee of the trip whose articles these decisions of one act are about. One query."""
    (sides,) = Sides.read(session, [decision.match_id for decision in decisions])
    return sides.readers(Post.about(session, decisions[0], desk, now))


def call_back(session: Session, sides: Sides, *what: Iterable[type[Message]]) -> int:
    """What waits to be sent about this trip and has become pointless does not leave; how many letters that was."""
    names = [each.message for some in what for each in some]
    return outbox.cancel(session, handover_id=sides.handover.id, messages=names)
