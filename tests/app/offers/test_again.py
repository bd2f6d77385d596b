"""The same gift twice is seen by whoever can tell; whom a volunteer speaks for is found by the volunteer's committee."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Donor, Membership
from app.models.states import OfferState, Role
from tests.app.offers.steps import fill, letters, words
from tests.app.offers.test_following import CONFIRM, link
from tests.builders import Builder
from tests.conftest import SignIn

WAITING: dict[str, Any] = {"state": OfferState.UNCONFIRMED, "confirmed_at": None}


@pytest.fixture
def donor(build: Builder) -> Donor:
    return build.donor(email="jeanne@essai.example")


def test_same_gift_again_the_donor_is_told_with_a_link_and_the_coordinator_sees_it(
    client: FlaskClient, app: Flask, build: Builder, donor: Donor, sign_in: SignIn
) -> None:
    first = build.offered_item(build.offer(donor, reference="DAAAAAA")).offer_id
    second = build.offer(donor, **WAITING)
    build.offered_item(second)

    said = "Déjà proposé le 23 novembre 2026 : offre DAAAAAA"
    page = client.get(link(app, second, CONFIRM))
    assert said in words(page)
    assert "/offre/suivi/" in page.text
    assert said in words(client.get(link(app, second)))
    sign_in(client, build.account(Role.COORDINATOR))
    page = client.get(f"/coordination/offres/{second.id}")
    assert said in words(page)
    assert f'href="/coordination/offres/{first}"' in page.text


@pytest.mark.parametrize(
    "case", ["another article", "over", "another donor", "somebody else's by a volunteer"]
)
def test_another_gift_is_not_taken_for_the_same(
    client: FlaskClient, app: Flask, build: Builder, donor: Donor, case: str
) -> None:
    spoken: dict[str, Any] = {}
    if case == "somebody else's by a volunteer":
        spoken = {"recorded_by_id": build.account().id, "contact_name": "Paul Exemple"}
    first = build.offer(
        build.donor() if case == "another donor" else donor,
        **({"state": OfferState.WITHDRAWN} if case == "over" else {}),
        **spoken,
    )
    build.offered_item(first, item="table" if case == "another article" else "lave-linge")
    second = build.offer(donor, **spoken | ({"contact_name": "Anne Exemple"} if spoken else {}))
    build.offered_item(second)

    assert "Déjà proposé" not in words(client.get(link(app, second)))


def test_the_letter_that_asks_to_confirm_tells_of_the_first(
    client: FlaskClient, app: Flask, build: Builder, donor: Donor
) -> None:
    build.offered_item(build.offer(donor), item="refrigerateur")

    client.post("/offrir", data=fill(client) | {"send": "1"})

    (letter,) = letters(app)
    assert "Vous avez déjà proposé la même chose le lundi 23 novembre" in letter.body_text.replace(
        "\u00a0", " "
    )


def test_stand_in_the_recorder_s_committee_lists_whom_it_spoke_for(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    committee, other = build.committee(email="Comite@essai.example"), build.committee()
    volunteer = build.account(committee=committee)
    with app.app_context(), transaction() as session:
        session.add(
            Membership(account_id=volunteer.id, committee_id=other.id, created_at=volunteer.created_at)
        )
    named: dict[str, Any] = {
        "recorded_by_id": volunteer.id,
        "contact_name": "Paul Exemple",
        "contact_phone": "06 11 22 33 44",
    }
    ours, theirs = build.donor(email="comite@essai.example"), build.donor(email=other.email)
    build.offered_item(build.offer(ours, **named))
    build.offered_item(build.offer(theirs, **named | {"contact_name": "Ailleurs"}))
    mine = build.donor(email=volunteer.email)
    build.offered_item(build.offer(mine, **named | {"contact_name": "Anne Exemple"}))
    gone = named | {"recorded_by_id": build.account().id, "contact_name": "Marie Exemple"}
    build.offered_item(build.offer(ours, **gone))

    sign_in(client, volunteer)
    page = words(client.get("/mon-comite/offres"))

    assert "Paul Exemple" in page
    assert "06 11 22 33 44" in page
    assert "Anne Exemple" in page
    assert "Marie Exemple" in page, "who recorded it has left the committee since"
    assert "Ailleurs" not in page, "recorded by the same volunteer, for another committee"


def test_a_committee_that_recorded_nothing_learns_how(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account(committee=build.committee()))

    assert "Vous n'avez encore rien enregistré" in words(client.get("/mon-comite/offres"))
