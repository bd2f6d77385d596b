"""A committee's week by the Tab key, Enter and the arrows alone, without JavaScript: and how few gestures its list takes."""

import sys
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from app.db import transaction
from app.models import Account, Membership
from app.models.states import NeedState, Part, Urgency
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Person, Portal, person, typed
from tests.journeys.keys import Keys
from tests.journeys.test_rounds import Stage
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")


def at_home(portal: Portal, browser: Browser, name: str, account: Account) -> tuple[Person, Keys]:
    somebody = person(portal, browser, name, width=PHONE, script=False)
    sign_in(portal, somebody, account)
    somebody.open("/mon-comite")
    return somebody, Keys(somebody.page)


def test_a_need_takes_six_gestures_at_most_and_last_months_list_three(
    portal: Portal, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors (exemple)", slug="givors")
    long_ago = portal.clock() - timedelta(days=31)
    for item in ("chaise", "poussette", "bureau"):
        build.need(
            committee, item=item, quantity=4, declared_at=long_ago, state=NeedState.MET,
            urgency=Urgency.HIGH, reason="La rentrée",
        )  # fmt: skip
    member, keys = at_home(portal, browser, "clavier-besoins", build.account(committee=committee))
    page = member.page

    keys.press(page.get_by_role("link", name="Déclarer un besoin"))
    keys.write(page.get_by_label(typed("De quoi avez-vous besoin ?")), "frigo")
    keys.write(page.get_by_label("Combien ?"), "2")
    keys.choose(page.get_by_role("radio", name=typed("Pressé"), exact=True))
    keys.choose(page.get_by_role("radio", name=typed("Bon état"), exact=True))
    keys.press(page.get_by_role("button", name="Déclarer ce besoin"))
    assert member.sees("Le besoin est déclaré : 2 × Réfrigérateur.")
    declared, keys.acts = keys.acts, 0

    keys.press(page.get_by_role("link", name=typed("Modifier : Réfrigérateur")))
    keys.write(page.get_by_label("Combien ?"), "3")
    keys.press(page.get_by_role("button", name="Enregistrer"))
    assert member.sees("Le besoin est modifié.")
    assert member.sees("3 × Réfrigérateur")
    mended, keys.acts = keys.acts, 0

    member.open("/mon-comite")
    keys.press(page.get_by_role("link", name="Tous nos besoins"))
    keys.press(page.get_by_role("link", name="Recopier le mois dernier"))
    keys.press(page.get_by_role("button", name="Déclarer ce qui est coché"))
    assert member.sees("3 besoins sont déclarés.")
    copied = keys.acts

    with capsys.disabled():
        for count, act in (
            (declared, "declare a need"),
            (mended, "mend it"),
            (copied, "ask for last month's list again"),
        ):
            sys.stdout.write(f"\n  {count} interactions: {act}")
        sys.stdout.write("\n")
    assert declared <= 6
    assert copied <= 3


def test_a_responsible_invites_a_member_and_gives_a_part(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors (exemple)", slug="givors")
    responsible = build.account(committee=committee, part=Part.RESPONSIBLE, name="Responsable Exemple")
    member, keys = at_home(portal, browser, "clavier-membres", responsible)
    page = member.page

    keys.press(page.get_by_role("link", name="Nos membres"))
    keys.press(page.get_by_role("link", name=typed("Inviter quelqu'un")))
    keys.write(page.get_by_label("Nom"), "Bénévole Exemple")
    keys.write(page.get_by_label(typed("Adresse e-mail")), "benevole@essai.example")
    keys.choose(page.get_by_role("radio", name="Reçoit les dons"))
    keys.press(page.get_by_role("button", name=typed("Envoyer l'invitation")))
    assert member.sees("Bénévole Exemple")
    member.look("invitee")

    card = page.get_by_role("listitem").filter(has_text="benevole@essai.example")
    keys.press(card.get_by_text("Changer de rôle"))
    keys.choose(card.get_by_role("radio", name="Lecteur"))
    keys.press(card.get_by_role("button", name="Donner ce rôle"))
    expect(card.locator(".tag").first).to_have_text("Lecteur")
    member.look("lecteur")
    with portal.app.app_context(), transaction() as session:
        parts = session.exec(select(Membership.part).order_by(col(Membership.account_id))).all()
    assert parts == [Part.RESPONSIBLE, Part.READER]


def test_a_round_is_planned_and_its_sheet_opened(portal: Portal, browser: Browser) -> None:
    stage = Stage(portal)
    member, keys = at_home(portal, browser, "clavier-tournee", stage.member)
    page = member.page

    keys.press(page.get_by_role("link", name="Tournées", exact=True))
    keys.press(page.get_by_role("link", name="Préparer une tournée"))
    keys.press(page.get_by_role("button", name="Voir la tournée"))
    assert member.sees("4 arrêts")
    keys.press(page.get_by_role("button", name=typed("Proposer ces heures aux donateurs")))
    assert member.sees("4 donateurs reçoivent l'heure de votre passage")
    keys.press(page.get_by_role("link", name="Feuille de route"))
    assert member.sees("Feuille de route du mardi 24 novembre")
