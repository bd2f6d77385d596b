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
from app.health.results import COUNTS, run_sentence
from app.models.states import MatchState, NeedState, OfferState, Role
from app.web.text import speaking
from config import Settings
from notifications.runs import Figures
from notifications.scheduler import Job
from notifications.typography import french
from tests.builders import Builder
from tests.conftest import FrozenClock

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Paris."""


@pytest.fixture
def table(app: Flask, settings: Settings, clock: FrozenClock) -> tuple[Job, ...]:
    return jobs.table(app, settings, clock, "tests", Event())


def test_each_job_has_a_name_of_its_own_and_says_what_it_claims_and_costs() -> None:
    assert len({row.name for row in jobs.TABLE}) == len(jobs.TABLE)
    assert all(row.claims and row.costs for row in jobs.TABLE)
    assert all(str(row.purpose).endswith(".") for row in jobs.TABLE)


def test_every_job_says_what_it_did_on_an_empty_portal(app: Flask, table: tuple[Job, ...]) -> None:
    with app.app_context():
        said = {job.name: run_sentence(job.name, job.run() or {}) for job in table}

    assert {said.pop(name) for name in ("rapprochements", "sans-reponse")} == {
        french("Rien de nouveau : le tableau est à jour."),
        "Aucun rapprochement n'a attendu trop longtemps.".replace("'", "’"),
    }
    assert "PORTAIL_BACKUP_DIR" in said.pop("sauvegarde")
    assert set(said.values()) == {"Rien à faire."}


def test_every_figure_of_every_job_has_its_words(
    app: Flask, table: tuple[Job, ...], everything_due: None
) -> None:
    """And no figure has words that no job of the table counts."""
    counted: set[str] = set()
    with app.app_context():
        for job in table:
            figures = job.run() or {}
            counted |= figures.keys()
            if job.name not in {"rapprochements", "sans-reponse", "sauvegarde"}:
                assert figures.keys() <= COUNTS.keys(), job.name
            done = [number for key, number in figures.items() if key in COUNTS and number]
            for spoken in ("fr", "en"):
                with speaking(spoken):
                    words = run_sentence(job.name, figures)
                    assert words.endswith("."), words
                    assert all(str(number) in words for number in done), words
    assert COUNTS.keys() - counted == set()


def test_letters_are_counted_one_by_one_in_either_language(app: Flask) -> None:
    figures: Figures = {
        "letters_sent": 0,
        "letters_deferred": 2,
        "letters_refused": 1,
        "unreachable": "421 later",
    }

    with app.app_context():
        assert run_sentence("courriels", figures) == french(
            "2 e-mails remis à plus tard, 1 e-mail refusé. Le serveur de messagerie ne répond pas : 421 later"
        )
        with speaking("en"):
            assert run_sentence("courriels", figures) == (
                "2 messages put off, 1 message refused. The mail server does not answer: 421 later"
            )


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
            if table.name not in {"plan_run", "job_run", "health_look"}
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
