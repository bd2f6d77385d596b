"""Telephone numbers as people write them, set in one way: « 06 12 34 56 78 », « +223 20 22 33 44 ».

Six megabytes of numbering plans come with the library: forms load this module once a number has to be read.
"""

import re

from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, format_number

FRENCH = {33, 262, 590, 594, 596}
"""Country codes of the numbers that all of France, overseas too, dials with ten digits."""
MORE_DIGITS = re.compile(r"(?:\d[\s.\-()]*){6}")
"""Words beside a number may hold an hour or an extension, but not the better part of another number."""
LABEL = re.compile(r"(?<!\w)(?:t[ée]l(?:[ée]phone)?s?|num[ée]ros?|n°)[\s.:]*$", re.IGNORECASE)
"""What says, before a number, that it is one."""
LETTER = re.compile(r"(?<!\w)[oO](?=[1-9](?:[\s.-]?\d){8})")
"""The letter O in place of a number's first digit."""
JOINT = re.compile(r"\s*(?:[/,;&+-]|ou|et|or|and)?\s*", re.IGNORECASE)
"""What stands between two numbers and says nothing of either."""


class NumberError(ValueError):
    """What was typed holds no number, or one that misses digits."""


def tidy(typed: str, country: str = "FR") -> str:
    """What was typed with each number in it set in one way; the words beside stay, « / » parts two numbers.

    Numbers without a country's code are read as dialled in `country` (ISO 3166). Raises NumberError.
    """
    typed = LETTER.sub("0", typed)
    numbers = list(PhoneNumberMatcher(typed, country, leniency=Leniency.POSSIBLE))
    if not numbers and "/" in typed:
        # The library knows a slash between two numbers, not between the pairs of one.
        return tidy(typed.replace("/", " "), country)
    words, end = [], 0
    for number in numbers:
        opened = number.raw_string.startswith("(") and ")" not in number.raw_string
        words.append(LABEL.sub("", typed[end : number.start + opened]))
        end = number.end
    if not numbers or any(MORE_DIGITS.search(beside) for beside in (*words, typed[end:])):
        raise NumberError(typed)
    told: list[str] = []
    for before, found in zip(words, numbers, strict=True):
        each, joined = _in_one_way(found.number), bool(told) and JOINT.fullmatch(before)
        if not joined or each not in told:
            told += [before if before.strip() or not told else " / ", each]
    return "".join(told) + typed[end:]


def _in_one_way(number: PhoneNumber) -> str:
    if number.country_code not in FRENCH:
        return format_number(number, PhoneNumberFormat.INTERNATIONAL)
    digits = f"0{number.national_number}"
    if len(digits) != 10:  # The library holds nine digits for possible.
        raise NumberError(digits)
    extension = f" poste {number.extension}" if number.extension else ""
    return " ".join(re.findall("..", digits)) + extension
