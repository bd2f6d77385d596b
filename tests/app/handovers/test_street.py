"""A street before a trip: a committee that collects is told where, and no appointment is fixed without."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.handovers import service
from app.handovers.service import Terms
from app.handovers.slots import Span, encode
from app.handovers.trips import HandoverError, HandoverRefusal
from app.models import Match, Offer, OutboxMessage
from app.models.states import MatchState, Role, Transport
from app.transitions import COMMITTEE
from app.web.links import Purpose, path_of
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn, act


class Visit:
    """A committee that wants to collect, and a donor of whom the portal knows the commune alone."""

    def __init__(self, app: Flask, clock: FrozenClock, build: Builder) -> None:
        self.app, self.clock = app, clock
        donor = build.donor(phone="", confirmed_at=clock())
        self.offer = build.offer(donor, street="", floor=None)
        self.committee = build.committee()
        self.match = build.match(
            build.offered_item(self.offer), build.need(self.committee), state=MatchState.APPROVED
        )
        start = clock() + timedelta(days=2)
        self.span = Span(start, start + timedelta(hours=1))
        self.propose(Transport.COMMITTEE_COLLECTS)

    def propose(self, transport: Transport, place: str = "") -> None:
        terms = Terms([self.span], transport, place)
        act(self.app, self.clock, service.accept_with_times, self.match.id, terms, COMMITTEE)

    @property
    def page(self) -> str:
        links, party = self.app.extensions["desk"].links, f"donor:{self.offer.donor_id}"
        token = links.token(Purpose.DONOR_ANSWER, self.match.id, party, self.clock())
        return path_of(Purpose.DONOR_ANSWER, token)

    def state(self) -> MatchState:
        with self.app.app_context(), transaction() as session:
            return session.get_one(Match, self.match.id).state


@pytest.fixture
def visit(app: Flask, clock: FrozenClock, build: Builder) -> Visit:
    return Visit(app, clock, build)


ADDRESS = {"street": "9 rue de la Collecte", "floor": "3", "lift": "no", "phone": "06 12 34 56 78"}


@pytest.mark.parametrize("by", ["link", "telephone"])
def test_street_floor_lift_and_telephone_are_asked_where_the_time_is_fixed(
    visit: Visit, client: FlaskClient, build: Builder, sign_in: SignIn, by: str
) -> None:
    page = visit.page
    if by == "telephone":
        sign_in(client, build.account(Role.COORDINATOR))
        page = f"/coordination/rapprochements/{visit.match.id}/donateur"
    shown = words(client.get(page))
    for question in ("Numéro et rue", "À quel étage", "ascenseur", "Un téléphone pour ce jour-là"):
        assert question in shown, question

    sent = {"slot": encode(visit.span)}
    for missing in ADDRESS:
        refused = client.post(
            f"{page}/moment", data=sent | {k: v for k, v in ADDRESS.items() if k != missing}
        )
        assert (refused.status_code, visit.state()) == (422, MatchState.APPROVED), missing
    client.post(f"{page}/moment", data=sent | ADDRESS)

    assert visit.state() is MatchState.SCHEDULED
    with visit.app.app_context(), transaction() as session:
        offer = session.get_one(Offer, visit.offer.id)
        assert (offer.street, offer.floor, offer.lift) == ("9 rue de la Collecte", 3, False)
        query = select(OutboxMessage).where(OutboxMessage.message == "appointment_committee")
        letter = session.exec(query).one().body_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "9 rue de la Collecte, 69700 Givors (étage 3, sans ascenseur)" in letter
    assert "06 12 34 56 78" in letter


def test_what_was_told_is_not_shown_on_a_page_that_may_be_forwarded(
    visit: Visit, client: FlaskClient
) -> None:
    client.post(f"{visit.page}/moment", data={"slot": encode(visit.span)} | ADDRESS)

    assert not re.search("rue de la Collecte|34 56 78", client.get(visit.page).text)


def test_no_appointment_is_fixed_without_an_address(visit: Visit) -> None:
    with pytest.raises(HandoverError) as caught:
        act(visit.app, visit.clock, service.choose_time, visit.match.id, visit.span)

    assert caught.value.code is HandoverRefusal.NO_ADDRESS


def test_no_slip_is_made_without_an_address(
    visit: Visit, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    client.post(f"{visit.page}/moment", data={"slot": encode(visit.span)} | ADDRESS)
    sign_in(client, build.account(committee=visit.committee))
    path = f"/mon-comite/dons/{visit.match.id}/bon"
    assert "9 rue de la Collecte" in words(client.get(path))
    with visit.app.app_context(), transaction() as session:
        session.get_one(Offer, visit.offer.id).street = ""

    assert "Il manque l'adresse" in words(client.get(path, follow_redirects=True))


@pytest.mark.parametrize(
    ("transport", "place"), [(Transport.DONOR_BRINGS, ""), (Transport.COMMITTEE_COLLECTS, "Devant la mairie")]
)
def test_a_donor_to_whom_nobody_comes_is_asked_nothing(
    visit: Visit, client: FlaskClient, transport: Transport, place: str
) -> None:
    visit.clock.advance(hours=1)
    visit.propose(transport, place)
    assert "Numéro et rue" not in words(client.get(visit.page))

    client.post(f"{visit.page}/moment", data={"slot": encode(visit.span)})

    assert visit.state() is MatchState.SCHEDULED


def test_a_committee_without_a_street_says_where_the_donor_is_to_come(
    visit: Visit, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    nowhere = build.committee(street="")
    match = build.match(need=build.need(nowhere), state=MatchState.APPROVED)
    sign_in(client, build.account(committee=nowhere))
    sent = {"slots": encode(visit.span), "transport": "donor_brings"}

    refused = client.post(f"/mon-comite/dons/{match.id}/accepter", data=sent)

    assert "Écrivez où le donateur doit venir" in words(refused)
