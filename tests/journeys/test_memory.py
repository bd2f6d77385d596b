"""A coordinator's morning: what waits, a call noted in two clicks, a task for tomorrow, a word to the donor; all of it remembered."""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, ViewportSize

from app.models.states import Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person


@pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESKTOP, True)])
def test_one_call_is_noted_remembered_and_come_back_to(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    build = Builder(portal.app, portal.clock)
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple", password="x")
    donor = build.donor(name="Donatrice Exemple", phone="06 12 34 56 78")
    build.offered_item(build.offer(donor), item=None, description="machin en fer")
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    coordinator = person(portal, browser, f"memory-{width['width']}", width=width, script=script)
    coordinator.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])

    coordinator.open("/accueil")
    assert coordinator.sees("don à reconnaître")
    page = coordinator.page
    page.get_by_text("Noter un appel").click()
    coordinator.look("a-faire")
    page.get_by_role("button", name="Rappelle", exact=True).click()
    assert coordinator.sees("C'est noté.")
    assert page.url.endswith("/coordination/a-faire")

    page.get_by_role("link", name="Donatrice Exemple").click()
    assert coordinator.sees("Appel noté par Coordinatrice Exemple : Rappelle")
    page.get_by_text("Écrire une note", exact=True).click()
    page.get_by_label("Note", exact=True).fill("Rappeler après 18 h")
    page.get_by_label("Y revenir le").fill(portal.clock().date().isoformat())
    page.get_by_role("button", name="Enregistrer la note").click()
    assert coordinator.sees("C'est noté dans « À faire ».")

    page.get_by_role("link", name="Écrire au donateur").click()
    page.get_by_label("Objet").fill("Au sujet de votre don")
    page.get_by_label("Message").fill("Pouvez-vous nous envoyer une photo ?")
    coordinator.look("message")
    page.get_by_role("button", name="Envoyer le message").click()
    assert coordinator.sees("Message écrit par Coordinatrice Exemple : Au sujet de votre don")
    coordinator.look("donatrice")

    page.get_by_role("link", name="À faire").click()
    page.get_by_role("button", name="C’est fait").click()
    assert coordinator.sees("C'est fait.")
    assert not page.get_by_text("Rappeler après 18").count()
