"""Choosing when to be written to, stopping it, the committee's calendar, the portal's health: on a phone, by axe's rules."""

from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from icalendar import Calendar
from playwright.sync_api import Browser, expect

from app.models import Account
from app.models.states import MatchState, Role
from app.web.links import Purpose
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person

pytestmark = pytest.mark.databases("sqlite")


def sign_in(portal: Portal, somebody: Person, account: Account) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def test_a_committee_sets_its_mail_and_its_calendar(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Secours populaire de Givors")
    match = build.match(need=build.need(committee), state=MatchState.SCHEDULED)
    starts = portal.clock() + timedelta(days=1)
    build.handover(match, starts_at=starts, ends_at=starts + timedelta(hours=2), place="1 rue du Don")
    member = person(portal, browser, "preferences", width=PHONE)
    member.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=portal.url)
    sign_in(portal, member, build.account(committee=committee))

    member.open("/mon-comite")
    member.page.get_by_role("link", name="Nos e-mails et notre agenda").click()
    member.look("comite")
    member.page.get_by_label("Quel jour ?").select_option("Jeudi")
    member.page.get_by_label("À quelle heure ?").select_option("18")
    member.page.get_by_role("button", name="Enregistrer").click()
    assert member.sees("Les préférences du comité sont enregistrées.")
    expect(member.page.get_by_label("Quel jour ?")).to_have_value("4")

    member.page.get_by_role("button", name="Copier l’adresse").click()
    expect(member.page.get_by_role("status").filter(has_text="Adresse copiée")).to_be_visible()
    address = str(member.page.evaluate("navigator.clipboard.readText()"))
    feed = member.context.request.get(address)
    assert [str(event["LOCATION"]) for event in Calendar.from_ical(feed.text()).walk("VEVENT")] == [
        "1 rue du Don"
    ]

    member.page.get_by_text("L’adresse est tombée en de mauvaises mains ?").click()
    member.page.get_by_role("button", name="Renouveler l’adresse").click()
    member.look("adresse-renouvelee")
    assert member.context.request.get(address).status == 404
    assert member.page.get_by_label("Adresse secrète de l’agenda").input_value() != address


def test_a_digest_is_stopped_and_taken_up_again_without_scripts(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee()
    party, links = f"committee:{committee.id}", portal.app.extensions["links"]
    url = links.link(Purpose.UNSUBSCRIBE, committee.id, party, portal.clock())
    reader = person(portal, browser, "desabonnement", width=PHONE)
    reader.open(url)
    reader.look("question")
    plain = person(portal, browser, "desabonnement-sans-script", width=PHONE, script=False)
    plain.open(url)
    plain.page.get_by_role("button", name="Arrêter le récapitulatif").click()
    expect(plain.page.get_by_role("heading", name="Le récapitulatif est arrêté")).to_be_visible()
    reader.open(url)
    reader.look("arrete")
    plain.page.get_by_role("button", name="Recevoir à nouveau le récapitulatif").click()
    expect(plain.page.get_by_role("button", name="Arrêter le récapitulatif")).to_be_visible()


def test_an_administrator_reads_how_the_portal_is_and_what_it_writes(
    portal: Portal, browser: Browser
) -> None:
    account = Builder(portal.app, portal.clock).account(Role.ADMINISTRATOR)
    for width in (PHONE, DESKTOP):
        administrator = person(portal, browser, f"administrateur-{width['width']}", width=width)
        sign_in(portal, administrator, account)
        for path in ("/administration/sante", "/preferences", "/courriels/modeles"):
            administrator.open(path)
            administrator.look(path.strip("/").replace("/", "-"))
        administrator.page.get_by_role("link", name="Merci pour votre don").click()
        administrator.look("modele")
        administrator.page.get_by_role("link", name="En anglais").click()
        assert administrator.sees("Thank you for your donation")
