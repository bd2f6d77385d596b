"""A committee reads why nothing came, and lets it come: the change that would help is one button, its effect is shown, one more
saves it."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.db import transaction
from app.models import Committee, Need
from app.models.states import Condition, Part
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person, typed
from tests.journeys.keys import Keys
from tests.journeys.test_teaching import plan, sign_in

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(("viewport", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop"])
def test_what_is_missing_comes_in_two_gestures(
    portal: Portal, browser: Browser, viewport: ViewportSize, script: bool
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(
        name="Comité de Givors (exemple)", slug="givors", postal_code="69700", highest_floor=0, collects_km=25
    )
    bed = build.need(committee, item="lit-une-place", quantity=2)
    build.need(committee, item="lave-linge")
    build.need(committee, item="refrigerateur")
    build.need(committee, item="ordinateur")
    high = build.offer(floor=4, lift=False, commune="Mornant")
    build.offered_item(high, item="lit-une-place", description="")
    build.offered_item(build.offer(), item="lit-une-place", description="", condition=Condition.FOR_PARTS)
    far = build.offer(commune="Villefranche", latitude=45.86)
    build.offered_item(far, item="lave-linge", description="")
    build.offered_item(far, item="refrigerateur", description="")
    plan(portal)
    member = person(
        portal, browser, f"aide-{'telephone' if script else 'ordinateur'}", width=viewport, script=script
    )
    sign_in(portal, member, build.account(committee=committee, part=Part.RESPONSIBLE))
    member.open("/mon-comite")
    member.look("ce-qui-manque")
    page, keys = member.page, Keys(member.page)

    keys.press(page.get_by_role("link", name=typed("Élargir à 31 km : 2 articles")))
    assert member.sees("2 articles deviendraient possibles")
    member.look("ce-que-cela-change")
    keys.press(page.get_by_role("button", name="Enregistrer"))
    assert member.sees("C'est enregistré")
    assert keys.acts == 2

    keys.press(page.get_by_role("link", name=typed("Monter jusqu'au 4e étage")))
    assert member.sees("Lit une place, Mornant")
    keys.press(page.get_by_role("link", name="Ne rien changer"))
    keys.press(page.get_by_role("link", name=typed("Accepter « Pour pièces » pour ce besoin")))
    assert member.sees("1 article deviendrait possible : Lit une place, Givors")
    member.look("le-besoin")
    keys.press(page.get_by_role("button", name="Enregistrer"))
    assert member.sees("Le besoin est modifié")
    with portal.app.app_context(), transaction() as session:
        kept = session.get_one(Committee, committee.id)
        assert (kept.collects_km, kept.highest_floor) == (31, 0)
        assert session.get_one(Need, bed.id).minimum_condition is Condition.FOR_PARTS
