"""The published tables: of the portal, an association, a committee, an action; by month, place, action and family. Pure.

No line stands for fewer than FEWEST people, nor does the difference between a table's total and any of its lines, nor that between a
line by month and the same months of whatever it is a part of. Weight and CO₂, which not every thing has, are left out of a line on
the same condition. What several tables say together of parts that cross (a family in a committee) is no more than each says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from statistics import median
from typing import Any

from app.figures.service import impact
from app.impact.queries import AllGifts, OneGift
from app.merging import FEWEST, hidden, is_few, runs
from matching.items import load

OTHERS = -1
"""The line of all parts that have none of their own."""
Months = tuple[date, ...]
Parts = Mapping[Any, Sequence[OneGift]]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """Of `key` (months, an id, a family, OTHERS): gifts handed over, pieces in them, grams, grams of CO₂ equivalent at most, kilometres
    as the crow flies and one way; `offers` of the portal's months alone. None where too few people stand behind it."""

    key: Any
    gifts: int
    pieces: int
    grams: int | None
    co2: int | None
    kilometres: float
    offers: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """What is said of one subject. `hours` is the median from the confirmed offer to the receipt."""

    total: FigureLine
    months: Sequence[FigureLine]
    hours: float | None


@dataclass(frozen=True, slots=True)
class Published:
    """`portal` is None while fewer than FEWEST people have given; a subject that is not in its table has no figures of its own."""

    past: AllGifts
    portal: SubjectFigures | None
    associations: Mapping[int, SubjectFigures]
    committees: Mapping[int, SubjectFigures]
    actions: Mapping[int, SubjectFigures]
    by_association: Sequence[FigureLine]
    by_committee: Mapping[int, Sequence[FigureLine]]
    by_action: Sequence[FigureLine]
    by_family: Sequence[FigureLine]


def publish(past: AllGifts) -> Published:
    gifts = past.gifts
    whole = _lines({None: gifts}, None)[0]
    associations, actions = (
        _named(gifts, lambda gift: gift.association),
        _named(gifts, lambda gift: gift.action),
    )
    families = _named(gifts, lambda gift: _family(gift.item))
    committees = {key: _named(part, lambda gift: gift.committee) for key, part in associations.items()}
    by_association, by_action = _lines(associations, whole), _lines(actions, whole)
    by_committee = {line.key: _lines(committees[line.key], line) for line in by_association}
    told_of_committees: dict[int, SubjectFigures] = {}
    for above, lines in by_committee.items():
        told_of_committees |= _subjects(committees[above], lines, associations[above])
    return Published(
        past,
        _of_all(past, whole),
        _subjects(associations, by_association, gifts),
        told_of_committees,
        _subjects(actions, by_action, gifts),
        _most_first(by_association),
        {above: _most_first(lines) for above, lines in by_committee.items()},
        _most_first(by_action),
        _most_first(_lines(families, whole)),
    )


def _family(item: str | None) -> str | None:
    return (item, *load().ancestors(item))[-1] if item is not None and item in load() else None


def _donors(gifts: Sequence[OneGift]) -> set[int]:
    return {gift.donor for gift in gifts}


def _parted(gifts: Sequence[OneGift], key: Callable[[OneGift], Any]) -> dict[Any, list[OneGift]]:
    found: dict[Any, list[OneGift]] = {}
    for gift in gifts:
        found.setdefault(key(gift), []).append(gift)
    return found


def _named(gifts: Sequence[OneGift], key: Callable[[OneGift], Any]) -> dict[Any, list[OneGift]]:
    """The parts that are told of, with what the others have together."""
    if is_few(_donors(gifts)):
        return {}
    parts = _parted(gifts, key)
    merged = hidden({each: _donors(part) for each, part in parts.items()})
    found = {each: part for each, part in parts.items() if each not in merged}
    return found | ({OTHERS: [gift for each in merged for gift in parts[each]]} if merged else {})


