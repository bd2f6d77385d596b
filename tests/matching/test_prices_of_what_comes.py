"""Looking ahead: where the prices of what usually comes are learnt."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import (
    Ahead,
    Need,
    Offer,
    PlanError,
    Urgency,
    Weights,
    check,
    plan,
)
from matching.ahead import learn
from matching.flow import Problem, min_cost_flow
from matching.instance import read_instance
from matching.shortlist import duals
from matching.types import Row, Said
from matching.weights import LEAST_WEEKS
from tests.matching.instances import (
    GIVORS,
    HOPEFUL,
    NOW,
    shape,
    things,
    usual_past,
    wanted,
)
from tests.matching.shell import ask


def test_what_usually_comes_next_door_is_waited_for() -> None:
    offers, needs = things(1), [wanted()]

    ahead = learn(offers, needs, *usual_past(20), now=NOW)

    assert ahead is not None
    assert plan(offers, needs, now=NOW, ahead=ahead).pairings == ()
    assert shape(plan(offers, [wanted(place=GIVORS)], now=NOW, ahead=ahead)) == [("o1", "n1", 1)]
    assert ahead == learn(offers, needs, *usual_past(20), now=NOW)


def test_an_offer_that_ends_before_anybody_comes_does_not_wait() -> None:
    offers = [replace(row, available_until=NOW.date()) for row in things(1)]

    ahead = learn(offers, [wanted()], *usual_past(20), now=NOW)

    assert shape(plan(offers, [wanted()], now=NOW, ahead=ahead)) == [("o1", "n1", 1)]


def test_only_what_may_wait_has_a_price() -> None:
    offers = [
        replace(row, id=name, offered_at=NOW - timedelta(days=days))
        for name, days in (("young", 1), ("old", 4))
        for row in things(1)
    ]
    asked = [wanted(), wanted(urgency=Urgency.CRITICAL), wanted(item="canape")]
    needs = [replace(row, id=f"n{at}") for at, row in enumerate(asked)]

    found = learn(offers, needs, *usual_past(20), now=NOW, weights=Weights(ahead_days=3))

    assert found is not None
    assert (set(found.offers), set(found.needs)) == ({"young"}, {"n0"})
    assert learn(offers[1:], needs, *usual_past(20), now=NOW, weights=Weights(ahead_days=3)) == Ahead(
        {}, {}, 0.1
    )


def test_an_offer_waits_only_for_what_usually_comes_while_it_may() -> None:
    """In two days somebody next door usually asks."""
    late, soon = (
        learn(things(1), [wanted()], *usual_past(20), now=NOW, weights=Weights(ahead_days=days))
        for days in (1, 9)
    )

    assert late is not None
    assert soon is not None
    assert late.offers["o1"] < soon.offers["o1"]


def test_the_words_of_open_and_past_rows_are_read_as_a_plan_reads_them() -> None:
    offers, needs = things(1), [wanted()]
    past_offers, past_needs = usual_past(20)
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
        [replace(wanted(), id=f"{before}q1")],
    )

    found = learn(offers, needs, *usual_past(20), now=NOW)

    assert found is not None
    assert (list(found.offers), list(found.needs)) == ([offers[0].id], [needs[0].id])
    plain = learn(things(1), [wanted()], *usual_past(20), now=NOW)
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

    assert learn(offers, [wanted()], *usual_past(20), **under) == Ahead({}, {}, 0.1)
    found = plan(offers, [wanted()], ahead=HOPEFUL, **under)
    check(found, offers, [wanted()], ahead=HOPEFUL, **under)
    assert shape(found) == [("o1", "n1", 1)]


def test_a_past_offer_and_a_past_need_may_have_one_id() -> None:
    offers, needs = usual_past(20)
    twins = [replace(row, id=f"q{at}") for at, row in enumerate(offers)]

    assert learn(things(1), [wanted()], twins, needs, now=NOW) == learn(
        things(1), [wanted()], offers, needs, now=NOW
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
    (first, *offers), needs = usual_past(20)

    with pytest.raises(PlanError, match=told):
        learn(things(1), [wanted()], [replace(first, **rows), *offers], needs, now=NOW)


def _shell(document: dict[str, Any], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return ask(json.dumps(document).encode(), "ahead", *arguments)


def _told(rows: Sequence[Offer] | Sequence[Need], since: str) -> list[dict[str, Any]]:
    return [
        {"id": row.id, "item": row.item, "quantity": 1, "latitude": 45.59, "longitude": 4.77}
        | {since: getattr(row, since).isoformat()}
        for row in rows
    ]


def _document(**changes: Any) -> dict[str, Any]:
    offers, needs = usual_past(20)
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
        ({"past_offers": _told(usual_past(1)[0] * 2, "offered_at")}, "past_offers[1].id: "),
        ({"past_needs": [], "past_offers": []}, "input: the past teaches nothing"),
        ({"past_needs": [], "past_offers": _told(usual_past(5)[0], "offered_at")}, "must be 13 weeks old"),
        ({"pasts": []}, "pasts: "),
        ({"distances": [["o1", "n1", 1]]}, "distances: prices are learnt of places"),
    ],
)
def test_the_shells_door_says_in_one_line_what_is_wrong(changes: dict[str, Any], told: str) -> None:
    found = _shell(_document(**changes))

    assert found.returncode == 2
    assert told in found.stderr.decode()
    assert found.stderr.count(b"\n") == 1


def test_too_little_past_teaches_nothing() -> None:
    offers, needs = things(1), [wanted()]

    assert learn(offers, needs, *usual_past(LEAST_WEEKS - 1), now=NOW) is None
    rare = learn(offers, [wanted(item="canape")], *usual_past(20), now=NOW)
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
    for given_, received in (duals(roomy, flow, of_offers=each) for each in (True, False)):
        assert (given_ >= 0).all()
        assert (received >= 0).all()
        assert (given_[problem.offer] + received[problem.need] >= problem.gain).all()
        assert int((given_ * offered).sum() + (received * asked).sum()) == best
