"""Each page of a handover says whose turn it is, and leads on: before the appointment, after its time, at the end."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import HandoverSlot, Match, Offer
from app.models.states import MatchState
from app.web.links import Purpose
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


class Gift:
    """An approved match and the addresses of its donor's pages."""

    def __init__(self, app: Flask, build: Builder, clock: FrozenClock) -> None:
        self.app, self.build, self.clock = app, build, clock
        self.offer: Offer = build.offer()
        self.committee = build.committee()

    def match(self, state: MatchState, **values: object) -> Match:
        item, need = self.build.offered_item(self.offer), self.build.need(self.committee)
        approved = self.clock() - timedelta(days=2)
        self.made = self.build.match(item, need, state=state, approved_at=approved, **values)
        return self.made

    def time(self, hours: int, *, fixed: bool) -> None:
        start = self.clock() + timedelta(hours=hours)
        ends = start + timedelta(hours=1)
        fixed_at = {"starts_at": start, "ends_at": ends, "sequence": 1} if fixed else {}
        handover = self.build.handover(self.made, **fixed_at)
        with self.app.app_context(), transaction() as current:
            current.add(HandoverSlot(handover_id=handover.id, starts_at=start, ends_at=ends))

    def link(self, purpose: Purpose) -> str:
        of_offer = purpose is Purpose.TRACK_OFFER
        number = (self.offer if of_offer else self.made).id
        token = self.app.extensions["desk"].links.token(
            purpose, number, f"donor:{self.offer.donor_id}", self.clock()
        )
        path = {
            Purpose.TRACK_OFFER: "/offre/suivi/",
            Purpose.DONOR_ANSWER: "/reponse/donateur/",
            Purpose.DONOR_REPORT: "/bilan/donateur/",
        }[purpose]
        return path + str(token)


@pytest.fixture
def gift(app: Flask, build: Builder, clock: FrozenClock) -> Gift:
    return Gift(app, build, clock)


def leads(client: FlaskClient, page: str, label: str) -> str:
    """The text of the page behind the link with this label."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{label}</a>', page.replace("’", "'"))
    assert found is not None, label
    shown = client.get(unescape(found[1]))
    assert shown.status_code == 200
    return words(shown)


@pytest.mark.parametrize("state", [MatchState.APPROVED, MatchState.ACCEPTED])
def test_times_were_proposed_so_it_is_the_donor_s_turn(
    client: FlaskClient, gift: Gift, state: MatchState
) -> None:
    said = gift.clock() if state is MatchState.ACCEPTED else None
    gift.match(state, committee_answered_at=gift.clock(), donor_answered_at=said)
    gift.time(24, fixed=False)

    page = client.get(gift.link(Purpose.TRACK_OFFER))

    assert "À vous de choisir un moment" in words(page)
    assert "Nous attendons votre réponse" not in words(page)
    assert "Fixer ce rendez-vous" in leads(client, page.text, "Choisir un moment")


def test_nobody_has_answered_so_the_donor_is_asked(client: FlaskClient, gift: Gift) -> None:
    gift.match(MatchState.APPROVED)

    page = client.get(gift.link(Purpose.TRACK_OFFER))

    assert "À vous de dire si vous le donnez à ce comité" in words(page)
    assert "Oui, je le donne" in leads(client, page.text, "Répondre au comité")


@pytest.mark.parametrize("passed", [True, False], ids=["times-passed", "no-times"])
def test_the_donor_has_answered_so_it_is_the_committee_s_turn(
    client: FlaskClient, gift: Gift, passed: bool
) -> None:
    gift.match(MatchState.APPROVED, donor_answered_at=gift.clock())
    if passed:
        gift.time(-3, fixed=False)

    assert "Au comité de vous proposer des moments" in words(client.get(gift.link(Purpose.TRACK_OFFER)))


def test_once_the_time_is_past_the_donor_says_how_it_went(client: FlaskClient, gift: Gift) -> None:
    gift.match(MatchState.SCHEDULED, committee_answered_at=gift.clock(), donor_answered_at=gift.clock())
    gift.time(26, fixed=True)
    address = gift.link(Purpose.DONOR_ANSWER)
    before = words(client.get(address))
    assert "Ajouter à mon agenda" in before
    assert "Demander un autre moment" in before
    assert "Dire comment" not in before

    gift.clock.advance(hours=28)
    after = client.get(address)

    assert "Ajouter à mon agenda" not in words(after)
    assert "Demander un autre moment" not in words(after)
    label = "Dire comment la remise s(?:'|&#39;)est passée"
    assert "Envoyer ma réponse" in leads(client, after.text, label)


def test_who_said_not_yet_may_still_ask_for_another_time(client: FlaskClient, gift: Gift) -> None:
    gift.match(MatchState.SCHEDULED, committee_answered_at=gift.clock(), donor_answered_at=gift.clock())
    gift.time(2, fixed=True)
    gift.clock.advance(hours=4)

    client.post(gift.link(Purpose.DONOR_REPORT), data={"says": "not_yet"})
    report = client.get(gift.link(Purpose.DONOR_REPORT))

    assert "Demander un autre moment" in leads(client, report.text, "Demander un autre moment")


def test_a_report_before_its_time_leads_back_to_the_appointment(
    client: FlaskClient, gift: Gift, build: Builder, sign_in: SignIn
) -> None:
    match = gift.match(MatchState.SCHEDULED, committee_answered_at=gift.clock())
    gift.time(26, fixed=True)
    sign_in(client, build.account(committee=gift.committee))

    for address in (f"/mon-comite/dons/{match.id}/bilan", gift.link(Purpose.DONOR_REPORT)):
        page = client.get(address)
        assert "Revenez ce jour-là" in words(page)
        assert "Ajouter à mon agenda" in leads(client, page.text, "Voir le rendez-vous")


@pytest.mark.parametrize("purpose", [Purpose.DONOR_ANSWER, Purpose.DONOR_REPORT])
def test_when_it_is_done_the_donor_finds_the_way_to_the_rest(
    client: FlaskClient, gift: Gift, purpose: Purpose
) -> None:
    gift.match(MatchState.COMPLETED)
    gift.time(-5, fixed=True)

    page = client.get(gift.link(purpose))

    assert "La remise a eu lieu. Merci !" in words(page)
    assert "Où en est votre don" in leads(client, page.text, "Suivre mon don")
