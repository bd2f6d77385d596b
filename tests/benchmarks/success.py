"""Whether the chance of success that is learnt is worth anything, in the year of a territory (`year`).

- **success.brier**: what the first half of a year taught, told of its second half: the mean square of what was said over what came of
  it; `.base_brier` where the share that ended well in the first half is said of all. The mean of the years that figures are told of.
- **success.delivered_gain**: units delivered by the plan that weighs chances, learnt from the year itself as it goes, over those of the
  plan that ignores them, as a share; with 20, 30 and 40 % of failures injected (`.at_20` …), and the mean of the three.
  `success.unlike.…` is the same where committees differ three times as much as the territory says.
- **success.failed_20** …: the share of matches that come to nothing under the plan that ignores chances; `.weighed` under the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from matching.learning import brier, chance_of, learn
from tests.benchmarks.year import outcomes
from tests.benchmarks.year.life import Policy, Year
from tests.benchmarks.year.measures import measures
from tests.benchmarks.year.policies import POLICIES, pairing_of
from tests.benchmarks.year.territory import draw, parameters

HARDER = {1.0: {20: -0.75, 30: -0.25, 40: 0.15}, 3.0: {20: -3.5, 30: -2.3, 40: -1.4}}
"""What is taken from the log-odds of each step, so that about so many of a hundred matches fail under today's plan. Chosen on the
years for trying things out.
"""


def figures() -> Iterator[tuple[str, float]]:
    """Every figure, as it is measured."""
    seeds = parameters()["reporting"]
    told = [_briers(seed) for seed in seeds]
    yield "success.brier", mean(ours for ours, _ in told)
    yield "success.base_brier", mean(base for _, base in told)
    for name, unlike in (("success", 1.0), ("success.unlike", 3.0)):
        gains = []
        for share, harder in HARDER[unlike].items():
            ignored, weighed = (
                _lived(seeds, harder, unlike, POLICIES[each]) for each in ("default", "chance")
            )
            yield f"{name}.failed_{share}", ignored.failed
            yield f"{name}.failed_{share}.weighed", weighed.failed
            gains.append(weighed.delivered / ignored.delivered - 1)
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
    """Units delivered in all, and the share of matches that came to nothing."""

    delivered: float
    failed: float


def _lived(seeds: Sequence[int], harder: float, unlike: float, policy: Policy) -> _Lived:
    territories = [draw(seed, harder=harder) for seed in seeds]
    years = [
        Year(replace(each, manners={of: unlike * much for of, much in each.manners.items()}), policy).live()
        for each in territories
    ]
    ends = [record.success for year in years for record in year.records]
    return _Lived(sum(measures(year)["delivered"] for year in years), 1 - mean(ends))
