"""A last day is over when it is over there, and nobody is woken up, wherever in the world they live."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from app.days import by_day, end_of_day, is_working_day, last_day
from app.db import session
from app.matches import service, waiting
from app.models import Match, Need, Offer, OutboxMessage
from app.models.states import NeedState, OfferState, Role
from app.needs import waiting as needs
from app.offers import waiting as offers
from app.transitions import Actor
from tests.app.acting import Acting
from tests.builders import Builder
from tests.conftest import FrozenClock


def utc(words: str) -> datetime:
    return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=UTC)


LA_REUNION: dict[str, Any] = {
    "postal_code": "97400",
    "commune": "Saint-Denis",
    "latitude": -20.88,
    "longitude": 55.45,
}
GUADELOUPE: dict[str, Any] = {
    "postal_code": "97100",
    "commune": "Basse-Terre",
    "latitude": 16.0,
    "longitude": -61.73,
}
POLYNESIE: dict[str, Any] = {
    "postal_code": "98714",
    "commune": "Papeete",
    "latitude": -17.54,
    "longitude": -149.57,
}
NIORO: dict[str, Any] = {
    "country": "ML", "postal_code": "", "commune": "Nioro du Sahel", "latitude": 15.23, "longitude": -9.59,
}  # fmt: skip
GIVORS: dict[str, Any] = {}
MIDNIGHT = {
    "97400": "12-15 20:00",
    "": "12-16 00:00",
    "69700": "12-15 23:00",
    "97100": "12-16 04:00",
    "98714": "12-16 10:00",
}
"""By postal code, when the 15th of December is over there."""
EIGHT = {
    "97400": "12-16 04:00",
    "": "12-16 08:00",
    "69700": "12-16 07:00",
    "97100": "12-16 12:00",
    "98714": "12-16 18:00",
}
"""When it is eight in the morning of the 16th, a Wednesday."""
ZONES = {
    "97400": "Indian/Reunion", "": "Africa/Bamako", "69700": "Europe/Paris", "97100": "America/Guadeloupe", "98714": "Pacific/Tahiti",
}  # fmt: skip
LAST = date(2026, 12, 15)


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def hours(acting: Acting, since: str, until: str, work: Callable[..., int]) -> list[datetime]:
    """Do the work at each full hour; those at which it did something, once for each thing."""
    acting.clock.moment, done = utc(since), []
    while acting.clock.moment < utc(until):
        done += [acting.clock.moment] * acting.do(work)
        acting.clock.advance(hours=1)
    return done


def of_table(table: dict[str, str], *codes: str, later: int = 0) -> dict[str, datetime]:
    return {code: utc(table[code]) + timedelta(days=later) for code in codes or table}


@pytest.mark.parametrize("code", MIDNIGHT)
def test_a_day_ends_and_a_morning_comes(code: str) -> None:
    zone, midnight, eight = ZONES[code], utc(MIDNIGHT[code]), utc(EIGHT[code])

    assert end_of_day(midnight - timedelta(hours=5), zone) == midnight - timedelta(seconds=1)
    assert last_day(midnight - timedelta(seconds=1), zone) == LAST
    assert last_day(midnight - timedelta(seconds=2), zone) == LAST - timedelta(days=1)
    assert by_day(midnight, zone) == eight
    assert (is_working_day(eight - timedelta(seconds=1), zone), is_working_day(eight, zone)) == (False, True)


def test_an_offer_is_asked_about_by_day_and_ends_when_its_last_day_does(
    acting: Acting, build: Builder
) -> None:
    made = {}
    for place in (LA_REUNION, GIVORS, GUADELOUPE, POLYNESIE):
        offer = build.offer(available_until=LAST, **place)
        build.offered_item(offer)
        made[offer.postal_code] = offer.id

    asked = hours(acting, "12-07 00:00", "12-10 00:00", offers.ask_before_end)
    assert asked == sorted(of_table(EIGHT, *made, later=-8).values())

    ended = hours(acting, "12-15 00:00", "12-17 00:00", offers.expire)
    assert ended == sorted(of_table(MIDNIGHT, *made).values())
    closed = {code: acting.row(Offer, key) for code, key in made.items()}
    assert {each.state for each in closed.values()} == {OfferState.EXPIRED}
    assert {code: each.closed_at for code, each in closed.items()} == of_table(MIDNIGHT, *made)
    told = {row.not_before for row in acting.rows() if row.message == "offer_expired"}
    assert told == set(of_table(EIGHT, *made).values())


def test_a_need_is_asked_about_by_day_once_its_date_is_over_and_waits_a_whole_last_day(
    acting: Acting, build: Builder
) -> None:
    made = {}
    for place in (LA_REUNION, NIORO, GIVORS, GUADELOUPE, POLYNESIE):
        committee = build.committee(**place)
        made[committee.postal_code] = build.need(committee, needed_by=LAST).id

    asked = hours(acting, "12-15 00:00", "12-17 00:00", needs.ask_whether_still_true)
    assert asked == sorted(of_table(EIGHT).values())
    assert {code: acting.row(Need, key).asked_at for code, key in made.items()} == of_table(EIGHT)
    letters = acting.rows()
    assert all("mercredi 30 décembre" in row.body_text.replace("\u00a0", " ") for row in letters)
    ends = [moment + timedelta(days=15, seconds=-1) for moment in of_table(MIDNIGHT).values()]
    assert sorted(row.not_after for row in letters if row.not_after) == sorted(ends)

    silent = hours(acting, "12-30 00:00", "12-31 23:00", needs.expire_silent)
    assert silent == sorted(of_table(MIDNIGHT, later=15).values())
    assert {acting.row(Need, key).state for key in made.values()} == {NeedState.EXPIRED}


@pytest.mark.parametrize(
    ("donor", "committee", "end", "donor_told", "committee_told"),
    [
        (GIVORS, GIVORS, "11-28 22:59:59", "samedi 28", "samedi 28"),
        (LA_REUNION, GIVORS, "11-28 22:59:59", "samedi 28", "samedi 28"),
        (GIVORS, GUADELOUPE, "11-29 03:59:59", "samedi 28", "samedi 28"),
        # At Papeete it was Sunday evening still when both were asked.
        (POLYNESIE, NIORO, "11-28 23:59:59", "vendredi 27", "samedi 28"),
    ],
)
def test_an_answer_is_good_all_day_there(
    acting: Acting, build: Builder, donor: Any, committee: Any, end: str, donor_told: str, committee_told: str
) -> None:
    match = build.match(build.offered_item(build.offer(**donor)), build.need(build.committee(**committee)))
    acting.clock.moment = utc("11-23 09:00")
    acting.do(service.approve, match.id, Actor.account(build.account(Role.COORDINATOR).id))

    assert acting.row(Match, match.id).answer_by == utc(end)
    told = {row.party.partition(":")[0]: row.body_text.replace("\u00a0", " ") for row in acting.rows()}
    assert f"au plus tard le {donor_told} novembre" in told["donor"]
    assert f"au plus tard le {committee_told} novembre" in told["committee"]


def test_a_reminder_wakes_neither_side_up(app: Flask, acting: Acting, build: Builder) -> None:
    match = build.match(build.offered_item(build.offer(**POLYNESIE)))
    acting.clock.moment = utc("11-23 09:00")
    acting.do(service.approve, match.id, Actor.account(build.account(Role.COORDINATOR).id))
    acting.clock.moment = utc("11-26 11:00")  # noon at Givors, one in the morning at Papeete

    assert acting.do(waiting.remind) == 1

    with app.app_context():
        query = select(OutboxMessage.message, OutboxMessage.not_before)
        due = dict(session().exec(query).all())
    assert due["reminder_committee"] == utc("11-26 11:00")
    assert due["reminder_donor"] == utc("11-26 18:00")
