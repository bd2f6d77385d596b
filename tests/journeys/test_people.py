"""People who act for a committee: one is found among many, its responsible looks after the others."""

import re

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlmodel import col, select

from app.db import session
from app.models import Membership
from app.models.states import Part
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_board import sign_in, signed_in_as


@pytest.mark.databases("sqlite")
def test_a_committee_is_found_among_many(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    for number in range(30):
        build.committee(name=f"Comité d'exemple {number}")
    chosen = build.committee(name="Comité de Saint-Étienne")
    coordinator = person(portal, browser, "invitation", width=PHONE)
    sign_in(portal, coordinator)
    coordinator.open("/coordination/comptes/inviter")
    page = coordinator.page
    box = page.locator(f"input[name=committees][value='{chosen.id}']")

    page.get_by_label("exemple 7 ").check()
    page.get_by_label("Chercher un comité").fill("saint etienne")

    expect(page.locator("input[name=committees]:visible")).to_have_count(2)  # what is ticked stays in sight
    box.check()
    coordinator.look("un-comite-parmi-beaucoup")
    page.get_by_label("Chercher un comité").press("Enter")
    expect(page).to_have_url(re.compile("/inviter$"))
    page.locator("#name").fill("Bénévole Exemple")
    page.get_by_label("Adresse e-mail").fill("benevole@essai.example")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    assert coordinator.sees("benevole@essai.example")


@pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESKTOP, True)])
def test_a_responsible_invites_gives_a_part_removes_and_takes_it_back(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité d'exemple", slug="exemple")
    account = build.account(
        committee=committee, part=Part.RESPONSIBLE, name="Responsable Exemple", password="x"
    )
    build.account(committee=committee, name="Bénévole Exemple", email="benevole@essai.example", password="x")
    member = person(portal, browser, f"membres-{width['width']}", width=width, script=script)
    signed_in_as(portal, member, account)
    page = member.page

    member.open("/mon-comite")
    page.get_by_role("link", name="Nos membres").click()
    member.look("membres")
    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.get_by_label("Nom", exact=True).fill("Lectrice Exemple")
    page.get_by_label("Adresse e-mail").fill("lectrice@essai.example")
    page.get_by_label("Lecteur").check()
    member.look("inviter-un-membre")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    assert member.sees("L'invitation part à l'adresse lectrice@essai.example")

    card = page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name="Bénévole Exemple", exact=True)
    )
    card.get_by_text("Changer de rôle").click()
    card.get_by_label("Reçoit les dons").check()
    card.get_by_role("button", name="Donner ce rôle").click()
    assert member.sees("Le rôle de Bénévole Exemple est changé.")
    card.get_by_text("Retirer du comité").first.click()
    card.get_by_role("button", name="Retirer du comité").click()
    assert member.sees("Bénévole Exemple ne fait plus partie du comité.")
    page.get_by_role("button", name="Annuler ce départ").click()
    assert member.sees("Bénévole Exemple fait de nouveau partie du comité.")
    member.look("membres-de-nouveau")
    with portal.app.app_context():
        parts = session().exec(select(Membership.part).order_by(col(Membership.account_id))).all()
    assert parts == [Part.RESPONSIBLE, Part.RECEIVES, Part.READER]
