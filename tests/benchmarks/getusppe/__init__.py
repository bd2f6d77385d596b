"""GetUsPPE: the engine alone in the simulation of the package `ppe-match`, next to the package's own two strategies.

The package replays 1,417 donations and 31,202 requests of protective equipment (April to July 2020), calls a strategy each week
with what is open, and computes five measures from its decisions:

- `units` placed, of 208,223;
- `fill_rate`: for each recipient and kind, units received over units ever asked; the mean over the recipients of a kind, then over
  the 18 kinds alike (one of which nobody gave), so that a request for what few ask counts as much as hundreds of others;
- `miles` travelled and `days_held` since the donation, by a unit;
- `shipments`: parcels (donor, recipient, day) over donors who sent any.

Two are those of the authors' paper (Bala et al., Algorithmic matching of personal protective equipment donations with healthcare
facilities during the COVID-19 pandemic, npj Digital Medicine 4:13, 2021: 67 % and 46 %, in other weeks and of other recipients):
`full_recipients`, of those who received a kind, how many all that they ever asked of it; `within_30_miles`, of the parcels.

**What decides** is `matching.plan` with the repository's own solver, weights, and the pairs within a reach: no code stands around it.
The simulation is done over again on arrays (`calendar`), because the package needs a pandas, and so a solver, of other years;
`apart_from_package` is the largest relative difference when the package itself replays a run of ours.

**Calendars.** The package's week begins on one day; here it begins 0 to 6 days earlier, and the rows come in five orders, which decides
between what is equal for the weights. Settings (`settings`) were chosen on 0, 2 and 4 days, and one order. `mean.*` and `spread.*` (the
largest less the smallest) are of `frugal` over 1, 3, 5 and 6 days and five orders, `full_recipients` and `within_30_miles` too;
`mean.<name>.*` of others over the same days and one order. The rest, without `mean`, is of the package's own calendar. It is the same
spring, cut into other weeks: no forecast for another year.

`daily.days`: days held where the default weights plan each day. `time_ratio`: processor time of ours over that of the package's
default strategy in its first two weeks with something to decide, each reading the tables as it is given them.

**The frontier**, as printed, means over the calendars held out:

| setting | units | fill rate | miles | days held | shipments | full | within 30 |
|---|---|---|---|---|---|---|---|
| wished for | 207,500 | 0.10 | 35 | 7.8 | 1.75 | | |
| `frugal` | 207,659 | 0.0625 | 34.3 | 7.59 | 1.741 | 50 % | 73 % |
| `nearer` | 207,052 | 0.0597 | 31.3 | 7.48 | 1.716 | 50 % | 75 % |
| `fuller` | 207,642 | 0.1138 | 34.2 | 7.59 | 4.172 | 85 % | 81 % |
| `many` | 207,646 | 0.1930 | 57.9 | 7.59 | 7.531 | 96 % | 43 % |
| `default` | 207,104 | 0.0655 | 42.3 | 7.53 | 1.799 | 62 % | 76 % |
| package: nearest | 199,438 | 0.0576 | 92.2 | 14.53 | 2.111 | 65 % | 76 % |
| package: first come | 207,088 | 0.0602 | 1,374 | 12.90 | 1.894 | 72 % | 4 % |

Four of the five wishes hold together; a fill rate of 0.10 does not hold with 1.75 shipments. A request that is filled is a
parcel, and what raises the fill rate are small requests: from `frugal` to `fuller`, 0.051 of it costs 2.4 parcels a donor and nothing
else. What had come nearer (0.10 with 1.75) preferred kinds that few ask for, twelve times over at most, because the measure takes the mean of
kinds: that serves the measure, and no committee. Waiting (`patience`) gained nothing where it was tried: fewer units, more
days, no fewer miles.

The default weights with pairs up to 400 miles are better than the package's nearest on all five measures on each of the seven calendars, and than
first come on the means of all five, 207,112 units to 206,825 the closest; first come places more units on two of the seven (1 and 6 days).
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from time import process_time
from typing import Any

from tests.benchmarks.getusppe import peers
from tests.benchmarks.getusppe.calendar import Decide, Shipment, World, measures, play
from tests.benchmarks.getusppe.ours import Ours
from tests.benchmarks.getusppe.settings import SETTINGS

_ROOT = Path(__file__).parents[3]
_ENVIRONMENT = _ROOT / "var" / "getusppe"
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_DATA = _ENVIRONMENT / "data.npz"
HELD_OUT = (1, 3, 5, 6)
"""How many days early the calendars begin that settings were not chosen on; those were 0, 2 and 4."""
ORDERS = range(5)
PEERS = ("first_come", "nearest")
_FIVE = ("units", "fill_rate", "miles", "days_held", "shipments")
_BOTH = ("full_recipients", "within_30_miles")
_FIRST_WEEKS = 2

Figures = Iterator[tuple[str, float]]


@dataclass(frozen=True)
class Job:
    """One run: a setting or a peer, by name, on a calendar."""

    name: str
    offset: int
    order: int = 0
    interval: int = 7


def figures() -> Figures:
    """Every figure. The environment is made when it is not there: that asks a package index."""
    python = _prepare()
    ours = [Job("frugal", offset, order) for offset in HELD_OUT for order in ORDERS]
    others = [name for name in (*SETTINGS, *PEERS) if name != "frugal"]
    held_out = [Job(name, offset) for name in others for offset in HELD_OUT]
    own = [Job(name, 0) for name in ("frugal", "many", *PEERS)]
    daily = Job("default", HELD_OUT[0], interval=1)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        # The longest first, beside the many; what is told is told when it is there.
        seconds, apart = pool.submit(seconds_of_both, python), pool.submit(apart_from_package, python)
        runs = {job: pool.submit(measured, job) for job in (*ours, *held_out, daily, *own)}
        yield from _over(runs, ours, "getusppe.mean", "getusppe.spread")
        yield from (
            (f"getusppe.{figure}", mean(runs[job].result()[figure] for job in ours)) for figure in _BOTH
        )
        for name in others:
            yield from _over(runs, [job for job in held_out if job.name == name], f"getusppe.mean.{name}")
        yield "getusppe.daily.days", runs[daily].result()["days_held"]
        for job in own:
            prefix = "getusppe" if job.name == "frugal" else f"getusppe.{job.name}"
            yield from ((f"{prefix}.{figure}", runs[job].result()[figure]) for figure in _FIVE)
        yield "getusppe.apart_from_package", apart.result()
        spent, theirs = seconds.result()
        yield "getusppe.first_weeks.seconds", spent
        yield "getusppe.first_weeks.nearest.seconds", theirs
        yield "getusppe.time_ratio", spent / theirs


def _over(
    runs: Mapping[Job, Future[dict[str, float]]], jobs: Sequence[Job], middle: str, spread: str = ""
) -> Figures:
    """The means over these runs; and the largest less the smallest, under `spread`."""
    for figure in _FIVE if spread else (*_FIVE, *_BOTH):
        found = [runs[job].result()[figure] for job in jobs]
        yield f"{middle}.{figure}", round(mean(found)) if figure == "units" else mean(found)
        if spread:
            yield f"{spread}.{figure}", max(found) - min(found)


@cache
def _world() -> World:
    return World.read(_DATA)


def measured(job: Job) -> dict[str, float]:
    """The measures of one run."""
    return measures(_world(), _played(job))


def _played(job: Job) -> list[Shipment]:
    return play(_world(), _decide(job), offset=job.offset, interval=job.interval)


def _decide(job: Job) -> Decide:
    if job.name == "first_come":
        return peers.first_come
    if job.name == "nearest":
        return peers.nearest(_world())
    return Ours(_world(), SETTINGS[job.name], job.order)


def apart_from_package(python: Path) -> float:
    """The largest relative difference of what the package makes of a run of ours, every plan of which is verified."""
    world, offset = _world(), HELD_OUT[0]
    sent = play(world, Ours(world, SETTINGS["frugal"], verified=True), offset=offset)
    rows = [
        (
            each.at,
            world.donors[each.donor],
            world.recipients[each.recipient],
            world.kinds[each.kind],
            each.units,
        )
        for each in sent
    ]
    told, ours = _package(python, {"replay": rows, "offset": offset}), measures(world, sent)
    return max(abs(ours[name] / float(told[name]) - 1) for name in _FIVE)


def seconds_of_both(python: Path) -> tuple[float, float]:
    """Seconds of ours and of the package's slow strategy over the same first weeks."""
    spent, decide = 0.0, Ours(_world(), SETTINGS["frugal"])

    def timed(week: Any) -> Any:
        nonlocal spent
        started = process_time()
        found = list(decide(week))
        spent += process_time() - started
        return iter(found)

    play(_world(), timed, weeks=_FIRST_WEEKS)
    return spent, _package(python, {"strategy": "nearest", "weeks": _FIRST_WEEKS})["seconds"]


def _package(python: Path, task: Mapping[str, Any]) -> Any:
    """What `package` answers, in its own environment."""
    done = _call(python, "-m", "tests.benchmarks.getusppe.package", told=json.dumps(task))
    return json.loads(done)


def _prepare() -> Path:
    """The interpreter of the environment that has the package, made anew when its requirements changed; and its tables as arrays."""
    python, ready = _ENVIRONMENT / "bin" / "python", _ENVIRONMENT / "ready"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        uv = _ROOT / ".tools" / "bin" / "uv"
        # pandas 1.5 has no wheel for a later Python than 3.11.
        _call(uv, "venv", "--quiet", "--clear", "--python", "3.11", _ENVIRONMENT)
        _call(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", _REQUIREMENTS)
        ready.write_text(wanted, encoding="utf-8")
    _call(python, "-m", "tests.benchmarks.getusppe.export", _DATA)
    return python


def _call(*command: str | Path, told: str = "") -> str:
    done = subprocess.run(
        [str(each) for each in command],
        check=True,
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        input=told,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
