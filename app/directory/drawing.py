"""A map of committees: outlines, and marks that lead on. What lies too close together is one mark."""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import itemgetter

from app.directory.queries import Branch
from app.places import Place
from app.places.outlines import INSETS, Box, departments, drawn_at

FEW = 6
"""Départements that are drawn close, with a mark for each commune; of more each has a mark."""
APART = 0.088
"""Of the map's width: what is nearer is one mark. On a telephone that leaves 24 px between two."""
MARGIN = 0.06
NEAREST = 8
"""Committees around a place that its map shows at least."""


@dataclass(slots=True)
class Pin:
    """`seats` are drawn at (x, y)."""

    x: float
    y: float
    seats: list[Branch] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(seat.department for seat in self.seats))

    @property
    def communes(self) -> list[str]:
        return list(dict.fromkeys(seat.commune for seat in self.seats))


@dataclass(frozen=True, slots=True)
class CommitteeMap:
    """`box` is what is seen: left, top, width, height. `outlines`: the path of a département, and whether a committee is there.
    `close`: marks stand for communes rather than départements. `off` committees are on no map."""

    box: tuple[int, int, int, int]
    outlines: Sequence[tuple[str, bool]]
    marks: Sequence[Pin]
    close: bool
    off: int

    @property
    def unit(self) -> float:
        """The length by which marks are drawn: a hundredth of the map's longer side."""
        return max(self.box[2:]) / 100


def draw(seats: Sequence[Branch], within: Collection[str], place: Place | None) -> CommitteeMap | None:
    """The map of these committees: of the départements asked for, else around the place, else of those where there are committees.
    None where there is nothing to draw."""
    known = departments()
    drawn = [seat for seat in seats if seat.department in known]
    there = {seat.department for seat in drawn}
    seen = set(within) or (_around(drawn, place) if place else there)
    if not seen:
        return None
    close = place is not None or len(seen) <= FEW
    if not close:  # a France of which half is missing is hard to read
        seen = seen | (known.keys() - INSETS.keys())
    left, top, right, bottom = _seen([known[code].box for code in seen])
    marks = _apart(
        _grouped(drawn, (lambda seat: seat.commune) if close else (lambda seat: seat.department)),
        APART * max(right - left, bottom - top),
    )
    outlines = [
        (each.path, each.code in there)
        for each in known.values()
        if _meets(each.box, (left, top, right, bottom)) and (each.code not in INSETS or each.code in seen)
    ]
    inside = [mark for mark in marks if left <= mark.x <= right and top <= mark.y <= bottom]
    box = (math.floor(left), math.floor(top), math.ceil(right - left), math.ceil(bottom - top))
    return CommitteeMap(box, outlines, inside, close, len(seats) - len(drawn))


def _around(drawn: Sequence[Branch], place: Place) -> set[str]:
    """The départements of a place and of the committees nearest to it, which stand first; overseas its own alone."""
    near = {seat.department for seat in drawn[:NEAREST] if seat.department not in INSETS}
    own = {place.department} if place.department in departments() else set()
    return own if place.department in INSETS else own | near


def _seen(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    edge = MARGIN * max(right - left, bottom - top)
    return left - edge, top - edge, right + edge, bottom + edge


def _meets(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _grouped(seats: Iterable[Branch], key: Callable[[Branch], str]) -> list[Pin]:
    """A mark in the middle of those with the same key."""
    groups: dict[tuple[str, str], list[Branch]] = {}
    for seat in seats:
        groups.setdefault((seat.department, key(seat)), []).append(seat)
    marks = []
    for group in groups.values():
        points = [drawn_at(seat.department, seat.latitude, seat.longitude) for seat in group]
        xs, ys = zip(*points, strict=True)
        marks.append(Pin(sum(xs) / len(xs), sum(ys) / len(ys), group))
    return marks


def _apart(marks: Sequence[Pin], least: float) -> list[Pin]:
    """Marks at least so far from each other: a smaller one is added to the larger one beside it. Looked for in the squares around it alone:
    a map of communes has hundreds."""
    squares: dict[tuple[int, int], list[Pin]] = {}
    for mark in sorted(marks, key=lambda each: -len(each.seats)):
        across, down = int(mark.x // least), int(mark.y // least)
        beside = [
            (math.hypot(each.x - mark.x, each.y - mark.y), each)
            for square in product(range(across - 1, across + 2), range(down - 1, down + 2))
            for each in squares.get(square, ())
        ]
        away, near = min(beside, key=itemgetter(0), default=(least, mark))
        if away < least:
            near.seats += mark.seats
        else:
            squares.setdefault((across, down), []).append(mark)
    return sorted((mark for some in squares.values() for mark in some), key=lambda each: (each.y, each.x))
