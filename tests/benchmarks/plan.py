"""A plan of a country, from rows to rows: 50,000 articles for 20,000 needs of 1,250 committees. Times are seconds of processor.

The rows are those of `engine.territory`, in the tables of a portal: one offer an article. On PostgreSQL, in a server of the
benchmark's own, unless DATABASE_URL names an empty database; the server's processor time is not counted.

- **plan.over_engine**: all of `flask plan` over the engine's own time for the same rows: planning them, verifying the plan and telling
  the nearest misses of all that is left over.
- **plan.memory**: peak memory of `flask plan` above the engine's own peak, rows and all, in MB.
- **plan.longest_transaction**: seconds by the clock for which `flask plan` kept its longest writing transaction open.
- **plan.unchanged**: planning again in the running scheduler, nothing having changed since the plan before.
- **plan.one_offer**: planning again in the running scheduler after one more offer.
- **plan.door_over_raw**: `python -m matching` on the same rows as a document, over planning them and telling their nearest misses
  where they are at hand.
"""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlmodel import SQLModel

from app import create_app, migrate, models
from app.db import WRITES, db, session
from app.finding.service import rebuild
from app.matches import checking, planning
from app.matches.queries.engine import read_board
from app.models.states import NeedState, OfferState, Role
from config import Settings
from matching import Need, Offer, Plan, Planner
from tests.benchmarks.engine import COMMITTEES, NOW, REACH_KM, territory
from tests.postgresql import running_server

OFFERS, ITEMS = 50_000, 40
BATCH = 5_000
T = TypeVar("T")


def figures() -> Iterator[tuple[str, float | int]]:
    """Every figure, as it is measured."""
    with TemporaryDirectory(prefix="plan") as folder, _database() as url:
        environment = {
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "PORTAIL_SECRET_KEY": "bench-only-" + "0" * 32,
        }
        _apart(_load, environment, OFFERS)
        engine, engine_peak = _apart(_engine, environment)
        whole, whole_peak, longest, unchanged, one_more = _apart(_portal, environment, OFFERS)
        yield "plan.engine", engine
        yield "plan.over_engine", whole / engine
        yield "plan.memory", (whole_peak - engine_peak) / 1e6
        yield "plan.longest_transaction", longest
        yield "plan.unchanged", unchanged
        yield "plan.one_offer", one_more
        yield "plan.door_over_raw", _apart(_door, OFFERS)


@contextmanager
def _database() -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with running_server(120) as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE plan")
        yield server.replace("/postgres?", "/plan?").replace("postgresql://", "postgresql+psycopg://")


def _apart(function: Callable[..., T], *arguments: Any) -> T:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _portal_of(environment: dict[str, str]) -> Flask:
    return create_app(Settings.from_environ(environment), lambda: NOW)


def _load(environment: dict[str, str], count: int) -> None:
    app = _portal_of(environment)
    with app.app_context():
        migrate.upgrade(db.engine)
        offers, needs = territory(count, ITEMS)
        with db.engine.begin() as connection:
            for model, rows in tables(offers, needs):
                table = SQLModel.metadata.tables[str(model.__tablename__)]
                for first in range(0, len(rows), BATCH):
                    connection.execute(sa.insert(table), rows[first : first + BATCH])
            rebuild(connection)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("ANALYZE"))


Row = dict[str, Any]


def tables(offers: Sequence[Offer], needs: Sequence[Need]) -> Iterator[tuple[type[SQLModel], list[Row]]]:
    """The rows of a portal that holds these: plainly of samples, each article an offer of its own."""
    places = {need.committee: need.place for need in reversed(needs)}
    yield (
        models.Account,
        [
            {
                "email": "compte1@exemple.example",
                "name": "Compte d'exemple",
                "role": Role.COORDINATOR,
                "fs_uniquifier": "exemple-1",
                "created_at": NOW,
            }
        ],
    )
    yield models.Organisation, [{"slug": "association", "name": "Association d'exemple", "created_at": NOW}]
    yield (
        models.Committee,
        [_committee(number, places.get(f"c{number}", needs[0].place)) for number in range(COMMITTEES)],
    )
    yield models.Need, [_need(number, need) for number, need in enumerate(needs)]
    yield (
        models.Donor,
        [
            {
                "name": f"Donatrice d'exemple {number}",
                "email": f"donatrice{number}@exemple.example",
                "phone": "06 39 98 00 00",
                "confirmed_at": NOW,
                "created_at": NOW,
            }
            for number in range(len(offers))
        ],
    )
    yield models.Offer, [_offer(number, offer) for number, offer in enumerate(offers)]
    yield models.OfferedItem, [_article(number, offer) for number, offer in enumerate(offers)]


