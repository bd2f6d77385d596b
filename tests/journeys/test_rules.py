"""A committee says that it carries nothing from beyond the second floor: it reads what that means, and what it changes, before it
saves it; on a telephone and at the desk, by keyboard, without JavaScript."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, ViewportSize, expect

from app.db import transaction
from app.models import Committee
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person, typed

pytestmark = pytest.mark.browser


def enter(portal: Portal, somebody: Person) -> Committee:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors (exemple)", slug="givors")
    need = build.need(committee, item="lave-linge", quantity=9)
    build.match(build.offered_item(build.offer(floor=4, lift=False), item="lave-linge", description=""), need)
    build.offered_item(build.offer(commune="Mornant", latitude=45.9), item="lave-linge", description="")
    account = build.account(committee=committee)
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])
    return committee


@pytest.mark.parametrize(("viewport", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop"])
def test_a_committee_reads_what_its_rules_mean_and_change_before_it_saves_them(
    portal: Portal, browser: Browser, viewport: ViewportSize, script: bool
) -> None:
    name = "regles-telephone" if script else "regles-ordinateur"
    member = person(portal, browser, name, width=viewport, script=script)
    member.page.set_default_timeout(15000)
    committee = enter(portal, member)
    member.open("/comites/givors/modifier")
    page = member.page
    member.look("le-formulaire")
    page.get_by_label(typed("Ce que vous prenez, et rien d'autre")).fill("lave-linge\nmeubles")
    page.get_by_label(typed("Ce que vous ne prenez pas")).fill("canapés")
    page.get_by_label(typed("En quel état, au moins ?")).select_option(label="Bon état")
    page.get_by_text("Un autre état pour une famille").press("Enter")
    page.locator("#family_1").fill("matelas")
    page.locator("#least_1").select_option(label="Neuf")
    page.get_by_label(typed("Sans ascenseur, jusqu'à quel étage ?")).select_option(label="2e étage")
    page.get_by_label(typed("Pour combien de gros meubles avez-vous encore de la place ?")).fill("5")
    page.get_by_label(typed("Jusqu'où allez-vous chercher ?")).fill("60")
    page.get_by_role("group", name="Quels jours votre fourgon passe-t-il ?").get_by_label(
        typed("Mercredi")
    ).check()
    page.get_by_label(typed("À quelles heures ?")).fill("9h-12h")
    page.get_by_role("button", name="Enregistrer").press("Enter")
    assert member.sees("Rien n'est encore enregistré")
    assert member.sees("jusqu'au 2e étage sans ascenseur, tant qu'il reste de la place pour 5 gros meubles")
    assert member.sees("avec un fourgon le mercredi")
    member.look("ce-que-cela-change")
    assert member.sees("1 proposition tomberait")
    assert member.sees("1 article deviendrait possible")
    page.get_by_role("button", name="Revenir au formulaire").click()
    expect(page.locator("#family_1")).to_have_value("matelas")
    page.get_by_label(typed("Sans ascenseur, jusqu'à quel étage ?")).select_option(label="4e étage")
    page.get_by_role("button", name="Enregistrer").click()
    assert member.sees("La proposition en cours tient")
    page.get_by_role("button", name="Enregistrer").click()
    assert member.sees("C'est enregistré")
    assert member.sees("Nous prenons : lave-linge et meuble (sauf : canapé)")
    member.open("/comites/givors")
    assert member.sees("jusqu'au 4e étage sans ascenseur")
    member.look("la-page-publique")
    with portal.app.app_context(), transaction() as session:
        kept = session.get_one(Committee, committee.id)
        assert (kept.highest_floor, kept.room, list(kept.collection_hours)) == (4, 5, ["3"])
