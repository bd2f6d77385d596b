"""The nearest misses are the nearest: among many neighbours, and never another kind of thing before the thing itself."""

from dataclasses import replace
from datetime import timedelta

from matching import Condition, Lesson, LessonKind, Need, Offer, Place, Size, plan
from matching.rules import details
from tests.matching.instances import GIVORS, NOW, things

TODAY = NOW.date()


def test_the_thing_itself_comes_before_its_kin_whatever_is_wrong_with_it() -> None:
    """Many stools next door said « no chair was offered » of a chair that is worn and too far."""
    worn = Offer("far", 1, item="chaise", place=Place(47.0, 4.77), condition=Condition.FOR_PARTS)
    stools = [Offer(f"t{n:02}", 1, item="tabouret", place=GIVORS) for n in range(30)]

    found = plan([worn, *stools], things(1, kind=Need), now=NOW)

    first, *others = found.unmet[0].nearest_misses
    assert (first.other, set(first.broken)) == ("far", {"condition", "reach"})
    assert [each.broken for each in others] == [("item",), ("item",)]


def test_kin_are_told_where_there_is_nothing_else() -> None:
    found = plan([Offer("t", 1, item="tabouret", place=GIVORS)], things(1, kind=Need), now=NOW)

    assert [each.broken for each in found.unmet[0].nearest_misses] == [("item",)]


def test_the_one_that_others_took_comes_before_those_that_are_out_of_reach() -> None:
    """Thirty that nobody reaches were looked at first, for they are free; that one fits and was taken went untold."""
    away = [Offer(f"a{n:02}", 1, item="chaise", place=Place(45.9, 4.9)) for n in range(30)]
    near = Offer("near", 1, item="chaise", place=GIVORS)
    needs = [replace(need, collects_km=10) for need in things(1, 1, kind=Need)]

    found = plan([*away, near], needs, now=NOW)

    assert found.unmet[0].nearest_misses[0].broken == ("taken",)


def test_the_need_nearest_to_an_offer_is_found_among_many() -> None:
    wrong = [
        Need(f"n{n:02}", 1, item="chaise", place=GIVORS, largest_size=Size.SMALL, needed_by=TODAY)
        for n in range(30)
    ]
    near = Need("z", 1, item="chaise", place=GIVORS, minimum_condition=Condition.NEW)
    later = TODAY + timedelta(days=3)
    offer = Offer("o", 1, item="chaise", place=GIVORS, available_from=later, size=Size.MEDIUM)

    found = plan([offer], [*wrong, near], now=NOW)

    assert found.unplaced[0].nearest_misses[0].other == "z"


def test_each_lesson_that_stood_in_the_way_is_named() -> None:
    lessons = [
        Lesson("condition-1", LessonKind.CONDITION, item="chaise", floor=Condition.NEW),
        Lesson("too_far-1", LessonKind.TOO_FAR, item="chaise", factor=0.5),
    ]
    offer = Offer("o", 1, item="chaise", place=Place(45.77, 4.77), condition=Condition.GOOD)

    found = plan([offer], things(1, kind=Need), now=NOW, lessons=lessons)

    (miss,) = found.unmet[0].nearest_misses
    assert miss.broken == ("condition", "reach")
    assert (miss.detail["lesson"], miss.detail["lessons"]) == ("condition-1", ["condition-1", "too_far-1"])


def test_one_lesson_is_named_alone() -> None:
    assert details({"item": {"lesson": "a"}, "reach": {"reach": 3.0}}) == {"lesson": "a", "reach": 3.0}
