"""Pictures as numbers: where the columns of a drawing stand. Templates draw them as SVG, with the table beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.figures.measures import Tally

STEP, HEIGHT, LABELS = 28, 120, 20
FEW = 13
"""So many months at most are all named; of more, each January."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Two bars of a month: pieces of the year before, and of this one."""

    line: Tally
    x: int
    before: int
    now: int
    named: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    base: int
    columns: Sequence[Bars]


def columns(months: Sequence[Tally]) -> Drawing:
    most = max([1, *(max(line.now.pieces, line.before.pieces) for line in months)])
    drawn = [
        Bars(
            line,
            number * STEP,
            round(HEIGHT * line.before.pieces / most),
            round(HEIGHT * line.now.pieces / most),
            len(months) <= FEW or line.key.month == 1,
        )
        for number, line in enumerate(months)
    ]
    return Drawing(STEP * len(months), HEIGHT + LABELS, HEIGHT, drawn)


def share(part: float, most: float) -> float:
    """Per cent of the longest bar."""
    return round(100 * min(part, most) / most, 1) if most else 0.0
