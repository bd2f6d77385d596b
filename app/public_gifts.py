"""What the law asks of public bodies that give for nothing: a ceiling for each piece, and who may receive (`public_gifts.toml`).

Whoever receives may sell nothing of it, but for computers (3° of L. 3212-2 since the law of 21 February 2022, « 3DS »): associations of
public utility, and those of general interest that equip people in hardship, at a price that the decree of 7 November 2022 caps. It is told
on the pages and not judged: the portal knows neither what an association is by law nor at what price it sells.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.models.states import GiverKind

PUBLIC = frozenset({GiverKind.STATE, GiverKind.LOCAL})


@cache
def the_law() -> dict[str, Any]:
    """`ceiling` in cents, `read_on`, and `source`: each with `name` and `address`."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def ceiling() -> int:
    """The most that one piece may be worth, in cents."""
    return int(the_law()["ceiling"])


def above(kind: GiverKind | None, cents: int | None) -> bool:
    """Whether a public body may not give a piece of this value for nothing."""
    return kind in PUBLIC and cents is not None and cents > ceiling()
