"""Our strategy for the simulation: who may be reached is decided here in columns, who receives what by `matching.plan`.

Quantities are whole units, distances miles as the data gives them (kilometres towards the engine), `now` is UTC. Nothing here
reads the future: the strategy knows what is on the table today, and what it decided itself in earlier weeks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from matching import Need, Offer, Pairing, Urgency, Weights, plan
from matching.items import Catalogue, Item, Size

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

KM = 1.609344
"""Kilometres in a mile."""
WEEK = 7 * 86_400


@dataclass(frozen=True)
class Side:
    """Donors' or recipients' open rows, one per person and kind: names, kinds, units left, seconds since 1970."""

    who: list[str]
    kind: list[str]
    units: Ints
    since: Ints


@dataclass(frozen=True)
class Policy:
    """What may be paired this week. All in miles for one unit, so that distance, sharing and parcels weigh against each other.

    A unit offered today goes at most `reach` miles, `growth` times further after each week, `farthest` at most. Serving the
    whole of a request adds `share` miles, divided by the number of requests for its kind known so far (a kind that few ask for
    counts as much as one that many ask for) and by its units. `parcel` is what a parcel costs, spread over its units.
    The `near` best pairs of an offer and the `close` best of a request are planned.
    """

    reach: float
    growth: float
    farthest: float
    share: float
    parcel: float
    near: int = 20
    close: int = 8
    pressing: tuple[float, float, float] = (25.0, 100.0, 400.0)
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class Shipment:
    """So many units of a kind, from a donor to a recipient."""

    donor: str
    recipient: str
    kind: str
    units: int


class Strategy:
    """A policy with the memory of its own decisions: what each request had received before today."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._received: dict[tuple[str, str], int] = defaultdict(int)
        self._known: dict[str, set[str]] = defaultdict(set)

    def decide(self, now: int, donors: Side, recipients: Side, miles: Floats) -> list[Shipment]:
        """What to send today. `miles` has a row for each donor's row and a column for each recipient's; NaN: no way."""
        for who, kind in zip(recipients.who, recipients.kind, strict=True):
            self._known[kind].add(who)
        pairs: dict[tuple[str, str], float] = {}
        offers: dict[str, Offer] = {}
        needs: dict[str, Need] = {}
        for kind in sorted(set(donors.kind) & set(recipients.kind)):
            given, asked = _of(kind, donors), _of(kind, recipients)
            self._reachable(now, (donors, given), (recipients, asked), miles, pairs, offers, needs)
        if not pairs:
            return []
        found = plan(
            list(offers.values()),
            list(needs.values()),
            weights=self.policy.weights,
            now=datetime.fromtimestamp(now, UTC),
            distances=pairs,
            catalogue=_catalogue(sorted({row.item or "" for row in offers.values()})),
        )
        return list(self._sent(found.pairings))

    def _reachable(
        self,
        now: int,
        given: tuple[Side, Ints],
        asked: tuple[Side, Ints],
        miles: Floats,
        pairs: dict[tuple[str, str], float],
        offers: dict[str, Offer],
        needs: dict[str, Need],
    ) -> None:
        """Add the pairs of one kind that the policy permits."""
        policy, (donors, i), (recipients, j) = self.policy, given, asked
        kind = donors.kind[i[0]]
        reach = np.minimum(policy.farthest, policy.reach * policy.growth ** ((now - donors.since[i]) / WEEK))
        before = np.array([self._received[recipients.who[at], kind] for at in j.tolist()])
        sharing = policy.share / len(self._known[kind]) / (recipients.units[j] + before)
        apart = miles[np.ix_(i, j)]
        parcel = policy.parcel / np.minimum(donors.units[i][:, None], recipients.units[j][None, :])
        gain = reach[:, None] + sharing[None, :] - np.nan_to_num(apart, nan=np.inf) - parcel
        o, n = _best(gain, policy.near, policy.close)
        chosen = gain[o, n] > 0
        o, n = o[chosen], n[chosen]
        for a in np.unique(o).tolist():
            at = int(i[a])
            name = f"{donors.who[at]}/{kind}"
            offers[name] = Offer(
                name,
                int(donors.units[at]),
                item=kind,
                offered_at=datetime.fromtimestamp(int(donors.since[at]), UTC),
            )
        level = np.searchsorted(np.array(policy.pressing), sharing)
        for b in np.unique(n).tolist():
            at = int(j[b])
            name = f"{recipients.who[at]}/{kind}"
            needs[name] = Need(
                name,
                min(int(recipients.units[at]), 1_000_000),
                item=kind,
                collects_km=1e5,
                urgency=_URGENCIES[level[b]],
            )
        for a, b, far in zip(o.tolist(), n.tolist(), apart[o, n].tolist(), strict=True):
            pairs[f"{donors.who[i[a]]}/{kind}", f"{recipients.who[j[b]]}/{kind}"] = far * KM

    def _sent(self, pairings: Iterable[Pairing]) -> Iterator[Shipment]:
        for pairing in pairings:
            donor, kind = pairing.offer.split("/")
            recipient = pairing.need.split("/")[0]
            self._received[recipient, kind] += pairing.quantity
            yield Shipment(donor, recipient, kind, pairing.quantity)


_URGENCIES = tuple(Urgency)


def _of(kind: str, side: Side) -> Ints:
    return np.array([at for at, each in enumerate(side.kind) if each == kind], dtype=np.int64)


def _best(gain: Floats, near: int, close: int) -> tuple[Ints, Ints]:
    """The best pairs of each row and of each column, as (rows, columns), each once."""
    rows, columns = gain.shape
    near, close = min(near, columns), min(close, rows)
    of_rows = np.argpartition(-gain, near - 1, axis=1)[:, :near]
    of_columns = np.argpartition(-gain, close - 1, axis=0)[:close, :]
    keys = np.unique(
        np.concatenate(
            [
                (np.arange(rows)[:, None] * columns + of_rows).ravel(),
                (of_columns * columns + np.arange(columns)[None, :]).ravel(),
            ]
        )
    )
    return keys // columns, keys % columns


def _catalogue(kinds: list[str]) -> Catalogue:
    return Catalogue({kind: Item(kind, kind, kind, None, (), (), Size.SMALL, 0.1) for kind in kinds})
