"""How likely a pairing is to end in a handover, told from what became of earlier ones (`learning` fits it).

The odds of a success are a product, so that a person can read each factor: twice as likely, half as likely. It is a logistic
regression over levels. Only products and one quotient are used: a float and a whole column of them give the same figures to
the last bit.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.items import Catalogue
from matching.scoring import MICRO, days_waited
from matching.types import Chances, Need, Offer, Reason, Transport

STEPS: Mapping[str, Sequence[int]] = {
    "distance": (0, 2, 5, 10, 20, 40, 80),
    "waited": (0, 3, 7, 14, 30, 60),
    "asked": (0, 1, 3, 6, 12, 24),
}
"""Where each level begins: kilometres, days since the thing was offered, pairings that the committee was asked about in the thirty days before."""
FACTORS = ("distance", "transport", "family", "committee", "waited", "asked")
LEAST_OUTCOMES = 200
"""Fewer teach nothing."""
RELIABLE, UNRELIABLE = 0.9, 0.5
"""A committee with whom so many pairings end well, others being alike, is worth a word; so is one with so few."""
UNLIKELY = 0.5


@dataclass(frozen=True, slots=True)
class PastPairing:
    """What became of one pairing that people were asked about: `handed_over` or not.

    The rest is as on the day of the asking: kilometres, who would have moved it, whole days since it was offered, and how many pairings
    the committee was asked about in the thirty days before.
    """

    handed_over: bool
    distance_km: float
    transport: Transport
    item: str
    committee: str | None = None
    days_waited: int = 0
    asked: int = 0


def steps(chances: Chances, name: str) -> list[float]:
    """The factor of each of the STEPS, in order."""
    return [chances.factor(name, str(each)) for each in STEPS[name]]


def of_offer(chances: Chances, offer: Offer, day: date, catalogue: Catalogue) -> float:
    """The odds as far as the offer tells; its item is known."""
    return (
        chances.base
        * chances.factor("family", family(offer.item or "", catalogue))
        * chances.factor("waited", step("waited", days_waited(offer, day)))
    )


def of_need(chances: Chances, need: Need) -> float:
    """The factor of the need's committee, and of how often that was asked lately."""
    return committee_odds(chances, need) * chances.factor("asked", step("asked", need.asked))


def committee_odds(chances: Chances, need: Need) -> float:
    """The factor of the need's committee."""
    return 1.0 if need.committee is None else chances.factor("committee", need.committee)


def of_pair(
    chances: Chances | None, offer: Offer, need: Need, kilometres: float, day: date, catalogue: Catalogue
) -> float | None:
    """The chance of a pairing, 0 to 1, to the millionth; None where none was learnt."""
    if chances is None:
        return None
    brings = 0 < offer.delivers_km >= kilometres
    way = Transport.DONOR_BRINGS if brings else Transport.COMMITTEE_COLLECTS
    sides = of_offer(chances, offer, day, catalogue) * of_need(chances, need)
    distance = chances.factor("distance", step("distance", kilometres))
    return float(share(sides, distance, chances.factor("transport", way)))


def reasons(chances: Chances | None, need: Need, chance: float | None) -> tuple[Reason, ...]:
    """What is worth saying of a pairing with this chance."""
    if chances is None or chance is None:
        return ()
    own = committee_odds(chances, need)
    alike = float(share(chances.base, own, 1.0))
    # Where all ends well, one that let two things lapse would be praised for what the others did.
    known = need.committee in chances.odds.get("committee", {})
    told = known and (alike >= RELIABLE if own >= 1 else alike <= UNRELIABLE)
    found = (Reason("committee_answers", alike),) if told else ()
    return (*found, Reason("chance", chance)) if chance <= UNLIKELY else found


def share(sides: Any, distance: Any, transport: Any) -> Any:
    """From odds to a chance, 0 to 1, to the millionth: of floats and of columns alike."""
    odds = sides * distance * transport
    return (odds / (1.0 + odds) * MICRO + 0.5) // 1 / MICRO


def step(name: str, value: float) -> str:
    """The level of a figure that has steps."""
    steps = STEPS[name]
    return str(steps[max(0, bisect_right(steps, value) - 1)])


def family(item: str, catalogue: Catalogue) -> str:
    """The broadest item above this one, itself where there is none."""
    return (item, *catalogue.ancestors(item))[-1]
