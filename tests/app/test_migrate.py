"""The migrated database is what the models say; every migration goes up and down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlmodel import SQLModel

from app import migrate, revision
from app.db import OF_REQUESTS
from app.migrations.checks import allow
from tests.builders import Builder


def test_the_migrated_database_is_what_the_models_say(engine: sa.Engine) -> None:
    assert revision.is_current(engine)
    assert migrate.heads() == [revision.head()]
    assert migrate.differences(engine) == []


@pytest.mark.parametrize(
    ("table", "column", "member"), [("decision", "reason", "other"), ("account", "role", "member")]
)
def test_an_enumeration_that_gained_or_lost_a_member_without_a_migration_is_told(
    engine: sa.Engine, table: str, column: str, member: str
) -> None:
    """Autogenerate does not compare CHECK constraints, and they carry half of the promises."""
    kind = SQLModel.metadata.tables[table].c[column].type
    assert isinstance(kind, sa.Enum)
    values = [each for each in kind.enums if each != member]
    with engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            allow(table, column, column, values)
        connection.commit()

    [told] = migrate.differences(engine)

    assert f"ck_{table}_{column}" in told
    assert f"'{member}'" in told


def test_the_database_holds_every_check_to_the_letter(engine: sa.Engine) -> None:
    """The same tables made from the models alone have the same conditions, as this database writes them."""
    migrated = conditions(engine)
    migrate.downgrade(engine, "base")
    SQLModel.metadata.create_all(engine)

    assert migrated == conditions(engine)


def conditions(engine: sa.Engine) -> dict[str, dict[str, str]]:
    inspector = sa.inspect(engine)
    return {
        table: {
            str(check["name"]): " ".join(check["sqltext"].replace('"', "").split())
            for check in inspector.get_check_constraints(table)
        }
        for table in SQLModel.metadata.tables
    }


def test_every_migration_goes_down_and_up_again(engine: sa.Engine) -> None:
    migrate.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    assert not revision.is_current(engine)

    migrate.upgrade(engine)
    assert migrate.heads() == [revision.head()]
    assert migrate.differences(engine) == []


def test_what_was_recorded_of_runs_as_text_outlives_the_column_of_figures(engine: sa.Engine) -> None:
    run = "insert into job_run (name, started_at, outcome, detail) values ('veille', '2026-11-23', 'ok', '3 rendez-vous')"
    migrate.downgrade(engine, "0010")
    with engine.connect() as connection:
        connection.exec_driver_sql(run)
        connection.commit()

    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select detail, figures from job_run")).all() == [
            ("3 rendez-vous", None)
        ]
    migrate.downgrade(engine, "0010")
    with engine.connect() as connection:
        assert connection.execute(sa.text("select detail from job_run")).scalars().all() == ["3 rendez-vous"]


def test_tables_made_anew_lose_no_row_that_refers_to_theirs(engine: sa.Engine, build: Builder) -> None:
    """SQLite drops the old table of donors, offers or committees, and with it whatever it is told to cascade to."""
    offer = build.offer(contact_phone="06 12 34 56 78 (après 18h)")
    build.match(build.offered_item(offer))
    tables = ("donor", "committee", "offer", "offered_item", "need", "match")

    migrate.downgrade(engine, "0011")
    migrate.upgrade(engine)

    with engine.connect() as connection:
        counts = {name: connection.scalar(sa.text(f"select count(*) from {name}")) for name in tables}
        phones = connection.execute(sa.text("select contact_phone from offer")).scalars().all()
    assert counts == dict.fromkeys(tables, 1)
    assert phones == ["06 12 34 56 78 (après 18h)"]


@pytest.mark.databases("postgresql")
def test_people_pass_while_a_migration_waits_for_a_table_that_somebody_reads_for_long(
    engine: sa.Engine,
) -> None:
    migrate.downgrade(engine, "0070")
    waiting = "SELECT relation::regclass::text FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
    with (
        ThreadPoolExecutor(1) as beside,
        engine.connect() as reading,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as person,
    ):
        for table in sa.inspect(engine).get_table_names():
            reading.exec_driver_sql(f'SELECT 1 FROM "{table}" LIMIT 1')
        climbed = beside.submit(migrate.upgrade, engine)
        while (held := person.exec_driver_sql(waiting).scalar()) is None:
            assert not climbed.done()
            person.exec_driver_sql("SELECT pg_sleep(0.05)")
        person.exec_driver_sql(f"SET lock_timeout = {OF_REQUESTS.lock * 1000}")
        person.exec_driver_sql(f"SELECT 1 FROM {held} LIMIT 1")
        reading.rollback()
        climbed.result()

    assert revision.is_current(engine)
