"""A second factor, as a coordinator meets it who must have one: an application by the keyboard alone, a passkey, a lost telephone."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask_security import hash_password
from passlib.totp import TOTP
from playwright.sync_api import Browser, CDPSession

from app.models import Account
from app.models.states import Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person, typed, words
from tests.journeys.keys import Keys
from tests.journeys.test_time import send

pytestmark = pytest.mark.databases("sqlite")
EMAIL, PASSWORD = "marie@essai.example", "girafe parapluie lundi"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def marie(portal: Portal) -> Iterator[Account]:
    """Coordinates, on a portal that asks coordinators for a second factor."""
    usual = portal.app.extensions["settings"]
    portal.app.extensions["settings"] = dataclasses.replace(usual, second_factor=("coordinator",))
    with portal.app.test_request_context():
        password = hash_password(PASSWORD)
    yield Builder(portal.app, portal.clock).account(
        Role.COORDINATOR, email=EMAIL, name="Marie Exemple", password=password
    )
    portal.app.extensions["settings"] = usual


def by_name(portal: Portal) -> str:
    """Browsers keep passkeys for names alone."""
    return portal.url.replace("127.0.0.1", "localhost")


def knock(somebody: Person, keys: Keys, portal: Portal) -> None:
    page = somebody.page
    somebody.open(f"{by_name(portal)}/connexion")
    keys.write(page.get_by_label("Adresse e-mail"), EMAIL)
    keys.write(page.get_by_label("Mot de passe"), PASSWORD)
    keys.press(page.get_by_role("button", name="Se connecter", exact=True))


def shows(key: str, portal: Portal) -> str:
    """What the application on the telephone shows now."""
    return str(TOTP(key=key.replace(" ", "")).generate(portal.clock()).token)


def write_code(somebody: Person, keys: Keys, code: str) -> None:
    keys.write(somebody.page.get_by_label("Code", exact=True), code)
    keys.press(somebody.page.get_by_role("button", name="Se connecter", exact=True))


def leave(somebody: Person, keys: Keys) -> None:
    keys.press(somebody.page.get_by_role("button", name=typed("Se déconnecter")))
    assert somebody.sees("Se connecter")


def is_in(somebody: Person, portal: Portal) -> bool:
    somebody.open(f"{by_name(portal)}/coordination/offres")
    return somebody.page.url.endswith("/coordination/offres")


def printed_codes(somebody: Person, keys: Keys) -> list[str]:
    """The recovery codes, which are then put away."""
    assert somebody.sees("Vos codes de secours")
    codes = somebody.page.locator("[data-codes] li").all_inner_texts()
    keys.press(somebody.page.get_by_role("button", name=typed("Je les ai gardés")))
    assert somebody.sees("Il vous reste 10 codes de secours.")
    return codes


def test_an_application_is_enrolled_by_the_keyboard_and_a_printed_code_stands_in_for_a_lost_telephone(
    portal: Portal, browser: Browser, marie: Account
) -> None:
    somebody = person(portal, browser, "second-facteur", width=PHONE, script=False)
    page, keys = somebody.page, Keys(somebody.page)

    knock(somebody, keys, portal)
    assert somebody.sees("Votre rôle ouvre les noms et les adresses des donateurs")
    assert not is_in(somebody, portal)
    somebody.look("a-choisir")
    keys.press(page.get_by_role("link", name="Ajouter une application"))
    keys.press(page.locator("summary", has_text=typed("Vous ne pouvez pas lire le carré ?")))
    somebody.look("application")
    key = page.locator(".secret").inner_text()
    for code in ("000000", shows(key, portal)):
        keys.write(page.get_by_label(typed("Code à 6 chiffres")), code)
        keys.press(page.get_by_role("button", name=typed("Vérifier et inscrire")))
    somebody.look("codes-de-secours")
    codes = printed_codes(somebody, keys)
    somebody.look("les-moyens")
    assert is_in(somebody, portal)
    leave(somebody, keys)

    knock(somebody, keys, portal)
    write_code(somebody, keys, shows(key, portal))
    assert somebody.sees("Ce n'est pas le bon code, ou il a déjà servi.")
    somebody.look("code-refuse")
    portal.clock.advance(minutes=1)
    write_code(somebody, keys, shows(key, portal))
    assert somebody.sees("À faire")
    leave(somebody, keys)

    knock(somebody, keys, portal)
    keys.press(page.locator("summary", has_text=typed("Téléphone ou clé perdus ?")))
    somebody.look("encore-une-etape")
    write_code(somebody, keys, codes[3].replace(" ", "-"))
    assert somebody.sees("Ce code de secours ne sert plus. Il vous en reste 9")
    somebody.open(f"{by_name(portal)}/preferences/double-authentification")
    keys.press(page.locator("summary", has_text="Retirer"))
    keys.press(page.get_by_role("button", name="Retirer ce moyen"))
    assert somebody.sees("un second moyen vous est demandé")
    send(portal)
    subjects = [letter["Subject"] for letter in portal.post.to(EMAIL)]
    assert len(subjects) == 3, "added, a code used, removed"
    assert "Il vous en reste 9" in words(portal.post.to(EMAIL)[1])


def test_a_passkey_is_enrolled_signs_in_beside_and_instead_of_the_password_and_is_lost(
    portal: Portal, browser: Browser, marie: Account
) -> None:
    somebody = person(portal, browser, "cle-d-acces", width=DESKTOP)
    page, keys = somebody.page, Keys(somebody.page)
    device: CDPSession = somebody.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    held = device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    knock(somebody, keys, portal)
    keys.press(page.get_by_role("link", name=typed("Ajouter une clé d'accès")))
    assert somebody.sees("Votre navigateur demande le doigt")
    somebody.look("inscrire")
    assert page.get_by_label(typed("Nom de cette clé")).input_value() == "Ordinateur de Marie"
    keys.press(page.get_by_role("button", name=typed("Inscrire cette clé")))
    codes = printed_codes(somebody, keys)
    somebody.look("les-moyens")
    leave(somebody, keys)

    knock(somebody, keys, portal)
    assert somebody.sees("Votre mot de passe est juste.")
    somebody.look("encore-une-etape")
    keys.press(page.get_by_label(typed("Ne plus demander de clé sur cet appareil pendant 30 jours")), "Space")
    keys.press(page.get_by_role("button", name=typed("Me servir de ma clé d'accès")))
    assert somebody.sees("À faire")
    leave(somebody, keys)

    portal.clock.advance(days=2)
    knock(somebody, keys, portal)
    assert somebody.sees("À faire"), "this device is trusted for thirty days"
    leave(somebody, keys)
    somebody.open(f"{by_name(portal)}/connexion")
    somebody.look("se-connecter")
    keys.press(page.get_by_role("button", name=typed("Me connecter avec une clé d'accès")))
    assert somebody.sees("À faire"), "nothing was typed"
    leave(somebody, keys)

    device.send("WebAuthn.clearCredentials", {"authenticatorId": held})
    portal.clock.advance(days=31)
    knock(somebody, keys, portal)
    keys.press(page.get_by_role("button", name=typed("Me servir de ma clé d'accès")))
    assert somebody.sees("Rien n'a été fait")
    somebody.look("cle-perdue")
    write_code(somebody, keys, codes[0])
    assert somebody.sees("Ce code de secours ne sert plus. Il vous en reste 9")
    assert is_in(somebody, portal)
