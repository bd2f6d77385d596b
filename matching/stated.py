"""What a thing's own words leave of the condition chosen for it, and what makes it a danger."""

from collections.abc import Mapping

from matching.items import Catalogue
from matching.types import Condition, Offer, Said

AT_MOST: Mapping[Said, Condition] = {
    **dict.fromkeys(
        (
            Said.RECALLED,
            Said.AFTER_ACCIDENT,
            Said.EXPIRED,
            Said.INFESTED,
            Said.BROKEN,
            Said.FOR_PARTS,
            Said.TO_REPAIR,
            Said.INCOMPLETE,
        ),
        Condition.FOR_PARTS,
    ),
    Said.DAMAGED: Condition.FAIR,
    Said.WORN: Condition.GOOD,
}
"""The best condition that something said of a thing's state leaves of it; what is not here leaves it as it is."""


def belied_by(offer: Offer) -> Said | None:
    """What is said of the thing that its condition does not go with, the worst; None when the two go together."""
    return next((each for each in sorted(offer.said or (), key=_worst_first) if _worse(each, offer)), None)


def condition_of(offer: Offer) -> Condition:
    """The condition that counts: the one chosen, or what is said of the thing where that is worse."""
    belied = belied_by(offer)
    return offer.condition if belied is None else AT_MOST[belied]


def _worst_first(said: Said) -> int:
    return -AT_MOST.get(said, Condition.NEW).rank


def _worse(said: Said, offer: Offer) -> bool:
    return said in AT_MOST and AT_MOST[said].rank > offer.condition.rank


def danger(offer: Offer, catalogue: Catalogue) -> Said | None:
    """What is said of the thing that makes it a danger: a child seat after an accident. None where nothing does."""
    if not offer.said or offer.item is None:
        return None
    unsafe = catalogue.unsafe(offer.item)
    return next((each for each in offer.said if each in unsafe), None)
