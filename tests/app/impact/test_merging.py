"""No line that is published, and no difference between lines that are, stands for one to four people."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.figures.service import impact
from app.impact.opened import TABLES
from app.impact.queries import AllGifts, OneGift
from app.impact.tables import OTHERS, FigureLine, Published, SubjectFigures, publish
from matching.items import load

MONTHS = [date(2026, number, 1) for number in range(1, 7)]
ITEMS = ["lave-linge", "chaise", "ordinateur-portable", None]


def gift(
    number: int, donor: int, month: date, committee: int, action: int | None, item: str | None
) -> OneGift:
    return OneGift(month, donor, committee, committee // 2, action, item, 1, number, 2.0, 24.0 * (1 + number))


@st.composite
def pasts(draw: st.DrawFn) -> AllGifts:
    donors = st.integers(0, 14)
    given = draw(
        st.lists(
            st.tuples(donors, st.sampled_from(MONTHS), st.integers(1, 7), st.sampled_from([None, 1, 2]), st.sampled_from(ITEMS)),
            max_size=60,
        )
    )  # fmt: skip
    offered = draw(st.dictionaries(st.sampled_from(MONTHS), st.lists(donors, min_size=1, max_size=8)))
    return AllGifts(
        [gift(number, *one) for number, one in enumerate(given)], offered, {}, {}, {}, sample=False
    )


def people(gifts: Iterable[OneGift]) -> set[int]:
    return {one.donor for one in gifts}


def fine(gifts: Iterable[OneGift]) -> bool:
    return len(people(gifts)) not in range(1, 5)


def behind(line: FigureLine, gifts: list[OneGift]) -> None:
    """The gifts are those that the line counts, and enough people's."""
    assert line.gifts == len(gifts)
    assert fine(gifts)


def subjects(found: Published) -> Iterable[tuple[SubjectFigures, list[OneGift], list[OneGift]]]:
    """Each subject with its gifts, and those of the others that it is told apart from."""
    gifts = list(found.past.gifts)
    if found.portal:
        yield found.portal, gifts, []
    for name in ("association", "committee", "action"):
        told: dict[int, SubjectFigures] = getattr(found, f"{name}s")
        for key, one in told.items():
            mine = [each for each in gifts if getattr(each, name) == key]
            within = _beside(found, mine[0]) if name == "committee" else gifts
            yield one, mine, [each for each in within if each not in mine]


def _beside(found: Published, one: OneGift) -> list[OneGift]:
    """The gifts of its association; of all that have no line of their own, where that has none."""
    named = {line.key for line in found.by_association}
    mine = (
        {one.association}
        if one.association in named
        else {each.association for each in found.past.gifts} - named
    )
    return [each for each in found.past.gifts if each.association in mine]


def told_of(
    lines: Sequence[FigureLine], mine: list[OneGift], key: Callable[[OneGift], Any]
) -> Iterator[tuple[FigureLine, list[OneGift]]]:
    """The lines of a cut, each with its gifts; OTHERS has those that no other line has."""
    named = {line.key for line in lines}
    for line in lines:
        yield line, [one for one in mine if (key(one) if key(one) in named else OTHERS) == line.key]


def check_cut(
    above: FigureLine, lines: Sequence[FigureLine], mine: list[OneGift], key: Callable[[OneGift], Any]
) -> None:
    """Each line is of enough people, all lines make up the total, and so are the weights that are left out of them."""
    assert sum(line.gifts for line in lines) in {0, len(mine)}
    found = list(told_of(lines, mine, key))
    for line, gifts in found:
        behind(line, gifts)
    for name, known in (("grams", "weighed"), ("co2", "counted")):
        weighty = {
            line.key: [one for one in gifts if getattr(impact([(one.item, 1)]).measure, known)]
            for line, gifts in found
        }
        shown = {line.key for line in lines if getattr(line, name) is not None}
        assert all(fine(weighty[each]) and weighty[each] for each in shown)
        left_out = [one for each in weighty.keys() - shown for one in weighty[each]]
        assert not shown if getattr(above, name) is None else fine(left_out)


def in_runs(told: SubjectFigures) -> Callable[[OneGift], Any]:
    return lambda one: next(line.key for line in told.months if one.month in line.key)


def family(one: OneGift) -> str | None:
    return (one.item, *load().ancestors(one.item))[-1] if one.item else None


OF_ASSOCIATIONS_WITHOUT_A_LINE = [
    (0, 7),
    (1, 7),
    (2, 7),
    (3, 7),
    (4, 7),
    (3, 6),
    (0, 1),
    (1, 1),
    (2, 1),
    (4, 1),
]
"""(donor, committee): one association is too few people's, so neither has a line; a committee of the other has."""


@example(
    AllGifts(
        [
            gift(number, donor, MONTHS[0], committee, None, "lave-linge")
            for number, (donor, committee) in enumerate(OF_ASSOCIATIONS_WITHOUT_A_LINE)
        ],
        {}, {}, {}, {}, sample=False,
    )
)  # fmt: skip
@settings(max_examples=60)
@given(pasts())
def test_nobody_can_be_told_from_four_others(past: AllGifts) -> None:
    found, gifts = publish(past), list(past.gifts)

    for told, mine, others in subjects(found):
        behind(told.total, mine)
        assert fine(others)
        check_cut(told.total, told.months, mine, in_runs(told))
        for line in told.months:
            assert fine(each for each in others if each.month in line.key)
            offering = {one for month in line.key for one in past.offered.get(month, ())}
            assert line.offers is None or len(offering) not in range(1, 5)
    if found.portal:
        whole = found.portal.total
        check_cut(whole, found.by_association, gifts, lambda one: one.association)
        check_cut(whole, found.by_action, gifts, lambda one: one.action)
        check_cut(whole, found.by_family, gifts, family)
    for above, mine in told_of(found.by_association, gifts, lambda one: one.association):
        check_cut(above, found.by_committee[above.key], mine, lambda one: one.committee)
    for table in TABLES.values():
        for row in table.rows(found):
            assert set(row) == set(table.columns)
            assert not [cell for cell in row.values() if isinstance(cell, int) and 0 < cell < 5]
