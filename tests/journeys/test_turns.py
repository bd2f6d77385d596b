"""« Et si chacun avait son tour ? »: the coordinator turns the dial, reads what it costs, decides, and the plan obeys."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from app.models.states import MatchState, Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_teaching import plan, sign_in

pytestmark = pytest.mark.databases("sqlite")

LYON: dict[str, Any] = {"postal_code": "69001", "commune": "Lyon", "latitude": 45.767, "longitude": 4.834}


def town(portal: Portal, build: Builder) -> None:
    """Givors has had three machines lately and asks for another; Lyon, 20 km away, has had none for seven weeks."""
    now = portal.clock()
    givors = build.committee(name="Comité de Givors")
    for days in (30, 20, 10):
        build.match(
            need=build.need(givors, state="met"),
            state=MatchState.COMPLETED,
            approved_at=now - timedelta(days=days + 5),
            closed_at=now - timedelta(days=days),
        )
    build.need(givors, urgency="high")
    build.need(build.committee(name="Comité de Lyon", **LYON), declared_at=now - timedelta(days=50))
    build.need(
        build.committee(name="Comité de Roanne", latitude=46.04, longitude=4.07),
        item="velo",
        declared_at=now - timedelta(days=60),
    )
    build.offered_item()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_each_in_turn_is_tried_read_and_adopted(portal: Portal, browser: Browser, size: ViewportSize) -> None:
    build = Builder(portal.app, portal.clock)
    town(portal, build)
    coordinator = person(portal, browser, f"tour-{size['width']}", width=size)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, name="Coordinatrice Exemple"))
    plan(portal)

    coordinator.open("/coordination/reglages")
    coordinator.look("en-vigueur")
    dial = coordinator.page.get_by_role("slider", name="Du plus utile à chacun son tour")
    dial.press("End")
    effect = coordinator.page.locator("#effet")
    expect(effect).to_contain_text("Autant de pièces seraient placées.")
    expect(effect).to_contain_text("21 km de route en plus.")
    expect(effect).to_contain_text("Plus de pièces pour le Comité de Lyon (+1).")
    expect(effect).to_contain_text("Moins de pièces pour le Comité de Givors (−1).")
    expect(effect).to_contain_text("1 comité n’aurait rien, au lieu de 2.")
    coordinator.look("chacun-son-tour")

    dial.press("Home")
    coordinator.page.get_by_role("spinbutton", name="Aucun comité sans rien plus de… semaines").fill("6")
    expect(effect).to_contain_text(
        "Le Comité de Lyon n’a rien reçu depuis 7 semaines : le plan lui apporterait 1 pièce."
    )
    expect(effect).to_contain_text(
        "Le Comité de Roanne n’a rien reçu depuis 8 semaines : ce plan ne lui apporterait rien non plus."
    )
    coordinator.look("six-semaines")
    coordinator.page.get_by_role("link", name="Adopter ces réglages…").click()
    assert coordinator.sees("Aucun comité sans rien plus de… semaines : 0 devient 6")
    assert coordinator.sees("le plan lui apporterait 1 pièce")
    coordinator.look("adopter")
    coordinator.page.get_by_role("button", name="Adopter ces réglages").click()
    assert coordinator.sees("Réglages adoptés")

    portal.clock.advance(minutes=5)
    plan(portal)
    coordinator.open("/coordination")
    assert coordinator.sees("Comité de Lyon")
    assert coordinator.sees("C'est à son tour : ce comité n'a rien reçu depuis 7 semaines.")
    coordinator.look("tableau")


def test_without_scripts_and_in_english_the_same_is_read(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    town(portal, build)
    coordinator = person(portal, browser, "tour-anglais", width=PHONE, script=False)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, language="en"))

    coordinator.open("/coordination/reglages")
    coordinator.page.get_by_label("From most useful to each in turn").fill("100")
    coordinator.page.get_by_role("button", name="See what this changes").click()

    assert coordinator.sees("As many pieces would be placed.")
    assert coordinator.sees("21 km more on the road.")
    coordinator.look("each-in-turn")
    coordinator.page.get_by_label("No committee without anything for more than… weeks").fill("99")
    coordinator.page.get_by_role("button", name="See what this changes").click()
    assert coordinator.sees("Write a number from 0 to 52.")
