"""Which column holds what: by its heading, or by what stands in it where there is none."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from app.sheets import cells
from app.sheets.cells import WORDS, Sense
from matching.items import normalise

SAMPLE = 40
"""Rows that tell what a column without a heading holds."""
FEWEST = 4
"""Rows of a table; fewer are lines that each stand for themselves."""


class Column(StrEnum):
    """What a column holds."""

    ARTICLE = "article"
    QUANTITY = "quantity"
    CONDITION = "condition"
    URGENCY = "urgency"
    NEEDED_BY = "needed_by"
    UNIT = "unit"
    DETAILS = "details"
    VALUE = "value"
    WEIGHT = "weight"
    SITE = "site"
    SHARING = "sharing"
    IGNORED = "ignored"


Columns = Mapping[int, Column]
"""By the number of the column, from 0; those that are not there go into the details under their heading."""
OF_GIFTS = (Column.VALUE, Column.WEIGHT, Column.SITE, Column.SHARING)
"""Told in a giver's inventory alone; elsewhere such columns go into the details."""
OF_LISTS = tuple(role for role in Column if role not in OF_GIFTS)
KNOWN = {role: WORDS["headings"][role] for role in OF_LISTS}
OTHER = frozenset(WORDS["headings"]["other"])
ONE_OF_A_KIND = (
    Column.ARTICLE,
    Column.QUANTITY,
    Column.CONDITION,
    Column.URGENCY,
    Column.NEEDED_BY,
    Column.UNIT,
    *OF_GIFTS,
)


def _likeness(heading: str, role: Column) -> float:
    """How surely a heading names this: 0 not at all; the whole heading more than some words, words that come first in the list more."""
    plain = normalise(heading)
    words = plain.split()
    best = 0.0
    for rank, known in enumerate(KNOWN[role]):
        whole = plain == known
        inside = f" {known} " in f" {plain} " and (role is Column.NEEDED_BY or not OTHER.intersection(words))
        if whole or (inside and len(words) <= 6):
            best = max(best, (2.0 if whole else 1.0) - rank / 100 - len(words) / 1000)
    return best


def named(row: Sequence[str], below: Sequence[str] = ()) -> dict[int, Column]:
    """The columns that this row of headings tells of; empty where it is no such row. Of two that hold the same the surer one does.
    One alone that says how many is enough where a number stands `below` it."""
    texts = [(at, cell) for at, cell in enumerate(row) if cell.strip()]
    if any(len(cell) > 60 or cells.is_figure(cell) or _is_said(cell) for _at, cell in texts):
        return {}
    likely = sorted(
        ((_likeness(cell, role), -at, role) for at, cell in texts for role in OF_LISTS), reverse=True
    )
    found: dict[int, Column] = {}
    for likeness, at, role in likely:
        if likeness and -at not in found and not (role in ONE_OF_A_KIND and role in found.values()):
            found[-at] = role
    known = {role for role in found.values() if role in ONE_OF_A_KIND}
    for at, role in found.items():
        if role is Column.QUANTITY and len(texts) > 1 and at < len(below) and cells.number(below[at]):
            return found
    return found if len(known) > 1 and known & {Column.ARTICLE, Column.QUANTITY} else {}


def of_gifts(above: Sequence[str], known: Columns) -> dict[int, Column]:
    """The columns of a giver's inventory that tell what one is worth and weighs, where it is and whether it may be shared."""
    found: dict[int, Column] = {}
    for role in OF_GIFTS:
        for words in WORDS["gifts"][role]:
            for at, heading in enumerate(above):
                plain = f" {normalise(heading.replace('k€', ' ke '))} "
                total = role in (Column.VALUE, Column.WEIGHT) and any(
                    f" {all_of_it} " in plain for all_of_it in WORDS["gifts"]["of_all"]
                )
                free = known.get(at, Column.DETAILS) is Column.DETAILS and at not in found
                if free and not total and f" {words} " in plain and role not in found.values():
                    found[at] = role
    for at, heading in enumerate(above):
        free = known.get(at, Column.DETAILS) is Column.DETAILS and at not in found
        if free and normalise(heading) in WORDS["gifts"]["lot"] and Column.SHARING not in found.values():
            found[at] = Column.SHARING
    return found


def _is_said(cell: str) -> bool:
    """Whether a cell says a condition rather than that conditions stand below it."""
    return cells.condition(cell) is not None and normalise(cell) not in KNOWN[Column.CONDITION]


def guessed(rows: Sequence[Sequence[str]], sense: Sense) -> dict[int, Column]:
    """What the columns of a table without headings seem to hold; empty where no one holds articles beside one that counts them."""
    sample = [row for row in rows if sum(map(bool, row)) > 1][:SAMPLE]
    columns = [
        [row[at] for row in sample if at < len(row) and row[at]]
        for at in range(max(map(len, sample), default=0))
    ]
    found = {at: role for at, column in enumerate(columns) if (role := _held(column, len(sample)))}
    counting = [at for at, role in found.items() if role is Column.QUANTITY]
    words = {at: _articles(column, sense) for at, column in enumerate(columns) if at not in found}
    best = max(words, key=lambda at: words[at], default=-1)
    if len(sample) < FEWEST or not counting or words.get(best, 0) < len(sample) / 2:
        return {}
    # A column that counts the lines comes first where there is another.
    kept = counting[1] if len(counting) > 1 and _in_order(columns[counting[0]]) else counting[0]
    single = {at: role for at, role in found.items() if at == min(k for k, r in found.items() if r is role)}
    return {
        **{at: role for at, role in single.items() if role is not Column.QUANTITY},
        kept: Column.QUANTITY,
        best: Column.ARTICLE,
    }


def _held(column: Sequence[str], rows: int) -> Column | None:
    """What nearly all cells of a column are."""
    for role, is_one in (
        (Column.QUANTITY, cells.number),
        (Column.CONDITION, cells.condition),
        (Column.URGENCY, cells.urgency),
        (Column.NEEDED_BY, cells.day),
    ):
        alike = sum(is_one(cell) is not None for cell in column)
        if alike and alike >= 0.8 * (rows if role is Column.QUANTITY else len(column)):
            return role
    return None


def _articles(column: Sequence[str], sense: Sense) -> int:
    return sum(sense.item(cell) is not None for cell in column)


def _in_order(column: Sequence[str]) -> bool:
    numbers = [cells.number(cell) or 0 for cell in column]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
