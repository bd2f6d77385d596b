"""A committee plans a round of four, asks the donors for its hours, prints its sheet; one gift falls out, and the round is ordered anew."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.handovers import service as handovers
from app.models import Account, Committee, Match
from app.models.states import MatchState, Reason, Side
from app.transitions import DONOR
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.conftest import act
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person, typed
from tests.journeys.test_every_page import enter

pytestmark = pytest.mark.browser

PLACES = {
    "Grigny": (45.608, 4.790, "lave-linge", 0),
    "Millery": (45.632, 4.778, "canape", 3),
    "Mornant": (45.618, 4.672, "armoire", 2),
    "Vienne": (45.525, 4.874, "chaise", 0),
}


@dataclass
class Stage:
    """Four gifts that a committee has accepted and is to fetch; no hour is fixed."""

    portal: Portal
    committee: Committee = field(init=False)
    member: Account = field(init=False)
    matches: dict[str, Match] = field(default_factory=dict)
    donors: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        now = self.portal.clock()
        build = Builder(self.portal.app, self.portal.clock)
        self.committee = build.committee(name="Comité de Givors (exemple)")
        self.member = build.account(committee=self.committee)
        for commune, (latitude, longitude, item, floor) in PLACES.items():
            donor = build.donor(name=f"Exemple de {commune}", phone="06 00 00 00 00", confirmed_at=now)
            offer = build.offer(
                donor, commune=commune, latitude=latitude, longitude=longitude, floor=floor, lift=False,
                street="1 rue d'Exemple", availability="Plutôt l'après-midi.",
            )  # fmt: skip
            self.donors[commune] = donor.id
            self.matches[commune] = build.match(
                build.offered_item(offer, item=item), build.need(self.committee, item=item),
                state=MatchState.ACCEPTED, approved_at=now - timedelta(hours=1), answer_by=now + timedelta(days=5),
                committee_answered_at=now, donor_answered_at=now,
            )  # fmt: skip

    def page_of(self, commune: str) -> str:
        links, match = self.portal.app.extensions["desk"].links, self.matches[commune].id
        party = f"donor:{self.donors[commune]}"
        return path_of(
            Purpose.DONOR_ANSWER, links.token(Purpose.DONOR_ANSWER, match, party, self.portal.clock())
        )


def chooses(stage: Stage, donor: Person, commune: str) -> None:
    donor.open(stage.page_of(commune))
    donor.page.get_by_role("button", name="Fixer ce rendez-vous").click()
    assert donor.sees("Rendez-vous fixé")


@pytest.mark.parametrize(
    ("width", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "desktop-without-scripts"]
)
def test_a_round_of_four_is_planned_told_printed_and_ordered_anew(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    stage = Stage(portal)
    member = person(portal, browser, f"tournee-{width['width']}", width=width, script=script)
    donor = person(portal, browser, f"tournee-don-{width['width']}", width=width, script=script)
    enter(portal, member, stage.member.fs_uniquifier)

    member.open("/mon-comite")
    member.page.get_by_role("link", name="Tournées", exact=True).click()
    member.look("liste")
    member.page.get_by_role("link", name="Préparer une tournée").click()
    member.look("nouvelle")
    member.page.get_by_role("button", name="Voir la tournée").click()
    assert member.sees("4 arrêts")
    member.look("proposition")
    member.page.get_by_role("button", name="Proposer ces heures aux donateurs").click()
    assert member.sees("4 donateurs reçoivent l'heure de votre passage")
    for commune in ("Grigny", "Vienne"):
        chooses(stage, donor, commune)

    member.page.get_by_role("link", name="Feuille de route").click()
    for said in ("Feuille de route du mardi 24 novembre", "Exemple de Millery", "étage 3, sans ascenseur"):
        assert member.sees(said)
    member.look("feuille")
    member.page.emulate_media(media="print")
    member.look("imprimee")
    member.page.emulate_media(media="screen")

    values = (stage.matches["Millery"].id, Side.DONOR, Reason.GIVEN_ELSEWHERE, "", DONOR)
    act(portal.app, portal.clock, handovers.decline, *values)
    member.page.get_by_role("link", name="Revenir à la tournée").click()
    assert member.sees("Un arrêt ne tient plus.")
    member.look("tombe")
    member.page.get_by_role("button", name="Réordonner la tournée").click()
    assert member.sees("3 arrêts")
    assert member.page.get_by_text(typed("Rendez-vous fixé")).count() == 2
    member.look("reordonnee")
