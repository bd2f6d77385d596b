"""What time brings, answered from its letters in a browser: needs grown old, an offer about to end, a handover put off."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, ViewportSize

from app import jobs
from app.handovers import waiting as handovers
from app.models.states import MatchState
from app.needs import waiting as needs
from app.offers import waiting as offers
from config import Settings
from tests.builders import Builder
from tests.conftest import act
from tests.journeys.conftest import DESKTOP, PHONE, Portal, link, person

pytestmark = pytest.mark.browser


def send(portal: Portal) -> None:
    settings: Settings = portal.app.extensions["settings"]
    with portal.app.app_context():
        jobs.send_mail(settings, portal.clock, "journey")


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_committee_stands_by_its_old_needs_from_the_letter(
    portal: Portal, browser: Browser, width: ViewportSize
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors")
    for item in ("lave-linge", "chaise", "canape"):
        build.need(committee, item=item)
    portal.clock.advance(days=60)
    act(portal.app, portal.clock, needs.ask_whether_still_true)
    send(portal)
    [letter] = portal.post.to(committee.email)
    member = person(portal, browser, f"besoins-anciens-{width['width']}", width=width)
    member.open(link(letter))
    member.look("question")
    member.page.get_by_role("button", name="Retirer : Canapé").click()
    assert member.sees("Le besoin est retiré.")
    member.page.get_by_role("button", name="Ils sont tous toujours vrais").click()
    assert member.sees("Vos besoins restent ouverts.")
    member.look("gardes")
    portal.clock.advance(days=15)
    with portal.app.app_context():
        assert jobs.worked(needs.expire_silent, portal.clock()) == 0


def test_a_donor_prolongs_from_the_letter_without_scripts(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    donor = build.donor(confirmed_at=portal.clock())
    build.offered_item(build.offer(donor))
    portal.clock.advance(days=56)
    act(portal.app, portal.clock, offers.ask_before_end)
    send(portal)
    [letter] = portal.post.to(donor.email)
    for script in (True, False):
        reader = person(portal, browser, f"bientot-finie-{script}", width=PHONE, script=script)
        reader.open(link(letter))
        reader.look("question")
    reader.page.get_by_role("button", name="Le proposer jusqu").click()
    assert reader.sees("votre don reste proposé")


def test_a_handover_put_off_leads_to_another_appointment(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors")
    match = build.match(
        need=build.need(committee),
        state=MatchState.SCHEDULED,
        donor_answered_at=portal.clock(),
        committee_answered_at=portal.clock(),
    )
    starts = portal.clock() + timedelta(hours=4)
    build.handover(match, starts_at=starts, ends_at=starts + timedelta(hours=2))
    portal.clock.advance(days=1)
    act(portal.app, portal.clock, handovers.ask_whether_it_happened)
    send(portal)
    [letter] = portal.post.to(committee.email)
    member = person(portal, browser, "pas-encore", width=PHONE)
    member.open(link(letter))
    member.page.get_by_label("Pas encore").check()
    member.page.get_by_role("button", name="Envoyer ma réponse").click()
    member.look("autres-moments")
    member.page.locator("[name=slots]").first.check()
    member.page.get_by_role("button", name="Envoyer ces moments au donateur").click()
    assert member.sees("Le donateur reçoit vos propositions")
