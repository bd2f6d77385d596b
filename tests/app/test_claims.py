"""The mark that the clock sets on its work: on what is due as this unit of work has it, so many at a time, once."""

import sqlalchemy as sa
from flask import Flask
from sqlmodel import col

from app.claims import claim
from app.db import transaction
from app.models import Offer
from tests.builders import Builder
from tests.conftest import FrozenClock


def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    return ids.where(col(Offer.commune) == "Givors", col(Offer.reminded_at).is_(None))


def test_so_many_are_taken_the_oldest_first_and_each_once(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    ids = [build.offer().id for _ in range(3)]

    with app.app_context(), transaction() as session:
        taken = [claim(session, Offer, "reminded_at", due, clock(), limit=2) for _ in range(3)]

    assert taken == [ids[:2], ids[2:], []]


def test_what_this_unit_of_work_has_changed_counts_and_what_it_has_read_shows_the_mark(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    here, elsewhere = build.offer(), build.offer(commune="Lyon")
    with app.app_context(), transaction() as session:
        read, moved = (session.get_one(Offer, offer.id) for offer in (here, elsewhere))
        moved.commune, version = "Givors", read.version

        assert claim(session, Offer, "reminded_at", due, clock()) == [read.id, moved.id]

        assert read.reminded_at == moved.reminded_at == clock()
        assert read.version == version
