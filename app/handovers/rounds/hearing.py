"""What a donor's words say of when they are there: « En semaine après 18 h », « Le samedi matin ». Pure.

Read with caution: words that say no, or more than one thing of a day, bind nobody, and whoever plans a round sees the words themselves.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

_NO = re.compile(r"\b(?:pas|sauf|hors|sans|jamais|ni|aucune?|except|not?|never|but)\b")
_PARTS = re.compile(r"[.;,\n]|\bou\b|\bor\b|\bpuis\b")
_WEEK = (
    "lundi|monday",
    "mardi|tuesday",
    "mercredi|wednesday",
    "jeudi|thursday",
    "vendredi|friday",
    "samedi|saturday",
    "dimanche|sunday",
)
_DAYS = tuple((re.compile(rf"\b(?:{names})s?\b"), {number}) for number, names in enumerate(_WEEK, 1))
_SPELLS = (
    (re.compile(r"\b(?:en semaine|weekdays?|jours ouvres|jours ouvrables)\b"), {1, 2, 3, 4, 5}),
    (re.compile(r"\b(?:week-? ?ends?)\b"), {6, 7}),
)
_FROM_TO = re.compile(rf"\b({'|'.join(_WEEK)})s? (?:au|a|to) ({'|'.join(_WEEK)})s?\b")
_HOUR = r"(\d{1,2}) ?(?:(am|pm)\b|(?:h|:|heures?)(?: ?(\d{2})\b)?)"
_BETWEEN = re.compile(rf"{_HOUR} ?(?:a|et|-|–|to|and) ?{_HOUR}")
_AFTER = re.compile(rf"\b(?:apres|a partir de|des|after|from) {_HOUR}")
_BEFORE = re.compile(rf"\b(?:avant|jusqu'a|before|until|till) {_HOUR}")
_OF_DAY = (
    (re.compile(r"\b(?:apres-? ?midis?|afternoons?)\b"), (time(12), time(18))),
    (re.compile(r"\b(?:matins?|matinees?|mornings?)\b"), (None, time(12))),
    (re.compile(r"\b(?:soirs?|soirees?|evenings?)\b"), (time(17), None)),
)


@dataclass(frozen=True, slots=True)
class WhenThere:
    """The first and the last moment of a day at which somebody may be called at; None where there is no bound."""

    not_before: time | None = None
    not_after: time | None = None


def heard(words: str, day: date) -> WhenThere | None:
    """When they are there on that day, as far as the words say so for sure. None where they name other days alone."""
    bare = unicodedata.normalize("NFKD", words.casefold().replace("’", "'"))
    text = " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split(" "))
    if _NO.search(text):
        return WhenThere()
    said = list(_said(text))
    that_day = [hours for days, hours in said if not days or day.isoweekday() in days]
    if not that_day and any(days for days, _hours in said):
        return None
    return that_day[0] if len(that_day) == 1 else WhenThere()


def _said(text: str) -> Iterator[tuple[set[int], WhenThere]]:
    """(days, hours) of each part; hours that stand alone belong to the days before them."""
    days: set[int] = set()
    for part in _PARTS.split(text):
        named, hours = _days(part), _hours(part)
        if named:
            if days:
                yield days, WhenThere()
            days = named
        if hours != WhenThere():
            yield days, hours
            days = set()
    if days:
        yield days, WhenThere()


def _days(part: str) -> set[int]:
    found: set[int] = set()
    for pattern, days in (*_DAYS, *_SPELLS):
        if pattern.search(part):
            found |= days
    stretch = _FROM_TO.search(part)
    if stretch is not None:
        first, last = (min(_days(name)) for name in stretch.groups())
        found |= set(range(first, last + 1))
    return found


def _hours(part: str) -> WhenThere:
    """Nothing where it says two things."""
    found: list[WhenThere] = []
    between = _BETWEEN.search(part)
    if between is not None:
        found.append(WhenThere(_time(*between.groups()[:3]), _time(*between.groups()[3:])))
    else:
        after, before = _AFTER.search(part), _BEFORE.search(part)
        if after is not None or before is not None:
            found.append(WhenThere(after and _time(*after.groups()), before and _time(*before.groups())))
    if not found:
        found += [WhenThere(*hours) for pattern, hours in _OF_DAY if pattern.search(part)]
    return found[0] if len(found) == 1 else WhenThere()


def _time(hour: str, half: str | None, minute: str | None) -> time | None:
    number = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    return time(number, int(minute or 0)) if number < 24 and int(minute or 0) < 60 else None
