"""One van, one hour: a committee that is at one donor's is not promised to another, and closed days hold no appointment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session, transaction
from app.handovers import service
from app.handovers.overlapping import is_free
from app.handovers.service import Terms
from app.handovers.slots import Span, suggest
from app.handovers.trips import HandoverError, HandoverRefusal
from app.models import Committee, Handover, Match, Offer
from app.models.states import MatchState, Role, Transport
from app.transitions import COMMITTEE
from app.web.links import Purpose, path_of
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

EVENING = Span(datetime(2026, 12, 2, 17, 30, tzinfo=UTC), datetime(2026, 12, 2, 18, 30, tzinfo=UTC))
"""2 December, 18 h 30."""
TYPED = {"day": "2026-12-02", "start": "19 h", "end": "20 h", "transport": "committee_collects"}


def hours(start: float, end: float) -> Span:
    day = datetime(2026, 12, 2, tzinfo=UTC)
    return Span(day + timedelta(hours=start), day + timedelta(hours=end))


@pytest.mark.parametrize(
    ("taken", "at_once", "free"),
    [
        ([], 1, True),
        ([(9, 10), (11, 12)], 1, True),
        ([(9, 10.5)], 1, False),
        ([(9, 12)], 1, False),
        ([(10.2, 10.4)], 1, False),
        ([(10.2, 10.4)], 2, True),
        ([(10.2, 10.4), (10.5, 10.7)], 2, True),
        ([(10.2, 10.6), (10.5, 10.7)], 2, False),
        ([(9, 12), (9, 12)], 2, False),
    ],
)
def test_ten_to_eleven_beside_what_is_taken(
    taken: list[tuple[float, float]], at_once: int, free: bool
) -> None:
    assert is_free(hours(10, 11), [hours(*each) for each in taken], at_once) is free


class Van:
    """Two gifts to collect for one committee, both offered 2 December at 18 h 30."""

    def __init__(self, app: Flask, build: Builder, clock: FrozenClock, **committee: Any) -> None:
        self.app, self.clock = app, clock
        self.committee: Committee = build.committee(**committee)
        self.offers: list[Offer] = [build.offer(), build.offer()]
        self.matches: list[Match] = [
            build.match(build.offered_item(offer), build.need(self.committee), state=MatchState.APPROVED)
            for offer in self.offers
        ]

    def propose(self, which: int, transport: Transport = Transport.COMMITTEE_COLLECTS) -> None:
        work = partial(service.accept_with_times, match_id=self.matches[which].id)
        within = timedelta(days=3)
        self._do(
            lambda current, now: work(
                current,
                terms=Terms([EVENING], transport),
                actor=COMMITTEE,
                now=now,
                answer_within=within,
            )
        )

    def choose(self, which: int) -> None:
        self._do(lambda current, now: service.choose_time(current, self.matches[which].id, EVENING, now))

    def _do(self, work: Any) -> None:
        with self.app.app_context(), transaction() as current:
            work(current, self.clock())

    def donor_page(self, which: int) -> str:
        with self.app.app_context():
            links, party = self.app.extensions["desk"].links, f"donor:{self.offers[which].donor_id}"
            token = links.token(Purpose.DONOR_ANSWER, self.matches[which].id, party, self.clock())
        return path_of(Purpose.DONOR_ANSWER, token)

    def states(self) -> list[MatchState]:
        with self.app.app_context():
            return [session().get_one(Match, match.id).state for match in self.matches]


def test_the_second_donor_does_not_see_the_taken_time_and_is_told(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    van = Van(app, build, clock)
    van.propose(0)
    van.propose(1)
    before = client.get(van.donor_page(1))
    assert "mercredi 2 décembre, de 18 h 30 à 19 h 30" in words(before)
    slot = before.text.split('name="slot" value="')[1].split('"')[0]
    van.choose(0)

    late = client.post(f"{van.donor_page(1)}/moment", data={"slot": slot}, follow_redirects=True)

    assert "Ce moment vient d'être pris" in words(late).replace("’", "'")
    page = words(client.get(van.donor_page(1)))
    assert "de 18 h 30 à 19 h 30" not in page
    assert "ont été pris entre-temps" in page
    assert van.states() == [MatchState.SCHEDULED, MatchState.APPROVED]


def test_the_committee_sees_the_clash_before_accepting(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    van = Van(app, build, clock, opening_hours={"3": [["18:30", "19:30"]]})
    van.propose(0)
    van.choose(0)
    sign_in(client, build.account(Role.COORDINATOR))
    page = f"/mon-comite/dons/{van.matches[1].id}"

    shown = words(client.get(page))
    assert shown.count("vous collectez déjà ailleurs") == 1
    assert "mercredi 2 décembre, de 18 h 30 à 19 h 30 vous collectez déjà ailleurs" in shown
    refused = client.post(f"{page}/accepter", data=TYPED)
    assert refused.status_code == 422
    assert "Vous allez déjà chercher un don à ce moment" in words(refused)
    ticked = client.post(
        f"{page}/accepter",
        data={"slots": "20261202T1730-20261202T1830", "transport": "committee_collects"},
    )
    assert ticked.status_code == 422
    # Who brings the thing needs no van.
    brought = client.post(f"{page}/accepter", data=TYPED | {"transport": "donor_brings"})
    assert brought.status_code == 303


def test_the_days_of_the_van_are_proposed_where_the_committee_collects(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    """Open on Tuesdays, with the van on Wednesdays."""
    van = Van(
        app,
        build,
        clock,
        opening_hours={"2": [["14:00", "17:00"]]},
        collection_hours={"3": [["09:00", "12:00"]]},
    )
    brought = build.match(
        build.offered_item(build.offer(delivers_km=20)),
        build.need(van.committee),
        state=MatchState.APPROVED,
        transport=Transport.DONOR_BRINGS,
    )
    with app.app_context(), transaction() as session:
        session.get_one(Handover, brought.handover_id).transport = Transport.DONOR_BRINGS
    sign_in(client, build.account(Role.COORDINATOR))

    collected = words(client.get(f"/mon-comite/dons/{van.matches[0].id}"))
    assert "de 9 h à 12 h" in collected
    assert "mardi" not in collected
    at_the_door = words(client.get(f"/mon-comite/dons/{brought.id}"))
    assert "de 14 h à 17 h" in at_the_door
    assert "mercredi" not in at_the_door
    assert ("jours de collecte" in collected, "jours de collecte" in at_the_door) == (True, False)


def test_a_committee_with_two_vans_goes_twice(app: Flask, build: Builder, clock: FrozenClock) -> None:
    van = Van(app, build, clock, collects_at_once=2)
    for which in (0, 1):
        van.propose(which)
        van.choose(which)

    assert van.states() == [MatchState.SCHEDULED] * 2


def test_of_two_donors_who_choose_at_once_one_gets_the_time(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    van = Van(app, build, clock)
    van.propose(0)
    van.propose(1)
    together = Barrier(2)

    def choose(which: int) -> HandoverRefusal | None:
        together.wait()
        try:
            van.choose(which)
        except HandoverError as error:
            return error.code
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(choose, (0, 1)))

    assert sorted(told, key=str) == [None, HandoverRefusal.TIME_TAKEN]
    assert sorted(van.states()) == [MatchState.APPROVED, MatchState.SCHEDULED]


def test_no_time_is_proposed_on_a_closed_day(clock: FrozenClock) -> None:
    first = clock().date()
    open_days = {str(day): [["09:00", "10:00"]] for day in range(1, 8)}
    closures = [["2026-11-25", "2026-11-25"], ["2026-11-27", "2026-12-31"]]

    found = suggest(open_days, first, first + timedelta(days=20), clock(), closures=closures)

    assert [span.starts_at.day for span in found] == [24, 26]
