"""What a thing's own words leave of the condition chosen for it, and what makes it a danger."""

from collections.abc import Collection, Mapping

from matching.items import Catalogue
from matching.types import Condition, Offer, Said

AT_MOST: Mapping[Said, Condition] = {
    **dict.fromkeys(
        (
            Said.RECALLED,
            Said.AFTER_ACCIDENT,
            Said.DANGEROUS,
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


def belied(condition: Condition, said: Collection[Said]) -> Said | None:
    """What is said of a thing that this condition does not go with, the worst; None when the two go together."""
    worse = [each for each in said if each in AT_MOST and AT_MOST[each].rank > condition.rank]
    return max(worse, key=lambda each: AT_MOST[each].rank, default=None)


def belied_by(offer: Offer) -> Said | None:
    """The same of an offer."""
    return belied(offer.condition, offer.said or ())


def condition_of(offer: Offer) -> Condition:
    """The condition that counts: the one chosen, or what is said of the thing where that is worse."""
    said = belied_by(offer)
    return offer.condition if said is None else AT_MOST[said]


def danger(offer: Offer, catalogue: Catalogue) -> Said | None:
    """What is said of the thing that makes it a danger: a child seat after an accident. None where nothing does."""
    if not offer.said or offer.item is None:
        return None
    unsafe = catalogue.unsafe(offer.item)
    return next((each for each in offer.said if each in unsafe), None)
