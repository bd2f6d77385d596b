"""Looking ahead: what waits for what usually comes, who never waits, and where the prices come from."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import Ahead, Kept, Need, Offer, Place, PlanError, Planner, Urgency, Weights, check, plan
from matching.ahead import learn
from matching.flow import Problem, min_cost_flow
from matching.instance import read_instance
from matching.shortlist import duals
from matching.strict import InputError
from matching.types import Row, Said
from matching.weights import LEAST_WEEKS
from tests.matching.instances import GIVORS, NOW, Instance, instances, shape, things

FAR = Place(45.79, 4.77)
HOPEFUL = Ahead({"o1": 1.2}, {"n1": 0.7}, margin=0.05)
"""A pair 22 km apart is worth some 1.65, and 1.75 next door."""


def _wanted(**fields: Any) -> Need:
    return Need("n1", 1, **{"item": "chaise", "place": FAR, **fields})


def test_a_pair_waits_where_its_two_units_are_usually_worth_more_and_the_plan_says_so() -> None:
    found = plan(things(1), [_wanted()], now=NOW, ahead=HOPEFUL)

    assert found.pairings == ()
    (miss,) = found.unplaced[0].nearest_misses
    assert (miss.broken, miss.detail) == (("waits",), {"usual": 1.9})


def test_what_is_worth_nothing_is_not_said_to_wait() -> None:
    dear = Weights(placing=0, handover=5)

    found = plan(things(1), [_wanted()], now=NOW, weights=dear, ahead=Ahead({"o1": 0}, {"n1": 0}, 0.1))

    assert found.unplaced[0].nearest_misses[0].broken == ("not_worth",)


@pytest.mark.parametrize(
    ("need", "changes"),
    [
        pytest.param({"urgency": Urgency.CRITICAL}, {}, id="a critical need"),
        pytest.param({}, {"kept": [Kept("o1", "n1", 1)]}, id="what is on the board"),
        pytest.param({}, {"ahead": replace(HOPEFUL, offers={})}, id="an offer without a price"),
        pytest.param({}, {"ahead": replace(HOPEFUL, needs={})}, id="a need without a price"),
        pytest.param({}, {"ahead": replace(HOPEFUL, margin=0.4)}, id="what little is to be gained"),
        pytest.param({}, {"ahead": None}, id="nothing is learnt"),
    ],
)
def test_what_may_not_wait_is_placed_at_once(need: dict[str, Any], changes: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"now": NOW, "ahead": HOPEFUL, **changes}

    found = plan(things(1), [_wanted(**need)], **arguments)

    check(found, things(1), [_wanted(**need)], **arguments)
    assert shape(found) == [("o1", "n1", 1)]


@pytest.mark.parametrize(("waited", "left"), [(0, 3), (2, 1), (3, None), (9, None)])
def test_nothing_waits_for_longer_than_the_weights_allow(waited: int, left: int | None) -> None:
    offers = [replace(row, offered_at=NOW - timedelta(days=waited)) for row in things(1)]
    under: dict[str, Any] = {"now": NOW, "weights": Weights(ahead_days=3), "ahead": HOPEFUL}

    found = plan(offers, [_wanted()], **under)

    check(found, offers, [_wanted()], **under)
    if left is None:
        assert shape(found) == [("o1", "n1", 1)]
    else:
        assert found.pairings == ()
        assert found.unplaced[0].nearest_misses[0].detail == {"usual": 1.9, "days": left}
        with pytest.raises(PlanError, match="waits"):
            check(plan(offers, [_wanted()], now=NOW, weights=under["weights"]), offers, [_wanted()], **under)


@pytest.mark.parametrize("ends", ["offer", "need"])
@pytest.mark.parametrize(("day", "waits"), [(0, False), (1, False), (2, False), (3, True), (40, True)])
def test_what_ends_before_it_has_waited_is_placed_while_somebody_can_still_come(
    ends: str, day: int, *, waits: bool
) -> None:
    """Offered yesterday, it could wait until the day after tomorrow."""
    last, since = NOW.date() + timedelta(days=day), NOW - timedelta(days=1)
    offers = [replace(row, offered_at=since, available_until=last if ends == "offer" else None) for row in things(1)]  # fmt: skip
    needs = [_wanted(needed_by=last if ends == "need" else None)]
    under: dict[str, Any] = {"now": NOW, "weights": Weights(ahead_days=3), "ahead": HOPEFUL}

    found = plan(offers, needs, **under)

    check(found, offers, needs, **under)
    assert (found.pairings == ()) == waits
    learnt = learn(offers, needs, *_past(20), now=NOW, weights=under["weights"])
    assert learnt is not None
    assert bool(learnt.offers) == (waits or ends == "need")
    if waits:
        with pytest.raises(PlanError, match="waits"):
            check(plan(offers, needs, now=NOW, weights=under["weights"]), offers, needs, **under)


def test_a_plan_that_should_have_waited_is_found_out() -> None:
    hasty = plan(things(1), [_wanted()], now=NOW)

    with pytest.raises(PlanError, match="waits"):
        check(hasty, things(1), [_wanted()], now=NOW, ahead=HOPEFUL)


@pytest.mark.parametrize("prices", [{"o1": -0.1}, {"o1": float("nan")}, {"": 1.0}])
def test_prices_out_of_range_are_refused(prices: dict[str, float]) -> None:
    with pytest.raises(PlanError, match=r"ahead\.offers"):
        plan(things(1), [_wanted()], now=NOW, ahead=Ahead(prices, {}))


@given(
    instances(most=6), st.lists(st.floats(0, 2), min_size=12, max_size=12), st.floats(0, 0.5), st.sampled_from((0, 9, 1_000_000))
)  # fmt: skip
def test_a_plan_that_looks_ahead_is_the_best_without_the_pairs_that_wait(
    instance: Instance, prices: list[float], margin: float, days: int
) -> None:
    rows = list(instance.offers), list(instance.needs)
    instance.arguments["weights"] = replace(instance.arguments["weights"], ahead_days=days)
    told = dict(zip([row.id for side in rows for row in side], prices, strict=False))
    ahead = Ahead(
        {row.id: told[row.id] for row in rows[0] if row.id in told},
        {row.id: told[row.id] for row in rows[1] if row.id in told},
        margin,
    )
    planner = Planner()
    planner.plan(*rows, **instance.arguments)

    found = planner.plan(*rows, **instance.arguments, ahead=ahead)

    check(found, *rows, **instance.arguments, ahead=ahead)
    assert found == plan(*rows, **instance.arguments, ahead=ahead)
    assert found.value <= plan(*rows, **instance.arguments).bound + 1e-6


def test_the_json_door_takes_prices_and_says_where_they_are_wrong() -> None:
    document: dict[str, Any] = {
        "now": NOW.isoformat(),
        "offers": [{"id": "o1", "item": "chaise", "quantity": 1}],
        "needs": [{"id": "n1", "item": "chaise", "quantity": 1}],
        "distances": [["o1", "n1", 22]],
        "ahead": {"offers": {"o1": 1.2}, "needs": {"n1": 0.7}, "margin": 0.05},
    }

    read = read_instance(json.dumps(document).encode())

    assert read.ahead == HOPEFUL
    assert plan(read.offers, read.needs, **read.surroundings()).pairings == ()
    document["ahead"]["needs"]["n1"] = "dear"
    with pytest.raises(InputError, match=r'ahead\.needs\["n1"\]'):
        read_instance(json.dumps(document).encode())


def _past(weeks: int) -> tuple[list[Offer], list[Need]]:
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


def test_what_usually_comes_next_door_is_waited_for() -> None:
    offers, needs = things(1), [_wanted()]

    ahead = learn(offers, needs, *_past(20), now=NOW)

    assert ahead is not None
    assert plan(offers, needs, now=NOW, ahead=ahead).pairings == ()
    assert shape(plan(offers, [_wanted(place=GIVORS)], now=NOW, ahead=ahead)) == [("o1", "n1", 1)]
    assert ahead == learn(offers, needs, *_past(20), now=NOW)


def test_an_offer_that_ends_before_anybody_comes_does_not_wait() -> None:
    offers = [replace(row, available_until=NOW.date()) for row in things(1)]

    ahead = learn(offers, [_wanted()], *_past(20), now=NOW)

    assert shape(plan(offers, [_wanted()], now=NOW, ahead=ahead)) == [("o1", "n1", 1)]


def test_only_what_may_wait_has_a_price() -> None:
    offers = [
        replace(row, id=name, offered_at=NOW - timedelta(days=days))
        for name, days in (("young", 1), ("old", 4))
        for row in things(1)
    ]
    wanted = [_wanted(), _wanted(urgency=Urgency.CRITICAL), _wanted(item="canape")]
    needs = [replace(row, id=f"n{at}") for at, row in enumerate(wanted)]

    found = learn(offers, needs, *_past(20), now=NOW, weights=Weights(ahead_days=3))

    assert found is not None
    assert (set(found.offers), set(found.needs)) == ({"young"}, {"n0"})
    assert learn(offers[1:], needs, *_past(20), now=NOW, weights=Weights(ahead_days=3)) == Ahead({}, {}, 0.1)


def test_an_offer_waits_only_for_what_usually_comes_while_it_may() -> None:
    """In two days somebody next door usually asks."""
    late, soon = (
        learn(things(1), [_wanted()], *_past(20), now=NOW, weights=Weights(ahead_days=days))
        for days in (1, 9)
    )

    assert late is not None
    assert soon is not None
    assert late.offers["o1"] < soon.offers["o1"]


def test_the_words_of_open_and_past_rows_are_read_as_a_plan_reads_them() -> None:
    offers, needs = things(1), [_wanted()]
    past_offers, past_needs = _past(20)
    told = learn(offers, needs, past_offers, past_needs, now=NOW)

    assert told is not None
    assert told.offers
    assert told == learn(*(_in_words(rows) for rows in (offers, needs, past_offers, past_needs)), now=NOW)
    broken = [replace(row, text="chaise cassée") for row in offers]
    assert learn(broken, needs, past_offers, past_needs, now=NOW) == learn(
        [replace(row, said=(Said.BROKEN,)) for row in offers], needs, past_offers, past_needs, now=NOW
    )


def _in_words(rows: Sequence[Row]) -> list[Row]:
    return [replace(row, item=None, text="chaise") for row in rows]


@pytest.mark.parametrize("before", ["\0", "-", "-" * 197])
def test_an_open_row_may_have_any_id(before: str) -> None:
    offers, needs = (
        [replace(row, id=f"{before}p1") for row in things(1)],
        [replace(_wanted(), id=f"{before}q1")],
    )

    found = learn(offers, needs, *_past(20), now=NOW)

    assert found is not None
    assert (list(found.offers), list(found.needs)) == ([offers[0].id], [needs[0].id])
    plain = learn(things(1), [_wanted()], *_past(20), now=NOW)
    assert plain is not None
    assert (list(found.offers.values()), list(found.needs.values())) == (
        list(plain.offers.values()),
        list(plain.needs.values()),
    )


@pytest.mark.parametrize(
    ("now", "days"), [(datetime(9999, 12, 30, tzinfo=UTC), 3), (datetime(8000, 11, 23, tzinfo=UTC), 1_000_000)]
)  # fmt: skip
def test_at_the_end_of_time_nothing_waits_beyond_it(now: datetime, days: int) -> None:
    under: dict[str, Any] = {"now": now, "weights": Weights(ahead_days=days)}
    offers = [replace(row, offered_at=now) for row in things(1)]

    assert learn(offers, [_wanted()], *_past(20), **under) == Ahead({}, {}, 0.1)
    found = plan(offers, [_wanted()], ahead=HOPEFUL, **under)
    check(found, offers, [_wanted()], ahead=HOPEFUL, **under)
    assert shape(found) == [("o1", "n1", 1)]


def test_a_past_offer_and_a_past_need_may_have_one_id() -> None:
    offers, needs = _past(20)
    twins = [replace(row, id=f"q{at}") for at, row in enumerate(offers)]

    assert learn(things(1), [_wanted()], twins, needs, now=NOW) == learn(
        things(1), [_wanted()], offers, needs, now=NOW
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param({"item": "truc-inconnu"}, "offer 'p0': item: unknown item", id="an unknown item"),
        pytest.param({"quantity": 0}, "offer 'p0': quantity", id="no units"),
        pytest.param({"id": "p1"}, "an id comes twice among the past offers", id="one id twice"),
        pytest.param({"place": None}, "offer 'p0': a place is missing", id="no place"),
    ],
)
def test_a_past_out_of_contract_is_refused_with_one_sentence(rows: dict[str, Any], told: str) -> None:
    (first, *offers), needs = _past(20)

    with pytest.raises(PlanError, match=told):
        learn(things(1), [_wanted()], [replace(first, **rows), *offers], needs, now=NOW)


def _shell(document: dict[str, Any], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "matching", "ahead", *arguments],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
    )


def _told(rows: Sequence[Offer] | Sequence[Need], since: str) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "item": row.item, "quantity": 1, "latitude": 45.59, "longitude": 4.77}
        | {since: getattr(row, since).isoformat()}
        for row in rows
    ]


def _document(**changes: Any) -> dict[str, Any]:
    offers, needs = _past(20)
    here = {"item": "chaise", "quantity": 1, "longitude": 4.77}
    return {
        "now": NOW.isoformat(),
        "offers": [{"id": "o1", "latitude": 45.59, "offered_at": NOW.isoformat(), **here}],
        "needs": [{"id": "n1", "latitude": 45.79, **here}],
        "past_offers": _told(offers, "offered_at"),
        "past_needs": _told(needs, "declared_at"),
        **changes,
    }


def test_the_shells_door_learns_what_its_plan_takes(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text('{"ahead_days": 9}')

    learnt = json.loads(_shell(_document(), "--weights", str(tmp_path / "weights.json")).stdout)

    assert (learnt["offers"].keys(), learnt["needs"].keys()) == ({"o1"}, {"n1"})
    document = {name: value for name, value in _document(ahead=learnt).items() if "past" not in name}
    instance = read_instance(json.dumps(document).encode())
    assert instance.ahead == Ahead(**learnt)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"past_offers": None}, "past_offers: must be a list, got null"),
        ({"past_needs": [{"id": "q1"}]}, "past_needs[0].quantity: missing"),
        (
            {"past_needs": [{"id": "q1", "item": "truc", "quantity": 1}]},
            'past_needs[0].item: unknown item "truc"',
        ),
        ({"past_offers": _told(_past(1)[0] * 2, "offered_at")}, "past_offers[1].id: "),
        ({"past_needs": [], "past_offers": []}, "input: the past teaches nothing"),
        ({"past_needs": [], "past_offers": _told(_past(5)[0], "offered_at")}, "must be 13 weeks old"),
        ({"pasts": []}, "pasts: "),
        ({"distances": [["o1", "n1", 1]]}, "distances: prices are learnt of places"),
    ],
)
def test_the_shells_door_says_in_one_line_what_is_wrong(changes: dict[str, Any], told: str) -> None:
    found = _shell(_document(**changes))

    assert found.returncode == 2
    assert told in found.stderr
    assert found.stderr.count("\n") == 1


def test_too_little_past_teaches_nothing() -> None:
    offers, needs = things(1), [_wanted()]

    assert learn(offers, needs, *_past(LEAST_WEEKS - 1), now=NOW) is None
    rare = learn(offers, [_wanted(item="canape")], *_past(20), now=NOW)
    assert rare is not None
    assert rare.needs == {}


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_prices_prove_that_a_flow_is_optimal(offers: int, needs: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    o, n = np.nonzero(random.random((offers, needs)) < 0.6)
    gain, offered, asked = (
        random.integers(1, 99, len(o)),
        random.integers(0, 5, offers),
        random.integers(0, 5, needs),
    )
    nothing = np.zeros(len(o), dtype=np.bool_)
    problem = Problem(
        o,
        n,
        gain,
        np.minimum(offered[o], asked[n]),
        nothing,
        offered,
        asked,
        np.zeros(offers, dtype=np.bool_),
    ).some(np.flatnonzero(np.minimum(offered[o], asked[n]) > 0))

    flow, best = min_cost_flow(problem)

    roomy = replace(problem, capacity=problem.capacity + 1)
    for given_, wanted in (duals(roomy, flow, of_offers=each) for each in (True, False)):
        assert (given_ >= 0).all()
        assert (wanted >= 0).all()
        assert (given_[problem.offer] + wanted[problem.need] >= problem.gain).all()
        assert int((given_ * offered).sum() + (wanted * asked).sum()) == best
