"""A text as a sequence of its lines: as many strings would take ten times its size."""

from array import array
from collections.abc import Sequence
from typing import overload


class Lines(Sequence[str]):
    """The lines of UTF-8 `text`, without their ends; the last one has an end too. A line becomes a string when asked for."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._ends = array("L")
        end = text.find(b"\n")
        while end >= 0:
            self._ends.append(end)
            end = text.find(b"\n", end + 1)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        end = self._ends[index]
        return self._text[self._text.rfind(b"\n", 0, end) + 1 : end].decode()
