"""What the year of a territory promises, on a few weeks of it."""

from collections import Counter
from collections.abc import Sequence

import pytest

from matching import Weights, check, plan, rules
from matching.rules import Situation
from tests.benchmarks.year import curve, outcomes
from tests.benchmarks.year.life import Board, Proposal, Year
from tests.benchmarks.year.measures import measures
from tests.benchmarks.year.policies import POLICIES
from tests.benchmarks.year.territory import arrivals, draw

WEEKS = 10


@pytest.mark.parametrize("name", ["first_come", "default"])
def test_the_same_seed_gives_the_same_figures_and_another_others(name: str) -> None:
    first, again, other = (
        measures(Year(draw(seed, weeks=WEEKS), POLICIES[name], WEEKS).live()) for seed in (3, 3, 4)
    )

    assert first == again != other
    assert first["delivered"] > 0


@pytest.mark.parametrize("name", POLICIES)
def test_nothing_is_given_twice_or_to_whom_it_may_not_go(name: str) -> None:
    promised: Counter[str] = Counter()

    def watch(board: Board, proposals: Sequence[Proposal]) -> None:
        offers, needs = {row.id: row for row in board.offers}, {row.id: row for row in board.needs}
        barred = frozenset((each.offer, each.need) for each in board.barred)
        situation = Situation(board.now, barred=barred, room=board.room)
        used: Counter[str] = Counter()
        for each in proposals:
            assert rules.broken(offers[each.offer], needs[each.need], situation) == {}
            used[each.offer] += each.quantity
            used[each.need] += each.quantity
        assert all(used[row.id] <= row.quantity for row in board.offers)
        assert all(used[row.id] <= row.quantity for row in board.needs)

    year = Year(draw(3, weeks=WEEKS), POLICIES[name], WEEKS, watch).live()

    for trip in year.trips:
        if trip.end in ("", "completed"):
            promised[trip.proposal.offer] += trip.proposal.quantity
            promised[trip.proposal.need] += trip.proposal.quantity
    assert all(promised[key] <= row.quantity for key, row in year.offers.items())
    assert all(promised[key] <= row.quantity for key, row in year.needs.items())
    assert len(
        {(trip.proposal.offer, trip.proposal.need) for trip in year.trips if trip.end != "completed"}
    ) == sum(trip.end != "completed" for trip in year.trips), "a pair that came to nothing was proposed again"


def test_the_engines_plans_of_a_year_keep_all_promises() -> None:
    def watch(board: Board, proposals: Sequence[Proposal]) -> None:
        known = board.surroundings()
        found = plan(board.offers, board.needs, **known)
        check(found, board.offers, board.needs, weights=Weights(), **known)
        assert {(each.offer, each.need, each.quantity) for each in found.pairings} == {
            (each.offer, each.need, each.quantity) for each in proposals
        }

    Year(draw(3, weeks=6), POLICIES["default"], 6, watch).live()


def test_the_more_goes_wrong_the_less_is_delivered() -> None:
    units = [
        measures(Year(draw(3, weeks=WEEKS, harder=harder), POLICIES["default"], WEEKS).live())["delivered"]
        for harder in (-2.0, 0.0, 1.5)
    ]

    assert units == sorted(units, reverse=True)
    assert units[0] > units[2]


def test_others_learn_from_outcomes_and_arrivals() -> None:
    territory = draw(3, weeks=WEEKS)

    records = outcomes(territory)

    assert {each.end for each in records} == {"completed", "lapsed", "declined", "withdrawn", "failed"}
    assert 0.3 < sum(each.success for each in records) / len(records) < 0.8
    came = arrivals(territory)
    assert sum(each.units for each in came if each.side == "need") == sum(
        row.quantity for row in territory.needs
    )
    assert {each.week for each in came} == set(range(WEEKS))


def test_the_dial_changes_what_its_curve_tells_of_those_who_can_be_helped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(curve, "WEEKS", 10)
    monkeypatch.setattr(curve, "LEAST", 1)
    territory = draw(3, weeks=10)

    helped = curve.within_reach(territory)
    halves = {name: curve.half_year(name, 3) for name in ("0", "1.six_weeks")}

    assert 0 < len(helped) < len(territory.committees)
    assert halves["0"] != halves["1.six_weeks"]
    assert curve.row([halves["0"], halves["0"]]) == curve.row([halves["0"]])
    assert curve.row([halves["0"]]).startswith("delivered ")
