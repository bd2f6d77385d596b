"""Texts as words to find rows by: case, accents, apostrophes, hyphens and the spacing of numbers aside.

What is stored and what is typed are read by the same functions, so that they meet.
"""

import re
from itertools import pairwise

from matching.items import normalise

LONGEST = 64
"""Characters of a word that count."""
SHORTEST_PART = 4
"""Digits of a telephone number that find it."""
FRENCH = ("33", "262", "590", "594", "596")
"""Country codes of the numbers that all of France dials with ten digits."""
_PARTED = r"(?:[\s.()\-‐‑–]*|/)"
NUMBER = re.compile(rf"(?<![\w@.])\+?\(?\d(?:{_PARTED}\d)*(?![\w@])")
"""Digits, parted as people part those of a telephone number; « / » between spaces parts two numbers."""
ADDRESS = re.compile(r"[^\s<>;,]*@[^\s<>;,]*")
_ALSO = {"st": "saint", "ste": "sainte", "saint": "st", "sainte": "ste"}


def words(text: str) -> list[str]:
    """« Machine à laver » is machine, a, laver."""
    return [word[:LONGEST] for word in normalise(text).split()]


def names(text: str) -> set[str]:
    """The words of a name, and any two neighbours as one: whoever types « jeanfrancois » means « Jean-François »."""
    said = words(text)
    joined = {(one + two)[:LONGEST] for one, two in pairwise(said) if len(two) > 1}
    return {*said, *joined, *(_ALSO[word] for word in said if word in _ALSO)}


def address(text: str) -> set[str]:
    """An e-mail address as a whole, the words before its @, and what stands after it."""
    whole = text.strip().casefold()
    name, _at, domain = whole.partition("@")
    return {whole[:LONGEST], domain[:LONGEST], *words(name)} - {""}


def phones(text: str) -> set[str]:
    """The telephone numbers of a text, each from any of its digits on: a part of a number is the beginning of one."""
    numbers = (dialled(found) for found in NUMBER.findall(text))
    return {
        number[start:LONGEST]
        for number in numbers
        if len(number) > SHORTEST_PART
        for start in range(len(number) - SHORTEST_PART + 1)
    }


def dialled(number: str) -> str:
    """The digits of a number as they are dialled in France: +33 (0)6 12 is 0612, +223 20 22 is 2232022."""
    digits = re.sub(r"\D", "", number)
    abroad = number.lstrip("(").startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    for code in FRENCH:
        if digits.startswith(code) and (abroad or len(digits) >= len(code) + 9):
            return "0" + digits.removeprefix(code).lstrip("0")
    return digits
