"""Learns the chances of a success from what became of earlier pairings.

A logistic regression over levels, fitted by coordinate-wise Newton steps. Each level's effect has a normal prior around nothing, whose
width is learnt for each factor from its levels (empirical Bayes: Morris, *Parametric Empirical Bayes Inference*, 1983): a committee of
which little is known counts as the others do. Weighing a pairing by its chance: Dickerson, Procaccia and Sandholm, *Failure-Aware Kidney
Exchange*, 2013.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from matching.arrays import Floats, Ints
from matching.chances import FACTORS, LEAST_OUTCOMES, PastPairing, family, share, step
from matching.items import Catalogue, load
from matching.types import Chances

_PRIOR_VARIANCE = 0.25
"""Before anything is seen, a level changes the odds by a factor between 0.6 and 1.65, most likely."""
_BASE_VARIANCE = 9.0
_PRIOR_LEVELS = 2
"""What is believed of the width counts as so many levels."""
_SWEEPS = 200
_STILL = 1e-7
_DECIMALS = 4


def learn(outcomes: Sequence[PastPairing], *, catalogue: Catalogue | None = None) -> Chances | None:
    """The chances that these outcomes teach, in whatever order they come; None where they are fewer than LEAST_OUTCOMES."""
    if len(outcomes) < LEAST_OUTCOMES:
        return None
    return _learn(outcomes, load() if catalogue is None else catalogue)


def _learn(outcomes: Sequence[PastPairing], known: Catalogue) -> Chances:
    rows = sorted(outcomes, key=lambda row: tuple(map(str, astuple(row))))
    names: dict[str, list[str]] = {}
    codes: dict[str, Ints] = {}
    for factor, level in _LEVELS.items():
        found, code = np.unique([level(row, known) for row in rows], return_inverse=True)
        names[factor], codes[factor] = found.tolist(), code.reshape(-1)
    base, effects = _fit(np.array([row.handed_over for row in rows], dtype=np.float64), codes)
    return Chances(
        len(rows),
        _rounded(np.exp(base)),
        {
            factor: {
                name: _rounded(odds)
                for name, odds in zip(names[factor], np.exp(effects[factor]).tolist(), strict=True)
                if name
            }
            for factor in FACTORS
        },
    )


@dataclass(frozen=True, slots=True)
class Learnt:
    """What outcomes teach, and what it is worth: `brier` is its error on the latest quarter, told from the others; `base_brier` that of
    saying the same, their share of successes, of all.
    """

    chances: Chances
    brier: float
    base_brier: float


def learn_in_time(outcomes: Sequence[PastPairing], *, catalogue: Catalogue | None = None) -> Learnt | None:
    """The chances that these outcomes, the earliest first, teach, tried on the latest; None where they are fewer than LEAST_OUTCOMES."""
    chances = learn(outcomes, catalogue=catalogue)
    if chances is None:
        return None
    split = len(outcomes) * 3 // 4
    earlier, later = outcomes[:split], outcomes[split:]
    tried = _learn(earlier, load() if catalogue is None else catalogue)
    usual = sum(row.handed_over for row in earlier) / split
    told = brier(later, lambda row: chance_of(tried, row, catalogue=catalogue))
    return Learnt(chances, round(told, 6), round(brier(later, lambda _: usual), 6))


_LEVELS: Mapping[str, Callable[[PastPairing, Catalogue], str]] = {
    "distance": lambda row, _: step("distance", row.distance_km),
    "transport": lambda row, _: row.transport.value,
    "family": lambda row, catalogue: family(row.item, catalogue),
    "committee": lambda row, _: row.committee or "",
    "waited": lambda row, _: step("waited", row.days_waited),
    "asked": lambda row, _: step("asked", row.asked),
}


def _rounded(odds: float) -> float:
    return max(10.0**-_DECIMALS, round(float(odds), _DECIMALS))


def _fit(success: Floats, codes: Mapping[str, Ints]) -> tuple[float, dict[str, Floats]]:
    """The logarithm of the odds at large, and what each level of each factor adds to it."""
    usual = (success.sum() + 1) / (len(success) + 2)
    base = float(np.log(usual / (1 - usual)))
    effects = {factor: np.zeros(int(code.max()) + 1) for factor, code in codes.items()}
    width = dict.fromkeys(codes, _PRIOR_VARIANCE)
    logit = np.full(len(success), base)
    for _ in range(_SWEEPS):
        moved = 0.0
        for factor, code in codes.items():
            effect = effects[factor]
            chance = 1 / (1 + np.exp(-logit))
            slope = np.bincount(code, success - chance) - effect / width[factor]
            curve = np.bincount(code, chance * (1 - chance)) + 1 / width[factor]
            change = np.clip(slope / curve, -1, 1)
            effect += change
            logit += change[code]
            moved = max(moved, float(np.abs(change).max()))
            spread = float((effect**2 + 1 / curve).sum()) + _PRIOR_LEVELS * _PRIOR_VARIANCE
            width[factor] = spread / (len(effect) + _PRIOR_LEVELS)
        chance = 1 / (1 + np.exp(-logit))
        slope, curve = (success - chance).sum(), (chance * (1 - chance)).sum()
        # Without a faint prior of its own the base would have no end where all ended alike.
        shift = float(np.clip((slope - base / _BASE_VARIANCE) / (curve + 1 / _BASE_VARIANCE), -1, 1))
        base, logit = base + shift, logit + shift
        if max(moved, abs(shift)) < _STILL:
            break
    return base, effects


def brier(outcomes: Iterable[PastPairing], said: Callable[[PastPairing], float]) -> float:
    """The mean square of what was said over what became of it: 0 is a prophet, 0.25 a coin (Brier, 1950)."""
    errors = [(said(row) - row.handed_over) ** 2 for row in outcomes]
    return sum(errors) / len(errors) if errors else 0.0


def chance_of(chances: Chances, row: PastPairing, *, catalogue: Catalogue | None = None) -> float:
    """What would have been said of this pairing on the day."""
    known = load() if catalogue is None else catalogue
    levels = {factor: chances.factor(factor, level(row, known)) for factor, level in _LEVELS.items()}
    sides = (chances.base * levels["family"] * levels["waited"]) * (levels["committee"] * levels["asked"])
    return float(share(sides, levels["distance"], levels["transport"]))
