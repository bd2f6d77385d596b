"""The kinds of column that the vectorised stages work on, and their order by group."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

AT_ONCE = 1 << 14
"""Rows looked at together where there are very many: as many as a processor holds near, and no new pages for each step."""


def blocks(count: int) -> Iterator[slice]:
    """So many rows, AT_ONCE at a time; an empty block where there are none."""
    return (slice(start, start + AT_ONCE) for start in range(0, max(count, 1), AT_ONCE))


def sampled(count: int, of: int) -> Ints:
    """One row of each `of` of so many, drawn, always the same ones."""
    drawn = np.random.default_rng(1).integers(0, of, count // of)
    return drawn + np.arange(len(drawn)) * of


def by_group(group: Ints, gain: Ints) -> Ints:
    """The order by group, in each those that gain most first, then as they stand."""
    if not len(group):
        return np.empty(0, dtype=np.int64)
    least, most = int(gain.min()), int(gain.max())
    span, bits = most - least + 1, len(group).bit_length()
    if (int(group.max()) + 1) * span >= 1 << 62:
        return np.lexsort((-gain, group))
    keys = group * span + (most - gain)
    if int(keys.max()) << bits < 1 << 62:
        # Where one number holds all, numbers are sorted, which is several times quicker.
        keys = (keys << bits) + np.arange(len(group))
        keys.sort()
        return keys & ((1 << bits) - 1)
    order = np.argsort(keys)
    keys = keys[order]
    equal = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    order[tied] = order[tied][np.lexsort((order[tied], keys[tied]))]
    return order


def turns(groups: Ints) -> Ints:
    """How many of the same group come before each; the groups are sorted."""
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    return np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups))))


def counted(numbers: Ints, limit: int) -> tuple[Ints, Ints]:
    """The numbers that there are, in order, and how often each; all are below the limit."""
    if limit > 4 * len(numbers):
        return np.unique(numbers, return_counts=True)
    counts = np.bincount(numbers, minlength=limit)
    there = np.flatnonzero(counts)
    return there, counts[there]
