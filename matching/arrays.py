"""The kinds of column that the vectorised stages work on, and their order by group."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
