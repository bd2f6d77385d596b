"""Of some lots those that are worth most together and fit: dynamic programming over the few units that a need is measured in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.arrays import Ints

_BITS = 30
"""Values are measured in steps for which so many bits hold all of them together: half as wide as whole ones, twice as quick."""


class Knapsack:
    """Packs needs of up to so many units, `widest`, one after the other in the same tables."""

    def __init__(self, widest: int) -> None:
        self._widest = widest
        # Row n tells what the first n lots are worth in so many units, after as many entries that no lot reaches back beyond.
        self._rows: list[NDArray[np.int32]] = []
        self._grow(1)
        self._rows[0][widest:] = 0

    def packed(self, sizes: Sequence[int], values: Ints, rest: Ints) -> list[int]:
        """Where those stand that are chosen, ascending. `rest` tells what is gained besides when so many units are filled."""
        self._grow(len(sizes) + 1)
        start, end = self._widest, self._widest + len(rest)
        shift = max(0, int(values.sum()).bit_length() - _BITS)
        row = self._rows[0]
        before = row[start:end]
        for size, value, following in zip(sizes, (values >> shift).tolist(), self._rows[1:], strict=False):
            after = following[start:end]
            np.add(row[start - size : end - size], value, out=after)
            np.maximum(after, before, out=after)
            row, before = following, after
        filled = start + int(((before.astype(np.int64) << shift) + rest).argmax())
        chosen = []
        for at in range(len(sizes) - 1, -1, -1):
            if self._rows[at + 1][filled] != self._rows[at][filled]:
                chosen.append(at)
                filled -= sizes[at]
        return chosen[::-1]

    def _grow(self, rows: int) -> None:
        while len(self._rows) < rows:
            self._rows.append(np.full(2 * self._widest + 1, -1 << _BITS, dtype=np.int32))
