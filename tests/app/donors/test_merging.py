"""One person under two addresses: merged after a look at what moves, and parted again as if nothing had been."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, col, select

from app.db import transaction
from app.forgetting import forget_old
from app.models import Account, Decision, Donor, Offer, OutboxMessage
from app.models.states import OfferState, Verb
from app.web.links import Purpose, path_of
from notifications import outbox
from notifications.messages import MESSAGES
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain


@pytest.fixture
def both(build: Builder) -> tuple[Donor, Donor]:
    """The right address, and the mistyped one."""
    right = build.donor(name="Jean Exemple", email="jf@gmail.example", phone="06 12 34 56 78")
    wrong = build.donor(name="J. Exemple", email="jf@gmial.example", phone="06 12 34 56 78")
    build.offered_item(build.offer(right, reference="D000001"))
    build.offered_item(build.offer(wrong, reference="D000002"))
    build.donor(name="Quelqu'un d'autre", phone="07 00 00 00 00")
    return right, wrong


def donors_of_offers(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction() as session:
        return {offer.reference: offer.donor_id for offer in session.exec(select(Offer))}


def waiting_letter(app: Flask, clock: FrozenClock, donor: Donor) -> None:
    with app.app_context(), transaction() as session:
        outbox.enqueue(
            session,
            MESSAGES["match_found"].sample().render("fr"),
            event="match:1:approved",
            party=f"donor:{donor.id}",
            to=outbox.Recipient(donor.name, donor.email),
            now=clock(),
        )


def addresses(app: Flask) -> list[str]:
    with app.app_context(), transaction() as session:
        return list(session.exec(select(OutboxMessage.to_email)))


def rows(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Donors and offers, as they are kept."""
    with app.app_context(), transaction() as session:
        tables: list[type[SQLModel]] = [Donor, Offer]
        return {
            model.__name__: sorted(
                tuple(value for name, value in row.model_dump().items() if name != "version")
                for row in session.exec(select(model))
            )
            for model in tables
        }


def test_two_donors_are_merged_after_a_look_and_parted_again(
    app: Flask, client: FlaskClient, clock: FrozenClock, coordinator: Account, both: tuple[Donor, Donor]
) -> None:
    right, wrong = both
    waiting_letter(app, clock, wrong)
    before = rows(app)
    here = f"/coordination/donateurs/{right.id}"

    suggested = plain(client.get(f"{here}/reunir").text)
    assert "jf@gmial.example" in suggested
    assert "Quelqu'un d'autre" not in suggested
    looked = plain(client.get(f"{here}/reunir?avec={wrong.id}").text)
    assert "1 offre passe de l'un à l'autre" in looked
    assert "D000002" in looked
    assert rows(app) == before

    page = plain(client.post(f"{here}/reunir", data={"avec": wrong.id}, follow_redirects=True).text)
    assert "D000001" in page
    assert "D000002" in page
    assert "jf@gmial.example" in page
    assert "Donateurs réunis par Coordinatrice Exemple : J. Exemple" in page
    assert set(donors_of_offers(app).values()) == {right.id}
    assert addresses(app) == ["jf@gmail.example"]
    assert client.get(f"/coordination/donateurs/{wrong.id}").headers["Location"] == here

    with app.app_context(), transaction() as session:
        merging = session.exec(select(Decision.id).where(Decision.verb == Verb.MERGE)).one()
    client.post(f"{here}/separer/{merging}")
    with app.app_context(), transaction() as session:
        kept = [(each.note, each.data) for each in session.exec(select(Decision))]
        assert "Exemple" not in str(kept), "the other one may be forgotten first"
    assert rows(app) == before
    assert addresses(app) == ["jf@gmial.example"]
    again = plain(client.post(f"{here}/separer/{merging}", follow_redirects=True).text)
    assert "ont déjà été séparés" in again


