"""A table becomes lines, one for each row that says something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.models.states import Urgency
from app.sheets import cells, headings
from app.sheets.cells import Sense
from app.sheets.files import Table
from app.sheets.headings import Columns
from app.sheets.lines import (
    CLOSINGS,
    PassedOver,
    SheetLine,
    begins,
    in_columns,
    loose,
    passed_alone,
    passed_in_table,
)
from app.sheets.text import SheetRow
from matching.items import normalise

MOST = 5_000
"""Lines that are taken."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was understood of a list. `columns` is empty where each line was read for itself; `headings` what stands above each column."""

    lines: Sequence[SheetLine]
    columns: Columns
    headings: Mapping[int, str]


def read(table: Table, sense: Sense, columns: Columns | None = None, *, gifts: bool = False) -> Sheet:
    """`columns`, if somebody has said what they hold, stands for what the headings say; `gifts`: it is a giver's inventory."""
    below = [*(row.cells for row in table.rows[1:]), ()]
    found = [headings.named(row.cells, next_one) for row, next_one in zip(table.rows, below, strict=True)]
    if gifts:
        found = [
            {**named, **headings.of_gifts(row.cells, named)} if named else named
            for row, named in zip(table.rows, found, strict=True)
        ]
    first = next((at for at, named in enumerate(found) if named), None)
    known = columns if columns is not None else found[first] if first is not None else {}
    above = dict(enumerate(table.rows[first].cells)) if first is not None else {}
    if first is None and columns is None:
        known = headings.guessed([row.cells for row in table.rows], sense)
    if not known:
        return Sheet(list(_each_alone(table.rows, sense)), {}, {})
    if headings.Column.ARTICLE not in known.values():
        known = _with_articles(table.rows[first or 0 :], known, sense)
    lines = [
        SheetLine(number=row.number, name=_whole(row), passed=PassedOver.TITLE)
        for row in table.rows[: first or 0]
    ]
    rows = list(zip(table.rows, found, strict=True))[first or 0 :]
    return Sheet([*lines, *_in_table(rows, known, above, sense, fixed=columns is not None)], known, above)


def _with_articles(rows: Sequence[SheetRow], columns: Columns, sense: Sense) -> Columns:
    """A heading says how many, and none of what: of the columns without a heading, the one that names most things."""
    free = {at for row in rows for at in range(len(row.cells))} - set(columns)
    named = {
        at: sum(len(row.cells) > at and sense.item(row.cells[at]) is not None for row in rows[:40])
        for at in free
    }
    best = max(sorted(named), key=lambda at: named[at], default=None)
    return columns if best is None else {**columns, best: headings.Column.ARTICLE}


def _in_table(
    rows: Sequence[tuple[SheetRow, Columns]],
    columns: Columns,
    above: Mapping[int, str],
    sense: Sense,
    *,
    fixed: bool,
) -> Iterator[SheetLine]:
    """`rows` with what each of them says as a row of headings; `fixed`: somebody has said what the columns hold."""
    counting = next((at for at, role in columns.items() if role is headings.Column.QUANTITY), None)
    told = [row for row, _named in rows if sum(map(bool, row.cells)) > 1]
    filled = sum(
        counting is not None and counting < len(row.cells) and bool(row.cells[counting]) for row in told
    )
    most = filled >= 0.8 * len(told)
    for row, again in rows:
        if again:
            if not fixed and again != columns and headings.Column.ARTICLE in again.values():
                columns, above = again, dict(enumerate(row.cells))
            yield SheetLine(number=row.number, name=_whole(row), passed=PassedOver.HEADING)
            continue
        passed = passed_in_table(row, columns, most)
        line = in_columns(row, columns, above, sense)
        yield replace(line, name=_whole(row), trouble=None, passed=passed) if passed else line


def _each_alone(rows: Sequence[SheetRow], sense: Sense) -> Iterator[SheetLine]:
    read_alone = [(row, loose(row, sense)) for row in rows]
    marked = sum(row.marked for row in rows) >= max(3, len(rows) / 3)
    counted = sum(not line.assumed for _row, line in read_alone) >= len(rows) / 2
    elsewhere = _of_something_else(read_alone)
    urgent: Urgency | None = None
    before, signed = 0, False
    for at, (row, line) in enumerate(read_alone):
        alone, rest = cells.urgent_beside(list(row.cells))
        if alone is not None and not any(rest):
            urgent, before = alone, row.number
            yield SheetLine(number=row.number, name=_whole(row), passed=PassedOver.SECTION)
            continue
        if row.number > before + 1:
            urgent = None
        before = row.number
        heading = at == 0 and any(normalise(cell) in _HEADINGS for cell in row.cells[:2])
        passed = PassedOver.HEADING if heading else passed_alone(row, line, marked, counted)
        signed = signed or begins(_whole(row), CLOSINGS)
        passed = passed or (PassedOver.TITLE if elsewhere or (signed and line.assumed) else None)
        if passed:
            yield replace(line, name=_whole(row), trouble=None, passed=passed)
        else:
            yield replace(line, urgency=line.urgency or urgent)


def _of_something_else(lines: Sequence[tuple[SheetRow, SheetLine]]) -> bool:
    """Whether a table is of people, hours or money: several cells a row, none says how many or in what state, and few name an article."""
    parted = [line for row, line in lines if sum(map(bool, row.cells)) > 1]
    if len(parted) < max(2, 0.6 * len(lines)):
        return False
    told = any(line.condition or (line.quantity and not line.assumed) for line in parted)
    return not told and 3 * sum(line.item is not None for line in parted) < len(parted)


_HEADINGS = {
    word for role in headings.ONE_OF_A_KIND if role in headings.KNOWN for word in headings.KNOWN[role]
}


def _whole(row: SheetRow) -> str:
    return " · ".join(cell for cell in row.cells if cell)[:200]


def repeated(lines: Sequence[SheetLine]) -> dict[int, int]:
    """By the number of a line, the first one that asks for the same thing."""
    first: dict[tuple[object, ...], int] = {}
    found = {}
    for line in lines:
        if line.passed is None and line.name:
            earlier = first.setdefault(
                (normalise(line.name), normalise(line.details), line.condition, line.site, line.value),
                line.number,
            )
            if earlier != line.number:
                found[line.number] = earlier
    return found
