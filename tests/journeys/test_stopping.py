"""A committee that is offered what it will never take says so once, from the gift itself, by keyboard alone; and takes it back."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.models.states import MatchState, Part
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person, typed
from tests.journeys.keys import Keys
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(("viewport", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop"])
def test_never_again_is_said_once_and_taken_back(
    portal: Portal, browser: Browser, viewport: ViewportSize, script: bool
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors (exemple)", slug="givors")
    need = build.need(committee, item="piano", quantity=2)
    build.match(build.offered_item(item="piano", description=""), need, state=MatchState.APPROVED)
    name = f"arreter-{'telephone' if script else 'ordinateur'}"
    member = person(portal, browser, name, width=viewport, script=script)
    sign_in(portal, member, build.account(committee=committee, part=Part.RESPONSIBLE))
    member.open("/mon-comite")
    member.look("ce-qui-est-propose")
    page, keys = member.page, Keys(member.page)

    keys.press(page.get_by_role("link", name=typed("Voir et répondre")))
    keys.press(page.get_by_role("link", name=typed("Ne plus nous proposer ceci")))
    assert member.sees("Vous déclinez du même geste ce don")
    assert member.sees("(sauf : piano)")
    member.look("ce-que-cela-change")
    keys.press(page.get_by_role("button", name=typed("Ne plus nous le proposer")))
    assert member.sees("C'est noté : nous ne vous proposerons plus « Piano »")
    assert member.sees("Rien n'attend votre réponse")
    assert member.sees("Rien ne manque d'après votre liste")
    member.look("c-est-note")
    keys.press(page.get_by_role("button", name=typed("Le reprendre")))
    assert member.sees("« Piano » peut de nouveau vous être proposé")
    assert member.sees("Il en manque 2")
