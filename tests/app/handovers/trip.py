"""Three articles of one offer for needs of one committee, approved one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from app.db import transaction
from app.handovers import service
from app.handovers.service import Terms, Without
from app.handovers.slots import Span
from app.matches import service as matches
from app.models import Committee, Handover, Match, Offer, OutboxMessage
from app.models.states import MatchState, Reason, Role, Transport
from app.transitions import COMMITTEE, Actor
from notifications.models import State
from tests.builders import Builder
from tests.conftest import FrozenClock, act

ITEMS = ("lave-linge", "chaise", "table-basse")


@dataclass
class Company:
    app: Flask
    clock: FrozenClock
    build: Builder
    offer: Offer = field(init=False)
    committee: Committee = field(init=False)
    ids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.offer, self.committee = self.build.offer(), self.build.committee()
        self.coordinator = Actor.account(self.build.account(Role.COORDINATOR).id)
        for item in ITEMS:
            article = self.build.offered_item(self.offer, item=item, description=item)
            self.ids.append(self.build.match(article, self.build.need(self.committee, item=item)).id)

    def do(self, work: Callable[..., Any], *values: Any, **more: Any) -> Any:
        return act(self.app, self.clock, partial(work, **more), *values)

    def approve(self, *which: int) -> None:
        self.do(matches.approve_many, [self.ids[each] for each in which or (0, 1, 2)], self.coordinator)

    def letters_leave(self) -> None:
        with self.app.app_context(), transaction() as session:
            session.execute(
                sa.update(OutboxMessage)
                .where(col(OutboxMessage.state) == State.PENDING)
                .values(state=State.SENT, sent_at=self.clock())
            )

    def span(self, days: int = 2) -> Span:
        start = self.clock() + timedelta(days=days)
        return Span(start, start + timedelta(hours=2))

    def accept(self, **more: Any) -> Span:
        span = self.span()
        terms = Terms([span], Transport.COMMITTEE_COLLECTS, "1 rue du Don")
        self.do(service.accept_with_times, self.ids[0], terms, COMMITTEE, **more)
        return span

    def fix(self) -> None:
        """Approved, known, accepted, and the donor has chosen."""
        self.approve()
        self.letters_leave()
        span = self.accept()
        self.do(service.choose_time, self.ids[0], span)
        self.letters_leave()

    def without(self, which: int, reason: Reason = Reason.NO_ROOM) -> Without:
        return Without([self.ids[which]], reason)

    def states(self) -> list[MatchState]:
        with self.app.app_context(), transaction() as session:
            return [session.get_one(Match, match_id).state for match_id in self.ids]

    def trips(self) -> list[int | None]:
        with self.app.app_context(), transaction() as session:
            return [session.get_one(Match, match_id).handover_id for match_id in self.ids]

    def trip(self) -> Handover:
        with self.app.app_context(), transaction() as session:
            found = session.get_one(Handover, session.get_one(Match, self.ids[0]).handover_id)
            session.expunge(found)
        return found

    def waiting(self) -> list[tuple[str, str, str]]:
        """(party, message, subject) of each letter that is to be sent."""
        with self.app.app_context(), transaction() as session:
            rows = session.exec(
                select(OutboxMessage)
                .where(OutboxMessage.state == State.PENDING)
                .order_by(col(OutboxMessage.id))
            )
            return [
                (row.party.split(":")[0], row.message, row.subject.replace("\u00a0", " ")) for row in rows
            ]

    def letter(self, message: str) -> OutboxMessage:
        """The last one."""
        with self.app.app_context(), transaction() as session:
            query = select(OutboxMessage).where(OutboxMessage.message == message)
            found = session.exec(query.order_by(col(OutboxMessage.id).desc())).first()
            assert found is not None, message
            session.expunge(found)
        return found
