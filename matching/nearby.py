"""Which points of one set lie near which of another, without looking at all pairs.

Targets are sorted by (group, band of latitude, longitude). The circle around a query meets a few bands, and in each
of them a run of longitudes, which two binary searches find. Runs are a little generous: the caller measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.arrays import Floats, Ints
from matching.rules import EARTH_KM

CHUNK = 1 << 17
"""Pairs handed over at a time: what bounds the memory of a join."""
_BANDS_PER_RADIUS = 4
_WHOLE_SPHERE = 15
_TURN_BITS = 24
_SLACK_KM = 0.001  # a distance is compared once rounded to the metre


@dataclass(frozen=True)
class Points:
    """Points on the unit sphere, each in a group: only points of one group are ever near one another."""

    group: Ints
    latitude: Floats
    longitude: Floats

    @staticmethod
    def of(group: Ints, xyz: Floats) -> "Points":
        """From rows of (x, y, z); rows of NaN must have been left out."""
        return Points(group, np.arcsin(np.clip(xyz[:, 2], -1, 1)), np.arctan2(xyz[:, 1], xyz[:, 0]))

    def __len__(self) -> int:
        return len(self.group)


def pairs_within(queries: Points, radius_km: Floats, targets: Points) -> Iterator[tuple[Ints, Ints]]:
    """Chunks of (query, target) indices that hold every pair of one group within the query's radius.

    Some pairs are a little farther. No pair comes twice. At most CHUNK pairs a chunk, or one query's worth.
    """
    if not len(queries) or not len(targets):
        return
    level = np.clip(np.ceil(np.log2(np.maximum(radius_km, 1.0))), 0, _WHOLE_SPHERE).astype(np.int64)
    for each in np.unique(level).tolist():
        chosen = np.flatnonzero(level == each)
        some = Points(queries.group[chosen], queries.latitude[chosen], queries.longitude[chosen])
        index = _Index(targets, each)
        yield from _expand(*index.runs(some, radius_km[chosen], chosen), index.order)


class _Index:
    def __init__(self, targets: Points, level: int) -> None:
        self.height = np.pi * 2 if level >= _WHOLE_SPHERE else 2.0**level / _BANDS_PER_RADIUS / EARTH_KM
        self.bands = int(np.pi / self.height) + 1
        keys = self.key(targets.group, self.band(targets.latitude), _turn(targets.longitude))
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]

    def band(self, latitude: Floats) -> Ints:
        return np.clip(np.floor((latitude + np.pi / 2) / self.height).astype(np.int64), 0, self.bands - 1)

    def key(self, group: Ints, band: Ints, turn: Ints) -> Ints:
        return ((group * self.bands + band) << _TURN_BITS) + turn

    def runs(self, queries: Points, radius_km: Floats, names: Ints) -> tuple[Ints, Ints, Ints]:
        """(query, start, count) of each run of sorted targets that a query's circle meets."""
        angle = (radius_km + _SLACK_KM) / EARTH_KM
        first, last = self.band(queries.latitude - angle), self.band(queries.latitude + angle)
        found = []
        for step in range(int((last - first).max()) + 1):
            rows = np.flatnonzero(first + step <= last)
            band = first[rows] + step
            half = self._half_width(queries.latitude[rows], angle[rows], band)
            west, east = queries.longitude[rows] - half, queries.longitude[rows] + half
            group = queries.group[rows]
            for low, high in _unwrapped(west, east):
                some = np.flatnonzero(high >= low)
                start = np.searchsorted(
                    self.keys, self.key(group[some], band[some], _turn(low[some])), "left"
                )
                end = np.searchsorted(
                    self.keys, self.key(group[some], band[some], _turn(high[some])), "right"
                )
                met = np.flatnonzero(end > start)
                found.append((names[rows[some[met]]], start[met], (end - start)[met]))
        query, start, count = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return query, start, count

    def _half_width(self, latitude: Floats, angle: Floats, band: Ints) -> Floats:
        """How far, in longitude, a circle extends within a band; a half turn where it holds a pole."""
        south = np.maximum(band * self.height - np.pi / 2, latitude - angle)
        north = np.minimum((band + 1) * self.height - np.pi / 2, latitude + angle)
        with np.errstate(divide="ignore", invalid="ignore"):
            widest = np.clip(np.arcsin(np.clip(np.sin(latitude) / np.cos(angle), -1, 1)), south, north)
            cosines = [
                (np.cos(angle) - np.sin(latitude) * np.sin(at)) / (np.cos(latitude) * np.cos(at))
                for at in (south, north, widest)
            ]
            half = np.arccos(np.clip(np.min(cosines, axis=0), -1, 1)) + 1e-6
        polar = np.abs(latitude) + angle >= np.pi / 2 - 1e-6
        return np.where(polar | ~np.isfinite(half), np.pi, np.minimum(half, np.pi))


def _turn(longitude: Floats) -> Ints:
    share = (longitude + np.pi) / (2 * np.pi)
    return np.clip(np.floor(share * (1 << _TURN_BITS)).astype(np.int64), 0, (1 << _TURN_BITS) - 1)


def _unwrapped(west: Floats, east: Floats) -> list[tuple[Floats, Floats]]:
    """The stretch and, where it passes the antimeridian, its two further ends; empty where high < low."""
    nothing = np.full_like(west, -np.inf)
    whole = east - west >= 2 * np.pi - 1e-9
    low, high = np.where(whole, -np.pi, west), np.where(whole, np.pi, east)
    left = np.where(low < -np.pi, low + 2 * np.pi, np.pi)
    right = np.where(high > np.pi, high - 2 * np.pi, nothing)
    # The further ends start beyond the stretch itself, so that no pair comes twice.
    return [
        (np.maximum(low, -np.pi), np.minimum(high, np.pi)),
        (left, np.where(low < -np.pi, np.pi, nothing)),
        (np.full_like(west, -np.pi), right),
    ]


def _expand(query: Ints, start: Ints, count: Ints, order: Ints) -> Iterator[tuple[Ints, Ints]]:
    ends = np.cumsum(count)
    done = 0
    while done < len(count):
        before = int(ends[done - 1]) if done else 0
        upto = max(done + 1, int(np.searchsorted(ends, before + CHUNK, "right")))
        counts = count[done:upto]
        skipped = np.repeat(np.cumsum(counts) - counts, counts)
        target = np.arange(int(counts.sum())) - skipped + np.repeat(start[done:upto], counts)
        yield np.repeat(query[done:upto], counts), order[target]
        done = upto
