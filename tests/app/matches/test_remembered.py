"""What PostgreSQL tells of the parts of a table says which of them to read again, whoever changed a row and however late."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col

from app.db import at_one_moment, db
from app.matches.queries import remembered
from app.matches.queries.remembered import MadeOfRows, all_rows
from app.models import Organisation

pytestmark = pytest.mark.databases("postgresql")

QUERY = sa.select(col(Organisation.id), col(Organisation.name), col(Organisation.created_at)).order_by(
    col(Organisation.id)
)
TABLE = Organisation.__table__  # type: ignore[attr-defined]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def organisation(number: int) -> dict[str, Any]:
    return {"id": number, "slug": f"s{number}", "name": f"Association {number}", "created_at": NOW}


@pytest.fixture
def known(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeOfRows[str]]:
    """Ten rows in parts of two, read once."""
    monkeypatch.setattr(remembered, "PART", 2)
    monkeypatch.setattr(remembered, "_MOST_APART", 2)
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(sa.insert(TABLE), [organisation(number) for number in range(2, 12)])
        made: MadeOfRows[str] = MadeOfRows()
        made.again(at_one_moment(), QUERY)
        yield made


def named(number: int, name: str) -> sa.Update:
    return sa.update(TABLE).where(TABLE.c.id == number).values(name=name)


@pytest.mark.parametrize(
    ("statements", "read"),
    [
        pytest.param([], set(), id="nothing"),
        pytest.param([named(5, "Autre")], {2}, id="one"),
        pytest.param([named(4, "Association 5"), named(5, "Association 4")], {2}, id="two for one another"),
        pytest.param([sa.delete(TABLE).where(TABLE.c.id == 8)], {4}, id="one that went"),
        pytest.param([sa.delete(TABLE).where(TABLE.c.id.in_([8, 9]))], set(), id="a part that went"),
        pytest.param([sa.insert(TABLE).values(organisation(12))], {6}, id="one that came"),
        pytest.param([named(2, "A"), named(6, "B"), named(10, "C")], {1, 3, 5}, id="many"),
        pytest.param([sa.update(TABLE).values(website="Ici")], set(), id="what is not asked for"),
    ],
)
def test_parts_that_changed_are_read_again_and_no_others(
    known: MadeOfRows[str], statements: list[Any], read: set[int]
) -> None:
    before = known.again(at_one_moment(), QUERY)
    with db.engine.begin() as connection:
        for each in statements:
            connection.execute(each)

    parts = known.again(at_one_moment(), QUERY)

    assert [row for rows in parts.values() for row in rows] == all_rows(at_one_moment(), QUERY)[0]
    assert {number for number, rows in parts.items() if rows is not before.get(number)} == read
    assert known.of(parts, lambda row: row[1]) == {row[0]: row[1] for rows in parts.values() for row in rows}


def test_what_is_committed_late_is_read_though_its_number_is_older(known: MadeOfRows[str]) -> None:
    with db.engine.connect() as late:
        late.execute(sa.insert(TABLE).values(organisation(1)))
        with db.engine.begin() as quicker:
            quicker.execute(sa.insert(TABLE).values(organisation(12)))
        assert 0 not in known.again(at_one_moment(), QUERY)
        at_one_moment()
        late.commit()

    assert [row[0] for row in known.again(at_one_moment(), QUERY)[0]] == [1]


def test_what_was_changed_and_put_back_while_it_was_read_leaves_nothing_behind(
    known: MadeOfRows[str],
) -> None:
    """The rows are of the moment in which they were told of: else they would be taken for what they were not any more."""
    reading = at_one_moment()
    before = known.again(reading, QUERY)
    with db.engine.begin() as connection:
        connection.execute(named(5, "Entre-temps"))

    assert known.again(reading, QUERY) == before
    assert all_rows(reading, QUERY)[0] == [row for rows in before.values() for row in rows]
