"""Whether the chance of success that is learnt is worth anything, in the year of a territory (`year`).

- **success.brier**: what the first half of a year taught, told of its second half: the mean square of what was said over what came of
  it; `.base_brier` where the share that ended well in the first half is said of all. The mean of the years that figures are told of.
- **success.delivered_gain**: units delivered by the plan that weighs chances, learnt from the year itself as it goes, over those of the
  plan that ignores them, as a share; with 20, 30 and 40 % of failures injected (`.at_20` …), and the mean of these.
  `success.unlike.…` is the same with 20 and 40 % where committees differ three times as much as the territory says.
- **success.failed_20** …: the share of matches that come to nothing under the plan that ignores chances; `.weighed` under the other.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from statistics import mean

from matching.learning import brier, chance_of, learn
from tests.benchmarks.year import PROCESSES, outcomes
from tests.benchmarks.year.life import Year
from tests.benchmarks.year.measures import measures
from tests.benchmarks.year.policies import POLICIES, pairing_of
from tests.benchmarks.year.territory import draw, parameters

HARDER = {1.0: {20: -0.75, 30: -0.25, 40: 0.15}, 3.0: {20: -2.6, 40: -0.95}}
"""What is taken from the log-odds of each step, so that about so many of a hundred matches fail under today's plan. Chosen on the
years for trying things out.
"""


def figures() -> Iterator[tuple[str, float]]:
    """Every figure, as it is measured."""
    seeds = parameters()["reporting"]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(_briers, seeds))
        yield "success.brier", mean(ours for ours, _ in told)
        yield "success.base_brier", mean(base for _, base in told)
        for name, unlike in (("success", 1.0), ("success.unlike", 3.0)):
            gains = []
            for share, harder in HARDER[unlike].items():
                tried = [(seed, harder, unlike, policy) for policy in ("default", "chance") for seed in seeds]
                lived = list(pool.map(_lived, *zip(*tried, strict=True)))
                ignored, weighed = lived[: len(seeds)], lived[len(seeds) :]
                yield f"{name}.failed_{share}", mean(each.failed for each in ignored)
                yield f"{name}.failed_{share}.weighed", mean(each.failed for each in weighed)
                gains.append(sum(each.units for each in weighed) / sum(each.units for each in ignored) - 1)
                yield f"{name}.delivered_gain.at_{share}", gains[-1]
            yield f"{name}.delivered_gain", mean(gains)


def _briers(seed: int) -> tuple[float, float]:
    rows = [pairing_of(each) for each in outcomes(draw(seed))]
    before, later = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    chances = learn(before)
    assert chances is not None
    usual = sum(row.handed_over for row in before) / len(before)
    return brier(later, lambda row: chance_of(chances, row)), brier(later, lambda _: usual)


@dataclass(frozen=True)
class _Lived:
    """Units delivered in a year, and the share of matches that came to nothing."""

    units: float
    failed: float


def _lived(seed: int, harder: float, unlike: float, policy: str) -> _Lived:
    territory = draw(seed, harder=harder)
    manners = {of: unlike * much for of, much in territory.manners.items()}
    year = Year(replace(territory, manners=manners), POLICIES[policy]).live()
    return _Lived(measures(year)["delivered"], 1 - mean(record.success for record in year.records))
