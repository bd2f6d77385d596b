"""A year of a territory under each policy: how a change to the weights is judged.

territory.toml says what comes, what is asked for and what goes wrong; the whole loop then runs through the engine on a moved clock, three looks
of a coordinator a week for 52 weeks (`life`). Two years are drawn for trying things out (`tuning` in the file) and two others for
telling what came of it: figures are the means of the latter, and nothing is to be chosen by them.

For each policy (`policies.POLICIES`), as `year.<policy>.…`:

- `delivered`: units handed over; `whole`: needs that got all that they asked for;
- `km`: kilometres from giver to committee of every trip, those included where somebody did not come, over units delivered;
- `days`: from the offer to the handover, of a delivered unit;
- `gini`: of what committees received over what they asked, through the year;
- `letters`: all that the portal writes on account of these events, digests aside.

`fair.curve` is a table of what turns cost (`curve`).
"""

from collections.abc import Iterator, Sequence
from statistics import mean

from tests.benchmarks.year import curve
from tests.benchmarks.year.life import Policy, Record, Year
from tests.benchmarks.year.measures import measures
from tests.benchmarks.year.policies import POLICIES
from tests.benchmarks.year.territory import Territory, draw, parameters


def figures() -> Iterator[tuple[str, float | str]]:
    """Every figure, as it is measured."""
    yield from curve.table(parameters()["reporting"])
    territories = [draw(seed) for seed in parameters()["reporting"]]
    for name, policy in POLICIES.items():
        for figure, value in told(policy, territories).items():
            yield f"year.{name}.{figure}", value


def told(policy: Policy, territories: Sequence[Territory]) -> dict[str, float]:
    """The means of what a year under the policy comes to."""
    years = [measures(Year(each, policy).live()) for each in territories]
    return {figure: mean(year[figure] for year in years) for figure in years[0]}


def outcomes(territory: Territory, policy: Policy = POLICIES["default"]) -> list[Record]:
    """How the matches of a year under the policy ended, the earliest end first: what a portal would have learnt from."""
    return Year(territory, policy).live().records
