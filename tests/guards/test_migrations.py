"""Migrations are one chain, each number once and each after the one before, lead to what the models say, and only add.

A new version is brought in while the one before still answers, and may be taken back: what that one reads and writes must go on
(expand, migrate, contract). A migration that takes something away says in its file which one was the last of a version that used it:

    unused_since = "0081"
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import migrate

VERSIONS = Path(__file__).parents[2] / "app" / "migrations" / "versions"
LAST_UNHELD = "0075"
"""Up to here migrations were written before any portal was brought up to date while it answers."""

Shape = dict[str, dict[str, Any]]


def scripts() -> list[Path]:
    return sorted(VERSIONS.glob("[0-9]*.py"))


def test_migrations_are_one_chain() -> None:
    found = [
        re.findall(r'^(?:down_)?revision = (?:"(\d{4})"|None)$', path.read_text(), re.MULTILINE)
        for path in scripts()
    ]
    numbers = [f"{number:04d}" for number in range(1, len(found) + 1)]

    assert found == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]


def test_they_only_add_and_lead_to_what_the_models_say() -> None:
    """Here for one database in memory, so that a member without its migration is seen at once; tests/app has both."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    migrate.upgrade(engine, LAST_UNHELD)
    wrong, before = [], shape(engine)
    for path in scripts():
        number = path.name[:4]
        if number <= LAST_UNHELD:
            continue
        migrate.upgrade(engine, number)
        after = shape(engine)
        since = re.search(r'^unused_since = "(\d{4})"$', path.read_text(), re.MULTILINE)
        if since is None or since[1] >= number:
            wrong += [f"{path.name}: {what}" for what in broken(before, after)]
        before = after

    assert wrong == [], "the version before reads or writes this: see the head of this file"
    assert migrate.differences(engine) == []


def shape(engine: sa.Engine) -> Shape:
    """What a version of the portal relies on, by table."""
    inspector = sa.inspect(engine)
    return {
        table: {
            "columns": {column["name"]: column for column in inspector.get_columns(table)},
            "unique": {
                *(tuple(each["column_names"]) for each in inspector.get_unique_constraints(table)),
                *(tuple(each["column_names"]) for each in inspector.get_indexes(table) if each["unique"]),
            },
            "checks": {
                str(each["name"]): str(each["sqltext"]) for each in inspector.get_check_constraints(table)
            },
        }
        for table in inspector.get_table_names()
    }


def broken(before: Shape, after: Shape) -> Iterator[str]:
    """What a version that knows `before` cannot do with `after`."""
    yield from (f"table {table} is gone" for table in before.keys() - after.keys())
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        yield from (f"{table}.{name} is gone" for name in old["columns"].keys() - new["columns"].keys())
        for name, column in new["columns"].items():
            known = old["columns"].get(name)
            if not column["nullable"] and column["default"] is None and (known is None or known["nullable"]):
                yield f"{table}.{name} must be given, and has no default of the database's"
            if known is not None and str(known["type"]) != str(column["type"]):
                yield f"{table}.{name} was {known['type']} and is {column['type']}"
        yield from (
            f"{table}{columns} must be unique"
            for columns in new["unique"] - old["unique"]
            if set(columns) & old["columns"].keys()
        )
        for name, condition in new["checks"].items():
            if _narrows(old["checks"].get(name), condition, set(old["columns"])):
                yield f"{name} refuses what it took"


def _narrows(before: str | None, after: str, known: set[str]) -> bool:
    """Whether a condition may refuse rows that were taken: one more word in a list is none less."""
    if before is None:
        return bool(set(re.findall(r"\w+", after)) & known)
    texts, words = re.compile(r"'[^']*'"), re.compile(r"[^\s(),]+")
    kept = set(texts.findall(before)) <= set(texts.findall(after))
    return not kept or words.findall(texts.sub("", before)) != words.findall(texts.sub("", after))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ALTER TABLE thing ADD COLUMN more VARCHAR(9)", None),
        ("ALTER TABLE thing ADD COLUMN more INTEGER DEFAULT 3 NOT NULL", None),
        ("CREATE TABLE other (id INTEGER NOT NULL)", None),
        ("CREATE INDEX ix ON thing (name)", None),
        ("DROP INDEX uq", None),
        (("kind IN ('a','b')", "kind IN ('a','b','c')"), None),
        (("kind IN ('a','b')", "kind IN ('a')"), "ck_kind refuses what it took"),
        (("kind IN ('a','b')", "kind IN ('a','b') AND length(name) < 9"), "ck_kind refuses what it took"),
        (("size INTEGER", "size INTEGER NOT NULL"), "thing.size must be given, and has no default of the database's"),
        (("VARCHAR(20)", "VARCHAR(10)"), "thing.name was VARCHAR(20) and is VARCHAR(10)"),
        ("CREATE UNIQUE INDEX one ON thing (size)", "thing('size',) must be unique"),
        ("ALTER TABLE thing DROP COLUMN size", "thing.size is gone"),
        ("ALTER TABLE thing RENAME COLUMN size TO extent", "thing.size is gone"),
        ("ALTER TABLE thing RENAME TO things", "table thing is gone"),
        ("DROP TABLE thing", "table thing is gone"),
    ],
)  # fmt: skip
def test_what_breaks_the_version_before_is_seen(written: str | tuple[str, str], said: str | None) -> None:
    made = (
        "CREATE TABLE thing (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(20) NOT NULL, size INTEGER, kind TEXT,"
        " CONSTRAINT ck_kind CHECK (kind IN ('a','b')))"
    )
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(made)
        connection.exec_driver_sql("CREATE UNIQUE INDEX uq ON thing (name)")
    before = shape(engine)
    with engine.begin() as connection:
        if isinstance(written, str):
            connection.exec_driver_sql(written)
        else:  # as Alembic does on SQLite: the table made anew
            connection.exec_driver_sql("DROP TABLE thing")
            connection.exec_driver_sql(made.replace(*written))

    assert list(broken(before, shape(engine))) == ([] if said is None else [said])
