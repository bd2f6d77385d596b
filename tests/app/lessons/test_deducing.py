"""The rule from refusals to lessons: how many it takes, how strong it is, for whom."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.lessons.deducing import RefusedMatch, deduce
from app.models.states import Condition, Reason, Transport
from matching.types import LessonKind

TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def refusal(reason: Reason, number: int = 1, **values: Any) -> RefusedMatch:
    base: dict[str, Any] = {
        "decision_id": number,
        "match_id": number,
        "at": MONDAY,
        "reason": reason,
        "by_committee": False,
        "committee_id": 7,
        "committee": "Comité de Givors",
        "item": "lave-linge",
        "words": "Machine de ma tante",
        "condition": Condition.FAIR,
        "distance_km": 28.0,
        "collects_km": 30.0,
        "transport": Transport.COMMITTEE_COLLECTS,
    }
    return RefusedMatch(**base | values)


def test_too_far_brings_the_reach_below_the_nearest_distance_that_was_refused() -> None:
    far, nearer = refusal(Reason.TOO_FAR), refusal(Reason.TOO_FAR, 2, distance_km=20.0)

    [one] = deduce([far], (), TODAY)
    [both] = deduce([far, nearer], (), TODAY)

    assert (one.lesson.kind, one.lesson.committee, one.lesson.item) == (
        LessonKind.TOO_FAR,
        "7",
        "lave-linge",
    )
    assert one.lesson.factor == pytest.approx(0.84)
    assert both.lesson.factor == pytest.approx(0.6)
    assert one.key == both.key
    assert {each.decision_id for each in both.refusals} == {1, 2}


def test_too_far_never_takes_more_than_three_quarters_of_the_reach() -> None:
    [taught] = deduce([refusal(Reason.TOO_FAR, distance_km=0.0)], (), TODAY)
    assert taught.lesson.factor == 0.25


def test_the_reach_is_told_in_thousandths_and_never_too_far() -> None:
    [taught] = deduce([refusal(Reason.TOO_FAR, distance_km=10.0, collects_km=29.0)], (), TODAY)
    assert taught.lesson.factor == 0.31

    assert deduce([refusal(Reason.TOO_FAR, distance_km=33.34)], (), TODAY) == []


def test_a_committee_that_goes_less_far_by_now_has_nothing_to_learn() -> None:
    assert deduce([refusal(Reason.TOO_FAR, distance_km=28.0, collects_km=15.0)], (), TODAY) == []


def test_what_the_donor_would_have_brought_says_nothing_of_the_reach() -> None:
    brought = refusal(Reason.TOO_FAR, transport=Transport.DONOR_BRINGS)
    assert deduce([brought, refusal(Reason.TOO_FAR, 2, collects_km=0.0)], (), TODAY) == []


@pytest.mark.parametrize(
    ("refused", "floor"),
    [
        ([Condition.FOR_PARTS], Condition.FAIR),
        ([Condition.FAIR], Condition.GOOD),
        ([Condition.FOR_PARTS, Condition.FAIR], Condition.GOOD),
        ([Condition.GOOD], None),
        ([Condition.GOOD, Condition.GOOD], Condition.VERY_GOOD),
        ([Condition.GOOD, Condition.FAIR], Condition.VERY_GOOD),
        ([Condition.NEW, Condition.NEW], Condition.VERY_GOOD),
    ],
)
def test_the_floor_is_one_step_above_what_was_refused(
    refused: list[Condition], floor: Condition | None
) -> None:
    rows = [refusal(Reason.CONDITION, number, condition=each) for number, each in enumerate(refused)]
    assert [each.lesson.floor for each in deduce(rows, (), TODAY)] == ([floor] if floor else [])


def test_not_now_waits_longer_each_time_and_ends_by_itself() -> None:
    rows = [refusal(Reason.NOT_NOW, number) for number in range(5)]
    for count, days in ((1, 30), (2, 60), (3, 90), (5, 90)):
        [taught] = deduce(rows[:count], (), TODAY)
        assert taught.lesson.not_before == TODAY + timedelta(days=days)
    assert deduce(rows[:1], (), TODAY + timedelta(days=30)) == []


def test_not_now_counts_the_days_of_paris() -> None:
    late = refusal(Reason.NOT_NOW, at=MONDAY.replace(hour=23, minute=30))
    [taught] = deduce([late], (), TODAY)
    assert taught.lesson.not_before == date(2026, 12, 24)


def test_wrong_item_bars_the_longest_wording_that_was_taught_and_no_more_than_a_line_can_hold() -> None:
    wrong = refusal(Reason.WRONG_ITEM, words="Machine de ma tante, " + "très lourde, " * 20)
    taught = [("machine", "lave-linge"), ("machine de ma tante", "lave-linge"), ("ma", "lave-linge")]

    [known], [unknown] = deduce([wrong], taught, TODAY), deduce([wrong], (), TODAY)

    assert known.lesson.alias == "machine de ma tante"
    assert unknown.lesson.alias == wrong.words[:80].strip()


def test_wrong_item_bars_the_words_for_that_committee_unless_it_is_said_of_all() -> None:
    [everybody] = deduce([refusal(Reason.WRONG_ITEM, for_all=True)], (), TODAY)
    [one], [same] = (
        deduce([refusal(Reason.WRONG_ITEM, by_committee=each)], (), TODAY) for each in (True, False)
    )
    assert one.lesson == same.lesson

    assert (everybody.lesson.committee, everybody.committee) == (None, "")
    assert (one.lesson.committee, one.committee) == ("7", "Comité de Givors")
    assert everybody.lesson.alias == one.lesson.alias == "Machine de ma tante"


def test_wrong_item_bars_the_word_that_was_taught_where_there_is_one() -> None:
    rows = [refusal(Reason.WRONG_ITEM, by_committee=True, words="Un bidulotron de ma tante")]
    [taught] = deduce(rows, [("bidulotron", "lave-linge"), ("ma tante", "chaise")], TODAY)
    assert (taught.lesson.alias, taught.lesson.committee) == ("bidulotron", "7")


@pytest.mark.parametrize(
    "words", ["Lave-linge", "lave-linges", "Machine à laver", "", "…", "MACHINES À LAVER"]
)
def test_the_items_own_name_is_never_barred(words: str) -> None:
    assert deduce([refusal(Reason.WRONG_ITEM, words=words)], (), TODAY) == []


def test_each_committee_and_each_item_learns_its_own() -> None:
    rows = [
        refusal(Reason.NOT_NOW, 1),
        refusal(Reason.NOT_NOW, 2, committee_id=8),
        refusal(Reason.NOT_NOW, 3, item="chaise"),
        refusal(Reason.NOT_NOW, 4, item="machine-a-vapeur"),
    ]
    found = deduce(rows, (), TODAY)
    assert {(each.lesson.committee, each.lesson.item) for each in found} == {
        ("7", "lave-linge"),
        ("8", "lave-linge"),
        ("7", "chaise"),
    }
    assert len({each.key for each in found}) == 3
    assert found == deduce(rows[::-1], (), TODAY)
