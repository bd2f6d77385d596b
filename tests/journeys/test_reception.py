"""Three articles, one committee, one trip; a reception with a surplus, a lack and a broken machine, corrected a day later; and the
day's list of a telephone that loses its network."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, ViewportSize, expect

from app.db import transaction
from app.matches import service as matches
from app.models import Account, Committee, Match, Need, Offer
from app.models.states import Condition, MatchState, NeedState, Role
from app.transitions import Actor
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.conftest import act
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person, picture, typed

pytestmark = pytest.mark.browser

THINGS = (
    ("chaise", 6, Condition.GOOD),
    ("table-basse", 2, Condition.FAIR),
    ("lave-linge", 1, Condition.GOOD),
)


@dataclass
class Stage:
    """Chairs, tables and a machine of one offer without a street, approved for one committee."""

    portal: Portal
    committee: Committee = field(init=False)
    offer: Offer = field(init=False)
    member: Account = field(init=False)
    ids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        build = Builder(self.portal.app, self.portal.clock)
        donor = build.donor(name="Donatrice d'exemple", confirmed_at=self.portal.clock())
        self.offer = build.offer(donor, street="", floor=None)
        self.committee = build.committee(name="Comité de Givors (exemple)")
        self.member = build.account(committee=self.committee)
        for item, quantity, least in THINGS:
            article = build.offered_item(self.offer, item=item, description=item, quantity=quantity)
            need = build.need(self.committee, item=item, quantity=quantity, minimum_condition=least)
            self.ids.append(build.match(article, need, quantity=quantity).id)
        coordinator = Actor.account(build.account(Role.COORDINATOR).id)
        act(self.portal.app, self.portal.clock, matches.approve_many, self.ids, coordinator)
        self.portal.clock.advance(minutes=5)

    def enter(self, somebody: Person) -> None:
        signer = SecureCookieSessionInterface().get_signing_serializer(self.portal.app)
        assert signer is not None
        value = signer.dumps({"_user_id": self.member.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
        somebody.context.add_cookies([{"name": "session", "value": str(value), "url": self.portal.url}])

    @property
    def donor_page(self) -> str:
        links = self.portal.app.extensions["desk"].links
        party = f"donor:{self.offer.donor_id}"
        return path_of(
            Purpose.DONOR_ANSWER,
            links.token(Purpose.DONOR_ANSWER, self.ids[0], party, self.portal.clock()),
        )

    def states(self) -> list[tuple[MatchState, int | None, NeedState]]:
        with self.portal.app.app_context(), transaction() as session:
            rows = [session.get_one(Match, match_id) for match_id in self.ids]
            return [
                (row.state, row.received_quantity, session.get_one(Need, row.need_id).state) for row in rows
            ]


def accepts(stage: Stage, member: Person) -> None:
    member.open(f"/mon-comite/dons/{stage.ids[1]}")
    for name in ("Chaise", "Table basse", "Lave-linge"):
        assert member.sees(name)
    member.look("trois-articles")
    day = (stage.portal.clock() + timedelta(days=1)).date()
    member.page.get_by_label("Un autre jour").fill(day.isoformat())
    member.page.get_by_label("De", exact=True).fill("14 h")
    member.page.get_by_label("À", exact=True).fill("16 h")
    member.page.get_by_label("Le comité vient chercher").check()
    member.page.get_by_role("button", name="Accepter et proposer ces moments").click()
    assert member.sees("Le donateur reçoit vos propositions")


def chooses(stage: Stage, donor: Person) -> None:
    donor.open(stage.donor_page)
    donor.look("choisir")
    donor.page.get_by_label("Numéro et rue").fill("9 rue de la Collecte")
    donor.page.get_by_label(typed("À quel étage ?")).fill("2")
    donor.page.get_by_label("Oui", exact=True).check()
    donor.page.get_by_role("button", name="Fixer ce rendez-vous").click()
    assert donor.sees("Rendez-vous fixé")
    donor.look("rendez-vous")


@pytest.mark.parametrize(
    ("width", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop-without-scripts"]
)
def test_three_articles_one_trip_received_as_they_come_and_corrected_a_day_later(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    stage = Stage(portal)
    member = person(portal, browser, f"reception-comite-{width['width']}", width=width, script=script)
    donor = person(portal, browser, f"reception-don-{width['width']}", width=width, script=script)
    stage.enter(member)
    accepts(stage, member)
    chooses(stage, donor)
    member.open(f"/mon-comite/dons/{stage.ids[0]}/bon")
    assert member.sees("9 rue de la Collecte, 69700 Givors (étage 2, avec ascenseur)")
    member.look("bon")

    portal.clock.advance(days=1)
    chairs, tables, machine = (f"m{match_id}-" for match_id in stage.ids)
    member.open(f"/mon-comite/dons/{stage.ids[0]}/bilan")
    page = member.page
    page.get_by_label(typed("Oui, c'est fait")).check()
    page.locator(f"[name={chairs}quantity]").fill("7")
    page.locator(f"[name={tables}quantity]").fill("1")
    page.locator(f"[name={machine}condition][value=for_parts]").check()
    page.locator(f"[name={machine}photo]").set_input_files([picture()])  # type: ignore[arg-type]
    member.look("compte-rendu")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    assert member.sees("Encore 3 questions, et c'est fini.")
    page.locator(f"[name={tables}rest][value=still]").check()
    page.locator(f"[name={machine}keep][value=yes]").check()
    page.locator(f"[name={machine}meets][value=no]").check()
    page.locator(f"[name={machine}photo]").set_input_files([picture()])  # type: ignore[arg-type]
    member.look("questions")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    for said in (
        "7 pièces reçues",
        "1 de plus qu'annoncé",
        "1 toujours chez le donateur",
        "le besoin reste ouvert",
    ):
        assert member.sees(said)
    member.look("recu")
    assert stage.states() == [
        (MatchState.COMPLETED, 7, NeedState.MET),
        (MatchState.COMPLETED, 1, NeedState.OPEN),
        (MatchState.COMPLETED, 1, NeedState.OPEN),
    ]

    portal.clock.advance(days=1)
    member.open(f"/mon-comite/dons/{stage.ids[0]}/bilan")
    page.get_by_text("Corriger ce compte rendu").click()
    expect(page.get_by_label(typed("Oui, c'est fait"))).to_be_checked()
    page.locator(f"[name={tables}quantity]").fill("2")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    assert member.sees("2 pièces reçues")
    assert stage.states()[1] == (MatchState.COMPLETED, 2, NeedState.MET)


def test_a_telephone_without_a_network_keeps_the_list_and_sends_its_ticks_once(
    portal: Portal, browser: Browser
) -> None:
    stage = Stage(portal)
    member = person(portal, browser, "hors-ligne", width=PHONE)
    donor = person(portal, browser, "hors-ligne-don", width=PHONE)
    stage.enter(member)
    accepts(stage, member)
    chooses(stage, donor)
    portal.clock.advance(days=1)
    member.open("/mon-comite/aujourdhui")
    member.look("liste")
    member.page.evaluate("navigator.serviceWorker.ready")
    member.page.reload()
    assert member.page.evaluate("navigator.serviceWorker.controller !== null")

    member.context.set_offline(True)
    member.page.reload()
    assert member.sees("Pas de réseau")
    member.page.locator(f"[data-line='{stage.ids[0]}'] button").click()
    assert member.sees("Noté sur ce téléphone")
    member.page.reload()
    assert member.sees("Noté sur ce téléphone")
    assert stage.states()[0][0] is MatchState.SCHEDULED

    member.context.set_offline(False)
    expect(member.page.locator(f"[data-line='{stage.ids[0]}'] [data-told]")).to_have_text(
        typed("C'est noté : reçu.")
    )
    assert stage.states()[0] == (MatchState.COMPLETED, 6, NeedState.MET)
    member.page.reload()
    assert member.sees("6 pièces reçues")
    assert member.page.evaluate("localStorage.getItem('portail-recus')") == "[]"
