"""What a coordinator does all day takes a click or two from the page of the thing: counted, and printed."""

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Literal, Self

import pytest
from playwright.sync_api import Browser

from app.models.states import MatchState, OfferState, Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, Person, Portal, person
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")


class Hand:
    """Counts each click, key and filled field; nothing else is an interaction."""

    def __init__(self, somebody: Person) -> None:
        self.page, self.gestures = somebody.page, 0

    def click(self, role: Literal["words", "button", "link", "checkbox"], name: str, nth: int = 0) -> Self:
        main = self.page.locator("main")
        said = re.compile(name)
        found = main.get_by_text(said) if role == "words" else main.get_by_role(role, name=said)
        found.nth(nth).click()
        self.gestures += 1
        return self

    def press(self, key: str) -> Self:
        self.page.keyboard.press(key)
        self.gestures += 1
        return self

    def write(self, where: str, words: str) -> Self:
        self.page.locator(where).first.fill(words)
        self.gestures += 1
        return self


def test_the_median_act_of_a_coordinator_takes_two_interactions_at_most(
    portal: Portal, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    build = Builder(portal.app, portal.clock)
    offer = build.offer(build.donor(name="Donatrice Exemple", phone="06 00 00 00 83"), reference="DAAA")
    articles = [build.offered_item(offer, quantity=4) for _ in range(2)]
    proposed = [build.match(articles[0], build.need(quantity=1)) for _ in range(4)]
    build.need(quantity=2)
    answering = build.match(
        build.offered_item(), build.need(), state=MatchState.APPROVED, approved_at=portal.clock()
    )
    build.offered_item(
        build.offer(
            state=OfferState.UNCONFIRMED, confirmed_at=None, created_at=portal.clock() - timedelta(days=9)
        )
    )
    somebody = person(portal, browser, "gestes", width=DESKTOP)
    sign_in(portal, somebody, build.account(Role.COORDINATOR))
    counted: list[tuple[str, int]] = []

    def act(name: str, start: str, do: Callable[[Hand], object], said: str) -> None:
        somebody.open(start)
        hand = Hand(somebody)
        do(hand)
        assert somebody.sees(said), name
        counted.append((name, hand.gestures))

    page, phone = f"/coordination/offres/{offer.id}", f"/coordination/rapprochements/{answering.id}"
    one, two = (f"/coordination/rapprochements/{each.id}" for each in proposed[:2])

    act("approve", one, lambda hand: hand.click("button", "^Approuver"), "Approuvé")
    act(
        "undo",
        one,
        lambda hand: hand.click("button", "^Annuler cette décision"),
        "Approuver et écrire aux deux",
    )
    act(
        "reject, with a reason", two,
        lambda hand: (hand.click("words", "^Écarter…"), hand.click("words", "C.est trop loin"), hand.click("button", "^Écarter")),
        "Écarté",
    )  # fmt: skip
    act(
        "leave for later, on the board",
        "/coordination",
        lambda hand: hand.click("link", "^Plus tard"),
        "À décider",
    )
    act(
        "note a call",
        page,
        lambda hand: (hand.click("words", "^Noter un appel"), hand.click("button", "D.accord")),
        "Appel",
    )
    act(
        "find who calls", "/coordination/a-faire",
        lambda hand: (hand.write("#partout", "06 00 00 00 83"), hand.press("Enter")),
        "Donatrice Exemple",
    )  # fmt: skip
    act(
        "propose by hand", page,
        lambda hand: (hand.click("link", "^Proposer à"), hand.click("button", "^Proposer et écrire aux deux")),
        "fait à la main",
    )  # fmt: skip
    act("say yes for a donor on the telephone", phone,
        lambda hand: (hand.click("link", "^Noter la réponse du donateur"), hand.click("button", "^Le donateur est d.accord")),
        "le donateur est d'accord")  # fmt: skip
    act("confirm in the donor's place", "/coordination/a-faire",
        lambda hand: (hand.click("link", "^Confirmer à sa place"), hand.click("button", "^Confirmer cette offre")),
        "confirmée")  # fmt: skip
    act("decide several at once", "/coordination",
        lambda hand: (hand.click("checkbox", "^Choisir"), hand.click("checkbox", "^Choisir", 1),
                      hand.click("button", "^Approuver ce qui est coché")),
        "approuvé")  # fmt: skip
    act("put a telephone number right", page,
        lambda hand: (hand.click("link", "^Corriger le contact"), hand.write("#phone", "06 00 00 00 38"),
                      hand.click("button", "^Enregistrer les corrections")),
        "06 00 00 00 38")  # fmt: skip

    with capsys.disabled():
        sys.stdout.write("\n")
        for name, gestures in sorted(counted, key=lambda each: each[1]):
            sys.stdout.write(f"  {gestures} interactions: {name}\n")
        sys.stdout.write(f"  median: {median(gestures for _name, gestures in counted):g}\n")
    assert median(gestures for _name, gestures in counted) <= 2
