"""What a test of the room's pages reads, and an appointment to read of."""

from datetime import timedelta

from flask import Flask

from app.db import transaction
from app.models import Handover, Match
from tests.conftest import FrozenClock


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def appointment(app: Flask, match: Match, clock: FrozenClock) -> None:
    start = clock() + timedelta(days=2, hours=4)
    with app.app_context(), transaction() as current:
        trip = current.get_one(Handover, match.handover_id)
        trip.starts_at, trip.ends_at, trip.place = start, start + timedelta(hours=2), "2 rue du Don"
