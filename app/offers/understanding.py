"""What the portal takes an article for, from the donor's words and, where they chose, from their choice."""

from dataclasses import dataclass

from app.catalogue.queries import recognise
from matching.items import Item, load

OTHER = "autre"
"""The choice "none of these": a person will look."""
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Understanding:
    """`item` is a slug or None; `options` are the slugs worth offering instead, `item` first if there is one.

    `quantity` and `size` (*140x190*, *taille 38*, *7 kg*) are what the words say. `elsewhere` is the code of where to go with what the portal does not take.
    """

    item: str | None
    options: tuple[str, ...]
    quantity: int | None
    size: str | None
    elsewhere: str | None


def understand(words: str, chosen: str = "", chosen_for: str = "") -> Understanding:
    """`chosen` counts only if it was chosen for these very words."""
    known = load()
    read = recognise(words)
    guessed = read.item if read.item is not None and read.confidence >= SURE else None
    options = dict.fromkeys(slug for slug in (read.item, *(slug for slug, _ in read.alternatives)) if slug)
    item = guessed
    if chosen and chosen_for == words:
        item = None if chosen == OTHER else chosen if chosen in known else guessed
    if item is not None and item not in options:
        options = dict.fromkeys((item, *options))
    return Understanding(
        item, tuple(options), read.quantity, read.size_text, _elsewhere(known[item]) if item else None
    )


def _elsewhere(item: Item) -> str | None:
    return None if item.handled else item.elsewhere
