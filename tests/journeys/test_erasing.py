"""A donor asks what is kept of them, by the page that follows a gift, takes it along and has it erased; the committee that waited for it hears."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from app.db import session
from app.models import Donor
from app.models.states import MatchState
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Portal, link, person, typed, words
from tests.journeys.test_whole_journey import send

pytestmark = pytest.mark.databases("sqlite")


def test_a_donor_is_erased(portal: Portal, browser: Browser) -> None:
    build, now = Builder(portal.app, portal.clock), portal.clock()
    donor = build.donor(name="Exemple O'Neill-Ñandú", email="jeanne@essai.example", confirmed_at=now)
    committee = build.committee(name="Comité d'Essai", email="comite@essai.example")
    offer = build.offer(donor, street="12 rue d'Exemple")
    match = build.match(
        build.offered_item(offer, item="lave-linge", description="machine Brandt"), build.need(committee), state=MatchState.SCHEDULED,
        approved_at=now, donor_answered_at=now, committee_answered_at=now,
    )  # fmt: skip
    begins = now + timedelta(days=2)
    build.handover(
        match, place="12 rue d'Exemple", starts_at=begins, ends_at=begins + timedelta(hours=1), fixed_at=now
    )
    token = portal.app.extensions["desk"].links.token(Purpose.TRACK_OFFER, offer.id, f"donor:{donor.id}", now)

    jeanne = person(portal, browser, "effacer", width=PHONE)
    page = jeanne.page
    jeanne.open(path_of(Purpose.TRACK_OFFER, token))
    page.get_by_role("button", name=typed("Recevoir le lien pour le voir ou l'effacer")).click()
    assert jeanne.sees("Un e-mail part à votre adresse")
    send(portal)
    [letter] = portal.post.to("jeanne@essai.example")
    jeanne.open(link(letter))
    assert jeanne.sees("12 rue d'Exemple")
    jeanne.look("tout")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Le texte").click()
    assert "machine Brandt" in taken.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Tout effacer").click()
    assert jeanne.sees("1 rendez-vous est annulé : le comité en est prévenu")
    jeanne.look("avant")
    page.get_by_role("button", name="Tout effacer, maintenant").click()
    assert jeanne.sees("C'est effacé")
    jeanne.look("après")
    send(portal)

    [told] = portal.post.to("comite@essai.example")
    assert "annulé" in str(told["Subject"])
    assert "Exemple O'Neill" not in words(told)
    assert len(portal.post.to("jeanne@essai.example")) == 1
    assert page.request.get(f"{portal.url}{path_of(Purpose.TRACK_OFFER, token)}").status == 404
    with portal.app.app_context():
        assert session().get_one(Donor, donor.id).name == ""
