"""A round keeps every promise that it makes, is the best where all can be tried, and the checker finds each kind of sabotage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Place, Size
from matching.exhausting import exhaust
from matching.rounds import LONGEST, Route, Stop, Van, Visit, Why, follow, litres, minutes, rank
from matching.route_checks import RouteError, check_route
from matching.routing import MOST_STOPS, plan, search

HOME = Place(45.588, 4.765)
VAN = Van(HOME, litres=9_000, minutes=240)


def at(east_km: float, **values: int | bool | None) -> Stop:
    """A stop so far east of home, at which little is to be fetched unless `values` say otherwise."""
    name = f"{east_km:g} km"
    base: dict[str, int | bool | None] = {"litres": 700, "minutes": 15}
    return Stop(name, Place(45.588, 4.765 + east_km / 77.9), **base | values)  # type: ignore[arg-type]


def stops(most: int) -> st.SearchStrategy[list[Stop]]:
    """Some here and there within half an hour, one in three with hours of its own."""
    nearby = st.builds(
        Place,
        st.floats(HOME.latitude - 0.15, HOME.latitude + 0.15),
        st.floats(HOME.longitude - 0.2, HOME.longitude + 0.2),
    )
    hours = st.sampled_from(
        [(0, None), (0, None), (30, 90), (60, 120), (90, 150), (150, None), (200, 200), (400, 500)]
    )
    one = st.builds(
        lambda place, room, stay, when, promised: Stop("", place, room, stay, when[0], when[1], promised),
        nearby,
        st.sampled_from([10, 150, 700, 1_800, 4_000, 12_000]),
        st.integers(8, 45),
        hours,
        st.booleans(),
    )
    return st.lists(one, max_size=most).map(
        lambda found: [replace(stop, id=f"s{number}") for number, stop in enumerate(found)]
    )


def every_order(van: Van, known: Sequence[Stop]) -> Iterator[Sequence[Stop]]:
    for taken in range(len(known) + 1):
        for order in permutations(known, taken):
            if sum(stop.litres for stop in order) <= van.litres and follow(van, order) is not None:
                yield order


def taken(found: Route, known: Sequence[Stop]) -> list[Stop]:
    by_id = {stop.id: stop for stop in known}
    return [by_id[visit.stop] for visit in found.visits]


@settings(max_examples=60)
@given(stops(most=14))
def test_a_round_keeps_its_hours_and_its_room(known: list[Stop]) -> None:
    found = plan(VAN, known)

    check_route(found, VAN, known)
    assert plan(VAN, known[::-1]).visits == found.visits


@settings(max_examples=40)
@given(stops(most=5))
def test_of_few_stops_no_order_is_better(known: list[Stop]) -> None:
    best = min(rank(VAN, known, order) for order in every_order(VAN, known))

    assert rank(VAN, known, taken(plan(VAN, known), known)) == best


@settings(max_examples=25)
@given(stops(most=9))
def test_searching_comes_near_what_is_proven(known: list[Stop]) -> None:
    """Where all are taken: which of some to leave out is a harder question, to which few stops have the proven answer."""
    possible = [stop for stop in known if stop.litres <= VAN.litres and follow(VAN, [stop]) is not None]
    proven = exhaust(VAN, possible)

    assert proven is not None
    if len(proven) > 1 and len(proven) == len(possible) and not any(stop.latest for stop in possible):
        assert rank(VAN, possible, search(VAN, possible))[2] <= 1.02 * rank(VAN, possible, proven)[2]


def test_the_van_waits_at_home_rather_than_at_a_door() -> None:
    known = [
        at(10, earliest=120, latest=120, promised=True),
        at(5, latest=118),
        at(12, earliest=180, promised=True),
    ]

    found = plan(VAN, known)

    assert [visit.stop for visit in found.visits] == ["5 km", "10 km", "12 km"]
    assert found.leaves == 120 - 15 - 2 * 10
    assert found.visits[0].arrives == found.leaves + 10
    assert found.metres == pytest.approx(24_000 * VAN.road_factor, rel=0.01)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ([at(5, litres=10_000)], {"5 km": Why.LARGE}),
        ([at(5, earliest=250)], {"5 km": Why.HOURS}),
        ([at(70)], {"70 km": Why.HOURS}),
        ([at(5, litres=8_500), at(6, litres=8_500, promised=True)], {"5 km": Why.FULL}),
        ([at(40), at(-45)], {"-45 km": Why.TIME}),
        (
            [at(5, earliest=60, latest=60, promised=True), at(-5, earliest=60, latest=60)],
            {"-5 km": Why.TIME},
        ),
    ],
    ids=["too large", "not in the van's hours", "too far", "full", "no time for both", "promised before"],
)
def test_what_is_left_out_says_why(known: list[Stop], why: dict[str, Why]) -> None:
    found = plan(VAN, known)

    check_route(found, VAN, known)
    left = {each.stop: each.why for each in found.left_out}
    assert left == why


def test_an_order_by_hand_gets_its_hours_or_is_refused() -> None:
    early, late = at(5, latest=30), at(-5)

    assert follow(VAN, [late, early]) is None
    assert follow(VAN, [early, late]) == plan(VAN, [late, early])


def test_too_many_stops_and_stops_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        plan(VAN, [at(number / 10) for number in range(MOST_STOPS + 1)])
    with pytest.raises(ValueError, match="id"):
        plan(VAN, [at(1), at(1)])


def test_carrying_takes_longer_the_higher_and_the_larger() -> None:
    wardrobe = [(Size.VERY_LARGE, 1)]
    kinds = [
        minutes([(Size.SMALL, 1)]),
        minutes(wardrobe),
        minutes(wardrobe, 4, lift=True),
        minutes(wardrobe, 4, lift=False),
        minutes([(Size.VERY_LARGE, 3)], 4, lift=False),
    ]

    assert kinds == sorted(set(kinds))
    assert minutes(wardrobe, 4) == minutes(wardrobe, 4, lift=False)
    assert minutes([(Size.VERY_LARGE, 90)], 9) == LONGEST
    assert litres([(Size.LARGE, 2), (Size.MEDIUM, 4), (None, 1)]) == 2_150


def _first(change: Callable[[Visit], Visit]) -> Callable[[Route], Route]:
    return lambda found: replace(found, visits=(change(found.visits[0]), *found.visits[1:]))


SOUND = [at(10, earliest=60, latest=90), at(5), at(-6, litres=12_000)]


@pytest.mark.parametrize(
    "sabotage",
    [
        lambda found: replace(found, visits=found.visits[:1]),
        lambda found: replace(found, visits=(*found.visits, found.visits[0])),
        lambda found: replace(found, visits=found.visits[::-1]),
        lambda found: replace(found, left_out=()),
        lambda found: replace(found, leaves=found.leaves + 1),
        lambda found: replace(found, leaves=-1),
        lambda found: replace(found, returns=241),
        lambda found: replace(found, returns=found.returns - 1),
        lambda found: replace(found, metres=found.metres - 100),
        _first(lambda visit: replace(visit, arrives=visit.arrives - 1, leaves=visit.leaves - 1)),
        _first(lambda visit: replace(visit, arrives=100, leaves=115)),
        _first(lambda visit: replace(visit, leaves=visit.leaves - 1)),
        _first(lambda visit: replace(visit, metres=visit.metres - 100)),
    ],
)
def test_the_checker_finds_each_sabotage(sabotage: Callable[[Route], Route]) -> None:
    found = plan(VAN, SOUND)
    check_route(found, VAN, SOUND)

    with pytest.raises(RouteError):
        check_route(sabotage(found), VAN, SOUND)


def test_the_checker_counts_what_is_loaded() -> None:
    found = plan(VAN, SOUND)

    with pytest.raises(RouteError, match="room"):
        check_route(found, replace(VAN, litres=1_000), SOUND)
