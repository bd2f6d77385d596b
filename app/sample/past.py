"""Six months before today's sample: what its committees asked for and received, lived through the services that people use.

Nobody is told anything: letters are settled as sent, and go nowhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.accounts import members
from app.accounts import service as accounts
from app.accounts.members import NewMember
from app.days import day_of, start_of
from app.figures import service as figures
from app.figures.measures import family_of
from app.handovers.queries import words_of
from app.history.topics import Topic
from app.matches import service as matches
from app.messages import service as messages
from app.messages.service import MessageDraft
from app.models import Committee, Donor, Handover, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import (
    Aside,
    MatchState,
    NeedState,
    OfferState,
    Part,
    Reason,
    Transport,
)
from app.notes import service as notes
from app.notes.service import NoteDraft
from app.offers import correcting
from app.papers import queries as papers
from app.papers import service as receipts
from app.papers.service import ReceiptDraft
from app.post.desk import Desk
from app.sample.life import GONE, Life
from app.sample.load import Cast
from app.sample.sides import BY_VAN, QUIET, BothSides
from app.transitions import DONOR
from matching.items import load

WISH, UNASKED = timedelta(days=3), timedelta(days=10)
"""So often something is asked for, or offered that nobody asked for."""
LATELY = timedelta(days=40)
"""Of the end: twice as much is asked for, so that the present has appointments and reports to come."""


@dataclass(frozen=True, slots=True)
class SixMonths:
    """What `load` lives through first; `desk` writes the letters."""

    desk: Desk
    lasts: timedelta = timedelta(days=182)

    def live(self, session: Session, cast: Cast, now: datetime) -> str:
        people = People(Life(session, self.desk, now - self.lasts), cast, now)
        people.begin()
        people.life.live(now, people.decide)
        session.flush()
        return f", après six mois de vie ({people.life.letters} lettres)"


class People(BothSides):
    """The same, and what needs no cause: coordinators, members who come and go."""

    def begin(self) -> None:
        """Fill the heap with what needs no cause."""
        life, began, span = self.life, self.now, self.until - self.now
        theirs = [row for row in self.wishes if self.cast.committees[row[0]].id in self.members]
        wished = [began + number * WISH for number in range(span // WISH)]
        wished += [moment + WISH / 2 for moment in wished if moment > self.until - LATELY]
        for number, moment in enumerate(sorted(wished)):
            rows = theirs if number % 2 else self.wishes
            life.at(moment, self.ask, rows[number * 7 % len(rows)])
        for number in range(span // UNASKED):
            row, where = self.gifts[number * 7 % len(self.gifts)], self.places[number * 7 % len(self.places)]
            life.at(began + number * UNASKED, self.offer, row, where)
        friday = (4 - day_of(began).weekday()) % 7
        for week in range(span.days // 7):
            life.at(start_of(day_of(began) + timedelta(days=friday + 7 * week), 12), self.drive)
            life.at(began + timedelta(days=4 + 14 * week), self.talk)
        life.at(self.until - timedelta(days=3), self.offer, self.gifts[0], self.places[0], GONE)
        life.at(self.now + timedelta(days=1), self.invite)
        life.at(self.until - timedelta(days=1), self.leave_open)
        self._value()

    def _value(self) -> None:
        families = sorted({family_of(item) for item in load()})
        figures.set_values(self.session, dict.fromkeys(families, 200), self.now)

    def invite(self) -> None:
        """Two people join the sample committee; who reads only leaves again after a while."""
        by = self.cast.accounts[1]
        committee = self.cast.committees[BY_VAN]
        for number, (part, later) in enumerate(((Part.MEMBER, Part.RECEIVES), (Part.READER, None)), 2):
            who = NewMember(
                name=f"Bénévole d'exemple {number}, Givors",
                email=f"givors{number}@portail.example",
                part=part,
            )
            account = members.invite(self.session, committee.id, who, by, self.now)
            accounts.accept(self.session, account.id, by.password or "", self.now)
            key = committee.id, account.id
            change = (members.give_part, *key, later) if later else (members.remove, *key)
            self.life.later(1500, 2500, self.act, *change, by)

    def decide(self) -> None:
        query = select(Match.id).where(Match.state == MatchState.PROPOSED).order_by(col(Match.id))
        asked: set[int | None] = set()
        for match_id in self.session.exec(query).all():
            self.life.attempt(self._decide, match_id, asked)

    def _decide(self, match_id: int, asked: set[int | None]) -> None:
        said = next(self.turns["decides"])
        if isinstance(said, Reason):
            matches.reject(self.session, match_id, said, "", self.coordinator, self.now)
        elif said:
            within = self.life.desk.answer_within
            match = matches.approve(self.session, match_id, self.coordinator, self.now, within)
            driven_for = self._sides(match_id)[1].slug == BY_VAN and (
                match.transport is Transport.COMMITTEE_COLLECTS
            )
            if match.handover_id not in asked and not driven_for:
                self.life.later(6, 45, self.answer, match_id)
            asked.add(match.handover_id)

    def talk(self) -> None:
        """Each week a message, a task, and what committees say of whom they equipped."""
        week = next(self.keys)
        query = select(Donor).where(col(Donor.confirmed_at).is_not(None)).order_by(col(Donor.id).desc())
        committees = list(self.cast.committees.values())
        reader = self.session.exec(query).first() if week % 2 else committees[week % len(committees)]
        if reader is not None:
            words = MessageDraft(
                title="Une question d'exemple", words="Pouvez-vous nous rappeler ?", key=f"{week}"
            )
            messages.write(self.session, reader, words, self.coordinator, self.now)
            kind = "donateur" if isinstance(reader, Donor) else "comite"
            task = NoteDraft(words="Rappeler (exemple).", day=day_of(self.now) + timedelta(days=5))
            note = notes.write(
                self.session,
                Topic(kind, reader.id),
                task,
                f"tache-{week}",
                self.coordinator.account_id or 0,
                self.now,
            )
            if not self.now > self.until - 2 * QUIET:
                self.life.later(120, 140, self.act, notes.do, note.id, note.author_id)
        month = day_of(self.now).replace(day=1)
        for number, committee in enumerate(committees[:4], 2):
            figures.say_equipped(self.session, committee.id, month, number, number * 3)

    def leave_open(self) -> None:
        """What somebody has to look at: an article that is held back."""
        query = (
            select(OfferedItem.id)
            .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
            .where(
                Offer.state == OfferState.OPEN,
                ~select(Match.id).where(Match.offered_item_id == OfferedItem.id).exists(),
            )
            .order_by(col(OfferedItem.id).desc())
        )
        held = self.session.exec(query).first()
        if held is not None:
            why = "Demander une photo de la prise (exemple)."
            correcting.set_aside(self.session, held, Aside.HELD, None, why, self.coordinator, self.now)
        read = col(Handover.words_at) < self.now - QUIET
        for handover in self.session.exec(select(Handover).where(read)).all():
            handover.served, handover.words_at = words_of(self.session, handover.id), None
        self._ask_for_a_receipt()
        silent = select(Need.id).where(Need.state == NeedState.OPEN, col(Need.asked_at).is_not(None))
        for need_id in self.session.exec(silent.limit(1)).all():
            self.telephone("besoin", need_id)

    def _ask_for_a_receipt(self) -> None:
        """Of the last gift that came to an association which says that it may issue one."""
        query = (
            select(Match.handover_id)
            .join(Handover, col(Handover.id) == col(Match.handover_id))
            .join(Committee, col(Committee.id) == col(Handover.committee_id))
            .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
            .where(Match.state == MatchState.COMPLETED, col(Organisation.receipts))
            .order_by(col(Match.closed_at).desc(), col(Match.id).desc())
        )
        handover_id = self.session.exec(query).first()
        found = papers.trip(self.session, handover_id) if handover_id else None
        if found is None or handover_id is None:
            return
        values = {line.match.id: 4500 for line in found.came}
        who = (found.giver, found.offer.street, found.offer.postal_code, found.offer.commune)
        names = {line.match.id: line.item.description[:80] for line in found.came}
        receipts.ask(self.session, handover_id, ReceiptDraft(*who, values), names, DONOR, self.now)
