"""What came, in every cut: by month, committee, association, action, family and item. The lines of each cut add up to the same total."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.figures import queries
from app.figures.measures import Measure, Scale, Tally, family_of
from app.figures.queries import Attendance, Extent, Fact, Names
from matching.items import load

Key = Callable[[Any], Any]
BY_PLACE: Mapping[str, Callable[[Names], Key]] = {
    "organisations": lambda names: lambda row: names.organisations[row.committee_id],
    "committees": lambda _names: lambda row: row.committee_id,
}
BY_THING: Mapping[str, Key] = {
    "actions": lambda fact: fact.action_id,
    "families": lambda fact: family_of(fact.item) if fact.item in load() else None,
    "items": lambda fact: fact.item if fact.item in load() else None,
}
"""What a line stands for; None for what has none: no action, no word of the catalogue."""


@dataclass(frozen=True, slots=True)
class Brought:
    """`total` and the lines of each cut, most pieces first; `months` are those that a picture shows, in their order."""

    scope: Extent
    scale: Scale
    names: Names
    total: Tally
    months: Sequence[Tally]
    cuts: Mapping[str, Sequence[Tally]]

    @property
    def is_empty(self) -> bool:
        return not (
            self.total.now.pieces or self.total.before.pieces or any(each.now.pieces for each in self.months)
        )


def brought(session: Session, scope: Extent) -> Brought:
    """Seven statements."""
    rows = queries.matches_of(session, scope)
    facts, attendances = queries.received(session, scope, rows), queries.attendances(session, scope, rows)
    names = queries.names(
        session, {each.committee_id for each in facts} | {each.committee_id for each in attendances}
    )
    scale = Scale(queries.values(session))
    adding = _Adding(scope, scale, facts, attendances)
    cuts = {name: adding.cut(key(names), places=True) for name, key in BY_PLACE.items()}
    cuts |= {name: adding.cut(key) for name, key in BY_THING.items()}
    total = next(iter(adding.cut(lambda _row: None, places=True)), Tally(None))
    return Brought(scope, scale, names, total, adding.months(), cuts)


class _Adding:
    """Adds rows up, by whatever they are told apart by."""

    def __init__(
        self, scope: Extent, scale: Scale, facts: Sequence[Fact], attendances: Sequence[Attendance]
    ) -> None:
        self.scope, self.scale = scope, scale
        self.facts = [(each, self._when(each.month), scale.of(each.item)) for each in facts]
        self.attendances = [(each, self._when(each.month)) for each in attendances]

    def _when(self, month: date) -> Sequence[str]:
        """In which measures of a line it counts: a long period goes through the year before too."""
        period = self.scope.period
        periods = {"now": period, "before": period.a_year_before}
        return [name for name, each in periods.items() if month in each]

    def cut(self, key: Key, *, places: bool = False) -> list[Tally]:
        """A line for each key, most pieces first; trips and people are counted by `places` alone."""
        lines: dict[Any, Tally] = {}
        for fact, when, worth in self.facts:
            for name in when:
                getattr(_line(lines, key(fact)), name).add(fact, worth)
        for attendance, when in self.attendances if places else ():
            for name in when:
                getattr(_line(lines, key(attendance)), name).attend(attendance)
        return sorted(lines.values(), key=lambda line: (-line.now.pieces, -line.before.pieces, str(line.key)))

    def months(self) -> list[Tally]:
        drawn = self.scope.period.drawn
        every: dict[date, Measure] = {month: Measure() for month in self.scope.period.read.months}
        for fact, _when, worth in self.facts:
            every[fact.month].add(fact, worth)
        for attendance, _when in self.attendances:
            every[attendance.month].attend(attendance)
        pairs = zip(drawn.months, drawn.a_year_before.months, strict=True)
        return [Tally(month, every[month], every[before]) for month, before in pairs]


def _line(lines: dict[Any, Tally], key: Any) -> Tally:
    if key not in lines:
        lines[key] = Tally(key)
    return lines[key]
