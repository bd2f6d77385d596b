"""A coordinator who knows better: twelve laptops, eight here and four there over a rule, then one kept for somebody."""

import re

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlmodel import col, select

from app.db import session
from app.matches import planning
from app.models import Match, OfferedItem
from app.models.states import MatchState
from tests.app.matches.planned import LILLE
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_board import sign_in


def fill(portal: Portal) -> OfferedItem:
    build = Builder(portal.app, portal.clock)
    laptops = build.offered_item(
        item="ordinateur-portable", quantity=12, description="Douze portables d'un bureau"
    )
    for name, place, wanted in (("Comité de Givors", {}, 12), ("Comité de Lille", LILLE, 6)):
        build.need(build.committee(name=name, **place), item="ordinateur-portable", quantity=wanted)
    build.committee(name="Comité de Vienne")
    with portal.app.app_context():
        planning.make_plan(portal.clock())
    return laptops


def live(portal: Portal) -> list[tuple[MatchState, int]]:
    with portal.app.app_context():
        rows = session().exec(
            select(Match).where(Match.state != MatchState.SUPERSEDED).order_by(col(Match.id))
        )
        return [(row.state, row.quantity) for row in rows]


@pytest.mark.parametrize(("width", "script"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
def test_twelve_laptops_are_split_by_hand_over_a_rule(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    laptops = fill(portal)
    coordinator = person(
        portal, browser, f"main-{width['width']}-{'js' if script else 'nu'}", width=width, script=script
    )
    sign_in(portal, coordinator)
    page = coordinator.page
    coordinator.open(f"/coordination/offres/{laptops.offer_id}")
    page.get_by_role("link", name=re.compile("^Proposer à…")).click()
    assert coordinator.sees("le comité va chercher jusqu'à 30 km")
    coordinator.look("proposer")

    near, far = (
        page.locator(".pair", has=page.get_by_role("checkbox", name=name))
        for name in ("Comité de Givors", "Comité de Lille")
    )
    assert coordinator.sees("le comité va chercher jusqu'à 30 km")
    near.get_by_role("checkbox").check()
    near.get_by_label("Combien").fill("8")
    far.get_by_role("checkbox").check()
    far.get_by_label("Combien").fill("4")
    page.get_by_role("button", name="Proposer ce qui est coché et écrire à tous").first.click()
    assert coordinator.sees("Une règle s'y oppose : dites pourquoi vous passez outre.")
    coordinator.look("refus")
    assert live(portal) == [(MatchState.PROPOSED, 12)]

    expect(near.get_by_label("Combien")).to_have_value("8")
    far.get_by_label(re.compile("peut faire le trajet")).check()
    page.get_by_role("button", name="Proposer ce qui est coché et écrire à tous").first.click()
    assert coordinator.sees("2 rapprochements approuvés.")
    coordinator.look("partage")
    assert sorted(live(portal)) == [(MatchState.APPROVED, 4), (MatchState.APPROVED, 8)]

    page.get_by_role("button", name="Tout annuler").click()
    assert coordinator.sees("2 décisions annulées.")
    coordinator.open(f"/coordination/a-la-main/articles/{laptops.id}")
    page.locator(".pair", has=page.get_by_role("checkbox", name="Comité de Vienne")).get_by_role(
        "link", name="Garder pour plus tard"
    ).click()
    page.get_by_label("Combien garder").fill("2")
    page.get_by_label(re.compile("^Jusqu")).fill("2026-12-01")
    page.get_by_label("Pourquoi, pour vos collègues").fill("Ils rappellent mardi")
    coordinator.look("garder")
    page.get_by_role("button", name="Garder").click()
    assert coordinator.sees("2 pièces gardées pour le Comité de Vienne jusqu'au 1er décembre 2026.")
    coordinator.look("garde")
    page.get_by_role("button", name="Ne plus le garder").click()
    assert coordinator.sees("L'article n'est plus gardé.")
    assert portal.strangers() == []
