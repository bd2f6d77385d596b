"""Small random instances for the engine's tests: few items, places close by, so that much is nearly permitted."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from matching import (
    Ahead,
    AtLeast,
    Barred,
    Chances,
    Condition,
    Kept,
    Lesson,
    LessonKind,
    Need,
    Offer,
    Place,
    Plan,
    Said,
    Size,
    Urgency,
    Weights,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GIVORS = Place(45.59, 4.77)
FAR = Place(45.79, 4.77)
HOPEFUL = Ahead({"o1": 1.2}, {"n1": 0.7}, margin=0.05)
"""A pair 22 km apart is worth some 1.65, and 1.75 next door."""
ITEMS = (
    "chaise",
    "chaise",
    "sieges",
    "meubles",
    "ordinateur-portable",
    "ordinateur",
    "tablette",
    "refrigerateur",
)

T = TypeVar("T")


@dataclass(frozen=True)
class Instance:
    """The arguments of plan() and check()."""

    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    arguments: dict[str, Any]


def mostly(usual: T, *others: T) -> st.SearchStrategy[T]:
    """The usual value two times in three: were every field free, next to no pair would be permitted."""
    return st.sampled_from((usual,) * (2 * len(others)) + others)


def days(least: int, most: int) -> st.SearchStrategy[date | None]:
    return (
        st.none() | st.none() | st.integers(least, most).map(lambda step: NOW.date() + timedelta(days=step))
    )


def instants() -> st.SearchStrategy[datetime | None]:
    return st.none() | st.integers(-120, 0).map(lambda step: NOW + timedelta(days=step))


places = st.builds(
    Place,
    st.integers(-4, 4).map(lambda step: 45.59 + step / 20),
    st.integers(-4, 4).map(lambda step: 4.77 + step / 20),
)
LARGEST = 9
SINCE: tuple[dict[str, date], ...] = (
    {},
    {"givors": NOW.date() - timedelta(days=43)},
    {"givors": NOW.date() - timedelta(days=42), "vienne": NOW.date() - timedelta(days=90)},
)
ROOMS = ({"givors": 3}, {"givors": 0, "vienne": 5}, {"vienne": 2, "lyon": 1})
quantities = st.integers(1, LARGEST)


def offers(*, lots: bool = True, largest: int = LARGEST) -> st.SearchStrategy[Offer]:
    return st.builds(
        Offer,
        id=st.just("?"),
        quantity=st.integers(1, largest),
        item=st.sampled_from(ITEMS),
        text=st.sampled_from(("", "lot de choses bleues")),
        place=places,
        condition=mostly(Condition.GOOD, *Condition),
        available_from=days(-5, 15),
        available_until=days(-1, 40),
        delivers_km=st.sampled_from((0.0, 5.0, 20.0)),
        divisible=st.booleans() if lots else st.just(True),
        size=mostly(None, *Size),
        offered_at=instants(),
        confidence=st.sampled_from((1.0, 0.8)),
        floor=mostly(None, 0, 2, 4),
        lift=mostly(False, None, True),
        said=mostly((), (Said.DAMAGED,), (Said.WORN, Said.NEW), (Said.BROKEN,), (Said.RECALLED,)),
    )


needs = st.builds(
    Need,
    id=st.just("?"),
    quantity=quantities,
    item=st.sampled_from(ITEMS),
    place=places,
    committee=st.none() | st.sampled_from(("givors", "vienne")),
    minimum_condition=mostly(Condition.FAIR, *Condition),
    collects_km=mostly(30.0, 0.0, 10.0),
    largest_size=mostly(None, *Size),
    urgency=st.sampled_from(Urgency),
    declared_at=instants(),
    needed_by=days(-1, 40),
    refuses=mostly((), ("sieges",), ("refrigerateur", "chaise")),
    takes=mostly((), ("meubles",), ("ordinateur", "chaise")),
    minimum_conditions=mostly(
        (),
        (AtLeast(Condition.VERY_GOOD),),
        (AtLeast(Condition.NEW, "meubles"), AtLeast(Condition.FAIR, "chaise"), AtLeast(Condition.GOOD)),
    ),
    highest_floor=mostly(None, 0, 2),
    asked=mostly(0, 4, 30),
)

lessons = st.one_of(
    st.builds(
        Lesson, st.just("l1"), st.just(LessonKind.TOO_FAR), item=st.just("meubles"), factor=st.just(0.5)
    ),
    st.builds(
        Lesson,
        st.just("l2"),
        st.just(LessonKind.CONDITION),
        committee=st.just("givors"),
        floor=st.just(Condition.VERY_GOOD),
    ),
    st.builds(
        Lesson,
        st.just("l3"),
        st.just(LessonKind.NOT_NOW),
        committee=st.just("vienne"),
        not_before=days(-1, 3).filter(bool),
    ),
    st.builds(
        Lesson,
        st.just("l4"),
        st.just(LessonKind.WRONG_ITEM),
        committee=st.none() | st.just("givors"),
        item=st.just("chaise"),
        alias=st.just("choses bleues"),
    ),
)

weights = st.builds(
    Weights,
    fit=st.sampled_from((0.3, 1.0)),
    nearness=st.sampled_from((0.0, 0.25)),
    handover=st.sampled_from((0.1, 0.0, 1.5)),
    patience=mostly(0.0, 1.6),
    turns=mostly(0.0, 0.5, 1.0),
    longest_weeks=mostly(0, 6),
    meeting=mostly(0.0, 2.0),
    chance=mostly(1.0, 0.4, 0.0),
)

CHANCES = Chances(
    300,
    3.0,
    {
        "distance": {"0": 1.7, "5": 0.8, "10": 0.3333},
        "transport": {"donor_brings": 1.3},
        "family": {"meubles": 0.7, "informatique": 1.9},
        "committee": {"givors": 9.0, "vienne": 0.2},
        "waited": {"0": 1.1, "14": 0.6},
        "asked": {"3": 0.8, "24": 0.01},
    },
)


@st.composite
def instances(
    draw: st.DrawFn, *, most: int = 7, lots: bool = True, largest: int = LARGEST, tight: bool = False
) -> Instance:
    """An instance with everything that plan() takes, ids in no particular order; room is limited where it is `tight`."""
    least = draw(mostly(min(4, most), 0))
    given = draw(st.lists(offers(lots=lots, largest=largest), min_size=least, max_size=most))
    rows = draw(st.lists(needs, min_size=least, max_size=most))
    asked = [replace(row, quantity=min(row.quantity, largest)) for row in rows]
    names = draw(st.permutations(range(len(given) + len(asked))))
    some_offers = tuple(replace_id(row, f"o{name}") for row, name in zip(given, names, strict=False))
    some_needs = tuple(
        replace_id(row, f"n{name}") for row, name in zip(asked, names[len(given) :], strict=True)
    )
    pairs = [(offer.id, need.id) for offer in some_offers for need in some_needs]
    some = st.lists(st.sampled_from(pairs), max_size=4, unique=True) if pairs else st.just([])
    kept, barred = draw(some), draw(some)
    listed = draw(mostly(None, {pair: (sum(map(ord, "".join(pair))) % 40) / 1.0 for pair in pairs[::2]}))
    return Instance(
        some_offers,
        some_needs,
        {
            "now": NOW,
            "weights": draw(weights),
            "kept": [Kept(offer, need, draw(quantities)) for offer, need in kept],
            "barred": [Barred(offer, need) for offer, need in barred],
            "received": draw(st.sampled_from(({}, {"givors": 12}, {"givors": 3.5, "vienne": 40}))),
            "since": draw(st.sampled_from(SINCE)),
            "distances": listed,
            "chances": draw(mostly(None, CHANCES)),
            "room": draw(st.sampled_from(ROOMS)) if tight else {},
            "lessons": draw(st.just([]) | st.lists(lessons, max_size=2, unique_by=lambda each: each.id)),
        },
    )


def replace_id(row: Any, name: str) -> Any:
    """The row under another id."""
    return replace(row, id=name)


def things(*quantities: int, kind: type = Offer, **fields: Any) -> list[Any]:
    """Chairs at Givors, so many of each: o1, o2, … or n1, n2, …"""
    letter = kind.__name__[0].lower()
    return [
        kind(f"{letter}{at}", units, item="chaise", place=GIVORS, **fields)
        for at, units in enumerate(quantities, start=1)
    ]


def shape(found: Plan) -> list[tuple[str, str, int]]:
    """Who receives what of whom."""
    return [(each.offer, each.need, each.quantity) for each in found.pairings]


def usual_past(weeks: int) -> tuple[list[Offer], list[Need]]:
    """Each week somebody offers a chair, and somebody next door asks for one two days later, for three weeks."""
    days = [NOW - timedelta(days=7 * week + 3) for week in range(weeks)]
    offers = [
        Offer(f"p{at}", 1, item="chaise", place=GIVORS, offered_at=day, available_until=(day + timedelta(days=40)).date())
        for at, day in enumerate(days)
    ]  # fmt: skip
    needs = [
        Need(f"q{at}", 1, item="chaise", place=GIVORS, declared_at=day + timedelta(days=2), needed_by=(day + timedelta(days=23)).date())
        for at, day in enumerate(days) for _ in range(1)
    ]  # fmt: skip
    return offers, [*needs, *(replace(row, id=f"{row.id}-too") for row in needs)]


def wanted(**fields: Any) -> Need:
    """A chair for somebody 22 km away."""
    return Need("n1", 1, **{"item": "chaise", "place": FAR, **fields})
