"""Which passwords are refused: short ones, well-known ones, those that repeat what everybody knows of their owner.

Pure. Long and easy to remember beats short and contorted: no digit, capital or sign is ever asked for.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

SHORTEST, LONGEST = 12, 128
"""In characters; the longest is Flask-Security's."""
FEWEST_DIFFERENT = 5

RESET_WITHIN = timedelta(hours=4)
"""How long the link to a new password is good."""


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    UNPRINTABLE = "unprintable"
    KNOWN = "known"
    REPEATED = "repeated"
    PERSONAL = "personal"


KNOWN = frozenset(Path(__file__).with_name("known_passwords.txt").read_text("utf-8").split())
"""Words that lists of stolen passwords are full of, in France and elsewhere, without the digits and signs around them."""
RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
)
LONGEST_RUN = 8


def normal(password: str) -> str:
    """The same password, however the keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


def folded(text: str) -> str:
    """Lower case, without accents, letters and digits only."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in bare if letter.isalnum())


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Why this password is refused, or None. `about` is what is known of its owner: name, address, portal."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if not password.isprintable():
        return Weakness.UNPRINTABLE
    plain = folded(password)
    if len(set(plain)) < FEWEST_DIFFERENT:
        return Weakness.REPEATED
    core = re.sub(r"^\d+|\d+$", "", plain)
    if core in KNOWN or _halves_repeat(core) in KNOWN or not core or _mostly_a_run(plain):
        return Weakness.KNOWN
    if _is_mostly(plain, about):
        return Weakness.PERSONAL
    return None


def _halves_repeat(core: str) -> str:
    half = core[: len(core) // 2]
    return half if half * 2 == core else core


def _mostly_a_run(plain: str) -> bool:
    """Whether all but a few characters are neighbours on the keyboard or in counting."""
    for length in range(len(plain), LONGEST_RUN - 1, -1):
        for start in range(len(plain) - length + 1):
            piece = plain[start : start + length]
            if any(piece in run for run in RUNS):
                return len(plain) - length < FEWEST_DIFFERENT
    return False


def _is_mostly(plain: str, about: Iterable[str]) -> bool:
    """Whether little but digits is left once everything that is known is taken out."""
    parts = {folded(part) for text in about for part in (text, *re.split(r"[\s@.\-_]+", text))}
    rest = plain
    for part in sorted((part for part in parts if len(part) >= 4), key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != plain and len(rest.strip("0123456789")) < FEWEST_DIFFERENT
