"""The coordinator at the board: by keyboard, by touch, without scripts."""

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, expect
from sqlmodel import select

from app.db import session
from app.models import Match
from app.models.states import MatchState, Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person


def fill(portal: Portal) -> list[Match]:
    build = Builder(portal.app, portal.clock)
    return [
        build.match(build.offered_item(description="Marche bien"), build.need(reason="Une famille arrive"))
        for _ in range(3)
    ]


def sign_in(portal: Portal, somebody: Person) -> None:
    account = Builder(portal.app, portal.clock).account(Role.COORDINATOR, name="Jeanne Martin")
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def states(portal: Portal) -> list[MatchState]:
    with portal.app.app_context():
        return list(session().exec(select(Match.state).order_by(Match.id)))  # type: ignore[arg-type]


def test_ten_in_two_minutes_by_keyboard(portal: Portal, browser: Browser) -> None:
    fill(portal)
    jeanne = person(portal, browser, "coordinatrice", width=DESKTOP)
    sign_in(portal, jeanne)
    jeanne.open("/coordination")
    jeanne.look("tableau")

    jeanne.page.keyboard.press("j")
    jeanne.page.keyboard.press("a")
    jeanne.page.wait_for_selector("[data-decided]")
    assert jeanne.sees("Les courriels partent dans 60 secondes.")
    assert states(portal) == ["approved", "proposed", "proposed"]

    jeanne.page.keyboard.press("r")
    jeanne.page.keyboard.press("Space")
    jeanne.page.keyboard.press("Enter")
    expect(jeanne.page.locator("[data-decided]")).to_have_count(2)
    assert states(portal) == ["approved", "rejected", "proposed"]
    jeanne.look("apres")

    jeanne.page.keyboard.press("u")
    expect(jeanne.page.locator("[data-decided]")).to_have_count(1)
    assert states(portal) == ["approved", "proposed", "proposed"]

    jeanne.page.keyboard.press("?")
    assert jeanne.page.get_by_role("dialog").is_visible()
    jeanne.page.get_by_label("Ne pas utiliser de raccourcis").check()
    jeanne.page.keyboard.press("Escape")
    jeanne.page.keyboard.press("a")
    jeanne.page.get_by_text("Qui d’autre ?").first.click()
    jeanne.page.wait_for_selector(".others h3")
    assert states(portal) == ["approved", "proposed", "proposed"]
    assert portal.post.letters == []
    assert portal.strangers() == []


def test_the_same_on_a_phone_without_scripts(portal: Portal, browser: Browser) -> None:
    first, *_rest = fill(portal)
    jeanne = person(portal, browser, "coordinatrice-telephone", width=PHONE, script=False)
    sign_in(portal, jeanne)
    jeanne.open("/coordination")

    card = jeanne.page.locator(f"#m{first.id}")
    card.get_by_text("Écarter…").click()
    card.get_by_role("button", name="Écarter ce rapprochement").click()
    assert jeanne.sees("choisissez une des raisons")
    jeanne.page.get_by_label("C’est trop loin").check()
    jeanne.page.get_by_role("button", name="Écarter ce rapprochement").click()
    assert states(portal) == ["rejected", "proposed", "proposed"]

    jeanne.open("/coordination/evidents")
    jeanne.page.get_by_role("button", name="Approuver ce qui est coché").click()
    assert jeanne.sees("2 rapprochements approuvés.")
    jeanne.page.get_by_role("button", name="Tout annuler").click()
    assert states(portal) == ["rejected", "proposed", "proposed"]


def test_every_page_of_the_room_is_accessible(portal: Portal, browser: Browser) -> None:
    match, *_rest = fill(portal)
    jeanne = person(portal, browser, "coordination-pages", width=PHONE)
    sign_in(portal, jeanne)
    for title, path in (
        ("tableau", "/coordination"),
        ("evidents", "/coordination/evidents"),
        ("historique", "/coordination/rapprochements"),
        ("rapprochement", f"/coordination/rapprochements/{match.id}"),
        ("pourquoi-pas", "/coordination/pourquoi-pas"),
    ):
        jeanne.open(path)
        jeanne.look(title)
