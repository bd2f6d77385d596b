"""Addresses whose domain looks like a mistyped one of the mailboxes that people have: « gmial.com », « gmail.con »."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
LONG = 8
"""Signs from which on two may be wrong: of shorter domains, too many others are that near."""


@cache
def _domains() -> tuple[tuple[str, ...], frozenset[str]]:
    """Those to be meant, the most common first; and all that are known."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(line for line in lines if line[0] != "="), frozenset(line.lstrip("=") for line in lines)


def meant(address: str) -> str | None:
    """The address that may have been meant, of one in lower case; None where its domain looks like no other.

    One sign that is missing, too many, another or swapped; two in a domain of `LONG` signs or more.
    """
    # Here, because most processes never read an address that somebody has just typed.
    from rapidfuzz.distance import OSA

    name, _at, domain = address.rpartition("@")
    common, known = _domains()
    if domain in known or domain.partition(".")[2] in known:
        return None
    near = [(OSA.distance(domain, each), rank) for rank, each in enumerate(common)]
    distance, rank = min(near)
    return f"{name}@{common[rank]}" if distance <= (2 if len(domain) >= LONG else 1) else None
