"""A member opens the month, says whom it equipped, prints and exports; a coordinator narrows, exports, and reads who decided what."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, ViewportSize

from app.models import Account
from app.models.states import MatchState, Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person, typed

pytestmark = pytest.mark.databases("sqlite")
ITEMS = ("lave-linge", "chaise", "ordinateur-portable", "jouets", "livre", "couette", "velo-adulte")


def sign_in(portal: Portal, somebody: Person, account: Account) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def downloaded(somebody: Person, link: str) -> Path:
    with somebody.page.expect_download() as started:
        somebody.page.get_by_role("link", name=link).click()
    return Path(started.value.path())


@pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESKTOP, True)], ids=["phone", "desktop"])
def test_what_it_brought_is_read_printed_and_exported(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    build, now = Builder(portal.app, portal.clock), portal.clock()
    committees = [
        build.committee(name=f"Comité d'exemple {number}", slug=f"exemple-{number}") for number in range(9)
    ]
    for number, item in enumerate(ITEMS * 4):
        at = now - timedelta(days=14 * number)
        article = build.offered_item(build.offer(created_at=at), item=item, quantity=2)
        match = build.match(
            article, build.need(committees[number % 9 if number % 2 else 0], item=item, declared_at=at), state=MatchState.COMPLETED,
            received_quantity=2, approved_at=at, closed_at=at,
        )  # fmt: skip
        build.handover(match, starts_at=at, ends_at=at + timedelta(hours=1), place="1 rue de l'Exemple")

    member = person(portal, browser, "figures-member", width=width, script=script)
    sign_in(portal, member, build.account(Role.MEMBER, committee=committees[0]))
    member.open("/mon-comite")
    member.page.get_by_role("link", name="Ce que le portail nous a apporté").click()
    assert member.sees("Ce mois-ci, le portail vous a apporté…")
    member.look("mois")
    member.page.get_by_label("Familles équipées").fill("3")
    member.page.get_by_label("Familles équipées").press("Enter")
    assert member.sees("C'est noté : votre bilan en tient compte.")
    assert member.sees("familles équipées")
    rows = cells(downloaded(member, "Tableur (CSV)"))
    assert rows[2][0] == "novembre 2026"
    assert downloaded(member, "Tableur (ODS)").read_bytes().startswith(b"PK")
    stock = cells(downloaded(member, "Entrées en stock"))
    assert sum(int(row[3]) for row in stock[1:]) == int(rows[2][1])
    member.page.get_by_role("link", name="Douze derniers mois").click()
    member.page.get_by_role("link", name="Une feuille à imprimer").click()
    assert member.sees("De décembre 2025 à novembre 2026")
    member.look("feuille")
    assert pages(member) == 1

    coordinator = person(portal, browser, "figures-coordinator", width=width, script=script)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))
    coordinator.open("/coordination/a-faire")
    coordinator.page.get_by_role("link", name="Bilan").click()
    coordinator.look("bilan")
    coordinator.page.get_by_label("Comité", exact=True).select_option(label="Comité d'exemple 1 (Givors)")
    coordinator.page.get_by_role("button", name="Filtrer").click()
    assert f"comite={committees[1].id}" in coordinator.page.url
    coordinator.page.get_by_role("link", name="Tout montrer").click()
    coordinator.page.get_by_role("link", name="Une feuille à imprimer").click()
    coordinator.look("feuille")
    assert pages(coordinator) == 1
    coordinator.page.get_by_role("link", name="Revenir au bilan").click()
    coordinator.page.get_by_role("link", name=typed("De l'offre à la remise")).click()
    coordinator.look("parcours")
    coordinator.page.get_by_role("link", name="Journal").click()
    coordinator.look("journal")
    coordinator.page.get_by_label("Personne").fill("personne d'ici")
    coordinator.page.get_by_role("button", name="Filtrer").click()
    assert coordinator.sees("Rien de tel n'a été décidé.")
    assert portal.strangers() == []


def cells(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def pages(somebody: Person) -> int:
    """How many sheets of A4 the browser prints, or saves as PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", somebody.page.pdf(format="A4")))
