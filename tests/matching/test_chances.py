"""The chance of success: what is learnt of it, what it does to a plan, and what is said of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Chances, Need, Place, PlanError, Transport, Weights, check, plan
from matching.chances import LEAST_OUTCOMES, PastPairing
from matching.instance import chances_document, read_outcomes
from matching.learning import brier, chance_of, learn
from tests.matching.instances import CHANCES, GIVORS, NOW, shape, things

SLOW, SURE = "gives-up", "comes"
AWAY = Place(45.62, 4.77)


def _past(count: int, seed: int = 1, *, odds: float = 3.0) -> list[PastPairing]:
    """Two committees, of which one fails far more often; beyond 20 km all do."""
    random = Random(seed)
    rows = []
    for _ in range(count):
        far, committee = random.choice((3.0, 30.0)), random.choice((SLOW, SURE))
        here = odds * (0.25 if far > 20 else 1.0) * (0.25 if committee == SLOW else 2.0)
        chance = here / (1 + here)
        rows.append(
            PastPairing(random.random() < chance, far, random.choice(list(Transport)), "chaise", committee)
        )
    return rows


def test_nothing_is_learnt_of_too_few() -> None:
    assert learn(_past(LEAST_OUTCOMES - 1)) is None
    assert learn(_past(LEAST_OUTCOMES)) is not None


def test_what_fails_more_often_is_less_likely_and_later_ones_are_told_better_than_by_the_mean() -> None:
    chances = learn(_past(600))

    assert chances is not None
    assert chances.factor("distance", "20") < chances.factor("distance", "2")
    assert chances.factor("committee", SLOW) < 0.7 < 1.4 < chances.factor("committee", SURE)
    assert chances.factor("transport", "donor_brings") == pytest.approx(1, abs=0.2)
    later = _past(400, seed=2)
    base = sum(row.handed_over for row in _past(600)) / 600
    told = brier(later, lambda row: chance_of(chances, row))
    assert told < 0.9 * brier(later, lambda _: base)


def test_a_committee_of_which_little_is_known_counts_nearly_as_the_others() -> None:
    one = PastPairing(False, 3.0, Transport.DONOR_BRINGS, "chaise", "new")
    known = [replace(row, committee=f"c{at % 40}") for at, row in enumerate(_past(400))]

    chances = learn([*known, one])

    assert chances is not None
    assert 0.5 < chances.factor("committee", "new") < 1


@given(st.randoms())
@settings(max_examples=10)
def test_the_order_of_the_outcomes_teaches_nothing(random: Random) -> None:
    rows = _past(250)
    mixed = list(rows)
    random.shuffle(mixed)

    assert learn(mixed) == learn(rows)


@pytest.mark.parametrize("well", [True, False])
def test_when_all_ended_alike_odds_stay_finite(well: bool) -> None:
    chances = learn([replace(row, handed_over=well) for row in _past(300)])

    assert chances is not None
    assert (
        (0.9 < chance_of(chances, _past(1)[0]) < 1) if well else (0 < chance_of(chances, _past(1)[0]) < 0.1)
    )


def _asked(*committees: str) -> list[Need]:
    return [
        replace(need, committee=committee)
        for need, committee in zip(things(*[1] * len(committees), kind=Need), committees, strict=True)
    ]


def _odds(committee: str, odds: float, base: float = 1.0) -> Chances:
    return Chances(300, base, {"committee": {committee: odds}})


def test_of_two_alike_the_one_with_whom_it_works_out_receives() -> None:
    needs = _asked("a", "b")

    assert shape(plan(things(1), needs, now=NOW, chances=_odds("a", 4))) == [("o1", "n1", 1)]
    assert shape(plan(things(1), needs, now=NOW, chances=_odds("b", 4))) == [("o1", "n2", 1)]


def test_a_chance_that_is_weighed_by_nothing_changes_nothing() -> None:
    needs = [replace(need, place=place) for need, place in zip(_asked("a", "b"), (AWAY, GIVORS), strict=True)]
    deaf = Weights(chance=0)

    heard = plan(things(1), needs, now=NOW, chances=_odds("a", 50, 0.2), weights=Weights(chance=1))
    unheard = plan(things(1), needs, now=NOW, chances=_odds("a", 50, 0.2), weights=deaf)

    assert shape(heard) == [("o1", "n1", 1)]
    assert shape(unheard) == shape(plan(things(1), needs, now=NOW)) == [("o1", "n2", 1)]
    assert unheard.value == plan(things(1), needs, now=NOW).value


def test_the_chance_stands_among_the_parts_only_where_it_is_learnt() -> None:
    (with_it,) = plan(things(1), _asked("a"), now=NOW, chances=_odds("a", 3)).pairings
    (without,) = plan(things(1), _asked("a"), now=NOW).pairings

    assert with_it.parts.as_dict()["chance"] == 0.75
    assert "chance" not in without.parts.as_dict()


@pytest.mark.parametrize(
    ("odds", "base", "said"),
    [
        (1.0, 9.0, [("committee_answers", 0.9)]),
        (1.0, 8.0, []),
        (2.0, 1.0, []),
        (0.8, 19.0, []),
        (1.1, 0.8, [("chance", 0.468085)]),
        (0.5, 1.0, [("committee_answers", 0.333333), ("chance", 0.333333)]),
    ],
)
def test_the_reasons_say_what_is_worth_saying(
    odds: float, base: float, said: list[tuple[str, float]]
) -> None:
    (pairing,) = plan(things(1), _asked("a"), now=NOW, chances=_odds("a", odds, base)).pairings

    told = [(each.code, each.value) for each in pairing.reasons]
    assert [each for each in told if each[0] in ("committee_answers", "chance")] == said


def test_a_committee_nobody_dealt_with_is_not_called_reliable() -> None:
    (pairing,) = plan(things(1), _asked("b"), now=NOW, chances=_odds("a", 1, 50)).pairings

    assert "committee_answers" not in [each.code for each in pairing.reasons]


def test_equal_chances_have_equal_versions_and_the_plan_names_its_own() -> None:
    again = Chances(
        CHANCES.outcomes, CHANCES.base, {name: dict(levels) for name, levels in CHANCES.odds.items()}
    )

    assert again.version == CHANCES.version != _odds("a", 2).version
    assert plan(things(1), _asked("a"), now=NOW, chances=CHANCES).chances_version == CHANCES.version
    assert plan(things(1), _asked("a"), now=NOW).chances_version == ""


def test_a_plan_of_other_chances_does_not_pass() -> None:
    rows = things(1), _asked("a")
    found = plan(*rows, now=NOW, chances=_odds("a", 4))

    for other in (_odds("a", 5), None):
        with pytest.raises(PlanError, match="chance"):
            check(found, *rows, now=NOW, chances=other)


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        (Chances(300, 0.0, {}), "chances.base"),
        (Chances(300, 1.0, {"committee": {"a": float("nan")}}), "chances.odds"),
        (Chances(300, 1.0, {"moon": {"full": 2.0}}), "chances.odds"),
        (Chances(-1, 1.0, {}), "chances.outcomes"),
    ],
)
def test_chances_out_of_contract_are_refused_by_name(chances: Chances, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        plan(things(1), _asked("a"), now=NOW, chances=chances)


def test_what_the_shell_learns_an_instance_takes() -> None:
    rows: Sequence[PastPairing] = _past(250)
    document = [
        {
            "handed_over": row.handed_over,
            "distance_km": row.distance_km,
            "transport": row.transport.value,
            "item": row.item,
            "committee": row.committee,
        }
        for row in rows
    ]

    read = read_outcomes(json.dumps(document).encode())

    assert list(read) == rows
    learnt = learn(read)
    assert learnt is not None
    assert Chances(**json.loads(json.dumps(chances_document(learnt)))) == learnt
