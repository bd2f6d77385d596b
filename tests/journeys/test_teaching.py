"""A coordinator teaches the portal: a word, a lesson taken back, other weights; on a phone and at a desk."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, expect

from app.matches import planning
from app.models import Account
from app.models.states import Role, Urgency
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person

pytestmark = pytest.mark.databases("sqlite")


def sign_in(portal: Portal, somebody: Person, account: Account) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def plan(portal: Portal) -> None:
    with portal.app.app_context():
        planning.make_plan(portal.clock())


@pytest.mark.parametrize("script", [True, False])
def test_a_word_is_taught_and_taken_back(portal: Portal, browser: Browser, script: bool) -> None:
    build = Builder(portal.app, portal.clock)
    build.offered_item(item=None, description="Bidulotron blanc, presque neuf")
    build.need(item=None, description="bidulotron")
    coordinator = person(portal, browser, f"mots-{script}", width=PHONE, script=script)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, name="Coordinatrice Exemple"))

    coordinator.open("/coordination/a-reconnaitre")
    coordinator.look("a-reconnaitre")
    thing = coordinator.page.get_by_role("article").filter(has_text="presque neuf")
    thing.locator("[name=words]").fill("zzzxqj")
    thing.get_by_role("button", name="C’est cet article").click()
    assert coordinator.sees("Le catalogue ne connaît pas cet article")
    coordinator.look("refuse")
    coordinator.page.locator("[name=words]").fill("lave-linge")
    coordinator.page.get_by_label("Le mot à retenir").fill("bidulotron")
    coordinator.page.get_by_label("Le mot à retenir").press("Enter")
    assert coordinator.sees("Il a reconnu de même un autre article")
    coordinator.look("reconnu")

    coordinator.page.get_by_role("link", name="Mots retenus").click()
    coordinator.look("mots")
    coordinator.page.get_by_role("button", name="Retirer").click()
    assert coordinator.sees("« bidulotron » ne sert plus à reconnaître")
    coordinator.look("retire")
    coordinator.page.get_by_role("button", name="Annuler").click()
    assert coordinator.sees("sert de nouveau à reconnaître")


@pytest.mark.parametrize("script", [True, False])
def test_what_it_may_be_is_chosen_by_keyboard_alone(portal: Portal, browser: Browser, script: bool) -> None:
    build = Builder(portal.app, portal.clock)
    build.offered_item(item=None, description="Réfrigérateure américin zzz")
    width = PHONE if script else DESKTOP
    coordinator = person(portal, browser, f"choix-{width['width']}", width=width, script=script)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, name="Coordinatrice Exemple"))

    coordinator.open("/coordination/a-reconnaitre")
    other = coordinator.page.get_by_role("radio", name="Autre chose")
    expect(other).to_be_checked()
    other.focus()
    american = coordinator.page.get_by_role("radio", name="Réfrigérateur américain")
    for _ in range(coordinator.page.get_by_role("radio").count()):
        if american.is_checked():
            break
        coordinator.page.keyboard.press("ArrowUp")
    expect(american).to_be_checked()
    coordinator.look("choix")
    coordinator.page.keyboard.press("Enter")

    assert coordinator.sees("C'est noté : Réfrigérateur américain.")
    assert coordinator.sees("Tout est reconnu.")


def test_a_refusal_teaches_and_the_lesson_is_taken_back(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    build.need(build.committee(name="Comité de Givors"), quantity=2)
    build.offered_item()
    plan(portal)
    coordinator = person(portal, browser, "lecons", width=PHONE)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))

    coordinator.open("/coordination")
    coordinator.page.get_by_text("Écarter…").click()
    coordinator.page.locator("[data-card]").get_by_label("Pas en ce moment").check()
    coordinator.page.get_by_role("button", name="Écarter ce rapprochement").click()
    expect(coordinator.page.locator("[data-decided]")).to_be_visible()
    build.offered_item()
    plan(portal)
    coordinator.open("/coordination/pourquoi-pas")
    assert coordinator.sees("appris d'un refus précédent")
    coordinator.look("pourquoi-pas")
    coordinator.page.get_by_role("link", name="Voir ce que les refus ont appris").click()
    assert coordinator.sees("Comité de Givors : « Lave-linge » n'est plus proposé avant le 23 décembre 2026.")
    coordinator.look("lecons")
    coordinator.page.get_by_role("button", name="Retirer cette leçon").click()
    assert coordinator.sees("Leçon retirée")
    coordinator.look("retiree")
    coordinator.page.get_by_role("button", name="Annuler").click()
    assert coordinator.sees("La leçon vaut de nouveau")


def dilemma(build: Builder) -> None:
    build.need(build.committee(name="Comité proche"), urgency=Urgency.LOW)
    far = build.committee(name="Comité lointain", latitude=45.767, longitude=4.834)
    build.need(far, urgency=Urgency.CRITICAL)
    build.offered_item()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_slider_shows_at_once_who_would_receive_what(
    portal: Portal, browser: Browser, width: object
) -> None:
    build = Builder(portal.app, portal.clock)
    dilemma(build)
    size = PHONE if width is PHONE else DESKTOP
    coordinator = person(portal, browser, f"et-si-{size['width']}", width=size)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, name="Coordinatrice Exemple"))

    coordinator.open("/coordination/reglages")
    coordinator.look("en-vigueur")
    coordinator.page.get_by_role("slider", name="Le besoin presse").press("Home")
    coordinator.page.get_by_role("slider", name="C’est proche").press("End")
    effect = coordinator.page.locator("#effet")
    expect(effect).to_contain_text("Recevraient plus")
    expect(effect).to_contain_text("Comité proche")
    coordinator.look("et-si")
    coordinator.page.get_by_role("link", name="Adopter ces réglages…").click()
    coordinator.look("adopter")
    coordinator.page.get_by_label("Pourquoi ce changement ?").fill("Les camionnettes sont en panne")
    coordinator.page.get_by_role("button", name="Adopter ces réglages").click()
    assert coordinator.sees("Réglages adoptés")
    assert coordinator.sees("Décision de Coordinatrice Exemple")
    coordinator.look("versions")


def test_without_scripts_numbers_and_a_button_do_the_same(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    dilemma(build)
    coordinator = person(portal, browser, "et-si-sans-script", width=PHONE, script=False)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))

    coordinator.open("/coordination/reglages")
    coordinator.page.get_by_label("Le besoin presse").fill("0")
    coordinator.page.get_by_label("C’est proche").fill("100")
    coordinator.page.get_by_role("button", name="Voir ce que cela change").click()
    assert coordinator.sees("Recevraient plus")
    coordinator.look("et-si")
