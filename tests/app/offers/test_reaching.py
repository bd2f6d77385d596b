"""The right address: asked about where it looks mistyped, put right after sending, its links sent again, the wrong one shown nothing."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.models import Donor, Offer
from app.models.states import OfferState, Role
from app.web.mailboxes import FILE, meant
from notifications.addresses import UnsendableError, ascii_address
from tests.app.offers.steps import fill, letters, path_in, rows, words
from tests.app.offers.test_following import CONFIRM, link
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")
COMMON = [line for line in FILE.read_text().splitlines() if line[0] not in "#="]
WAITING: dict[str, Any] = {"state": OfferState.UNCONFIRMED, "confirmed_at": None}


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("jf@gmial.com", "jf@gmail.com"),
        ("marie@gmail.con", "marie@gmail.com"),
        ("marie@gmail.fr", None),
        ("paul@hotmial.fr", "paul@hotmail.fr"),
        ("paul@hotmail.frr", "paul@hotmail.fr"),
        ("a@oragne.fr", "a@orange.fr"),
        ("a@orange.f", "a@orange.fr"),
        ("a@wanado.fr", "a@wanadoo.fr"),
        ("a@laposte.nte", "a@laposte.net"),
        ("a@yaho.fr", "a@yahoo.fr"),
        ("a@outlok.com", "a@outlook.com"),
        ("a@fre.fr", "a@free.fr"),
        ("a@gmail.com", None),
        ("a@mail.com", None),
        ("a@ymail.com", None),
        ("a@gmx.de", None),
        ("a@essai.example", None),
        ("a@ville-givors.fr", None),
        ("a@secourspopulaire.fr", None),
    ],
)
def test_mistyped_address_of_a_common_mailbox_is_known(typed: str, right: str | None) -> None:
    assert meant(typed) == right


def send(client: FlaskClient, **values: str) -> Any:
    return client.post("/offrir", data=fill(client, **values) | {"send": "1"}, follow_redirects=True)


def test_mistyped_address_is_asked_about_once_and_kept_when_sent_again(
    client: FlaskClient, app: Flask
) -> None:
    form = fill(client, email="jf@gmial.com")

    asked = client.post("/offrir", data=form | {"review": "1"})
    assert asked.status_code == 422
    assert "Vouliez-vous dire gmail.com ? Corrigez l'adresse : jf@gmail.com." in words(asked)
    again = client.post("/offrir", data=form)
    assert again.status_code == 200
    assert client.post("/offrir", data=form | {"send": "1"}).status_code == 303

    assert [donor.email for donor in rows(app, Donor)] == ["jf@gmial.com"]


@pytest.mark.parametrize("typed", ["hervé@exemple.fr", "marie@essai.example", "paul@exemple.f"])
def test_address_that_cannot_be_written_to_is_refused_in_the_form_by_the_rule_of_the_mail(
    client: FlaskClient, typed: str
) -> None:
    answer = client.post("/offrir", data=fill(client, email=typed) | {"review": "1"})

    try:
        ascii_address(typed)
    except UnsendableError:
        assert answer.status_code == 422
        assert "contient « é » avant le @" in words(answer)
    else:
        assert answer.status_code == (422 if typed.endswith(".f") else 200)


def test_address_put_right_from_the_page_after_sending_and_the_old_link_shows_nothing(
    client: FlaskClient, app: Flask
) -> None:
    page = send(client, email="jaune@essai.example")
    [wrong] = letters(app)
    there = f"/offrir/{rows(app, Offer)[0].submission_key}/adresse"
    assert f'href="{there}"' in page.text

    [form] = [each for each in Reader(client.get(there).text).forms if each.action == there]
    told = client.post(there, data=form.filled() | {"email": ["jeanne@essai.example"]}, follow_redirects=True)

    assert "L'adresse est corrigée" in words(told)
    assert "jeanne@essai.example" in words(told)
    *_old, right = letters(app)
    assert right.to_email == "jeanne@essai.example"
    nothing = client.get(path_in(wrong))
    assert nothing.status_code == 404
    assert not {"frigo", "Réfrigérateur", "rue du Don", "jeanne", "O'Neill"} & set(words(nothing).split())
    assert "Recevoir un nouveau lien" in words(nothing)
    assert client.post(path_in(wrong)).status_code == 404
    assert client.post(path_in(right), follow_redirects=True).status_code == 200
    assert rows(app, Offer)[0].state is OfferState.OPEN


def test_address_is_nobodys_to_correct_once_the_offer_is_confirmed(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    offer = build.offer(submission_key="confirmee" + "0" * 20)
    build.offered_item(offer)

    page = client.post(
        f"/offrir/{offer.submission_key}/adresse",
        data={"email": "voleur@essai.example"},
        follow_redirects=True,
    )

    assert "L'adresse ne se corrige plus ici" in words(page)
    assert rows(app, Donor)[0].email != "voleur@essai.example"


def test_address_of_somebody_a_volunteer_recorded_for_is_put_right_by_the_volunteer_alone(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    volunteer = build.account()
    offer = build.offer(
        build.donor(email="paul@essai.example"),
        recorded_by_id=volunteer.id,
        submission_key="p" * 30,
        **WAITING,
    )
    build.offered_item(offer)
    there = f"/offrir/{offer.submission_key}/adresse"

    assert client.get(there).status_code == 404
    assert client.post(there, data={"email": "x@essai.example"}).status_code == 404
    sign_in(client, volunteer)
    assert f'href="{there}"' in client.get(f"/offrir/{offer.submission_key}").text
    client.post(there, data={"email": "paule@essai.example"})

    assert rows(app, Donor)[0].email == "paule@essai.example"


def test_address_of_somebody_who_gave_before_stays_theirs(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    """Whoever typed it as their own by mistake takes nothing along."""
    known = build.donor(email="connue@essai.example", confirmed_at=clock())
    send(client, email="connue@essai.example")
    there = f"/offrir/{rows(app, Offer)[0].submission_key}/adresse"

    client.post(there, data={"email": "jeanne@essai.example"})

    assert {donor.id: donor.email for donor in rows(app, Donor)} == {
        known.id: "connue@essai.example",
        known.id + 1: "jeanne@essai.example",
    }


def test_address_that_already_waits_for_ten_confirmations_gets_no_more_letters(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    full = build.donor(email="pleine@essai.example")
    for _ in range(10):
        build.offer(full, **WAITING)
    mine = build.offer(submission_key="amoi" + "0" * 20, **WAITING)

    page = client.post(
        f"/offrir/{mine.submission_key}/adresse", data={"email": full.email}, follow_redirects=True
    )

    assert "attendent déjà une confirmation" in words(page)
    assert letters(app) == []


def test_lost_link_is_sent_to_the_address_with_all_that_stands(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    donor = build.donor(email="jeanne@essai.example")
    build.offered_item(build.offer(donor, state=OfferState.WITHDRAWN), item="table")
    build.offered_item(build.offer(donor), item="chaise", quantity=3)
    build.offered_item(build.offer(donor, **WAITING), item="lave-linge")

    pages = [
        words(client.post("/offre/lien-perdu", data={"email": email}, follow_redirects=True))
        for email in ("Jeanne@essai.example", "inconnue@essai.example", "jeanne@essai.example")
    ]

    assert len(set(pages)) == 1
    assert "Si des dons sont proposés avec cette adresse" in pages[0]
    [letter] = letters(app)
    assert letter.to_email == "jeanne@essai.example"
    text = letter.body_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "3 × Chaise, proposé le 23 novembre 2026" in text
    assert "Table" not in text
    assert "/offre/confirmer/" in path_in(letter)
    for path in [part for part in text.split() if "/offre/" in part]:
        assert client.get(path.removeprefix("http://localhost")).status_code == 200


def test_lost_link_may_be_asked_for_again_later(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    build.offered_item(build.offer(build.donor(email="jeanne@essai.example")))
    for _ in range(2):
        client.post("/offre/lien-perdu", data={"email": "jeanne@essai.example"})
    assert len(letters(app)) == 1

    clock.advance(minutes=16)
    client.post("/offre/lien-perdu", data={"email": "jeanne@essai.example"})

    assert len(letters(app)) == 2


def test_lost_link_of_a_donor_who_was_merged_leads_to_what_is_another_row_s_now(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    kept = build.donor(email="jeanne@essai.example")
    part = build.donor(email="jeanne.pro@essai.example", merged_into_id=kept.id)
    build.offered_item(build.offer(kept))

    client.post("/offre/lien-perdu", data={"email": part.email})

    [letter] = letters(app)
    assert letter.to_email == part.email
    assert client.get(path_in(letter)).status_code == 200


def test_a_coordinator_puts_the_address_right_and_is_asked_too(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    offer = build.offer(build.donor(email="jf@gmial.com"), **WAITING)
    build.offered_item(offer)
    sign_in(client, build.account(Role.COORDINATOR))
    there = f"/coordination/offres/{offer.id}/corriger"
    [form] = [each for each in Reader(client.get(there).text).forms if each.action == there]
    as_it_was = client.post(there, data=form.filled())
    assert as_it_was.status_code == 303, "what stands is not asked about"
    [form] = [each for each in Reader(client.get(there).text).forms if each.action == there]

    asked = client.post(there, data=form.filled() | {"email": ["jf@gmail.con"]})
    assert "Vouliez-vous dire gmail.com ?" in words(asked)
    client.post(there, data=form.filled() | {"email": ["jf@gmail.com"]})

    assert rows(app, Donor)[0].email == "jf@gmail.com"
    assert app.test_client().get(link(app, offer, CONFIRM)).status_code == 404


def test_lost_link_several_offers_of_one_address_stand_together(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    donor = build.donor()
    first, second = build.offer(donor), build.offer(donor, **WAITING)
    build.offered_item(first, item="chaise", quantity=3)
    build.offered_item(second, item="lave-linge")
    over, volunteers = build.offer(donor, state=OfferState.CLOSED), build.account()
    build.offered_item(over, item="table")
    for_paul = build.offer(donor, contact_name="Paul Exemple", recorded_by_id=volunteers.id)
    build.offered_item(for_paul, item="lit-1-place")

    page = client.get(link(app, first))

    told = words(page)
    assert "Vos autres dons" in told
    assert "Lave-linge" in told
    assert "Table" not in told
    [there] = set(re.findall(r'href="(/offre/suivi/[^"/]+)"', page.text))
    assert "Vos autres dons" in words(client.get(there))
    assert "Vos autres dons" not in words(client.get(link(app, for_paul)))


@given(domain=st.sampled_from([each for each in COMMON if len(each) > 8]), place=st.integers(0, 20))
def test_mistyped_address_with_two_letters_swapped_is_known_and_the_domains_themselves_are_not(
    domain: str, place: int
) -> None:
    place %= len(domain) - 1
    swapped = domain[:place] + domain[place + 1] + domain[place] + domain[place + 2 :]

    assert meant(f"a@{domain}") is None
    assert swapped == domain or meant(f"a@{swapped}") is not None
