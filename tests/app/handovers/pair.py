"""An approved match between an article and a need, and the services bound to the test's clock."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlmodel import Session, col, select

from app.handovers import service
from app.handovers.reporting import HandoverReport, Received, Says, report
from app.handovers.service import Terms
from app.handovers.slots import Span
from app.models import Handover, HandoverSlot, Match, Need, Offer, OfferedItem, OutboxMessage
from app.models.states import MatchState, Reason, Side, Transport
from app.post.desk import Desk
from app.transitions import COMMITTEE, DONOR
from notifications.models import State
from tests.conftest import ANSWER_WITHIN, FrozenClock, told


@dataclass
class Pair:
    """An approved match of 2 out of 2, and the services bound to the test's clock."""

    session: Session
    clock: FrozenClock
    match_id: int

    @property
    def desk(self) -> Desk:
        found: Desk = current_app.extensions["desk"]
        return found

    @property
    def match(self) -> Match:
        return self.session.get_one(Match, self.match_id)

    def state(self) -> MatchState:
        return self.match.state

    @property
    def handover(self) -> Handover:
        return self.session.get_one(Handover, self.match.handover_id)

    def spans(self, *days: int) -> list[Span]:
        start = self.clock() + timedelta(hours=5)
        return [Span(start + timedelta(days=day), start + timedelta(days=day, hours=2)) for day in days]

    def accept(self, *days: int) -> Handover:
        terms = Terms(self.spans(*days or (1, 2)), Transport.COMMITTEE_COLLECTS, "1 rue du Don", "Sonnez.")
        handover = service.accept_with_times(
            self.session, self.match_id, terms, COMMITTEE, self.clock(), ANSWER_WITHIN
        )
        told(self.session)
        return handover

    def slots(self) -> list[Span]:
        query = select(HandoverSlot).order_by(col(HandoverSlot.starts_at))
        return [Span(slot.starts_at, slot.ends_at) for slot in self.session.exec(query)]

    def choose(self, position: int = 0) -> None:
        service.choose_time(self.session, self.match_id, self.slots()[position], self.clock())
        told(self.session)

    def report(
        self, side: Side, says: Says, received: Received | None = None, reason: Reason | None = None
    ) -> MatchState:
        actor = DONOR if side is Side.DONOR else COMMITTEE
        words = HandoverReport(says, {self.match_id: received} if received else {}, reason)
        report(self.session, self.match_id, side, words, actor, self.clock())
        told(self.session)
        return self.state()

    def letters(self) -> list[tuple[str, str]]:
        rows = told(self.session).exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
        return [(row.party.split(":")[0], row.message) for row in rows]

    @property
    def need(self) -> Need:
        return self.session.get_one(Need, self.match.need_id)

    @property
    def offer(self) -> Offer:
        item = self.session.get_one(OfferedItem, self.match.offered_item_id)
        return self.session.get_one(Offer, item.offer_id)

    def waiting_to_leave(self) -> set[tuple[str, str]]:
        """Letters that nobody has begun to send, by side."""
        rows = told(self.session).exec(select(OutboxMessage).where(OutboxMessage.state == State.PENDING))
        return {(row.party.split(":")[0], row.message) for row in rows}
