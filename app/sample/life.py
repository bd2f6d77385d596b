"""A clock that is moved by hand through the sample's past: what the portal does by itself, its post, and a heap of what people are
about to do. All of it in the caller's transaction: half a past is never left behind."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from sqlmodel import Session

from app.days import day_of, start_of
from app.handovers import waiting as handovers
from app.letters import tell
from app.matches import planning
from app.matches import waiting as matches
from app.matches.queries.engine import read_board
from app.matches.writing import PlanWriting
from app.needs import waiting as needs
from app.offers import waiting as offers
from app.post.desk import Desk
from app.refusing import RefusedError
from notifications import outbox
from notifications.models import OutboxMessage
from notifications.outcomes import Outcome, Refused, Sent
from notifications.zones import HOME, local

LOOKS = (9, 12, 18)
"""Hours in Paris when somebody looks at the portal, and the portal at what is due."""
PLANS, OFTENER, AT_THE_END = {2}, {1, 2, 4, 5}, timedelta(days=14)
"""Tuesdays, since each plan costs, and oftener at the end: a coordinator decides then."""
AWAKE = {1, 3, 5}
"""When the portal sees by itself what is due; on the first of them also what ends."""
POSTED = timedelta(minutes=5)
"""After an act its letters leave: nobody takes anything back any more."""
WORKER = "exemple"
GONE = "parti@don.example"
"""An address that refuses its letters."""

Step = Callable[[Session, Desk, datetime], object]

DAILY: Sequence[Step] = (
    matches.remind,
    lambda session, _desk, now: matches.lapse_overdue(session, now),
    handovers.tell_of_tomorrow,
    handovers.ask_whether_it_happened,
    lambda session, _desk, now: handovers.conclude_silent(session, now),
)
WEEKLY: Sequence[Step] = (
    offers.remind_unconfirmed,
    lambda session, _desk, now: offers.forget_unconfirmed(session, now),
    offers.ask_before_end,
    lambda session, _desk, now: offers.expire(session, now),
    needs.ask_whether_still_true,
    lambda session, _desk, now: needs.expire_silent(session, now),
)


@dataclass(order=True)
class Act:
    """What somebody does at the first look after `at`."""

    at: datetime
    number: int
    do: Callable[[], object] = field(compare=False)


class Life:
    """`now` is the moment that is lived; `chance` decides how long people take, the same each time."""

    def __init__(self, session: Session, desk: Desk, began: datetime) -> None:
        self.session, self.desk, self.now = session, desk, began
        self.chance = Random(9)  # noqa: S311 - how long somebody takes, the same each time
        self.acts: list[Act] = []
        self.numbers = count()
        self.letters = self.refused = 0

    def at(self, moment: datetime, do: Callable[..., object], *given: object) -> None:
        heapq.heappush(self.acts, Act(moment, next(self.numbers), partial(do, *given)))

    def later(self, least: float, most: float, do: Callable[..., object], *given: object) -> None:
        """In so many hours."""
        self.at(self.now + timedelta(hours=self.chance.uniform(least, most)), do, *given)

    def attempt(self, do: Callable[..., object], *given: object) -> None:
        """What comes too late is refused, counted, and leaves nothing: a page would say so."""
        try:
            with self.session.begin_nested():
                do(*given)
        except RefusedError:
            self.refused += 1

    def live(self, until: datetime, decide: Callable[[], object]) -> None:
        """Up to `until`; `decide` is what a coordinator does about proposals."""
        for moment in _moments(self.now, until - 2 * POSTED):
            self.now, here = moment, local(moment, HOME)
            if here.hour == LOOKS[1] and here.isoweekday() in AWAKE:
                self._by_itself(DAILY if here.isoweekday() > 1 else (*DAILY, *WEEKLY))
            plans = OFTENER if moment > until - AT_THE_END else PLANS
            if here.hour == LOOKS[2] and here.isoweekday() in plans:
                self._plan()
                decide()
            while self.acts and self.acts[0].at <= moment:
                self.attempt(heapq.heappop(self.acts).do)
            self._post()

    def _by_itself(self, steps: Sequence[Step]) -> None:
        for step in steps:
            step(self.session, self.desk, self.now)

    def _plan(self) -> None:
        board = read_board(self.session, self.now)
        plan = planning.solve(board)
        changes = planning.compare(board, plan)
        if changes:
            PlanWriting(board, plan, self.now).write(self.session, changes)

    def _post(self) -> None:
        """Write the letters of this look, and settle what is due as sent: it goes nowhere."""
        tell(self.session, self.desk)
        sent = self.now + POSTED
        for row in outbox.claim(self.session, WORKER, 500, sent):
            outbox.settle(self.session, row, WORKER, _outcome(row), sent, self.chance)
            self.letters += 1


def _outcome(row: OutboxMessage) -> Outcome:
    if row.to_email == GONE:
        return Refused("550 5.1.1 Adresse inconnue (exemple)", address=True)
    return Sent("Donnée d'exemple : rien n'a été envoyé.")


def _moments(began: datetime, until: datetime) -> Iterator[datetime]:
    for number in range((until - began).days + 2):
        day = day_of(began) + timedelta(days=number)
        yield from (moment for hour in LOOKS if began < (moment := start_of(day, hour)) <= until)
