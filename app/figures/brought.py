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
    clocks = queries.clocks_elsewhere(session, scope)
    facts, attendances = queries.received(session, scope, clocks), queries.attendances(session, scope, clocks)
    names = queries.names(
        session, {each.committee_id for each in facts} | {each.committee_id for each in attendances}
    )
    scale = Scale(queries.values(session))
    adding = _Adding(scope, scale, facts, attendances)
    cuts = {name: adding.cut(key(names), places=True) for name, key in BY_PLACE.items()}
    cuts |= {name: adding.cut(key) for name, key in BY_THING.items()}
    total = next(iter(adding.cut(lambda _row: None, places=True)), Tally(None))
    return Brought(scope, scale, names, total, adding.months(), cuts)


@dataclass(frozen=True, slots=True)
class _Adding:
    scope: Extent
    scale: Scale
    facts: Sequence[Fact]
    attendances: Sequence[Attendance]

    def cut(self, key: Key, *, places: bool = False) -> list[Tally]:
        """A line for each key, most pieces first; trips and people are counted by `places` alone."""
        period = self.scope.period
        lines: dict[Any, Tally] = {}

        def measures(row: Fact | Attendance) -> list[Measure]:
            now, before = row.month in period, row.month in period.a_year_before
            if not (now or before):
                return []
            line = lines.setdefault(key(row), Tally(key(row)))
            return [*([line.now] if now else []), *([line.before] if before else [])]

        for fact in self.facts:
            for measure in measures(fact):
                measure.add(fact, self.scale.of(fact.item))
        for attendance in self.attendances if places else ():
            for measure in measures(attendance):
                measure.attend(attendance)
        return sorted(lines.values(), key=lambda line: (-line.now.pieces, -line.before.pieces, str(line.key)))

    def months(self) -> list[Tally]:
        drawn = self.scope.period.drawn
        lines = {month: Tally(month) for month in drawn.months}
        every: dict[date, Measure] = {month: Measure() for month in self.scope.period.read.months}
        for fact in self.facts:
            every[fact.month].add(fact, self.scale.of(fact.item))
        for attendance in self.attendances:
            every[attendance.month].attend(attendance)
        for month, before in zip(drawn.months, drawn.a_year_before.months, strict=True):
            lines[month] = Tally(month, every[month], every[before])
        return list(lines.values())
