"""A round as a drawing: home, the stops with their numbers, and the way between them as the crow flies. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

WIDTH, HEIGHT, EDGE = 640, 360, 36
APART = 30
"""What is nearer to another than this is moved aside, or its number could not be read."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the drawing, in its units; `label` is the stop's number, empty for home."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class RouteDrawing:
    """`dots` begin with home; `way` are the points of a line through all and back."""

    dots: Sequence[Dot]
    way: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(home: tuple[float, float], stops: Sequence[tuple[float, float]]) -> RouteDrawing:
    """From (latitude, longitude) in degrees, in the order in which they are visited."""
    points = [home, *stops]
    middle = radians(sum(latitude for latitude, _longitude in points) / len(points))
    flat = [(longitude * cos(middle), -latitude) for latitude, longitude in points]
    left, top = (min(point[axis] for point in flat) for axis in (0, 1))
    across, down = (max(point[axis] for point in flat) - low for axis, low in ((0, left), (1, top)))
    scale = min((WIDTH - 2 * EDGE) / (across or 1e-9), (HEIGHT - 2 * EDGE) / (down or 1e-9), 1e5)
    aside = (WIDTH - across * scale) / 2, (HEIGHT - down * scale) / 2
    placed: list[tuple[float, float]] = []
    for x, y in flat:
        placed.append(_free((x - left) * scale + aside[0], (y - top) * scale + aside[1], placed))
    dots = [Dot(round(x), round(y), str(number or "")) for number, (x, y) in enumerate(placed)]
    return RouteDrawing(dots, " ".join(f"{dot.x},{dot.y}" for dot in (*dots, dots[0])))


def _free(x: float, y: float, placed: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """There, or the nearest place around it that nothing stands on."""
    around = [(x, y)]
    for ring in range(1, 8):
        around += [
            (x + ring * APART * cos(turn * pi / 4), y + ring * APART * sin(turn * pi / 4))
            for turn in range(8)
        ]
    taken = list(placed)
    return next(
        (
            (a, b)
            for a, b in around
            if EDGE / 2 <= a <= WIDTH - EDGE / 2
            and EDGE / 2 <= b <= HEIGHT - EDGE / 2
            and all(hypot(a - c, b - d) >= APART * 0.95 for c, d in taken)
        ),
        (x, y),
    )
