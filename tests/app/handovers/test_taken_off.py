"""An appointment that is off leaves the calendar of the side that gave it up, too."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.db import transaction
from app.handovers import service
from app.handovers.slots import Span
from app.models import Donor, Offer, OfferedItem
from app.models.states import MatchState, Role, Transport
from app.transitions import COMMITTEE
from app.web.links import Purpose
from tests.app.acting import Acting
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.mark.parametrize("side", ["donor", "committee"])
def test_the_side_that_moves_an_appointment_takes_it_out_of_its_calendar(
    app: Flask, build: Builder, clock: FrozenClock, client: FlaskClient, sign_in: SignIn, side: str
) -> None:
    acting, starts = Acting(app, clock), clock() + timedelta(days=2)
    match = build.match(state=MatchState.SCHEDULED)
    build.handover(match, starts_at=starts, ends_at=starts + timedelta(hours=2))
    number = match.id
    with app.app_context(), transaction() as session:
        item = session.get_one(OfferedItem, match.offered_item_id)
        donor = session.get_one(Donor, session.get_one(Offer, item.offer_id).donor_id)
        token = app.extensions["desk"].links.token(Purpose.DONOR_ANSWER, number, f"donor:{donor.id}", clock())
    page = f"/reponse/donateur/{token}"
    if side == "committee":
        sign_in(client, build.account(Role.COORDINATOR, password="x"))
        page = f"/mon-comite/dons/{number}"

    def file() -> Calendar:
        return Calendar.from_ical(client.get(f"{page}/remise.ics").get_data(as_text=True))

    before = file()
    assert "Retirer" not in client.get(page).get_data(as_text=True)
    if side == "donor":
        acting.do(service.suggest_other_time, number, "Plutôt jeudi")
    else:
        terms = service.Terms(
            [Span(starts + timedelta(days=1), starts + timedelta(days=1, hours=1))],
            Transport.COMMITTEE_COLLECTS,
        )
        acting.do(service.accept_with_times, number, terms, COMMITTEE)

    assert "Retirer l" in client.get(page).get_data(as_text=True)
    after = file()
    (old,), (new,) = before.walk("VEVENT"), after.walk("VEVENT")
    assert (before["METHOD"], after["METHOD"]) == ("PUBLISH", "CANCEL")
    assert (new["UID"], new["STATUS"]) == (old["UID"], "CANCELLED")
    assert int(str(new["SEQUENCE"])) > int(str(old["SEQUENCE"]))