def _subjects(
    parts: Parts, lines: Sequence[FigureLine], whole: Sequence[OneGift]
) -> dict[int, SubjectFigures]:
    """What is said of each that has a line; its months are told such that those of all the others are told as well."""
    all_months = _parted(whole, lambda gift: gift.month)
    people = {month: _donors(gifts) for month, gifts in all_months.items()}
    found = {}
    for line in lines:
        if line.key not in {OTHERS, None}:
            gifts = parts[line.key]
            mine = _parted(gifts, lambda gift: gift.month)

            def few(run: Sequence[date], mine: Parts = mine) -> bool:
                ours = _donors([gift for month in run for gift in mine[month]])
                others = any(len(all_months[month]) > len(mine[month]) for month in run)
                most = max(len(people[month]) for month in run)
                if is_few(ours) or not others or most - len(ours) >= FEWEST:
                    return is_few(ours)
                return len(set().union(*(people[month] for month in run)) - ours) < FEWEST

            found[line.key] = _told(line, gifts, runs(mine, few))
    return found


def _told(total: FigureLine, gifts: Sequence[OneGift], in_runs: Sequence[Months]) -> SubjectFigures:
    months = _parted(gifts, lambda gift: gift.month)
    timed = [gift for gift in gifts if gift.hours is not None]
    known = None if len(_donors(timed)) < FEWEST else median(gift.hours or 0 for gift in timed)
    return SubjectFigures(
        total,
        _lines({run: [gift for month in run for gift in months.get(month, ())] for run in in_runs}, total),
        known,
    )


def _of_all(past: AllGifts, whole: FigureLine) -> SubjectFigures | None:
    """Of the portal, with the offers that were made to it."""
    everyone = {person for people in past.offered.values() for person in people}
    if len(_donors(past.gifts)) < FEWEST or len(everyone) < FEWEST:
        return None
    people = {month: _donors(gifts) for month, gifts in _parted(past.gifts, lambda gift: gift.month).items()}

    def few(run: Sequence[date]) -> bool:
        return any(
            is_few({one for month in run for one in each.get(month, ())}) for each in (people, past.offered)
        )

    told = _told(whole, past.gifts, runs({*people, *past.offered}, few))
    return SubjectFigures(
        _offered(told.total, past, [*past.offered]),
        [_offered(line, past, line.key) for line in told.months],
        told.hours,
    )


def _offered(line: FigureLine, past: AllGifts, months: Sequence[date]) -> FigureLine:
    return replace(line, offers=sum(len(past.offered.get(month, ())) for month in months))


@cache
def _worth(item: str | None) -> tuple[int | None, int | None]:
    """Grams and grams of CO₂ equivalent of one piece."""
    measure = impact([(item, 1)]).measure
    return measure.grams if measure.weighed else None, measure.co2 if measure.counted else None


def _lines(parts: Parts, above: FigureLine | None) -> list[FigureLine]:
    """A line for each part of what `above` tells of; a weight that it keeps back is kept back in all of them."""
    told = (True, True) if above is None else (above.grams is not None, above.co2 is not None)
    sums = [_sums(parts, which) if told[which] else dict.fromkeys(parts) for which in (0, 1)]
    return [
        FigureLine(
            key,
            len(gifts),
            sum(gift.pieces for gift in gifts),
            sums[0][key],
            sums[1][key],
            sum({gift.trip: gift.km for gift in gifts}.values()),
        )
        for key, gifts in parts.items()
    ]


def _sums(parts: Parts, which: int) -> dict[Any, int | None]:
    known = {
        key: [gift for gift in gifts if _worth(gift.item)[which] is not None] for key, gifts in parts.items()
    }
    kept_back = hidden({key: _donors(gifts) for key, gifts in known.items()})
    return {
        key: None
        if key in kept_back or not gifts
        else sum(gift.pieces * (_worth(gift.item)[which] or 0) for gift in gifts)
        for key, gifts in known.items()
    }


def _most_first(lines: Sequence[FigureLine]) -> list[FigureLine]:
    """Those of no own line at the end."""
    return sorted(lines, key=lambda line: (line.key == OTHERS, -line.gifts, str(line.key)))
