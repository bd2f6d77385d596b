"""A year of a territory under each policy: how a change to the weights is judged.

territory.toml says what comes, what is asked for and what goes wrong; the whole loop then runs through the engine on a moved clock, three looks
of a coordinator a week for 52 weeks (`life`). Some years are drawn for trying things out (`tuning` in the file) and others for
telling what came of it: figures are the means of the latter, and nothing is to be chosen by them.

For each policy (`policies.POLICIES`), as `year.<policy>.…`:

- `delivered`: units handed over; `whole`: needs that got all that they asked for;
- `km`: kilometres from giver to committee of every trip, those included where somebody did not come, over units delivered;
- `days`: from the offer to the handover, of a delivered unit;
- `gini`: of what committees received over what they asked, through the year;
- `letters`: all that the portal writes on account of these events, digests aside;
- `over_default`: units delivered over those of today's default in the same year, the mean, and what one year may be off by (the standard
  error): less than twice that is no difference.

`fair.curve` is a table of what turns cost (`curve`).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import sqrt
from multiprocessing import get_context
from statistics import mean, stdev

from tests.benchmarks.year import curve
from tests.benchmarks.year.life import Policy, Record, Year
from tests.benchmarks.year.measures import measures
from tests.benchmarks.year.policies import POLICIES
from tests.benchmarks.year.territory import Territory, draw, parameters

PROCESSES = min(4, os.cpu_count() or 1)


def figures() -> Iterator[tuple[str, float | str]]:
    """Every figure, as it is measured."""
    seeds = parameters()["reporting"]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for name in curve.DIAL:
            yield f"fair.curve.{name}", curve.row(list(pool.map(partial(curve.half_year, name), seeds)))
        usual: list[float] = []
        for name in sorted(POLICIES, key=lambda each: each != "default"):
            years = list(pool.map(partial(_year, name), seeds))
            for figure in years[0]:
                yield f"year.{name}.{figure}", mean(year[figure] for year in years)
            usual = usual or [year["delivered"] for year in years]
            yield f"year.{name}.over_default", _compared([year["delivered"] for year in years], usual)


def _year(name: str, seed: int) -> dict[str, float]:
    return measures(Year(draw(seed), POLICIES[name]).live())


def _compared(some: list[float], others: list[float]) -> str:
    ratios = [one / other for one, other in zip(some, others, strict=True)]
    return f"{mean(ratios):.3f} ± {stdev(ratios) / sqrt(len(ratios)):.3f}"


def outcomes(territory: Territory, policy: Policy = POLICIES["default"]) -> list[Record]:
    """How the matches of a year under the policy ended, the earliest end first: what a portal would have learnt from."""
    return Year(territory, policy).live().records
