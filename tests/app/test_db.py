"""The unit of work, on both databases: all or nothing, one writer after the other, kept once it is said to be kept."""

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from app.db import WRITES, among, create_engine, db, session, transaction
from app.jobs import sessions_of
from app.models import Donor, Offer, Organisation
from tests.builders import Builder

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FULL, NORMAL = 2, 1
"""SQLite's own numbers for `PRAGMA synchronous`."""


def organisation(name: str) -> Organisation:
    return Organisation(slug=name, name=name, created_at=NOW)


def names() -> list[str]:
    with sa.orm.Session(db.engine) as own:
        return sorted(own.scalars(select(Organisation.name)))


def add_and_fail() -> None:
    with transaction() as unit:
        unit.add(organisation("perdue"))
        unit.flush()
        raise RuntimeError("panne")


def test_a_transaction_is_kept_when_it_ends_and_undone_when_it_fails(app: Flask) -> None:
    with app.app_context():
        before = names()
        with transaction() as unit:
            unit.add(organisation("gardee"))
        with pytest.raises(RuntimeError, match="panne"):
            add_and_fail()

        assert names() == sorted([*before, "gardee"])


def test_rows_changed_outside_a_transaction_are_refused_not_carried_along(app: Flask) -> None:
    with app.app_context():
        session().add(organisation("en-fraude"))

        with pytest.raises(RuntimeError, match="outside"), transaction():
            pass


def test_eight_threads_that_read_then_write_lose_nothing(app: Flask) -> None:
    with app.app_context(), transaction() as unit:
        unit.add(organisation("compte-0"))

    def add_one(_turn: int) -> None:
        with app.app_context(), transaction() as unit:
            query = select(Organisation).where(Organisation.description == "").with_for_update()
            row = unit.exec(query.where(sa.func.substr(Organisation.name, 1, 7) == "compte-")).one()
            row.name = f"compte-{int(row.name.removeprefix('compte-')) + 1}"

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(40)))

    with app.app_context():
        assert "compte-40" in names()


@pytest.mark.databases("sqlite")
def test_what_people_were_told_is_on_the_disk_and_what_a_worker_settled_may_follow(app: Flask) -> None:
    """A power cut takes nothing that a page said was recorded; a letter settled just before may leave again."""
    with app.app_context():
        with transaction() as unit:
            lasting = unit.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()
        with sessions_of(db.engine)() as own:
            passing = own.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()
            own.rollback()
        with transaction() as unit:
            again = unit.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()

    assert (lasting, passing, again) == (FULL, NORMAL, FULL)


def add_twice(name: str) -> None:
    with transaction() as unit:
        for _ in range(2):
            unit.add(organisation(name))
            unit.flush()


def test_an_error_of_the_database_does_not_say_what_was_being_written(app: Flask) -> None:
    """It goes into the log and the record of jobs, where letters, links and addresses have no place."""
    with app.app_context():
        with pytest.raises(sa.exc.IntegrityError) as caught:
            add_twice("zebulon@essai.example")
        assert "INSERT INTO organisation" in str(caught.value)
        assert "zebulon" not in f"{caught.value} {caught.value.orig}"


def test_nor_does_it_repeat_the_row_that_it_refused(app: Flask, build: Builder) -> None:
    """PostgreSQL's detail of a value out of range is the whole row."""
    donor = build.donor(name="Zebulon")
    offer = build.offer(donor, street="12 rue du Secret")

    with app.app_context():
        with pytest.raises(sa.exc.IntegrityError) as caught, transaction() as unit:
            unit.connection().execute(
                sa.update(Offer).where(col(Offer.id) == offer.id).values(latitude=900.0)
            )
        assert "latitude_range" in str(caught.value)
        assert "Secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("number", [0, 1, 70_000])
def test_however_many_rows_are_asked_for_at_once(app: Flask, build: Builder, number: int) -> None:
    """The first plan of a large portal asks for all its articles and needs, more than drivers have parameters."""
    donor = build.donor()

    with app.app_context():
        found = session().exec(select(Donor.id).where(among(Donor.id, range(1, number + 1)))).all()
        session().rollback()

    assert found == [donor.id][:number]


@pytest.mark.databases("sqlite")
def test_who_writes_in_a_burst_writes_in_turn(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/burst.sqlite3")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE line (writer INTEGER)")
    together = threading.Barrier(4)

    def write(writer: int) -> None:
        together.wait()
        for _ in range(40):
            with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                connection.exec_driver_sql("INSERT INTO line VALUES (?)", (writer,))
                sum(range(100_000))

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    with engine.connect() as connection:
        order = list(connection.exec_driver_sql("SELECT writer FROM line ORDER BY rowid").scalars())
    first = next(at for at in range(len(order)) if order[: at + 1].count(order[at]) == 40)
    assert min(order[:first].count(writer) for writer in range(4)) >= 10, order
    engine.dispose()
