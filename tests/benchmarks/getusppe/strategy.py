"""Our strategy for the simulation: which pairs are worth a parcel is weighed here in columns, who receives what by `matching.plan`.

Quantities are whole units, distances miles as the data gives them (kilometres towards the engine), `now` is seconds since 1970.
Nothing here reads the future: the strategy knows what is on the table today, and what it saw and decided in earlier weeks.

Each kind of thing is planned by itself, those that few ask for first. The engine gets the pairs that the policy permits, with a
handicap in their distance: a request that is well worth serving counts as nearer than another. Its own weights do the rest:
nearness (in a straight line, `half_km` being far), the price of a handover, and patience, below which a unit rather waits.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from matching import Need, Offer, Plan, Weights, check, plan
from matching.items import Catalogue, Item, Size
from matching.validation import MOST_UNITS
from tests.benchmarks.getusppe.parcels import Floats, Ints, Table, join

KM = 1.609344
"""Kilometres in a mile."""
HALF_KM = 200_000.0
"""Where nearness is one half: so far that it falls in a straight line over the distances that matter here."""
_ITEM = "equipment"
_CATALOGUE = Catalogue({_ITEM: Item(_ITEM, "équipement", _ITEM, Size.SMALL, 0.1)})


@dataclass(frozen=True)
class Side:
    """Donors' or recipients' open rows, one per person and kind: names, kinds, units left, the place of each in the miles."""

    who: list[str]
    kind: list[str]
    units: Ints
    place: Ints

    def by_kind(self) -> dict[str, Ints]:
        """The places of each kind's rows."""
        number = {kind: code for code, kind in enumerate(dict.fromkeys(self.kind))}
        codes = np.fromiter(map(number.__getitem__, self.kind), dtype=np.int64, count=len(self.kind))
        return {kind: np.flatnonzero(codes == code) for kind, code in number.items()}


@dataclass(frozen=True)
class Policy:
    """What is worth sending this week, in miles for one unit: distance, sharing and parcels weigh against each other.

    **Reach.** A donor may hope for what is usual around: `hope` times the distance within which a share `odds` of today's requests
    lie, at least `nearest` and at most `farthest` miles. What would go farther waits.

    **Sharing.** To serve the whole of a request is worth `share` miles over the number of requests known for its kind (at least
    `asking`: of a kind that was hardly asked for yet, little is known), spread over the request's units; a unit gains `most` by it
    at most, once its part of the parcel is paid.

    **Parcels.** Each costs `parcel`, spread over its units, but for a donor's first, and for what goes with another kind.

    **Candidates.** The `near` best requests of each offer and the `close` best offers of each request are planned.
    """

    odds: float
    hope: float
    nearest: float
    farthest: float
    share: float
    asking: float
    most: float
    parcel: float
    near: int
    close: int

    @property
    def lead(self) -> float:
        """The most by which sharing and a parcel saved put a pair ahead of others, in miles."""
        return self.most + self.parcel

    def weights(self) -> Weights:
        """The engine's weights: a mile is as much score in each. A pair that is not worth `farthest` miles waits."""
        mile = KM / HALF_KM
        return Weights(
            fit=0.0,
            urgency=0.0,
            nearness=1.0,
            fairness=0.0,
            wholeness=0.0,
            placing=0.0,
            handover=self.parcel * mile,
            half_km=HALF_KM,
            patience=1 - (self.lead + self.farthest) * mile,
        )


@dataclass(frozen=True)
class Shipment:
    """So many units of a kind, from a donor to a recipient."""

    donor: str
    recipient: str
    kind: str
    units: int


