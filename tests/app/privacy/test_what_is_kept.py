"""What the register says goes after so many days is there the day before, and gone the day after the jobs of the night."""

import json
from datetime import timedelta
from threading import Event
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel

from app import jobs
from app.db import transaction
from app.models.personal import STAYS, Treatment, personal
from app.privacy.register import GONE
from app.work import JobContext
from tests import world
from tests.conftest import FrozenClock

MARK = "Zorglub"
SHAPES: dict[str, Any] = {
    "data": {"text": MARK, "changes": {"name": [MARK, ""]}},
    "inputs": {"offer": {"text": MARK}},
    "earlier": [["hier", MARK]],
    "typed": {"name": MARK},
    "answer": {"reference": MARK},
}
"""What JSON columns hold of words, where that is no plain list."""
OVER = (
    "UPDATE offer SET state = 'closed', closed_at = :now",
    "UPDATE need SET state = 'withdrawn', confirmed_at = :now",
    "UPDATE action SET closed_at = :now",
    "UPDATE note SET at = :now, due_at = NULL",
    "UPDATE decision SET at = :now",
    "UPDATE donor SET created_at = :now",
    "UPDATE outbox_message SET state = 'sent', sent_at = :now, created_at = :now, claimed_by = NULL, claimed_until = NULL",
    "UPDATE refused_address SET at = :now",
    "UPDATE kept_form SET kept_at = :now",
    "UPDATE listing SET brought_at = :now",
    "UPDATE api_call SET at = :now",
    "UPDATE api_answer SET at = :now",
    "UPDATE dry_run SET asked_at = :now",
    "UPDATE hook_delivery SET at = :now",
    "UPDATE account_session SET last_seen_at = :now",
    "UPDATE refused_sign_in SET at = :now",
)
"""All is over at this moment."""


def planted(app: Flask, now: Any) -> dict[tuple[str, str], int]:
    """Mark each text of each row that the register says goes; how many rows of each column bear the mark."""
    found = {}
    with app.app_context(), transaction() as session:
        run = session.connection().execute
        for sentence in OVER:
            run(sa.text(sentence), {"now": now})
        for table, treatment, data, column in personal():
            stays = (
                data in STAYS
                or treatment is Treatment.PUBLISHED
                or table not in GONE
                or table in {"rate_counter", "sign_in_wait"}
            )
            kind = SQLModel.metadata.tables[table].c[column]
            if stays or isinstance(
                kind.type, sa.Integer | sa.Boolean | sa.Enum | sa.LargeBinary | sa.DateTime
            ):
                continue
            there = run(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            if not there or kind.unique or (table, column) == ("follower", "email"):
                continue
            value: Any = MARK[: getattr(kind.type, "length", None) or 99]
            if isinstance(kind.type, sa.JSON):
                value = SHAPES.get(column, [MARK])
                if table == "dry_run":
                    value = [MARK]
            marking = sa.update(SQLModel.metadata.tables[table]).values({column: value})
            if (table, column) == (
                "decision",
                "data",
            ):  # rules of committees and plans of rounds are nobody's
                marking = marking.where(sa.text("committee_id IS NULL AND round_id IS NULL"))
            run(marking)
            found[table, column] = there
    return found


def marked(app: Flask) -> set[tuple[str, str]]:
    with app.app_context(), transaction() as session:
        return {
            (name, column)
            for name, table in SQLModel.metadata.tables.items()
            for row in session.connection().execute(sa.select(table)).mappings()
            for column, value in row.items()
            if MARK in (json.dumps(value) if isinstance(value, dict | list) else str(value))
        }


def night(app: Flask, clock: FrozenClock) -> None:
    with app.app_context():
        this = JobContext(app.extensions["settings"], app.extensions["desk"], clock, "test", Event())
        jobs.forget(this)
        jobs.tidy(this)


def test_each_column_goes_when_the_register_says(app: Flask, clock: FrozenClock) -> None:
    world.make(app, clock)
    there = planted(app, clock())
    assert marked(app) == there.keys()
    assert {table for table, _column in there} >= {
        "donor",
        "offer",
        "need",
        "decision",
        "note",
        "receipt",
        "outbox_message",
    }
    start, settings = clock(), app.extensions["settings"]
    days = {table: days(settings) for table, days in GONE.items()}

    for day in sorted(set(days.values())):
        for moment in (timedelta(days=day, hours=-1), timedelta(days=day, hours=1)):
            clock.moment = start + moment
            night(app, clock)
            left = {
                each for each in there if days[each[0]] >= day + (0 if moment < timedelta(days=day) else 1)
            }
            assert marked(app) == left, (day, moment)
