"""A donor on a telephone: what came is reported, its record opens, and the PDF says the same; then a tax receipt is asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from app.handovers.reporting import HandoverReport, Received, Says, report
from app.models.states import Condition, MatchState, Side
from app.transitions import COMMITTEE
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.conftest import act
from tests.journeys.conftest import PHONE, Portal, person
from tests.reading import plain

pytestmark = [pytest.mark.browser, pytest.mark.databases("sqlite")]


def test_a_donor_gets_the_record_of_what_came_and_asks_for_a_receipt(
    portal: Portal, browser: Browser, tmp_path: Path
) -> None:
    build, now = Builder(portal.app, portal.clock), portal.clock()
    association = build.organisation(name="Secours d'exemple", receipts=True, kind="interet-general")
    committee = build.committee(name="Comité de Givors", organisation_id=association.id)
    offer = build.offer(build.donor(name="Donatrice d'exemple", confirmed_at=now))
    item = build.offered_item(offer, item="chaise", quantity=4)
    match = build.match(item, build.need(committee, quantity=4), quantity=4, state=MatchState.SCHEDULED)
    build.handover(match, starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=2), fixed_at=now)
    token = portal.app.extensions["desk"].links.token(
        Purpose.TRACK_OFFER, offer.id, f"donor:{offer.donor_id}", now
    )
    donor = person(portal, browser, "papiers", width=PHONE)
    donor.open(path_of(Purpose.TRACK_OFFER, token))
    assert donor.page.get_by_role("heading", name="Vos papiers").count() == 0

    said = HandoverReport(Says.YES, {match.id: Received(3, Condition.GOOD)})
    act(
        portal.app,
        portal.clock,
        lambda session, now: report(session, match.id, Side.COMMITTEE, said, COMMITTEE, now),
    )
    donor.page.reload()
    donor.page.get_by_role("link", name="Récapitulatif de don").click()
    assert donor.sees("3 pièces")
    donor.look("recapitulatif")
    with donor.page.expect_download() as coming:
        donor.page.get_by_role("link", name="Télécharger en PDF").click()
    coming.value.save_as(tmp_path / "don.pdf")
    text = plain(" ".join(PdfReader(tmp_path / "don.pdf").pages[0].extract_text().split()))
    for expected in (
        "Récapitulatif de don",
        offer.reference,
        "Donatrice d'exemple",
        "Comité de Givors",
        "Chaise",
        "3 pièces",
    ):
        assert expected in text

    donor.page.get_by_role("link", name="Revenir").click()
    donor.page.get_by_role("link", name="Demander un reçu fiscal").click()
    donor.page.get_by_label("Chaise").fill("12,50")
    donor.page.get_by_label("Nom et prénom").fill("Donatrice d'exemple")
    donor.page.get_by_label("Adresse").fill("2 rue du Don")
    donor.look("demander")
    donor.page.get_by_role("button", name="Demander ce reçu").click()
    assert donor.sees("C'est noté : l'association vérifie")
    assert donor.sees("Reçu fiscal : demandé")
