"""The package's own simulation, in the environment that has it. Reads what to do from standard input, and prints a JSON object.

`{"replay": [[moment, donor, recipient, kind, units], …], "offset": days}` measures what was decided elsewhere; `{"strategy": "nearest",
"weeks": 4}` tells what one of its strategies decides in the first weeks, and the processor time spent inside it.
"""

import json
import logging
import sys
import warnings
from contextlib import suppress
from time import process_time
from typing import Any

import pandas as pd
from ppe_match import TestingFramework, strategies

# pandas 1.5 publishes no types: a table, or a column of one.
Frame = Any
_NAMES = {
    "fill rate": "fill_rate",
    "avg unit-miles": "miles",
    "avg holding time": "days_held",
    "avg number of shipments": "shipments",
}
_COLUMNS = ["don_id", "rec_id", "ppe", "qty"]
_STRATEGIES = {"first_come": strategies.FCFM_strategy, "nearest": strategies.proximity_match_strategy}


class _EnoughError(Exception):
    pass


def replay(rows: list[tuple[int, str, str, str, int]], offset: int) -> dict[str, float]:
    """The package's five measures of these shipments, in a calendar that begins `offset` days earlier."""
    table = pd.DataFrame(rows, columns=["at", *_COLUMNS]).astype({"qty": float})

    def decide(date: Any, *_: Frame) -> Frame:
        return table.loc[table["at"] == date.value, _COLUMNS].reset_index(drop=True)

    package = TestingFramework(strategy=decide)
    # The calendar begins a minute before the first row: one that asks for nothing moves it.
    first = min(package.all_recipients.date.min(), package.all_donors.date.min())
    nothing = pd.DataFrame(
        [("rec0", first - pd.Timedelta(days=offset), "nothing", 0.0)],
        columns=["rec_id", "date", "ppe", "qty"],
    )
    package.all_recipients = pd.concat([package.all_recipients, nothing], ignore_index=True)
    package.run()
    told = package.get_metrics().set_index("metric_name")["value"]
    units = float(package.get_decisions()["qty"].sum())
    return {"units": units} | {ours: float(told[theirs]) for theirs, ours in _NAMES.items()}


def first_weeks(name: str, weeks: int) -> dict[str, Any]:
    """What the strategy decides in so many weeks with something to decide, and the seconds that it took."""
    seconds = 0.0
    decided: list[Any] = []

    def decide(date: Any, donors: Frame, recipients: Frame, distances: Frame) -> Frame:
        nonlocal seconds
        if len(decided) == weeks:
            raise _EnoughError
        started = process_time()
        found = _STRATEGIES[name](date, donors, recipients, distances)
        seconds += process_time() - started
        decided.append(sorted(found[_COLUMNS].astype({"qty": int}).values.tolist()))
        return found

    with suppress(_EnoughError):
        TestingFramework(strategy=decide).run()
    return {"seconds": seconds, "decided": decided}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    task = json.load(sys.stdin)
    done = (
        replay(task["replay"], task["offset"])
        if "replay" in task
        else first_weeks(task["strategy"], task["weeks"])
    )
    sys.stdout.write(json.dumps(done))
