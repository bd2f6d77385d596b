"""The whole journey: a washing machine leaves a donor's kitchen and reaches a family, and everybody knows when.

Three people, each at a browser of their own; between their acts the scheduler's jobs run, at the test's clock.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from flask_security import hash_password
from icalendar import Calendar
from playwright.sync_api import Browser, expect
from sqlmodel import select

from app import jobs
from app.db import session
from app.handovers import waiting
from app.matches import planning
from app.models import Account, Committee, Match, Need, Offer
from app.models.states import MatchState, NeedState, OfferState, Role
from tests.builders import Builder
from tests.conftest import act
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, link, person, picture, typed, words

PASSWORD = "une-phrase-de-passe-longue"
DONOR = "donatrice@don.example"


@dataclass
class Cast:
    """Who plays: the committee that lacks, its member and the coordinator."""

    committee: Committee
    member: Account
    coordinator: Account


@pytest.fixture
def cast(portal: Portal) -> Cast:
    """A committee open on Tuesdays, and two accounts with a password."""
    build = Builder(portal.app, portal.clock)
    with portal.app.app_context():
        password = hash_password(PASSWORD)
    committee = build.committee(name="Secours populaire de Givors (exemple)", slug="givors")
    confirmed: dict[str, Any] = {"password": password, "confirmed_at": portal.clock()}
    return Cast(
        committee,
        build.account(Role.MEMBER, committee=committee, name="Bénévole d'exemple", **confirmed),
        build.account(Role.COORDINATOR, name="Coordinatrice d'exemple", **confirmed),
    )


def tick(portal: Portal) -> None:
    """What the scheduler does within minutes: plan, then send what is due."""
    with portal.app.app_context():
        planning.plan_now(portal.clock())
    send(portal)


def send(portal: Portal) -> None:
    with portal.app.app_context():
        jobs.send_mail(portal.app.extensions["settings"], portal.clock, "journey")


def sign_in(someone: Person, account: Account) -> None:
    someone.open("/connexion")
    someone.page.get_by_label("Adresse e-mail").fill(account.email)
    someone.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    someone.page.get_by_role("main").get_by_role("button", name="Se connecter").click()


def declares_a_need(member: Person, cast: Cast) -> None:
    sign_in(member, cast.member)
    member.open("/besoins/nouveau")
    member.page.locator("input[name=item]").fill("Lave-linge")
    member.page.get_by_label("Pressé", exact=True).check()
    member.page.locator("[name=reason]").fill("Une famille de cinq, relogée sans rien.")
    member.look("besoin")
    member.page.get_by_role("button", name="Déclarer ce besoin").click()
    assert member.sees("Lave-linge")
    member.look("besoins")


def offers_a_machine(donor: Person) -> None:
    donor.open("/")
    donor.look("accueil")
    donor.page.get_by_role("main").get_by_role("link", name="Proposer un don").first.click()
    donor.page.locator("input[name$=-what]").fill("machine à laver Brandt")
    donor.page.keyboard.press("Tab")  # past the suggestions, which may come late and lie over what is below
    donor.page.get_by_label("Bon état", exact=False).last.check()
    donor.page.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type]
    donor.page.get_by_label("Code postal").fill("69520")
    donor.page.get_by_label("Votre nom").fill("O'Neill-Ñandú (exemple)")
    donor.page.get_by_label("Votre adresse e-mail").fill(DONOR)
    donor.page.get_by_label("Votre téléphone").fill("06 00 00 00 00")
    donor.look("offre")
    donor.page.get_by_role("button", name="Vérifier avant d").last.click()
    assert donor.sees("Lave-linge")
    donor.look("verification")
    donor.page.get_by_role("button", name="Proposer ce don").click()
    donor.look("enregistre")


def confirms(donor: Person, portal: Portal) -> None:
    send(portal)
    (letter,) = portal.post.to(DONOR)
    donor.open(link(letter))
    donor.look("confirmer")
    donor.page.get_by_role("button", name="Confirmer ce don").click()
    donor.look("suivi")


def approves(coordinator: Person, cast: Cast) -> None:
    sign_in(coordinator, cast.coordinator)
    coordinator.open("/coordination")
    assert coordinator.sees("Lave-linge")
    coordinator.look("tableau")
    coordinator.page.get_by_role("button", name="Approuver et écrire aux deux").first.click()
    coordinator.page.get_by_text("Annuler").first.wait_for()
    coordinator.look("approuve")


def proposes_times(member: Person, portal: Portal, cast: Cast) -> None:
    letter = portal.post.to(cast.committee.email)[-1]
    assert "O'Neill" not in words(letter).replace("’", "'")
    member.open(link(letter))
    expect(member.page.locator("body")).not_to_contain_text(typed("O'Neill"))
    member.look("accepter")
    times = member.page.locator("[name=slots]")
    assert [each.is_checked() for each in times.all()] == [False] * times.count()
    for each in times.all()[:2]:
        each.check()
    member.page.get_by_role("button", name="Accepter ce don").click()
    assert member.sees("O'Neill-Ñandú")
    assert member.sees("Ce que vous avez proposé")
    member.look("accepte")


def chooses_a_time(donor: Person, portal: Portal) -> None:
    donor.open(link(portal.post.to(DONOR)[-1]))
    donor.look("choisir")
    donor.page.get_by_role("radio").first.check()
    donor.page.get_by_label("Numéro et rue").fill("3 rue du Don")
    donor.page.get_by_label("À quel étage").fill("0")
    donor.page.get_by_role("button", name="Fixer ce rendez-vous").click()
    assert donor.sees("Rendez-vous")
    donor.look("rendez-vous")


def says_it_happened(member: Person, donor: Person, portal: Portal, cast: Cast) -> None:
    donor.open(link(portal.post.to(DONOR)[-1]))
    donor.page.get_by_label("Oui, c'est fait").or_(donor.page.get_by_label("Oui, c’est fait")).check()
    donor.look("bilan")
    donor.page.get_by_role("button", name="Envoyer ma réponse").click()
    member.open(link(portal.post.to(cast.committee.email)[-1]))
    member.page.get_by_label("Oui, c'est fait").or_(member.page.get_by_label("Oui, c’est fait")).check()
    member.look("bilan")
    member.page.get_by_role("button", name="Envoyer ma réponse").click()
    assert member.sees("La remise a eu lieu")
    member.look("termine")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_an_offer_to_a_completed_handover(
    portal: Portal, cast: Cast, browser: Browser, script: bool, database: str
) -> None:
    suffix = f"{database}-{'js' if script else 'sans-js'}"
    donor = person(portal, browser, f"donatrice-{suffix}", width=PHONE, script=script)
    member = person(portal, browser, f"comite-{suffix}", width=DESKTOP, script=script)
    coordinator = person(portal, browser, f"coordination-{suffix}", width=DESKTOP, script=script)

    declares_a_need(member, cast)
    offers_a_machine(donor)
    confirms(donor, portal)
    tick(portal)
    approves(coordinator, cast)
    tick(portal)
    assert portal.post.to(cast.committee.email) == []  # the coordinator may still undo
    portal.clock.advance(seconds=61)
    tick(portal)
    proposes_times(member, portal, cast)
    tick(portal)
    chooses_a_time(donor, portal)
    tick(portal)
    portal.clock.advance(days=9)
    act(portal.app, portal.clock, waiting.ask_whether_it_happened)
    send(portal)
    says_it_happened(member, donor, portal, cast)

    assert_settled(portal)
    assert_letters(portal, cast)
    assert portal.strangers() == []


def assert_settled(portal: Portal) -> None:
    with portal.app.app_context():
        current = session()
        assert current.exec(select(Match)).one().state is MatchState.COMPLETED
        assert current.exec(select(Need)).one().state is NeedState.MET
        assert current.exec(select(Offer)).one().state is OfferState.CLOSED


def assert_letters(portal: Portal, cast: Cast) -> None:
    """One message per party per event, no more; the appointment comes with a calendar file."""
    subjects = Counter((letter["X-Envelope-To"], letter["Subject"]) for letter in portal.post.letters)
    assert set(subjects.values()) == {1}
    assert len(portal.post.to(DONOR)) == 6  # confirm, recorded, matched, times, appointment, did it happen
    assert len(portal.post.to(cast.committee.email)) == 3  # matched, appointment, did it happen
    calendars = [
        Calendar.from_ical(part.get_content())
        for letter in portal.post.letters
        for part in letter.iter_attachments()
        if part.get_content_type() == "text/calendar"
    ]
    assert len({calendar.walk("VEVENT")[0]["UID"] for calendar in calendars}) == 1
    assert len(calendars) == 2
