"""GetUsPPE: our engine in the weekly simulation of the package `ppe-match`, next to its own two strategies, in one run.

The package replays 1,417 donations and 31,202 requests of protective equipment (April to July 2020), calls a strategy each week
with what is open, and computes five measures from its decisions:

- `units` placed, of 208,223;
- `fill_rate`: for each recipient and kind, units received over units ever asked; the mean over the recipients of a kind, then over
  the 18 kinds alike (one of which nobody gave), so that a request for what few ask counts as much as hundreds of others;
- `miles` travelled and `days_held` since the donation, by a unit;
- `shipments`: parcels (donor, recipient, week) over donors who sent any.

`getusppe.*` is the frugal setting, `frontier.*` what can be had instead of it, `many` the setting that serves many, `first_come` and
`nearest` the package's own (nearest is its default). Seconds are processor time spent inside the strategy, by the same clock for
all; `time_ratio` is ours over the default's. The runs go two at a time.

The frontier, as printed:

| setting | units | fill rate | miles | days held | shipments |
|---|---|---|---|---|---|
| asked for | ≥ 207,500 | ≥ 0.10 | ≤ 34 | ≤ 8.3 | ≤ 1.75 |
| `frontier.nearer` | 206,123 | 0.1001 | 30.50 | 8.063 | 1.733 |
| `frontier.sooner` | 207,227 | 0.1001 | 32.45 | 8.298 | 1.731 |
| frugal | 207,501 | 0.1007 | 33.87 | 8.323 | 1.747 |
| `frontier.wider` | 208,145 | 0.1014 | 37.20 | 8.478 | 1.753 |
| `many` | 207,261 | 0.2102 | 66.34 | 8.073 | 7.241 |

Why the five do not hold together. Along this line units, miles and days rise at once, as if the units placed last were those that
waited longest for somebody and then went far. From `nearer` to frugal, 1,378 units more cost 3.4 miles and a quarter
of a day on the mean of all; from there to `wider`, 644 more cost 3.3 miles and 0.16 day. On this line days pass 8.3 before
207,500 units are placed. `many` holds units less long, with four times the parcels.

Also tried, as a factor of the reach: the offer's age, the weeks in which it met requests and was held, its units, what is
offered over what is asked of its kind, how new the asking is, and another growth of the usual rank with the number of requests.
Age and weeks held only move along the same line (units that are never placed are not counted, so that placing the oldest costs
most days); units to the power -0.02, abundance to 0.017 and another growth of the rank, tuned together in some 500 runs, came to
207,470 units at 0.1004, 33.9 miles, 8.299 days and 1.742 shipments: 30 units short, and no rule that one would want to keep.

What trades for what. One kind, printed face shields (an eighth of the units, five weeks of offers before the first of 309
requests), makes half of the miles and of the days: a day less of holding costs some fourteen miles a unit, and so do the last
few hundred units, for which nobody near asks any more. A plan that knew the whole future, with parcels for nothing, would need
29 miles at 8.3 days for 207,500 units. Fill comes from small requests served whole, of the kinds that few ask for, and each is a
parcel. Asked for 207,500 units, 0.10, 34 miles, 8.3 days and 1.75 shipments at once, `frugal` keeps four and holds a unit
half an hour too long; `sooner` keeps four and places 0.13 % too few. No setting tried keeps the five.

The settings (settings.py) are prices for a mile, a share and a parcel, found by trying on these data: the last few parts in a
thousand of each figure are luck. Another version of the solver, which breaks ties otherwise, moves them by one in a hundred.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.getusppe.settings import FRONTIER

_ROOT = Path(__file__).parents[3]
_ENVIRONMENT = _ROOT / "var" / "getusppe"
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_TOGETHER = (("nearest", "first_come"), ("frugal", "many", *FRONTIER))
"""Which strategies run one after the other; the two chains run side by side."""
_MEASURES = ("fill_rate", "miles", "days_held", "shipments")

Run = dict[str, float]


def figures() -> Iterator[tuple[str, float]]:
    """The measures of each setting and of the package's two strategies. The environment is made when it is not there: that asks a package index."""
    runs = _simulate(_prepare())
    for name, prefix in (
        ("frugal", ""),
        ("many", "many."),
        ("first_come", "first_come."),
        ("nearest", "nearest."),
    ):
        yield f"getusppe.{prefix}units", int(runs[name]["units"])
        for measure in _MEASURES:
            yield f"getusppe.{prefix}{measure}", runs[name][measure]
        yield f"getusppe.{prefix}seconds", runs[name]["seconds"]
    for name in FRONTIER:
        yield f"getusppe.frontier.{name}.units", int(runs[name]["units"])
        for measure in _MEASURES:
            yield f"getusppe.frontier.{name}.{measure}", runs[name][measure]
    yield "getusppe.time_ratio", runs["frugal"]["seconds"] / runs["nearest"]["seconds"]
    yield "getusppe.many.time_ratio", runs["many"]["seconds"] / runs["nearest"]["seconds"]


def _prepare() -> Path:
    """The interpreter of the environment that has the package, made anew when its requirements changed."""
    python, ready = _ENVIRONMENT / "bin" / "python", _ENVIRONMENT / "ready"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        uv = _ROOT / ".tools" / "bin" / "uv"
        # pandas 1.5 has no wheel for a later Python than 3.11.
        _call(uv, "venv", "--quiet", "--clear", "--python", "3.11", _ENVIRONMENT)
        _call(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", _REQUIREMENTS)
        ready.write_text(wanted, encoding="utf-8")
    return python


def _call(*command: str | Path) -> None:
    subprocess.run([str(each) for each in command], check=True, cwd=_ROOT, stdout=sys.stderr)


def _simulate(python: Path) -> dict[str, Run]:
    """One run of each strategy, by name."""
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    chains = [
        subprocess.Popen(
            [str(python), "-m", "tests.benchmarks.getusppe.simulation", *names],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for names in _TOGETHER
    ]
    runs: dict[str, Run] = {}
    for names, chain in zip(_TOGETHER, chains, strict=True):
        told, _ = chain.communicate()
        if chain.returncode:
            raise RuntimeError(f"the simulation of {', '.join(names)} ended with {chain.returncode}")
        for line in told.splitlines():
            run = json.loads(line)
            runs[run.pop("strategy")] = run
    return runs
