"""The fault driver's comparison sees what it is there to see."""

from flask import Flask

from app.db import transaction
from app.models.states import MatchState, OfferState
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import State
from tests.benchmarks.faults_held import compare, refused_within
from tests.benchmarks.faults_people import Asked, Shown
from tests.benchmarks.faults_portal import MailServer
from tests.builders import Builder
from tests.conftest import FrozenClock

WELL = (
    "lost",
    "doubled",
    "letters_doubled_outside",
    "letters_waiting",
    "over_allocated",
    "5xx",
    "503_otherwise",
    "refused_otherwise",
)


def test_it_is_well_with_what_is_there(
    database_url: str, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    shown, mail = _given(app, build, clock)

    assert {
        name: value
        for name, value in compare(database_url, shown, mail, []).items()
        if name in WELL and value
    } == {}


def test_it_sees_what_is_lost_doubled_or_promised_twice(
    database_url: str, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    shown, mail = _given(app, build, clock)
    item = build.offered_item(quantity=3)
    for _ in range(2):
        build.match(item, build.need(quantity=2), quantity=2, state=MatchState.APPROVED)
    shown.offers.add("donatrice-2@essai.example")
    shown.confirmed.add("donatrice-1@essai.example")
    shown.approved.add(99)
    shown.accepted.add(98)
    shown.asked = [Asked(1, 1, "GET", "/", status) for status in (500, 503, 0)]
    mail.taken = {"another": [1.0, 50.0, 70.0]}

    found = compare(database_url, shown, mail, [(49.0, 60.0)])

    assert refused_within(shown, [(0.0, 5.0)]) == 3
    assert refused_within(shown, [(5.0, 9.0)]) == 0
    assert {name: value for name, value in found.items() if name.startswith("lost")} == {
        "lost": 5,
        "lost.offers": 1,
        "lost.confirmations": 1,
        "lost.approvals": 1,
        "lost.acceptances": 1,
        "lost.letters": 1,
    }
    assert {name: found[name] for name in WELL[1:]} == {
        "doubled": 0,
        "letters_doubled_outside": 1,
        "letters_waiting": 0,
        "over_allocated": 1,
        "5xx": 1,
        "503_otherwise": 1,
        "refused_otherwise": 1,
    }


def _given(app: Flask, build: Builder, clock: FrozenClock) -> tuple[Shown, MailServer]:
    """One offer that was shown, and its letter, sent and taken."""
    donor = build.donor(email="donatrice-1@essai.example")
    build.offered_item(build.offer(donor, state=OfferState.UNCONFIRMED, confirmed_at=None))
    letter = next(iter(MESSAGES.values())).sample().render("fr")
    with app.app_context(), transaction() as session:
        to = outbox.Recipient("Donatrice (exemple)", donor.email)
        row = outbox.enqueue(session, letter, event="decision:1", party="donor:1", to=to, now=clock())
        assert row is not None
        row.state, row.sent_at = State.SENT, clock()
        taken = {row.message_id: [1.0]}
    shown, mail = Shown(), MailServer(1)
    shown.offers.add(donor.email)
    mail.taken = taken
    return shown, mail
