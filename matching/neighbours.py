"""Wordings that are written most nearly as a text is: words and groups of three letters, weighed by how rare they are.

Cosine of tf-idf over each word and its groups, its ends marked (Salton, Wong and Yang 1975; Cavnar and Trenkle 1994). It
forgives what spelling rules do not, and answers whatever the text: for a person to choose from, never to be believed.
"""

from array import array
from collections.abc import Collection, Iterable, Sequence
from math import log, sqrt

_LETTERS = 3
_MOST_WORDS = 12
_COMMON = 1_500
"""A group that more wordings hold tells next to nothing, and costs the most."""
_FIRST = 1.5
"""How much more the first word tells: French names the thing first."""
_FAINT = 0.5
"""How much a word tells that mostly says nothing: *marche* of *cadre de marche*."""


class NearWordings:
    """An index of wordings: (words of a wording, slug). Built once, some 0.3 s for 20,000; safe from any thread."""

    def __init__(self, wordings: Iterable[tuple[Sequence[str], str]]) -> None:
        self._held: dict[str, array[int]] = {}
        self._slugs: list[str] = []
        kinds: list[set[str]] = []
        for at, (words, slug) in enumerate(wordings):
            self._slugs.append(slug)
            kinds.append({group for word in words for group in _groups(word)})
            for group in kinds[-1]:
                self._held.setdefault(group, array("l")).append(at)
        count = len(self._slugs)
        self._rarity = {group: log((1 + count) / len(places)) for group, places in self._held.items()}
        self._length = array("d", (sqrt(sum(self._rarity[group] ** 2 for group in held)) for held in kinds))

    def nearest(self, words: Sequence[str], most: int, faint: Collection[str] = ()) -> list[str]:
        """Slugs of the nearest wordings, nearest first, each once; [] where no telling group of letters is shared.

        Of `words`, in the singular, twelve are read: some 50,000 additions at most. Those that are `faint` tell less, and
        none of them is the first.
        """
        told: dict[str, float] = {}
        first = next((word for word in words if word not in faint), None)
        for word in words[:_MOST_WORDS]:
            tells = _FAINT if word in faint else _FIRST if word == first else 1.0
            for group in _groups(word):
                told[group] = max(told.get(group, 0.0), tells)
        shared: dict[int, float] = {}
        for group, weight in told.items():
            places = self._held.get(group, ())
            worth = weight * self._rarity[group] ** 2 if len(places) <= _COMMON and places else 0.0
            for at in places if worth else ():
                shared[at] = shared.get(at, 0.0) + worth
        best: dict[str, float] = {}
        for at, score in shared.items():
            near = score / self._length[at]
            if near > best.get(self._slugs[at], 0.0):
                best[self._slugs[at]] = near
        return sorted(best, key=lambda slug: -best[slug])[:most]


def _groups(word: str) -> list[str]:
    marked = f" {word} "
    return [marked, *(marked[at : at + _LETTERS] for at in range(len(marked) - _LETTERS + 1))]
