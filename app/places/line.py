"""A line in which a place may stand beside other words: « canapé Vénissieux », « lave-linge 38 », « 69200 »."""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.places.lookup import Place, UnknownPostalCode, called
from app.places.names import expanded, folded
from app.places.outlines import departments
from app.places.typed import code_in, reached

_WORD = re.compile(r"[^\s,;()]+")
_CODE = re.compile(r"F?-?[0-9]{5}", re.IGNORECASE)
_LEADS = frozenset(
    [
        "a",
        "au",
        "aux",
        "en",
        "vers",
        "sur",
        "dans",
        "pres",
        "de",
        "du",
        "d",
        "l",
        "le",
        "la",
        "les",
        "chez",
        "departement",
        "autour",
    ]
)
"""What stands between a thing and its place, and belongs to neither."""
_AFTER = frozenset(["a", "au", "aux", "en", "vers", "dans", "pres", "departement"])
LONGEST = 7
"""Words of a commune's name."""

Sense = Callable[[str], Hashable | None]
"""What words mean beside a place; None where they mean nothing."""


@dataclass(frozen=True, slots=True)
class Located:
    """`rest` are the words that name no place. `places` are the communes that the line may mean, most populous first; `near`: none
    has the code that was typed, these lie around it. `department` is the code of a département; `unknown` a postal code of none.
    """

    rest: str
    places: Sequence[Place] = ()
    department: str = ""
    near: bool = False
    unknown: str = ""


def located(typed: str, sense: Sense) -> Located:
    """A word is a place only where what remains means what the whole line means: « poêle à bois » is not in Bois. Several words that
    are a commune's name are one (« vélo Paris 15 » is no bicycle of 15 inches)."""
    words = _WORD.findall(typed)
    return _by_code(typed, words) or _by_name(words, sense) or _by_number(words) or Located(" ".join(words))


def _by_code(typed: str, words: Sequence[str]) -> Located | None:
    codes = [word for word in words if _CODE.fullmatch(word)]
    if not codes and any(sign.isalpha() for sign in typed):
        return None
    rest = [word for word in words if word not in codes]
    with suppress(UnknownPostalCode):
        code_in(typed)
        try:
            found = reached(typed)
        except UnknownPostalCode:
            return Located(_bare(rest), unknown=code_in(typed))
        name = expanded(found.places[0].commune).split()
        for start, end in _stretches(rest):
            if len(found.places) == 1 and expanded(" ".join(rest[start:end])).split() == name:
                rest = [*rest[:start], *rest[end:]]
                break
        return Located(_bare(rest) if codes else "", found.places, near=found.near)
    return None


def _by_number(words: Sequence[str]) -> Located | None:
    """The number of a département at the end of the line; before that it counts things."""
    code = words[-1].upper() if words else ""
    return Located(_bare(words[:-1]), department=code) if code in departments() else None


def _by_name(words: Sequence[str], sense: Sense) -> Located | None:
    whole = sense(" ".join(words))
    for start, end in _stretches(words):
        name, others = " ".join(words[start:end]), [*words[:start], *words[end:]]
        found: Sequence[Place] = called(name)
        department = ""
        if (
            not found
            and end == len(words)
            and (name[:1].isupper() or {*words[:start]} & _AFTER or not others)
        ):
            department = _by_spelling().get(folded(name), "")
        if not (found or department):
            continue
        near = [place for place in found if others and place.department == others[-1].upper()]
        if near:  # « Saint-Denis 93 »
            found, others = near, others[:-1]
        rest = _bare(others)
        means, plainly = sense(rest) if rest else None, " " in expanded(name)
        if whole is None or (rest and means == whole) or (plainly and (not rest or means is not None)):
            return Located(rest, found, department)
    return None


def _stretches(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Neighbouring words: the longest first, and of those the last."""
    for length in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length, -1, -1):
            yield start, start + length


def _bare(words: Sequence[str]) -> str:
    """Without what led to the place."""
    kept = list(words)
    while kept and {*folded(kept[-1]).split()} <= _LEADS:
        kept.pop()
    return " ".join(kept)


def _by_spelling() -> dict[str, str]:
    return {folded(each.name): code for code, each in departments().items()}
