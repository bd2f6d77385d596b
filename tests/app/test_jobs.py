"""The table of jobs as a whole: whatever is due is done once, by however many schedulers, however often they tick."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel

from app import jobs
from app.db import transaction
from app.models.states import MatchState, NeedState, OfferState, Role
from config import Settings
from notifications.scheduler import Job
from tests.builders import Builder
from tests.conftest import FrozenClock

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Paris."""


@pytest.fixture
def table(app: Flask, settings: Settings, clock: FrozenClock) -> tuple[Job, ...]:
    return jobs.table(app, settings, clock, "tests", Event())


def test_each_job_has_a_name_of_its_own_and_says_what_it_claims(table: tuple[Job, ...]) -> None:
    assert len({job.name for job in table}) == len(table)
    assert all(len(job.description) > 40 and job.description.endswith(".") for job in table)


def test_every_job_runs_on_an_empty_portal(table: tuple[Job, ...]) -> None:
    for job in table:
        assert job.run(), job.name


@pytest.fixture
def everything_due(build: Builder, clock: FrozenClock) -> None:
    """One row for each thing that the clock does."""
    clock.moment = NOW - timedelta(days=70)
    build.account(Role.COORDINATOR, password="x")
    build.need()  # old
    build.need(asked_at=NOW - timedelta(days=20))  # nobody stood by it
    build.need(build.committee(), state=NeedState.EXPIRED, asked_at=NOW - timedelta(days=16))
    build.offered_item(build.offer(available_until=NOW.date() + timedelta(days=3)))
    build.offered_item(build.offer(available_until=NOW.date() - timedelta(days=3)), item=None)
    build.offered_item(build.offer(state=OfferState.WITHDRAWN, closed_at=NOW - timedelta(days=400)))
    clock.moment = NOW - timedelta(days=4)
    build.offered_item(build.offer(state=OfferState.UNCONFIRMED, confirmed_at=None))
    clock.moment = NOW - timedelta(days=20)
    build.offered_item(build.offer(state=OfferState.UNCONFIRMED, confirmed_at=None))
    awaited: dict[str, Any] = {"state": MatchState.APPROVED, "approved_at": NOW - timedelta(days=3)}
    build.match(**awaited, answer_by=NOW + timedelta(days=2))
    build.match(**awaited, answer_by=NOW - timedelta(days=1))
    for days, values in (
        (1, {"fixed_at": NOW - timedelta(days=5)}),
        (-1, {}),
        (-9, {"asked_at": NOW - timedelta(days=8), "donor_says": "yes"}),
    ):
        starts = NOW + timedelta(days=days)
        match = build.match(state=MatchState.SCHEDULED)
        build.handover(match, starts_at=starts, ends_at=starts + timedelta(hours=1), **values)
    clock.moment = NOW


def rows(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that say when plans and jobs ran."""
    with app.app_context(), transaction() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(sa.select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
            if table.name not in {"plan_run", "job_run"}
        }


DUE = {
    "coordinator_digest", "weekly_digest", "need_still_true", "offer_ending", "offer_expired", "confirm_address",
    "reminder_donor", "reminder_committee", "match_lapsed", "match_lapsed_committee", "appointment_tomorrow",
    "appointment_tomorrow_committee", "did_it_happen", "did_it_happen_committee", "thank_you",
}  # fmt: skip


def test_what_is_due_is_done_once_and_a_second_round_at_the_same_moment_does_nothing(
    app: Flask, table: tuple[Job, ...], everything_due: None
) -> None:
    for _ in range(2):  # what lapsed is proposed to the next one, which is a second step
        for job in table:
            if job.name != "courriels":
                job.run()
    after = rows(app)
    for job in table:
        if job.name != "courriels":
            job.run()

    assert rows(app) == after
    assert {row[3] for row in after["outbox_message"]} >= DUE


def test_two_schedulers_that_run_the_whole_table_at_once_double_nothing(
    app: Flask, table: tuple[Job, ...], everything_due: None
) -> None:
    together = Barrier(2)

    def one(_number: int) -> None:
        together.wait()
        for job in table:
            if job.name != "courriels":
                job.run()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))

    with app.app_context(), transaction() as session:
        written = session.execute(
            sa.text("select message, count(*) from outbox_message group by message")
        ).all()
    counted = {message: count for message, count in written if message in DUE}
    assert counted == dict.fromkeys(DUE, 1) | {"weekly_digest": 2}  # of two committees


def test_nothing_and_one_are_counted_in_the_singular() -> None:
    assert [jobs.counted(number, "remise") for number in (0, 1, 2)] == ["0 remise", "1 remise", "2 remises"]
