"""Whoever asks for their data is shown exactly what is erased afterwards: alone, one with others, or recorded under an address that is not theirs."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.donors import service as donors
from app.models import Account, Donor, Offer
from app.models.states import MatchState, Role, Verb
from app.post.bearers import bearer_of
from app.privacy import service, wording
from app.privacy.people import person
from app.privacy.queries import held
from app.transitions import DONOR, Actor, note_decision
from app.web.links import Purpose, path_of
from notifications import outbox
from notifications.rendered import RenderedMessage
from tests.app.acting import Acting
from tests.app.offers.test_forgetting import everything
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

SECRET = re.compile(r"zz\d+zz")


class World:
    """Every word that a person left has a number of its own."""

    def __init__(self, acting: Acting, build: Builder) -> None:
        self.acting, self.build, self._said = acting, build, 0
        self.by = build.account(Role.COORDINATOR, name="Coline")

    def word(self) -> str:
        self._said += 1
        return f"zz{self._said}zz"

    def donor(self, **values: Any) -> Donor:
        base = {"name": self.word(), "phone": self.word(), "email": f"{self.word()}@essai.example"}
        return self.build.donor(**base | values)

    def gives(self, donor: Donor, recorded_by: Account | None = None) -> Offer:
        """A gift with an appointment, a proposal that was thought of, a call, notes, a letter and words at each."""
        build, now, w = self.build, self.acting.clock(), self.word
        offer = build.offer(
            donor, street=w(), availability=w(), given_name=w(), contact_name=w() if recorded_by else "",
            contact_phone=w() if recorded_by else "", recorded_by_id=recorded_by.id if recorded_by else None, confirmed_at=now,
        )  # fmt: skip
        item = build.offered_item(offer, description=w(), quantity=2)
        match = build.match(item, build.need(build.committee()), state=MatchState.SCHEDULED, approved_at=now)
        build.handover(
            match, place=w(), donor_note=w(), committee_note=w(), starts_at=now + timedelta(days=2),
            ends_at=now + timedelta(days=2, hours=1), fixed_at=now,
        )  # fmt: skip
        thought = build.match(item, build.need(build.committee()))
        build.earmark(item, build.committee(), self.by, note=w())
        for about in ({"offer_id": offer.id}, {"match_id": match.id}, {"match_id": thought.id}):
            build.note(self.by, words=w(), **about)
        with self.acting.app.app_context(), transaction() as session:
            for row in (offer, match, thought):
                note_decision(session, row, Verb.EDIT, Actor.account(self.by.id), now, note=w())
            told = {"offer": str(offer.id), "title": w()}
            note_decision(session, donor, Verb.MESSAGE, Actor.account(self.by.id), now, note=w(), data=told)
            session.flush()
            for event in (f"offer:{offer.id}:x",):
                letter = RenderedMessage("reminder_donor", w(), w(), "")
                outbox.enqueue(
                    session, letter, event=event, party=f"donor:{donor.id}", now=now,
                    to=outbox.Recipient(donor.name, donor.email),
                )  # fmt: skip
        return offer


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def secrets(text: str) -> set[str]:
    return set(SECRET.findall(text))


def everyone(world: World) -> Iterator[tuple[int, int | None]]:
    """By the id of a row and of an offer: who is alone, whom others are one with, one of these, and each whom a committee stands in for."""
    build, acting = world.build, world.acting
    alone, anne, bruno, neighbour = (world.donor() for _ in range(4))
    volunteer = build.account(committee=build.committee(email="comite@essai.example"))
    stand_in = world.donor(email="comite@essai.example", name="Le comité", phone="")
    for donor in (alone, anne, bruno, neighbour):
        world.gives(donor)
        build.follower(action_id=build.action().id, email=donor.email.upper())
        build.kept_form(email=donor.email, typed={"name": world.word()})
        build.note(world.by, words=world.word(), donor_id=donor.id)
    acting.do(lambda session, now: donors.merge(session, anne.id, bruno.id, Actor.account(world.by.id), now))
    world.gives(bruno)  # under the old address, since
    recorded = [world.gives(stand_in, volunteer) for _ in range(2)]
    recorded.append(world.gives(stand_in))
    yield from ((donor, None) for donor in (alone.id, bruno.id))
    yield from ((stand_in.id, offer.id) for offer in recorded[:2])


def test_what_is_shown_is_what_is_erased(acting: Acting, build: Builder) -> None:
    world = World(acting, build)
    for donor_id, offer_id in everyone(world):
        before = secrets(everything(acting))
        with acting.app.app_context(), transaction() as session:
            meant = person(session, session.get_one(Donor, donor_id), offer_id)
            assert meant is not None
            shown = secrets(wording.as_json(list(held(session, meant))))
        acting.do(lambda session, now: service.erase(session, donor_id, DONOR, now, offer_id))  # noqa: B023
        gone = before - secrets(everything(acting))
        assert shown, "there is something to show"
        assert (sorted(shown - gone), sorted(gone - shown)) == ([], []), (donor_id, offer_id)
        again = acting.do(lambda session, now: service.erase(session, donor_id, DONOR, now, offer_id))  # noqa: B023
        assert again is None


def test_the_link_goes_to_the_address_that_others_are_one_with(
    acting: Acting, build: Builder, client: FlaskClient
) -> None:
    anne, bruno = (
        build.donor(name="Anne", email="anne@essai.example"),
        build.donor(name="Bruno", email="bruno@essai.example"),
    )
    for donor in (anne, bruno):
        build.offered_item(build.offer(donor))
    old = link(acting, bruno)
    by = build.account(Role.COORDINATOR)
    acting.do(lambda session, now: donors.merge(session, anne.id, bruno.id, Actor.account(by.id), now))

    assert acting.do(lambda session, now: service.ask(session, "Bruno@essai.example", now))
    [letter] = [row for row in acting.rows() if row.message == "own_data"]
    assert letter.to_email == "anne@essai.example"
    for path in (old, f"{old}/donnees.json", f"{old}/effacer"):
        assert client.get(path).location == "/vos-donnees/demande"
    assert client.post(f"{old}/effacer").status_code == 303
    assert acting.row(Donor, anne.id).name == "Anne"
    asked = client.get(f"{link(acting, anne)}/effacer").text
    assert "anne@essai.example, bruno@essai.example" in asked


def link(acting: Acting, donor: Donor) -> str:
    links = acting.app.extensions["desk"].links
    return path_of(
        Purpose.OWN_DATA, links.token(Purpose.OWN_DATA, donor.id, bearer_of(donor), acting.clock())
    )


def test_each_for_whom_an_address_stands_in_is_shown_and_erased_alone(
    acting: Acting, build: Builder, client: FlaskClient, sign_in: SignIn
) -> None:
    volunteer = build.account(committee=build.committee(email="comite@essai.example"))
    donor = build.donor(name="Le comité", email="comite@essai.example")
    one, other = (
        build.offered_item(build.offer(donor, contact_name=name, recorded_by_id=volunteer.id)).offer_id
        for name in ("Xavière", "Yvon")
    )
    sign_in(client, build.account(Role.COORDINATOR))

    for own in (link(acting, donor), f"/coordination/donateurs/{donor.id}"):
        page = own if own.startswith("/mes") else f"{own}/donnees"
        assert re.findall("Xavière|Yvon", client.get(page).text) == ["Xavière", "Yvon"]
        for way in ("donnees.json", "donnees.txt", "effacer"):
            assert client.get(f"{own}/{way}").location == page, "all at once is nobody's to ask"
        assert client.post(f"{own}/effacer").location == page
        assert "Yvon" not in client.get(f"{page}?don={one}").text
        assert "Yvon" not in client.get(f"{own}/donnees.json?don={one}").text
        assert "Xavière" in client.get(f"{own}/effacer?don={one}").text
        assert client.get(f"{page}?don=99999").location == page
    assert client.post(f"{link(acting, donor)}/effacer?don={one}").status_code == 303
    assert acting.row(Offer, one).contact_name == ""
    assert acting.row(Offer, other).contact_name == "Yvon"
    assert acting.row(Donor, donor.id).email == "comite@essai.example"
