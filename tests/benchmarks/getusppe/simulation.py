"""Runs strategies through the package's own simulation, in the environment that has it, and prints a JSON object a line.

The clock (processor time, so that what else the machine does is not counted) stands around the call of the strategy, for the
package's two as for ours: what ours needs to read the tables it is given, names to numbers and miles to a matrix, is counted.
Each plan is verified from scratch while it stands still.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from ppe_match import TestingFramework, strategies

from tests.benchmarks.getusppe.parcels import Ints
from tests.benchmarks.getusppe.settings import FRONTIER, FRUGAL, MANY
from tests.benchmarks.getusppe.strategy import Policy, Side, Strategy

# pandas 1.5 publishes no types: a table, or a column of one.
Frame = Any
_NAMES = {
    "fill rate": "fill_rate",
    "avg unit-miles": "miles",
    "avg holding time": "days_held",
    "avg number of shipments": "shipments",
}


Decide = Callable[..., Frame]


def ours(policy: Policy) -> tuple[Decide, Callable[[], None]]:
    """The policy as the package calls a strategy, and what verifies the plans that it made since."""
    strategy = Strategy(policy)

    def decide(date: Any, donors: Frame, recipients: Frame, distances: Frame) -> Frame:
        givers, askers = pd.Index(donors["don_id"].unique()), pd.Index(recipients["rec_id"].unique())
        miles = np.full((len(givers), len(askers)), np.nan)
        miles[_places(distances["don_id"], givers), _places(distances["rec_id"], askers)] = distances[
            "distance"
        ]
        given, asked = _side(donors, "don_id", givers), _side(recipients, "rec_id", askers)
        sent = strategy.decide(int(date.timestamp()), given, asked, miles)
        return pd.DataFrame(
            [(each.donor, each.recipient, each.kind, float(each.units)) for each in sent],
            columns=["don_id", "rec_id", "ppe", "qty"],
        )

    return decide, strategy.verify


def _theirs(strategy: Decide) -> tuple[Decide, Callable[[], None]]:
    return strategy, lambda: None


STRATEGIES: dict[str, Callable[[], tuple[Decide, Callable[[], None]]]] = {
    "first_come": lambda: _theirs(strategies.FCFM_strategy),
    "nearest": lambda: _theirs(strategies.proximity_match_strategy),
    "frugal": lambda: ours(FRUGAL),
    "many": lambda: ours(MANY),
    **{name: partial(ours, policy) for name, policy in FRONTIER.items()},
}


def _side(rows: Frame, who: str, known: Frame) -> Side:
    units = rows["qty"].to_numpy().astype(np.int64)
    return Side(rows[who].tolist(), rows["ppe"].tolist(), units, known.get_indexer(rows[who]))


def _places(names: Frame, known: Frame) -> Ints:
    """Where each name stands among those known."""
    codes, unique = pd.factorize(names)
    places: Ints = known.get_indexer(unique)[codes]
    return places


def measure(name: str) -> dict[str, float | str]:
    """The package's measures of one run of a strategy, with the units it placed and the seconds it took."""
    (strategy, verify), seconds = STRATEGIES[name](), 0.0

    def timed(*tables: object) -> Frame:
        nonlocal seconds
        started = process_time()
        decided = strategy(*tables)
        seconds += process_time() - started
        verify()
        return decided

    simulation = TestingFramework(strategy=timed)
    simulation.run()
    metrics = simulation.get_metrics().set_index("metric_name")["value"]
    found = {ours: float(metrics[theirs]) for theirs, ours in _NAMES.items()}
    units = float(simulation.get_decisions()["qty"].sum())
    return {"strategy": name, "units": units, **found, "seconds": seconds}


def _runs(names: Sequence[str]) -> Iterator[dict[str, float | str]]:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for name in names:
        yield measure(name)


if __name__ == "__main__":
    for run in _runs(sys.argv[1:]):
        sys.stdout.write(json.dumps(run) + "\n")
        sys.stdout.flush()
