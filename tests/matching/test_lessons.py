"""What refusals taught: an explanation names the lesson that made the difference, and many lessons cost little."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from matching import Condition, Lesson, LessonKind, Need, Offer, Place, PlanError, candidates, plan
from matching.instance import plan_document
from matching.rules import Situation, broken
from tests.matching.instances import GIVORS, NOW, things

TODAY = NOW.date()
FAR = Place(45.77, 4.77)
TAUGHT: dict[str, tuple[list[Lesson], dict[str, Any], str]] = {
    "condition": (
        [
            Lesson("a", LessonKind.CONDITION, item="meubles", floor=Condition.FAIR),
            Lesson("b", LessonKind.CONDITION, item="chaise", floor=Condition.VERY_GOOD),
        ],
        {},
        "b",
    ),
    "reach": (
        [
            Lesson("a", LessonKind.TOO_FAR, item="meubles", factor=0.9),
            Lesson("b", LessonKind.TOO_FAR, item="chaise", factor=0.5),
        ],
        {"place": FAR},
        "b",
    ),
    "dates": (
        [
            Lesson("a", LessonKind.NOT_NOW, item="meubles", not_before=TODAY + timedelta(days=3)),
            Lesson("b", LessonKind.NOT_NOW, item="chaise", not_before=TODAY + timedelta(days=9)),
            Lesson("c", LessonKind.NOT_NOW, item="sieges", not_before=TODAY - timedelta(days=9)),
        ],
        {},
        "b",
    ),
}


@pytest.mark.parametrize("rule", TAUGHT)
def test_the_lesson_that_made_the_difference_is_named_in_any_order(rule: str) -> None:
    lessons, fields, named = TAUGHT[rule]
    offer = Offer("o1", 1, item="chaise", place=fields.get("place", GIVORS))
    need = Need("n1", 1, item="chaise", place=GIVORS)

    for order in permutations(lessons):
        found = broken(offer, need, Situation(NOW, lessons=order))

        assert list(found) == [rule]
        assert found[rule]["lesson"] == named


def test_no_lesson_is_named_where_the_need_itself_forbids() -> None:
    lesson = Lesson("a", LessonKind.CONDITION, floor=Condition.VERY_GOOD)
    offer = Offer("o1", 1, item="chaise", place=GIVORS, condition=Condition.FOR_PARTS)

    found = broken(offer, Need("n1", 1, item="chaise", place=GIVORS), Situation(NOW, lessons=[lesson]))

    assert "lesson" not in found["condition"]


def test_the_order_of_lessons_and_refusals_changes_no_byte() -> None:
    lessons = [
        Lesson(name, LessonKind.CONDITION, committee=committee, floor=Condition.VERY_GOOD)
        for name, committee in (("b", "givors"), ("a", "givors"), ("c", None))
    ]
    offers = things(1, 1)
    needs = [
        Need("n1", 1, item="chaise", place=GIVORS, committee="givors"),
        Need("n2", 1, item="chaise", place=GIVORS, refuses=("sieges", "meubles")),
    ]
    turned = [replace(row, refuses=row.refuses[::-1]) for row in needs]

    first = plan(offers, needs, now=NOW, lessons=lessons)
    second = plan(offers, turned, now=NOW, lessons=lessons[::-1])

    assert json.dumps(plan_document(first)) == json.dumps(plan_document(second))


def test_lessons_of_committees_that_ask_for_nothing_cost_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "MAX_TAUGHT", 2_000)
    lessons = [Lesson(f"l{at}", LessonKind.TOO_FAR, committee=f"c{at}", factor=0.5) for at in range(50)]
    asked = [Need("n1", 1, item="chaise", place=GIVORS, committee="c7")]

    assert plan(things(1), asked, now=NOW, lessons=lessons).pairings

    crowd = [Need(f"n{at}", 1, item="chaise", place=GIVORS, committee=f"c{at}") for at in range(50)]
    with pytest.raises(PlanError, match=r"^lessons: "):
        plan(things(1), crowd, now=NOW, lessons=lessons)


@pytest.mark.parametrize("alias", ["choses bleues", "Choses  BLEUES !", "bleues", "!!"])
@pytest.mark.parametrize("text", ["", "lot de choses bleues", "choses tres bleues", "chose bleue"])
def test_columns_and_rules_agree_on_words_that_are_taught(alias: str, text: str) -> None:
    lesson = Lesson("l1", LessonKind.WRONG_ITEM, committee="givors", item="chaise", alias=alias)
    offer = Offer("o1", 1, item="chaise", text=text, place=GIVORS)
    need = Need("n1", 1, item="chaise", place=GIVORS, committee="givors")

    found = plan([offer], [need], now=NOW, lessons=[lesson])

    assert bool(found.pairings) != bool(broken(offer, need, Situation(NOW, lessons=[lesson])))


def test_what_is_over_is_not_looked_at_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    permitted = candidates._Rules.permitted

    def counted(self: Any, pairs: Any, way: Any) -> Any:
        looked_at.append(len(pairs))
        return permitted(self, pairs, way)

    monkeypatch.setattr(candidates._Rules, "permitted", counted)
    past = [
        replace(row, id=f"old{row.id}", available_until=TODAY - timedelta(days=1))
        for row in things(*[1] * 40)
    ]
    over = [
        replace(row, id=f"old{row.id}", needed_by=TODAY - timedelta(days=1))
        for row in things(*[1] * 40, kind=Need)
    ]

    found = plan([*past, *things(1)], [*over, *things(1, kind=Need)], now=NOW)

    assert found.pairs == 1
    assert sum(looked_at) == 1
