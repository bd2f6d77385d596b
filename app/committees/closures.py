"""Days on which a committee is closed, as people write them: « du 24/12/2026 au 02/01/2027 », one stretch a line. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

MOST = 50
DAY = r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{1,2}-\d{1,2})"
STRETCH = re.compile(
    rf"(?:du|le|from)?\s*{DAY}(?:\s*(?:au|à|a|-|–|—|to|until)\s*{DAY})?", re.IGNORECASE | re.ASCII
)


class BadClosureError(ValueError):
    """`code` is "unread", "order" (an end before its start) or "many"; `line` is the line at fault."""

    def __init__(self, code: str, line: str = "") -> None:
        super().__init__(code)
        self.code, self.line = code, line


def parse(typed: str) -> list[list[str]]:
    """Pairs of ISO days, first and last, in their order. Raises BadClosureError."""
    found = []
    for line in filter(None, (" ".join(each.split()) for each in typed.splitlines())):
        read = STRETCH.fullmatch(line.rstrip("."))
        if read is None:
            raise BadClosureError("unread", line)
        first, last = _day(read[1], line), _day(read[2] or read[1], line)
        if last < first:
            raise BadClosureError("order", line)
        found.append([first.isoformat(), last.isoformat()])
    if len(found) > MOST:
        raise BadClosureError("many")
    return sorted(found)


def _day(typed: str, line: str) -> date:
    numbers = [int(number) for number in re.split(r"[/.-]", typed)]
    try:
        found = date(*numbers) if numbers[0] > 31 else date(numbers[2], numbers[1], numbers[0])
    except ValueError:
        raise BadClosureError("unread", line) from None
    if not 2000 <= found.year <= 2100:
        raise BadClosureError("unread", line)
    return found


def written(closures: Iterable[Sequence[str]]) -> str:
    """One stretch a line, which `parse` reads back."""
    stretches = ([date.fromisoformat(day) for day in pair] for pair in closures)
    return "\n".join(
        f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} - {last:%d/%m/%Y}"
        for first, last in stretches
    )
