"""Opening hours as people write them: « 9h-12h, 14h-17h30 ». Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import time
from itertools import pairwise

from notifications.typography import clock

MOST_RANGES = 4
LONGEST = 120
TIME = r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?|heures?|)"
RANGE = re.compile(rf"(?:de\s+)?{TIME}\s*(?:-|–|—|à|a|to)\s*{TIME}", re.IGNORECASE)


class BadHoursError(ValueError):
    """`code` is "unread", "order" (an end before its start, ranges that overlap) or "many"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(typed: str) -> list[list[str]]:
    """Pairs of HH:MM, in order of the day; empty for a day that is closed. Raises BadHoursError."""
    text = " ".join(typed.split())
    if not text or text.casefold().rstrip(".") in {"fermé", "ferme", "closed", "-", "–"}:
        return []
    if len(text) > LONGEST or not text.isprintable():
        raise BadHoursError("unread")
    pieces = [piece for piece in re.split(r"\s*(?:[,;/+]|\bet\b|\bpuis\b|\band\b)\s*", text) if piece]
    if len(pieces) > MOST_RANGES:
        raise BadHoursError("many")
    found = []
    for piece in pieces:
        read = RANGE.fullmatch(piece)
        if read is None:
            raise BadHoursError("unread")
        found.append([_time(read[1], read[2]), _time(read[3], read[4])])
    flat = [moment for pair in sorted(found) for moment in pair]
    if any(earlier >= later for earlier, later in pairwise(flat)):
        raise BadHoursError("order")
    return sorted(found)


def _time(hours: str, minutes: str | None) -> str:
    hour, minute = int(hours), int(minutes or 0)
    if hour > 23 or minute > 59 or not (hours + (minutes or "")).isascii():
        raise BadHoursError("unread")
    return f"{hour:02d}:{minute:02d}"


def written(ranges: Iterable[Sequence[str]], language: str = "fr") -> str:
    """« 9 h-12 h, 14 h-17 h 30 », which `parse` reads back, in either language."""
    return ", ".join(
        "-".join(clock(time.fromisoformat(moment), language) for moment in pair) for pair in ranges
    )
