"""A territory's year under one policy: the portal's loop with everything but the portal, on a moved clock.

On each of the coordinator's days: what was due since the last is settled (answers, appointments, outcomes), what came is put on the
board, what ended is taken off, the policy proposes, the coordinator approves most, turns some down and leaves some. An approved
match is answered by the committee or lapses, is declined or accepted; then the donor is still willing or not; then it is handed
over or somebody does not come. Whatever comes to nothing bars the pair and gives the pieces back, as the portal does
(app/matches/queries/engine.py); a gift that is gone ends the offer. `received` and `asked` count as there: promised in 90 days.

One match is one trip here: nobody collects several gifts on a round, and a visit holds one article.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from matching import Barred, Kept, Need, Offer, Transport
from matching.items import load
from matching.rules import takes_room
from tests.benchmarks.year.territory import START, WEEKS, Territory, parameters

RECEIVED_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a policy would have given to whom."""

    offer: str
    need: str
    quantity: int
    km: float
    transport: Transport


@dataclass(frozen=True, slots=True)
class Record:
    """How a match ended that a coordinator had approved: what one could know on that day, and whether it was handed over.

    `waited` is whole days since the offer, `asked` how many matches the committee was asked about in the 30 days before; `end` is
    "completed", "lapsed", "declined", "withdrawn" or "failed".
    """

    day: date
    offer: str
    need: str
    committee: str
    item: str
    km: float
    transport: Transport
    waited: int
    asked: int
    units: int
    end: str

    @property
    def success(self) -> bool:
        """Whether it was handed over."""
        return self.end == "completed"


@dataclass(frozen=True, slots=True)
class Board:
    """All that a policy may know on a day. `asked` is how many matches each committee was asked about lately, `since` the day since
    when each that asks for something has had nothing. `records` are outcomes known by now; `past` is the policy's own to keep things in.
    """

    now: datetime
    offers: Sequence[Offer]
    needs: Sequence[Need]
    kept: Sequence[Kept]
    barred: Sequence[Barred]
    received: Mapping[str, float]
    room: Mapping[str, int]
    asked: Mapping[str, int]
    since: Mapping[str, date]
    records: Sequence[Record]
    past: dict[str, Any]

    def surroundings(self) -> dict[str, Any]:
        """All but the rows, as keyword arguments of plan() and check()."""
        names = ("now", "kept", "barred", "received", "room", "since")
        return {name: getattr(self, name) for name in names}


Policy = Callable[[Board], Iterable[Proposal]]


@dataclass
class Trip:
    """A match that was approved."""

    proposal: Proposal
    committee: str
    record: Record
    large: int
    approved: datetime
    over: datetime | None = None
    end: str = ""


