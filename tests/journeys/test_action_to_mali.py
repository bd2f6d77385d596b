"""An action to Mali, from its first need to its closing report: prepared on a phone by the keyboard, followed without JavaScript."""

import pytest
from flask_security import hash_password
from playwright.sync_api import Browser
from sqlmodel import select

from app import jobs
from app.actions import following
from app.db import session, transaction
from app.models import Need
from app.models.states import MatchState, Role
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Portal, link, person
from tests.journeys.keys import Keys

pytestmark = pytest.mark.databases("sqlite")
PASSWORD, FOLLOWER, SLUG = "une-phrase-de-passe-longue", "suit@essai.example", "un-centre-a-nioro"
ROOM = f"/coordination/actions/{SLUG}"
BOXES = f"/mon-comite/actions/{SLUG}/colis"


def send(portal: Portal) -> None:
    """What the clock does within minutes: write the news, send what is due."""
    portal.clock.advance(minutes=5)
    with portal.app.app_context():
        with transaction() as current:
            following.tell(current, portal.app.extensions["desk"], portal.clock())
        jobs.send_mail(portal.app.extensions["settings"], portal.clock, "journey")


def test_an_action_to_mali_from_its_first_need_to_its_closing_report(
    portal: Portal, browser: Browser
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors")
    with portal.app.app_context():
        password = hash_password(PASSWORD)
    account = build.account(Role.COORDINATOR, password=password, confirmed_at=portal.clock())
    coordinator = person(portal, browser, "mali", width=PHONE)
    follower = person(portal, browser, "mali-suivi", width=PHONE, script=False)
    keys, page = Keys(coordinator.page), coordinator.page

    coordinator.open("/connexion")
    keys.write(page.get_by_label("Adresse e-mail"), account.email)
    keys.write(page.get_by_label("Mot de passe", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/coordination/**")
    coordinator.open("/coordination/actions/nouvelle")
    keys.write(page.get_by_label("Titre"), "Un centre à Nioro")
    keys.write(page.get_by_label("Histoire"), "Une école a un local et attend des ordinateurs.")
    keys.write(page.get_by_label("Destination"), "Nioro du Sahel, Mali")
    keys.press(page.get_by_role("button", name="Créer cette action"))
    keys.write(page.get_by_label("De quoi l’action a-t-elle besoin"), "ordinateur portable")
    keys.write(page.get_by_label("Combien"), "2")
    keys.press(page.get_by_role("button", name="Déclarer ce besoin"))
    assert coordinator.sees("Le besoin est déclaré pour cette action")
    coordinator.look("preparation")

    follower.open(f"/actions/{SLUG}")
    assert follower.sees("Il en manque 2")
    follower.page.get_by_role("link", name="Suivre cette action").click()
    follower.page.get_by_label("Adresse e-mail").fill(FOLLOWER)
    follower.page.get_by_role("button", name="Recevoir les nouvelles").click()
    assert follower.sees("Nous écrivons à")
    send(portal)
    follower.open(link(portal.post.to(FOLLOWER)[-1]))
    follower.page.get_by_role("button", name="Oui, je veux les nouvelles").click()
    assert follower.sees("C'est confirmé")

    _arrives_at_the_committee(portal, build)
    coordinator.open(f"{BOXES}/nouveau")
    keys.write(page.get_by_label("Contenu", exact=True), "2 ordinateurs portables")
    keys.write(page.get_by_label("Poids en kilogrammes"), "5,5")
    keys.press(page.get_by_role("button", name="Ajouter ce colis"))
    assert coordinator.sees("Le colis 1 est sur la liste")
    for state in ("packed", "sent"):
        keys.press(page.get_by_role("checkbox", name="Colis 1"), "Space")
        page.get_by_label("Les colis cochés sont maintenant").select_option(state)
        keys.press(page.get_by_role("button", name="Noter cette étape"))
        assert coordinator.sees("L'étape d'un colis est notée")
    coordinator.look("colis")
    coordinator.open(f"{ROOM}/nouvelles")
    keys.write(page.get_by_label("En un mot"), "C'est parti")
    keys.write(page.get_by_label("La nouvelle", exact=True), "Un colis a quitté Givors.")
    keys.press(page.get_by_role("button", name="Publier cette nouvelle"))
    assert coordinator.sees("La nouvelle est publiée")
    send(portal)
    assert "C'est parti" in str(portal.post.to(FOLLOWER)[-1]["Subject"]).replace("’", "'")
    coordinator.open(BOXES)
    keys.press(page.get_by_role("link", name="Dire ce qui est arrivé"))
    keys.press(page.get_by_role("button", name="C’est ce qui est arrivé"))
    assert coordinator.sees("ce qui est arrivé est noté")
    coordinator.open(f"{ROOM}/cloture")
    keys.write(page.get_by_label("Ce que l’action a donné"), "La salle est ouverte.")
    keys.press(page.get_by_role("button", name="Terminer l’action et publier son bilan"))
    assert coordinator.sees("2 pièces reçues sur 2")
    coordinator.look("bilan")

    follower.open(link(portal.post.to(FOLLOWER)[-1]))
    follower.page.get_by_role("link", name="Lire le bilan de l’action").click()
    assert follower.sees("1 colis est arrivé")
    assert follower.sees("La salle est ouverte.")
    assert committee.name in follower.page.content()
    assert portal.strangers() == []


def _arrives_at_the_committee(portal: Portal, build: Builder) -> None:
    """The two laptops, as other journeys tell."""
    with portal.app.app_context():
        need = session().exec(select(Need)).one()
    build.match(
        build.offered_item(item="ordinateur-portable", quantity=2),
        need,
        quantity=2,
        state=MatchState.COMPLETED,
    )
