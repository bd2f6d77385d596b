"""Texts of 2,000 letters that ask as much of the recogniser as its catalogue allows."""

from collections.abc import Iterator
from random import Random

from matching.items import Catalogue, normalise
from matching.recognition import LONGEST_TEXT

JOINTS = (" ", " pas de ", ", ", " je donne ", " pour ", " de ", " avec ", ". ", " et ")
ODD = (
    "'",
    "l'",
    "a.b.",
    "1",
    "1 ",
    "1x",
    "x 1 ",
    "…",
    "é",
    "\u0301",
    "½",
    "\ufdfa",
    "\n",
    "lot de ",
    "sac de ",
    "pas de ",
)


def hostile(catalogue: Catalogue, seed: int = 2026) -> Iterator[str]:
    """The first word of every name over and over; names, and misspelt names, joined at random; odd characters."""
    names = [name for item in catalogue.values() for name in item.names]
    for word in sorted({normalise(name).split()[0] for name in names}):
        yield _filled(f"{word} ")
    for odd in ODD:
        yield _filled(odd)
    random = Random(seed)
    for _ in range(300):
        chosen = random.choices(names, k=120)
        yield random.choice(JOINTS).join(chosen)[:LONGEST_TEXT]
        yield random.choice(JOINTS).join(misspelt(name, random) for name in chosen)[:LONGEST_TEXT]


def misspelt(name: str, random: Random) -> str:
    """The name with one letter replaced."""
    at = random.randrange(len(name))
    return name[:at] + random.choice("aeirstlnou") + name[at + 1 :]


def _filled(piece: str) -> str:
    return (piece * LONGEST_TEXT)[:LONGEST_TEXT]
