"""What each side sees of the times that the committee proposes: nothing chosen for anybody, nothing hidden from who wrote it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.models import Match, Offer, OfferedItem
from app.models.states import MatchState, Role, Transport
from app.web.links import Purpose, path_of
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

CHOSEN = {
    "day": "2026-12-02",
    "start": "10 h",
    "end": "11\u00a0h\u00a030",
    "transport": Transport.DONOR_BRINGS.value,
}
"""A Wednesday, when the committee is closed; the hours as a page writes them."""


@pytest.fixture
def match(build: Builder, client: FlaskClient, sign_in: SignIn) -> Match:
    """Approved; the committee, closed on Wednesdays, is read for by a coordinator."""
    offer = build.offer(availability="en semaine après 18 h <b>\nsauf le mardi")
    committee = build.committee(street="1 place du Don", commune="Givors", postal_code="69700")
    sign_in(client, build.account(Role.COORDINATOR))
    return build.match(build.offered_item(offer), build.need(committee), state=MatchState.APPROVED)


@pytest.fixture
def donor_page(app: Flask, match: Match, clock: FrozenClock) -> str:
    with app.app_context():
        item = session().get_one(OfferedItem, match.offered_item_id)
        party = f"donor:{session().get_one(Offer, item.offer_id).donor_id}"
        links = app.extensions["desk"].links
        return path_of(Purpose.DONOR_ANSWER, links.token(Purpose.DONOR_ANSWER, match.id, party, clock()))


def page_of(match: Match) -> str:
    return f"/mon-comite/dons/{match.id}"


def ticked(page: str) -> list[bool]:
    """Whether each time on offer is ticked."""
    return [" checked" in box for box in re.findall(r'<input[^>]*name="slots?"[^>]*>', page)]


def test_no_time_is_ticked_for_the_committee_and_the_donor_s_words_are_beside_them(
    client: FlaskClient, match: Match
) -> None:
    page = client.get(page_of(match))

    assert ticked(page.text) == [False] * 6
    [choice] = re.findall(r'<fieldset[^>]*id="slots".*?</fieldset>', page.text, re.DOTALL)
    assert "en semaine après 18 h &lt;b&gt;\nsauf le mardi" in choice

    assert client.post(page_of(match) + "/accepter", data={"transport": "donor_brings"}).status_code == 422


def test_a_committee_that_waits_for_the_donor_sees_what_it_proposed_and_can_change_it(
    client: FlaskClient, match: Match
) -> None:
    note = {"place": "la réserve, cour du fond", "note": "Sonnez deux fois."}
    sent = client.post(page_of(match) + "/accepter", data=CHOSEN | note)
    assert sent.status_code == 303

    page = client.get(page_of(match))
    shown = words(page)
    proposed = shown[shown.index("Ce que vous avez proposé") : shown.index("Votre besoin")]
    for said in ("mercredi 2 décembre, de 10 h à 11 h 30", "la réserve, cour du fond", "Sonnez deux fois."):
        assert said in proposed
    assert "Changer ces moments ou le lieu" in shown
    assert ticked(page.text).count(True) == 1

    [kept] = re.findall(r'<input checked[^>]*name="slots"[^>]*value="([^"]+)"', page.text)
    moved = {"slots": kept, "transport": "donor_brings", "place": "12 rue du Don"}
    client.post(page_of(match) + "/accepter", data=moved)
    shown = words(client.get(page_of(match)))
    assert "12 rue du Don" in shown
    assert "mercredi 2 décembre, de 10 h à 11 h 30" in shown


def test_the_place_of_a_committee_that_wrote_none_is_its_own(client: FlaskClient, match: Match) -> None:
    client.post(page_of(match) + "/accepter", data=CHOSEN)

    assert "Lieu 1 place du Don, 69700 Givors" in words(client.get(page_of(match)))


def test_times_that_have_passed_say_so_and_ask_for_others(
    client: FlaskClient, match: Match, clock: FrozenClock
) -> None:
    client.post(page_of(match) + "/accepter", data=CHOSEN)
    clock.advance(days=10)

    page = client.get(page_of(match))
    assert "Les moments proposés sont passés" in words(page)
    assert "mercredi 2 décembre, de 10 h à 11 h 30 passé" in words(page)
    assert "Envoyer ces moments au donateur" in words(page)
    assert True not in ticked(page.text)


def test_what_the_donor_would_rather_have_unticks_what_was_proposed(
    client: FlaskClient, match: Match, donor_page: str
) -> None:
    client.post(page_of(match) + "/accepter", data=CHOSEN)
    client.post(donor_page + "/autre-moment", data={"words": "le samedi matin"})

    page = client.get(page_of(match))
    [choice] = re.findall(r'<fieldset[^>]*id="slots".*?</fieldset>', page.text, re.DOTALL)
    assert "le samedi matin" in choice
    assert "Ce que vous avez proposé" in words(page)
    assert True not in ticked(page.text)


def test_no_time_is_ticked_for_the_donor_unless_there_is_one_only(
    client: FlaskClient, match: Match, donor_page: str
) -> None:
    client.post(page_of(match) + "/accepter", data=CHOSEN)
    assert ticked(client.get(donor_page).text) == [True]

    first = re.findall(r'name="slots"[^>]*value="([^"]+)"', client.get(page_of(match)).text)[:2]
    client.post(page_of(match) + "/accepter", data={"slots": first, "transport": "donor_brings"})
    assert ticked(client.get(donor_page).text) == [False, False]

    refused = client.post(donor_page + "/moment", data={})
    assert refused.status_code == 422
    assert "Cochez un des moments" in words(refused)
    assert client.post(donor_page + "/moment", data={"slot": first[0]}).status_code == 303
    assert "Rendez-vous" in words(client.get(donor_page))


def test_what_is_missing_is_named_in_the_list_of_what_to_correct(
    client: FlaskClient, match: Match, donor_page: str
) -> None:
    client.post(page_of(match) + "/accepter", data=CHOSEN)

    refused = client.post(donor_page + "/autre-moment", data={"words": " "})

    assert refused.status_code == 422
    assert 'href="#words"' in refused.text
    assert words(refused).count("Écrivez les jours et les heures qui vous conviennent.") == 2
