"""What a typed text may mean. The catalogue is a file: no session is needed."""

from dataclasses import dataclass

from matching.catalogue import recognise, suggest
from matching.items import load, normalise

SURE_ENOUGH = 0.6
"""Below this confidence a recognition is left to a person."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`label` is the item's name, `wording` the words of the catalogue that begin as typed."""

    item: str
    label: str
    wording: str
    handled: bool


def suggestions(typed: str, *, english: bool = False, limit: int = 8) -> list[Suggestion]:
    """Items whose wording begins as typed, else the one that the whole text names."""
    catalogue = load()
    found = suggest(typed, limit)
    if not found and len(typed.strip()) >= 3:
        slug = recognised(typed)
        found = [(slug, catalogue[slug].fr)] if slug else []
    offered = []
    for slug, wording in found:
        item = catalogue[slug]
        label = item.en if english else item.fr
        same = normalise(wording) == normalise(label)
        offered.append(Suggestion(slug, label, label if same else wording, item.handled))
    return offered


def recognised(text: str) -> str | None:
    """The item that a text names, or None where a person must say."""
    exact = load().named(text)
    if exact is not None:
        return exact.slug
    found = recognise(text)
    return found.item if found.item is not None and found.confidence >= SURE_ENOUGH else None
