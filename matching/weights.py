"""What a plan is weighed by: weights that people choose, and what the past taught of chances and of what comes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

_LATER = {"meeting": 0.0, "turns": 0.0, "longest_weeks": 0.0, "chance": 0.5, "ahead_days": 0.0}


LEAST_WEEKS = 13
"""From fewer past weeks nothing is learnt of what comes."""
LEAST_ROWS = 8
"""Nor is it of an item that fewer past rows are about, needs or offers."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a good plan is. README.md gives the sum in which they stand.

    The first five weigh the parts of a pairing's score, relative to one another. The others are in score per unit:
    `placing` is what placing a unit is worth in itself, `meeting` what serving a need whole is, spread over the units that it
    asks for, `handover` what a handover costs, `calm` what a kept unit earns over another, that is the gain that a change on the board
    must pass. `patience` is the worth below which a unit rather waits, on the day it is offered, falling to nothing after
    `patience_days`; urgent needs and offers that end sooner never wait. `half_km` is the distance at which nearness is one half. `turns` is the dial from what serves best (0) to each in turn (1): the share of a score that the fairness part alone
    decides. `longest_weeks` is how long no committee may be without anything: one that has been without for longer comes first; 0 is
    without limit. `chance` is how much the chance of success counts, where one is learnt: 0 not at all, 1 in full. `ahead_days` is for how
    many days, from the day on which it is offered, a unit may wait for what usually comes, where prices of that are given (Ahead), unless
    the offer or the need ends by then: 0 is without limit.
    """

    fit: float = 0.30
    urgency: float = 0.25
    nearness: float = 0.25
    fairness: float = 0.10
    wholeness: float = 0.10
    placing: float = 1.0
    meeting: float = 0.0
    handover: float = 0.1
    calm: float = 0.2
    patience: float = 0.0
    patience_days: int = 14
    half_km: float = 20.0
    turns: float = 0.0
    longest_weeks: int = 0
    chance: float = 0.5
    ahead_days: int = 0

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these values: equal weights have equal versions.

        What came later and is left at its default is left out, so that what was stored before keeps its name.
        """
        values = {entry.name: float(getattr(self, entry.name)) for entry in fields(self)}
        return _name_of({name: value for name, value in values.items() if value != _LATER.get(name)})


@dataclass(frozen=True)
class Chances:
    """How likely pairings are to end in a handover: `base` is the odds of one of which nothing else is known, and
    `odds[factor][level]` multiplies them, 1 for a level not listed. `outcomes` is how many taught it. See `chances`.
    """

    outcomes: int
    base: float
    odds: Mapping[str, Mapping[str, float]]

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these values."""
        return _name_of(
            [self.outcomes, self.base, {name: dict(levels) for name, levels in self.odds.items()}]
        )

    def factor(self, name: str, level: str) -> float:
        """By how much the odds are multiplied at this level."""
        return self.odds.get(name, {}).get(level, 1.0)


@dataclass(frozen=True)
class Ahead:
    """What a unit kept for later is worth, in score, by offer and by need (`ahead` learns it from past weeks). A pair of which a unit is
    worth less than both together, by more than `margin`, waits, unless it is on the board, the need is critical, or Weights.ahead_days says
    that it may not. Rows without a price do not wait.
    """

    offers: Mapping[str, float]
    needs: Mapping[str, float]
    margin: float = 0.0

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that name these values."""
        return _name_of([dict(self.offers), dict(self.needs), self.margin])

    def hopes(self, offer: str, need: str) -> float | None:
        """What a pair must be worth not to wait; None where it need not."""
        if offer not in self.offers or need not in self.needs:
            return None
        return self.offers[offer] + self.needs[need] - self.margin


def _name_of(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