class Strategy:
    """A policy with the memory of what it saw and decided: units received, who asked for a kind, who sent a parcel."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._weights = policy.weights()
        self._received: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._askers: dict[str, set[str]] = defaultdict(set)
        self._senders: set[str] = set()
        self._made: list[tuple[Plan, dict[str, Any]]] = []

    def decide(self, now: int, donors: Side, recipients: Side, miles: Floats) -> list[Shipment]:
        """What to send today. `miles` has a row for each donor and a column for each recipient; NaN: no way."""
        given, asked = donors.by_kind(), recipients.by_kind()
        kinds = given.keys() & asked.keys()
        for kind in kinds:
            self._askers[kind].update([recipients.who[at] for at in asked[kind].tolist()])
        boxes: dict[str, set[str]] = defaultdict(set)
        decided: list[Shipment] = []
        for kind in sorted(kinds, key=lambda each: (len(self._askers[each]), each)):
            i, j = given[kind], asked[kind]
            offers, needs = [donors.who[at] for at in i.tolist()], [recipients.who[at] for at in j.tolist()]
            apart = np.nan_to_num(miles[np.ix_(donors.place[i], recipients.place[j])], nan=np.inf)
            column = {who: at for at, who in enumerate(needs)}
            table = Table(
                offered=donors.units[i],
                asked=np.minimum(recipients.units[j], MOST_UNITS),
                miles=apart,
                reach=self._reach(apart),
                sharing=self._sharing(kind, column, recipients.units[j]),
                parcel=self._parcels(offers, column, boxes),
                first=np.array([each not in self._senders and each not in boxes for each in offers]),
            )
            for offer, need, units in self._planned(now, table):
                decided.append(Shipment(offers[offer], needs[need], kind, units))
                boxes[offers[offer]].add(needs[need])
                self._received[kind][needs[need]] += units
        self._senders |= boxes.keys()
        return decided

    def verify(self) -> None:
        """Check the plans made since it was last called, from scratch. Raises PlanError."""
        for found, instance in self._made:
            check(found, **instance)
        self._made.clear()

    def _reach(self, apart: Floats) -> Floats:
        """How far each donor's units may go."""
        policy, requests = self.policy, apart.shape[1]
        rank = min(requests - 1, int(policy.odds * requests))
        usual = np.partition(apart, rank, axis=1)[:, rank]
        reach: Floats = np.clip(policy.hope * usual, policy.nearest, policy.farthest)
        return reach

    def _sharing(self, kind: str, column: dict[str, int], units: Ints) -> Floats:
        """What sharing adds for a unit of each request: the whole of it, what it received before included, counts once."""
        before = np.zeros(len(units), dtype=np.int64)
        for who, received in self._received[kind].items():
            if who in column:
                before[column[who]] = received
        sharing: Floats = (
            self.policy.share / max(self.policy.asking, len(self._askers[kind])) / (units + before)
        )
        return sharing

    def _parcels(self, offers: list[str], column: dict[str, int], boxes: dict[str, set[str]]) -> Floats:
        """The price of a parcel for each pair: none where one of another kind goes already."""
        prices = np.full((len(offers), len(column)), self.policy.parcel)
        for row, donor in enumerate(offers):
            for recipient in boxes.get(donor, ()):
                if recipient in column:
                    prices[row, column[recipient]] = 0.0
        return prices

    def _planned(self, now: int, table: Table) -> Iterator[tuple[int, int, int]]:
        """Offer, request and units of each parcel of one kind."""
        policy = self.policy
        o, n = _candidates(table, policy)
        if not len(o):
            return
        saved = (policy.parcel - table.parcel[o, n]) / np.minimum(table.offered[o], table.asked[n])
        saved += np.where(table.first[o], policy.parcel / table.offered[o], 0.0)
        handicap = policy.lead - np.minimum(policy.lead, table.sharing[n] + saved)
        names = [str(at) for at in range(max(table.miles.shape))]
        pairs = zip(map(names.__getitem__, o.tolist()), map(names.__getitem__, n.tolist()), strict=True)
        instance: dict[str, Any] = {
            "offers": [Offer(names[at], units, item=_ITEM) for at, units in _units(o, table.offered)],
            "needs": [
                Need(names[at], units, item=_ITEM, collects_km=1e6) for at, units in _units(n, table.asked)
            ],
            "weights": self._weights,
            "now": datetime.fromtimestamp(now, UTC),
            "distances": dict(zip(pairs, ((table.miles[o, n] + handicap) * KM).tolist(), strict=True)),
            "catalogue": _CATALOGUE,
        }
        found = plan(**instance)
        self._made.append((found, instance))
        yield from join(((int(each.offer), int(each.need), each.quantity) for each in found.pairings), table)


def _units(rows: Ints, units: Ints) -> Iterator[tuple[int, int]]:
    """Each row once, with its units."""
    once = np.unique(rows)
    return zip(once.tolist(), units[once].tolist(), strict=True)


def _candidates(table: Table, policy: Policy) -> tuple[Ints, Ints]:
    """The pairs to plan, as (offers, requests): the best of each side that gain something, a donor's first parcel being free."""
    share = table.parcel / np.minimum(table.offered[:, None], table.asked[None, :])
    gain = table.reach[:, None] + np.minimum(policy.most, table.sharing[None, :] - share) - table.miles
    offers, requests = gain.shape
    near, close = min(policy.near, requests), min(policy.close, offers)
    of_offers = np.argpartition(-gain, near - 1, axis=1)[:, :near]
    of_requests = np.argpartition(-gain, close - 1, axis=0)[:close, :]
    keys = np.unique(
        np.concatenate(
            [
                (np.arange(offers)[:, None] * requests + of_offers).ravel(),
                (of_requests * requests + np.arange(requests)[None, :]).ravel(),
            ]
        )
    )
    o, n = keys // requests, keys % requests
    chosen = gain[o, n] + np.where(table.first[o], policy.parcel / table.offered[o], 0.0) > 0
    return o[chosen], n[chosen]
