"""The candidates in columns are those that the rules permit, pair by pair."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching import Condition, Need, Offer, Place, Size, Weights, candidates, chances, rules, scoring
from matching.arrays import Floats, Ints
from matching.candidates import find, worths
from matching.columns import by_id, columns_of
from matching.items import load
from matching.nearby import Points, pairs_within
from matching.rules import Situation
from matching.task import Task
from tests.matching.instances import GIVORS, NOW, Instance, instances


def _task(instance: Instance) -> Task:
    arguments = instance.arguments
    situation = Situation(
        arguments["now"],
        barred=frozenset((each.offer, each.need) for each in arguments["barred"]),
        distances=arguments["distances"],
        lessons=arguments["lessons"],
        room=arguments["room"],
    )
    asked = scoring.asked_by_committee(instance.needs)
    return Task(
        situation,
        arguments["weights"],
        received=arguments["received"],
        asked=asked,
        since=arguments["since"],
        chances=arguments["chances"],
    )


@given(st.booleans().flatmap(lambda tight: instances(tight=tight)))
@settings(max_examples=150)
def test_candidates_are_the_permitted_pairs_with_their_figures(instance: Instance) -> None:
    task = _task(instance)
    offers, needs = by_id(instance.offers), by_id(instance.needs)
    ours, theirs = columns_of(offers, needs, task)

    arcs = find(ours, theirs, task.situation)
    worth = worths(arcs, ours, theirs, task.weights, task.chances)

    permitted = {
        (o.id, n.id): (o, n) for o in offers for n in needs if not rules.broken(o, n, task.situation)
    }
    found = [
        (offers[o].id, needs[n].id) for o, n in zip(arcs.offer.tolist(), arcs.need.tolist(), strict=True)
    ]
    assert found == sorted(permitted)
    for pair, km, micro in zip(found, arcs.km.tolist(), worth.tolist(), strict=True):
        offer, need = permitted[pair]
        assert km == rules.pair_distance(offer, need, task.situation)
        chance = chances.of_pair(task.chances, offer, need, km, task.situation.day, load())
        scored = scoring.score_pair(
            offer,
            need,
            weights=task.weights,
            now=task.situation.now,
            distance_km=km,
            fairness=task.fairness(need),
            catalogue=load(),
            due=task.without(need) > 0,
            chance=chance,
        )
        assert scored.worth_micro == micro


def test_what_is_too_worn_or_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = [
        Offer(f"{condition}-{size}", 1, item="chaise", place=GIVORS, condition=condition, size=size)
        for condition, size in product(Condition, Size)
    ]
    needs = [
        Need(f"{worst}-{most}", 1, item="chaise", place=GIVORS, minimum_condition=worst, largest_size=most)
        for worst, most in product(Condition, (*Size, None))
    ]
    task = Task(Situation(NOW), Weights())
    looked: list[int] = []

    def seen(queries: Points, radius_km: Floats, targets: Points) -> Iterator[tuple[Ints, Ints]]:
        for query, target in pairs_within(queries, radius_km, targets):
            looked.append(len(query))
            yield query, target

    monkeypatch.setattr(candidates, "pairs_within", seen)
    arcs = find(*columns_of(by_id(offers), by_id(needs), task), task.situation)

    assert sum(looked) == len(arcs) == 15 * 14


latitudes = st.floats(-90, 90) | st.sampled_from((-90.0, 90.0, 89.99, 0.0))
longitudes = st.floats(-180, 180) | st.sampled_from((-180.0, 180.0, 179.99, -179.99, 0.0))
spots = st.lists(st.builds(Place, latitudes, longitudes), min_size=1, max_size=12)


@given(spots, spots, st.lists(st.floats(0, 25_000) | st.floats(0, 50), min_size=12, max_size=12))
@example([Place(89.99, 0)], [Place(89.99, 180), Place(90, 17)], [3.0] * 12)
@example([Place(0, 180)], [Place(0, -179.99), Place(0, 179.99)], [3.0] * 12)
@settings(max_examples=200)
def test_a_circle_misses_nothing_and_names_nothing_twice(
    queries: list[Place], targets: list[Place], radii: list[float]
) -> None:
    def points(places: list[Place]) -> Points:
        degrees = np.radians([(place.latitude, place.longitude) for place in places])
        around = np.cos(degrees[:, 0])
        xyz = np.stack(
            [around * np.cos(degrees[:, 1]), around * np.sin(degrees[:, 1]), np.sin(degrees[:, 0])], axis=1
        )
        return Points.of(np.arange(len(places)) % 2, xyz)

    radius = np.array(radii[: len(queries)])
    found = [
        pair
        for query, target in pairs_within(points(queries), radius, points(targets))
        for pair in zip(query.tolist(), target.tolist(), strict=True)
    ]

    near = {
        (q, t)
        for q, here in enumerate(queries)
        for t, there in enumerate(targets)
        if q % 2 == t % 2 and rules.distance_km(here, there) <= radius[q]
    }
    assert len(set(found)) == len(found)
    assert near <= set(found)
    assert all(q % 2 == t % 2 for q, t in found)


def test_distances_are_great_circles() -> None:
    quarter = math.pi / 2 * rules.EARTH_KM

    assert rules.distance_km(Place(0, 0), Place(90, 0)) == round(quarter, 3)
    assert rules.distance_km(Place(0, -180), Place(0, 180)) == 0
    assert abs(rules.distance_km(Place(48.8566, 2.3522), Place(45.764, 4.8357)) - 391.5) < 0.5
