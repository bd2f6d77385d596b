"""Runs strategies through the package's own simulation, in the environment that has it, and prints a JSON object a line.

The clock stands around the call of the strategy, for the package's two as for ours: what ours needs to read the tables it is
given (names to numbers, miles to a matrix) is counted.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from ppe_match import TestingFramework, strategies

from tests.benchmarks.getusppe.settings import FRUGAL, MANY
from tests.benchmarks.getusppe.strategy import Floats, Ints, Policy, Side, Strategy

# pandas 1.5 publishes no types: a table, or a column of one.
Frame = Any
_NAMES = {
    "fill rate": "fill_rate",
    "avg unit-miles": "miles",
    "avg holding time": "days_held",
    "avg number of shipments": "shipments",
}


def ours(policy: Policy) -> Callable[[Any, Frame, Frame, Frame], Frame]:
    """The policy as the package calls a strategy."""
    strategy = Strategy(policy)

    def decide(date: Any, donors: Frame, recipients: Frame, distances: Frame) -> Frame:
        given, asked = _side(donors, "don_id"), _side(recipients, "rec_id")
        sent = strategy.decide(int(date.timestamp()), given, asked, _miles(given, asked, distances))
        return pd.DataFrame(
            [(each.donor, each.recipient, each.kind, float(each.units)) for each in sent],
            columns=["don_id", "rec_id", "ppe", "qty"],
        )

    return decide


STRATEGIES: dict[str, Callable[[], Callable[..., Frame]]] = {
    "first_come": lambda: strategies.FCFM_strategy,
    "nearest": lambda: strategies.proximity_match_strategy,
    "frugal": lambda: ours(FRUGAL),
    "many": lambda: ours(MANY),
}


def _side(rows: Frame, who: str) -> Side:
    since = rows["date"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    return Side(rows[who].tolist(), rows["ppe"].tolist(), rows["qty"].to_numpy().astype(np.int64), since)


def _miles(given: Side, asked: Side, distances: Frame) -> Floats:
    """A row for each donor's row, a column for each recipient's; NaN where the package gives no distance."""
    donors, recipients = pd.Index(sorted(set(given.who))), pd.Index(sorted(set(asked.who)))
    table = np.full((len(donors), len(recipients)), np.nan)
    table[_numbers(distances["don_id"], donors), _numbers(distances["rec_id"], recipients)] = distances[
        "distance"
    ]
    found: Floats = table[np.ix_(donors.get_indexer(given.who), recipients.get_indexer(asked.who))]
    return found


def _numbers(names: Frame, known: Frame) -> Ints:
    codes, unique = pd.factorize(names)
    numbers: Ints = known.get_indexer(unique)[codes]
    return numbers


def measure(name: str) -> dict[str, float | str]:
    """The package's measures of one run of a strategy, with the units it placed and the seconds it took."""
    strategy, seconds = STRATEGIES[name](), 0.0

    def timed(*tables: object) -> Frame:
        nonlocal seconds
        started = perf_counter()
        decided = strategy(*tables)
        seconds += perf_counter() - started
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
