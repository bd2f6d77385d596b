"""What a coordinator does all day takes a click or two from the page of the thing: counted, and printed."""

import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from statistics import median
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from app.models.states import MatchState, OfferState, Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, Portal, person
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")


class Gesture(NamedTuple):
    """`button`, `link`, `checkbox` and `words` are clicked, the `nth` that is called `what`; `write` fills `where`; `key` is pressed."""

    how: str
    what: str
    nth: int = 0
    where: str = ""

    def make(self, page: Page) -> None:
        if self.how == "key":
            page.keyboard.press(self.what)
        elif self.how == "write":
            page.locator(self.where).fill(self.what)
        else:
            main, said = page.locator("main"), re.compile(self.what)
            found = main.get_by_text(said) if self.how == "words" else main.get_by_role(self.how, name=said)  # type: ignore[arg-type]
            found.nth(self.nth).click()


class Act(NamedTuple):
    """From a page of the thing, what is done, and what is then read there; or, with `gone`, what is there no more."""

    name: str
    start: str
    gestures: tuple[Gesture, ...]
    said: str = ""
    gone: str = ""


# fmt: off
ACTS = (
    Act("approve", "first", (Gesture("button", "^Approuver"),), "Approuvé"),
    Act("undo", "first", (Gesture("button", "^Annuler cette décision"),), "Approuver et écrire aux deux"),
    Act("reject, with a reason", "second",
        (Gesture("words", "^Écarter…"), Gesture("words", "C.est trop loin"), Gesture("button", "^Écarter")), "Écarté"),
    Act("leave for later, on the board", "board", (Gesture("link", "^Plus tard"),), gone="first"),
    Act("note a call", "offer", (Gesture("words", "^Noter un appel"), Gesture("button", "D.accord")), "Appel noté"),
    Act("find who calls", "todo",
        (Gesture("write", "06 00 00 00 83", where="#partout"), Gesture("key", "Enter")), "Donatrice Exemple"),
    Act("propose by hand", "offer",
        (Gesture("link", "^Proposer à"), Gesture("button", "^Proposer et écrire aux deux")), "fait à la main"),
    Act("say yes for a donor on the telephone", "answering",
        (Gesture("link", "^Noter la réponse du donateur"), Gesture("button", "^Le donateur est d.accord")),
        "le donateur est d'accord"),
    Act("confirm in the donor's place", "todo",
        (Gesture("link", "^Confirmer à sa place"), Gesture("button", "^Confirmer cette offre")), "confirmée"),
    Act("decide several at once", "board",
        (Gesture("checkbox", "^Choisir"), Gesture("checkbox", "^Choisir", 1), Gesture("button", "^Approuver ce qui est coché")),
        "approuvé"),
    Act("put a telephone number right", "offer",
        (Gesture("link", "^Corriger le contact"), Gesture("write", "06 00 00 00 38", where="#phone"),
         Gesture("button", "^Enregistrer les corrections")), "06 00 00 00 38"),
)
# fmt: on


def places(portal: Portal, build: Builder) -> Mapping[str, str]:
    """One of each thing that the acts are about, and the pages of them."""
    now = portal.clock()
    offer = build.offer(build.donor(name="Donatrice Exemple", phone="06 00 00 00 83"), reference="DAAA")
    article, _other = (build.offered_item(offer, quantity=4) for _ in range(2))
    first, second, *_more = (build.match(article, build.need(quantity=1)) for _ in range(4))
    build.need(quantity=2)
    answering = build.match(build.offered_item(), build.need(), state=MatchState.APPROVED, approved_at=now)
    old = now - timedelta(days=9)
    build.offered_item(build.offer(state=OfferState.UNCONFIRMED, confirmed_at=None, created_at=old))
    return {
        "first": f"/coordination/rapprochements/{first.id}",
        "second": f"/coordination/rapprochements/{second.id}",
        "answering": f"/coordination/rapprochements/{answering.id}",
        "offer": f"/coordination/offres/{offer.id}",
        "board": "/coordination",
        "todo": "/coordination/a-faire",
    }


def test_the_median_act_of_a_coordinator_takes_two_interactions_at_most(
    portal: Portal, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    build = Builder(portal.app, portal.clock)
    there = places(portal, build)
    somebody = person(portal, browser, "gestes", width=DESKTOP)
    sign_in(portal, somebody, build.account(Role.COORDINATOR))

    for act in ACTS:
        somebody.open(there[act.start])
        for gesture in act.gestures:
            gesture.make(somebody.page)
        if act.gone:
            expect(somebody.page.locator(f"main a[href='{there[act.gone]}']")).to_have_count(0)
        else:
            assert somebody.sees(act.said), act.name

    middle = median(len(act.gestures) for act in ACTS)
    with capsys.disabled():
        for act in sorted(ACTS, key=lambda act: len(act.gestures)):
            sys.stdout.write(f"\n  {len(act.gestures)} interactions: {act.name}")
        sys.stdout.write(f"\n  median: {middle:g}\n")
    assert middle <= 2