def _place(place: Any) -> Row:
    return {
        "postal_code": "46000",
        "commune": "Exemple",
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _committee(number: int, place: Any) -> Row:
    return {
        "organisation_id": 1,
        "slug": f"comite-{number}",
        "name": f"Comité d'exemple {number}",
        "street": "1 rue de l'Exemple",
        **_place(place),
        "email": f"comite{number}@exemple.example",
        "collects_km": int(REACH_KM),
        "created_at": NOW,
    }


def _need(number: int, need: Need) -> Row:
    declared = need.declared_at
    return {
        "committee_id": number % COMMITTEES + 1,
        "state": NeedState.OPEN,
        "item": need.item,
        "quantity": need.quantity,
        "urgency": need.urgency,
        "submission_key": f"besoin-{number:010}",
        "declared_by_id": 1,
        "declared_at": declared,
        "confirmed_at": declared,
    }


def _offer(number: int, offer: Offer) -> Row:
    return {
        "reference": f"E{number:07}",
        "submission_key": f"offre-{number:010}",
        "donor_id": number + 1,
        "state": OfferState.OPEN,
        **_place(offer.place),
        "available_from": NOW.date(),
        "available_until": NOW.date() + timedelta(days=60),
        "created_at": NOW,
        "confirmed_at": NOW,
    }


def _article(number: int, offer: Offer) -> Row:
    return {
        "offer_id": number + 1,
        "position": 0,
        "item": offer.item,
        "quantity": offer.quantity,
        "condition": offer.condition,
    }


def _timed(function: Callable[[], T]) -> tuple[T, float]:
    started = time.process_time()
    result = function()
    return result, time.process_time() - started


def _engine(environment: dict[str, str]) -> tuple[float, int]:
    """The engine's seconds for the portal's rows, and the peak of memory with these rows read."""
    app = _portal_of(environment)
    with app.app_context():
        board = read_board(session(), NOW)
        session().rollback()
        planner = Planner()

        def plan() -> None:
            found = planner.plan(board.offers, board.needs, weights=board.weights, now=board.now)
            checking.verify(board, found)
            _tell(found)

        _, seconds = _timed(plan)
    return seconds, _peak()


def _tell(found: Plan) -> None:
    """Have the nearest misses worked out."""
    for need in found.unmet:
        len(need.nearest_misses)
    for offer in found.unplaced:
        len(offer.nearest_misses)


def _portal(environment: dict[str, str], count: int) -> tuple[float, int, float, float, float]:
    app = _portal_of(environment)
    with app.app_context():
        with _transactions(db.engine) as lengths:
            _, whole = _timed(lambda: planning.make_plan(NOW))
        peak = _peak()
        planning.make_plan(NOW)  # what stands on the board now is new to the engine
        _, unchanged = _timed(lambda: planning.make_plan(NOW))
        offers, _needs = territory(10, ITEMS, seed=2)
        with db.engine.begin() as connection:
            for model, made in (
                (models.Offer, {**_offer(count, offers[0]), "donor_id": 1}),
                (models.OfferedItem, _article(count, offers[0])),
            ):
                connection.execute(sa.insert(SQLModel.metadata.tables[str(model.__tablename__)]), [made])
        _, one_more = _timed(lambda: planning.make_plan(NOW))
    return whole, peak, max(lengths, default=0.0), unchanged, one_more


@contextmanager
def _transactions(database: sa.Engine) -> Iterator[list[float]]:
    """The seconds for which each writing transaction was open."""
    lengths: list[float] = []
    began: dict[int, float] = {}

    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(WRITES, False):
            began[id(connection)] = time.perf_counter()

    def end(connection: sa.Connection) -> None:
        if id(connection) in began:
            lengths.append(time.perf_counter() - began.pop(id(connection)))

    event.listen(database, "begin", begin)
    event.listen(database, "commit", end)
    event.listen(database, "rollback", end)
    try:
        yield lengths
    finally:
        event.remove(database, "begin", begin)
        event.remove(database, "commit", end)
        event.remove(database, "rollback", end)


def _door(count: int) -> float:
    """The door's processor seconds over those of the engine's work alone."""
    offers, needs = territory(count, ITEMS)
    rows = {"offers": [_told(each) for each in offers], "needs": [_told(each) for each in needs]}
    document = json.dumps({"now": NOW.isoformat(), **rows}).encode()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "matching"], input=document, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    door = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    _, seconds = _timed(lambda: _tell(Planner().plan(offers, needs, now=NOW)))
    return door / seconds


def _told(row: Offer | Need) -> Row:
    """The row as the door takes it: what is as it would be unsaid is left out."""
    place = row.place
    told = {
        each.name: getattr(row, each.name)
        for each in fields(row)
        if each.name not in ("place", "confidence", "donor") and getattr(row, each.name) != each.default
    }
    if place is not None:
        told |= {"latitude": place.latitude, "longitude": place.longitude}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
