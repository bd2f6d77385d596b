"""Choices made at the same moment, on both databases."""

import threading
from datetime import timedelta

from flask import Flask
from sqlmodel import select

from app.db import transaction
from app.models import Preference
from app.preferences import service
from app.preferences.queries import DigestPreference, digest_preferences
from tests.conftest import FrozenClock

PARTY = "committee:1"


def together(*works: object) -> list[BaseException]:
    """Run them in threads of their own, started as one; what they raised."""
    gate, raised = threading.Barrier(len(works)), list[BaseException]()

    def run(work: object) -> None:
        gate.wait()
        try:
            work()  # type: ignore[operator]
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_first_choices_made_at_once_make_one_row(app: Flask, clock: FrozenClock) -> None:
    def choose() -> None:
        with app.app_context(), transaction() as session:
            service.choose_digest(session, PARTY, DigestPreference(weekday=3), clock())

    def stop() -> None:
        with app.app_context(), transaction() as session:
            service.stop_digests(session, PARTY, clock())

    assert together(choose, stop, choose, stop) == []

    with app.app_context(), transaction() as session:
        assert len(session.exec(select(Preference)).all()) == 1


def test_each_renewal_counts(app: Flask, clock: FrozenClock) -> None:
    def renew() -> None:
        with app.app_context(), transaction() as session:
            service.renew_agenda(session, 1, clock())

    assert together(*[renew] * 4) == []

    with app.app_context(), transaction() as session:
        assert session.exec(select(Preference)).one().agenda_version == 5


def test_digests_again_means_at_once(app: Flask, clock: FrozenClock) -> None:
    """A pause that was chosen before would make the click a lie."""
    wish = DigestPreference(weekday=3, paused_until=clock().date() + timedelta(days=30))
    with app.app_context(), transaction() as session:
        service.choose_digest(session, PARTY, wish, clock())
        service.stop_digests(session, PARTY, clock())
        service.resume_digests(session, PARTY, clock())
        session.flush()

        assert digest_preferences(session, [PARTY])[PARTY] == DigestPreference(weekday=3)