def test_what_comes_in_under_the_other_address_is_shown_with_the_rest_and_is_not_moved_back(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, both: tuple[Donor, Donor]
) -> None:
    right, wrong = both
    here = f"/coordination/donateurs/{right.id}"
    client.post(f"{here}/reunir", data={"avec": wrong.id})
    build.offered_item(build.offer(wrong, reference="D000003"))
    build.offered_item(build.offer(right, reference="D000004"))

    page = client.get(here).text
    assert "D000003" in page
    with app.app_context(), transaction() as session:
        merging = session.exec(select(Decision.id).where(Decision.verb == Verb.MERGE)).one()
    client.post(f"{here}/separer/{merging}")

    assert donors_of_offers(app) == {
        "D000001": right.id,
        "D000002": wrong.id,
        "D000003": wrong.id,
        "D000004": right.id,
    }


def test_links_sent_before_stay_good(
    app: Flask, client: FlaskClient, clock: FrozenClock, coordinator: Account, both: tuple[Donor, Donor]
) -> None:
    right, wrong = both
    with app.app_context(), transaction() as session:
        offer_id = session.exec(select(Offer.id).where(Offer.donor_id == wrong.id)).one()
    links = app.extensions["desk"].links
    old, strange = (
        path_of(Purpose.TRACK_OFFER, links.token(Purpose.TRACK_OFFER, offer_id, party, clock()))
        for party in (f"donor:{wrong.id}", "donor:3")
    )
    client.post(f"/coordination/donateurs/{right.id}/reunir", data={"avec": wrong.id})

    assert client.get(old).status_code == 200
    assert client.get(strange).status_code == 404


def test_chains_keep_what_they_moved_and_are_taken_back_in_their_order(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, both: tuple[Donor, Donor]
) -> None:
    right, wrong = both
    third = build.donor(name="Société Exemple")
    before = rows(app)
    for into, other in ((right, wrong), (third, right)):
        client.post(f"/coordination/donateurs/{into.id}/reunir", data={"avec": other.id})
    assert set(donors_of_offers(app).values()) == {third.id}
    with app.app_context(), transaction() as session:
        first, second = session.exec(
            select(Decision).where(Decision.verb == Verb.MERGE).order_by(col(Decision.id))
        )
        session.expunge_all()

    refused = client.post(f"/coordination/donateurs/{right.id}/separer/{first.id}", follow_redirects=True)
    assert "réunis autrement" in plain(refused.text)
    for decision in (second, first):
        client.post(f"/coordination/donateurs/{decision.donor_id}/separer/{decision.id}")
    assert rows(app) == before


def test_nobody_is_merged_with_themselves_or_with_somebody_forgotten(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, both: tuple[Donor, Donor]
) -> None:  # fmt: skip
    right, _wrong = both
    gone = build.donor(anonymised_at=clock())
    before = rows(app)
    for other, why in ((right.id, "le même donateur"), (gone.id, "a été effacé du portail")):
        page = client.post(
            f"/coordination/donateurs/{right.id}/reunir", data={"avec": other}, follow_redirects=True
        )
        assert why in plain(page.text)
    assert rows(app) == before
    assert client.post(f"/coordination/donateurs/{right.id}/reunir", data={"avec": 999}).status_code == 404


def test_a_person_is_forgotten_under_every_address(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    right, wrong = (
        build.donor(email="jf@gmail.example"),
        build.donor(email="jf@gmial.example", name="J. Exemple"),
    )
    build.offer(wrong, state=OfferState.CLOSED, closed_at=clock(), contact_name="")
    client.post(f"/coordination/donateurs/{right.id}/reunir", data={"avec": wrong.id})
    clock.advance(days=400)
    with app.app_context(), transaction() as session:
        forget_old(session, timedelta(days=365), clock())

    with app.app_context(), transaction() as session:
        assert {donor.name for donor in session.exec(select(Donor))} == {""}
        assert "gmial" not in str([(row.note, row.data) for row in session.exec(select(Decision))])