@dataclass
class Year:
    """`live()` once; then the figures. `seen` is what each day's board and proposals were, where `watch` is set."""

    territory: Territory
    policy: Policy
    weeks: int = WEEKS
    watch: Callable[[Board, Sequence[Proposal]], None] | None = None
    trips: list[Trip] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    _given: Counter[str] = field(default_factory=Counter)
    _got: Counter[str] = field(default_factory=Counter)
    _delivered: Counter[str] = field(default_factory=Counter)
    _over: set[str] = field(default_factory=set)
    _barred: set[tuple[str, str]] = field(default_factory=set)
    _standing: dict[tuple[str, str], Proposal] = field(default_factory=dict)
    _heap: list[tuple[datetime, int, Trip, str]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)
    _past: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def offers(self) -> Mapping[str, Offer]:
        """All offers of the year by id."""
        return {row.id: row for row in self.territory.offers}

    @cached_property
    def needs(self) -> Mapping[str, Need]:
        """All needs of the year by id."""
        return {row.id: row for row in self.territory.needs}

    def live(self) -> "Year":
        """Let the weeks pass."""
        for day in range(self.weeks * 7):
            now = START + timedelta(days=day)
            self._settle(now)
            if now.isoweekday() in parameters()["coordinator"]["looks"]:
                self._look(now)
        self.happened["offered"] = sum(_came(row.offered_at, now) for row in self.territory.offers)
        self.happened["unplaced"] = sum(self._ended(row, now) for row in self.territory.offers)
        return self

    def _look(self, now: datetime) -> None:
        board = self._board(now)
        proposals = list(self.policy(board))
        if self.watch is not None:
            self.watch(board, proposals)
        self._standing = {}
        for each in proposals:
            pair = (each.offer, each.need)
            if self.territory.luck("rejects", *pair) < parameters()["coordinator"]["rejects"]:
                self._barred.add(pair)
            elif self.territory.luck("leaves", now, *pair) < parameters()["coordinator"]["leaves"]:
                self._standing[pair] = each
            else:
                self._approve(each, board)

    def _board(self, now: datetime) -> Board:
        offers = [
            replace(row, quantity=left)
            for row in self.territory.offers
            if _came(row.offered_at, now)
            and row.id not in self._over
            and (row.available_until is None or row.available_until >= now.date())
            and (left := row.quantity - self._given[row.id])
            and (row.divisible or left == row.quantity)
        ]
        asked = self._asked(now)
        needs = [
            replace(row, quantity=left, asked=asked.get(row.committee or "", 0))
            for row in self.territory.needs
            if _came(row.declared_at, now)
            and (row.needed_by is None or row.needed_by >= now.date())
            and (left := row.quantity - self._got[row.id])
        ]
        here, there = {row.id for row in offers}, {row.id for row in needs}
        # A pair stands once: what is left of the two is for others.
        under_way = {(trip.proposal.offer, trip.proposal.need) for trip in self.trips if not trip.end}
        return Board(
            now,
            offers,
            needs,
            [
                Kept(*pair, each.quantity)
                for pair, each in self._standing.items()
                if pair[0] in here and pair[1] in there
            ],
            [
                Barred(*pair)
                for pair in sorted(self._barred | under_way)
                if pair[0] in here and pair[1] in there
            ],
            self._received(now),
            self._room(now),
            asked,
            self._since(now, needs),
            tuple(self.records),
            self._past,
        )

    def _approve(self, each: Proposal, board: Board) -> None:
        offer, need = self.offers[each.offer], self.needs[each.need]
        committee = need.committee or ""
        record = Record(
            board.now.date(),
            each.offer,
            each.need,
            committee,
            offer.item or "",
            each.km,
            each.transport,
            (board.now - (offer.offered_at or board.now)).days,
            board.asked.get(committee, 0),
            each.quantity,
            "",
        )
        large = each.quantity if takes_room(offer, load()) else 0
        trip = Trip(each, committee, record, large, board.now)
        self.trips.append(trip)
        self._given[each.offer] += each.quantity
        self._got[each.need] += each.quantity
        self.happened["approved"] += 1
        days = parameters()["days"]
        if not self._goes_well("answers", trip):
            self._later(trip, board.now + timedelta(days=days["lapse"]), "lapsed")
            return
        answered = board.now + self.territory.one_of(days["answer"], "answer", each.offer, each.need)
        self._later(trip, answered, "accepted" if self._goes_well("accepts", trip) else "declined")

    def _settle(self, now: datetime) -> None:
        while self._heap and self._heap[0][0] <= now:
            at, _number, trip, event = heapq.heappop(self._heap)
            self.happened[event] += 1
            if event == "accepted":
                days = self.territory.one_of(parameters()["days"]["donor"], "donor", trip.proposal.offer)
                willing = self._goes_well("still_there", trip)
                self._later(trip, at + days, "scheduled" if willing else "withdrawn")
            elif event == "scheduled":
                days = self.territory.one_of(
                    parameters()["days"]["appointment"], "appointment", trip.proposal.offer
                )
                self._later(trip, at + days, "completed" if self._goes_well("comes", trip) else "failed")
            else:
                self._end(trip, at, event)

    def _end(self, trip: Trip, at: datetime, event: str) -> None:
        each = trip.proposal
        trip.over, trip.end = at, event
        self.records.append(replace(trip.record, end=event))
        if event == "completed":
            self._delivered[each.need] += each.quantity
            return
        self._barred.add((each.offer, each.need))
        self._given[each.offer] -= each.quantity
        self._got[each.need] -= each.quantity
        if event == "withdrawn" and self.territory.luck("gone", each.offer) < parameters()["gone"]["share"]:
            self._over.add(each.offer)

    def _later(self, trip: Trip, at: datetime, event: str) -> None:
        heapq.heappush(self._heap, (at, next(self._number), trip, event))

    def _goes_well(self, step: str, trip: Trip) -> bool:
        known = trip.record
        chance = self.territory.chance(
            step,
            trip.committee,
            known.item,
            km=known.km,
            transport=known.transport,
            waited=known.waited,
            asked=known.asked,
        )
        return self.territory.luck(step, known.offer, known.need) < chance

    def _promised(self, now: datetime) -> Iterator[Trip]:
        return (
            trip
            for trip in self.trips
            if trip.end in ("", "completed") and trip.approved >= now - RECEIVED_WITHIN
        )

    def _received(self, now: datetime) -> dict[str, float]:
        found: Counter[str] = Counter()
        for trip in self._promised(now):
            found[trip.committee] += trip.proposal.quantity
        return {name: float(units) for name, units in found.items()}

    def _room(self, now: datetime) -> dict[str, int]:
        stored: Counter[str] = Counter()
        kept = timedelta(days=parameters()["committees"]["stored_days"])
        for trip in self._promised(now):
            if trip.over is None or trip.over > now - kept:
                stored[trip.committee] += trip.large
        return {
            name: max(0, each.room - stored[name])
            for name, each in self.territory.committees.items()
            if each.room is not None
        }

    def _asked(self, now: datetime) -> dict[str, int]:
        lately = now - timedelta(days=parameters()["days"]["memory"])
        return dict(Counter(trip.committee for trip in self.trips if trip.approved >= lately))

    def _since(self, now: datetime, needs: Iterable[Need]) -> dict[str, date]:
        """Since when a committee that asks has had nothing: since it last was handed something or let a promise lapse, or, if
        that is later, since the oldest of the needs that it has; one that something is promised to is none of them.
        """
        last: dict[str, date] = {}
        for trip in self.trips:
            if trip.end == "":
                last[trip.committee] = now.date()
            elif trip.end in ("completed", "lapsed") and trip.over is not None:
                last[trip.committee] = max(last.get(trip.committee, date.min), trip.over.date())
        asking: dict[str, date] = {}
        for row in needs:
            since = (row.declared_at or now).date()
            asking[row.committee or ""] = min(asking.get(row.committee or "", since), since)
        return {name: max(since, last.get(name, since)) for name, since in asking.items()}

    def _ended(self, row: Offer, now: datetime) -> bool:
        past = row.available_until is not None and row.available_until < now.date()
        return past and row.id not in self._over and self._given[row.id] < row.quantity

    @property
    def delivered(self) -> Counter[str]:
        """Units handed over, by need."""
        return self._delivered


def _came(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
