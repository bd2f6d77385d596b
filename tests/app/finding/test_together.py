"""Many rows of a list are ticked and one act is done to all of them: each that can be is done, of the others it is told why."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session
from app.models import Match, Need, Offer, OutboxMessage
from app.models.states import MatchState, NeedState, OfferState, Role
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import SignIn

OFFERS, NEEDS, MATCHES = "/coordination/offres", "/coordination/besoins", "/coordination/rapprochements"


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def states(app: Flask, model: type[Offer | Need | Match]) -> list[str]:
    with app.app_context():
        return [str(state) for state in session().exec(select(model.state).order_by(col(model.id)))]


def act(client: FlaskClient, path: str, ids: list[int], deed: str, **more: str) -> str:
    """What the list says afterwards."""
    answer = client.post(f"{path}/ensemble", data={"choisi": ids, "geste": deed, "adresse": "etat=", **more})
    assert answer.status_code == 303
    assert answer.location.startswith(f"{path}?etat=")
    return words(client.get(answer.location))


def test_offers_are_refused_together_and_each_donor_is_told_once(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    donor = build.donor(name="Ada", email="ada@essai.example", confirmed_at=build.donor().created_at)
    several = [build.offer(donor).id, build.offer(donor).id]
    offers = [*several, build.offer().id, build.offer(state=OfferState.WITHDRAWN).id]
    pairs = zip(offers, ("chaise", "refrigerateur", None, None), strict=True)
    items = [build.offered_item(offer_id=offer, item=item) for offer, item in pairs]
    promised = build.match(items[2], state=MatchState.APPROVED)

    page = act(coordinator, OFFERS, offers, "refuser", reason="no_need")

    assert states(app, Offer) == ["refused", "refused", "open", "withdrawn"]
    assert "2 offres sont refusées. Chaque donateur est prévenu par un seul message" in page
    assert "Une offre est restée telle quelle. Un comité compte déjà sur ce don" in page
    assert "Une offre est restée telle quelle. Il n'y avait rien à changer." in page
    with app.app_context():
        [letter] = session().exec(select(OutboxMessage).where(OutboxMessage.message == "offer_refused"))
    assert letter.to_email == "ada@essai.example"
    assert re.findall("Chaise|Réfrigérateur", letter.body_text) == ["Chaise", "Réfrigérateur"]
    assert promised.id


def test_offers_are_extended_together(coordinator: FlaskClient, app: Flask, build: Builder) -> None:
    offers = [build.offer(state=OfferState.EXPIRED) for _ in range(2)]
    for offer in offers:
        build.offered_item(offer)

    page = act(coordinator, OFFERS, [offer.id for offer in offers], "prolonger")

    assert "2 offres sont prolongées." in page
    assert states(app, Offer) == ["open", "open"]


def test_needs_are_paused_withdrawn_and_put_back_together(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    committee = build.committee()
    needs = [build.need(committee).id for _ in range(3)]
    build.match(need=session_need(app, needs[2]), state=MatchState.APPROVED)

    assert "3 besoins sont en pause." in act(coordinator, NEEDS, needs, "pause")
    assert "3 besoins sont de nouveau ouverts." in act(coordinator, NEEDS, needs, "reprendre")
    page = act(coordinator, NEEDS, needs, "retirer")
    assert "2 besoins sont retirés." in page
    assert "Un besoin est resté tel quel. Un don est promis pour ce besoin." in page
    assert states(app, Need) == ["withdrawn", "withdrawn", "open"]
    assert "2 besoins sont rétablis." in act(coordinator, NEEDS, needs[:2], "retablir")
    assert "C'est noté : 3 besoins sont toujours vrais." in act(coordinator, NEEDS, needs, "toujours-vrai")


def session_need(app: Flask, number: int) -> Need:
    with app.app_context():
        need = session().get_one(Need, number)
        session().expunge(need)
        return need


def test_matches_are_approved_taken_back_and_rejected_together(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    matches = [build.match().id for _ in range(3)]
    done = build.match(state=MatchState.COMPLETED).id

    page = act(coordinator, MATCHES, [*matches, done], "approuver")
    assert "3 rapprochements sont approuvés." in page
    assert "Un rapprochement est resté tel quel. Ce rapprochement a déjà été traité" in page
    assert "3 décisions annulées." in act(coordinator, MATCHES, matches, "annuler")
    assert "Dites pourquoi" in act(coordinator, MATCHES, matches, "ecarter")
    assert "3 rapprochements sont écartés." in act(coordinator, MATCHES, matches, "ecarter", reason="too_far")
    assert states(app, Match) == ["rejected"] * 3 + ["completed"]


@pytest.mark.parametrize(("path", "deed"), [(OFFERS, "refuser"), (NEEDS, "retirer"), (MATCHES, "ecarter")])
def test_what_somebody_decided_meanwhile_is_left_and_told(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn, path: str, deed: str
) -> None:
    anne = app.test_client()
    sign_in(client, build.account(Role.COORDINATOR))
    sign_in(anne, build.account(Role.COORDINATOR, name="Anne Exemple"))
    match = build.match()
    build.match()
    seen = {"seen": "0", "reason": "too_far" if path == MATCHES else "no_need"}
    one = {
        OFFERS: "/coordination/offres/1/refuser",
        NEEDS: "/besoins/1/pause",
        MATCHES: "/coordination/rapprochements/1/ecarter",
    }
    anne.post(one[path], data=seen)

    page = act(client, path, [1, 2], deed, **seen)

    assert match.id == 1
    assert "Anne Exemple a " in page
    assert "Votre geste n'a rien changé" in page
    assert {
        OFFERS: "Une offre est refusée",
        NEEDS: "Un besoin est retiré",
        MATCHES: "Un rapprochement est écarté",
    }[path] in page


def test_nothing_ticked_or_no_reason_is_said_and_what_was_ticked_stays(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    offer = build.offered_item().offer_id

    assert "Cochez au moins une offre." in act(coordinator, OFFERS, [], "prolonger")
    answer = coordinator.post(
        f"{OFFERS}/ensemble", data={"choisi": [offer], "geste": "refuser", "adresse": "q=x&page=2"}
    )
    assert answer.location == f"{OFFERS}?q=x&page=2&coche={offer}"
    assert 'value="1" form="ensemble" checked' in coordinator.get(f"{OFFERS}?coche={offer}").text
    assert states(app, Offer) == ["open"]
    for typed in ("", "x", "-1", "9" * 30, "\x00"):
        hostile = {"choisi": [typed], "geste": typed, "adresse": typed}
        assert coordinator.post(f"{NEEDS}/ensemble", data=hostile).status_code == 303


def test_a_committee_does_none_of_it(client: FlaskClient, build: Builder, sign_in: SignIn) -> None:
    sign_in(client, build.account(committee=build.committee()))

    for path in (OFFERS, NEEDS, MATCHES):
        assert client.post(f"{path}/ensemble", data={"choisi": ["1"]}).status_code == 403


def test_only_acts_that_fit_the_state_are_shown(coordinator: FlaskClient, build: Builder) -> None:
    for state in NeedState:
        build.need(state=state)

    def shown(state: str) -> str:
        page = coordinator.get(NEEDS, query_string={"etat": state}).text
        return " ".join(
            word for word in ("pause", "reprendre", "retirer", "retablir") if f'value="{word}"' in page
        )

    assert {state.value: shown(state) for state in NeedState} == {
        "open": "pause retirer", "paused": "reprendre retirer", "withdrawn": "retablir", "expired": "", "met": "",
    }  # fmt: skip
    assert shown("") == "pause reprendre retirer retablir"
