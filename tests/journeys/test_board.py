"""The coordinator at the board: by keyboard, by touch, without scripts."""

import re

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, expect
from sqlmodel import select

from app.db import session
from app.models import Account, Match
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
    account = Builder(portal.app, portal.clock).account(
        Role.COORDINATOR, name="Coordinatrice Exemple", email=f"{somebody.name}@essai.example",
        fs_uniquifier=somebody.name,
    )  # fmt: skip
    signed_in_as(portal, somebody, account)


def signed_in_as(portal: Portal, somebody: Person, account: Account) -> None:
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def states(portal: Portal) -> list[MatchState]:
    with portal.app.app_context():
        return list(session().exec(select(Match.state).order_by(Match.id)))  # type: ignore[arg-type]


def test_ten_in_two_minutes_by_keyboard(portal: Portal, browser: Browser) -> None:
    fill(portal)
    coordinator = person(portal, browser, "coordinatrice", width=DESKTOP)
    sign_in(portal, coordinator)
    coordinator.open("/coordination")
    coordinator.look("tableau")

    coordinator.page.keyboard.press("j")
    coordinator.page.keyboard.press("a")
    coordinator.page.wait_for_selector("[data-decided]")
    waiting = coordinator.page.locator("#figures dd").first
    expect(waiting).to_have_text("2")
    counting = coordinator.page.locator("[data-leaves] [aria-hidden]")
    expect(counting).to_have_text(re.compile(r"Les e-mails partent dans [1-6]\d secondes\."))
    assert states(portal) == ["approved", "proposed", "proposed"]

    coordinator.page.keyboard.press("r")
    coordinator.page.keyboard.press("Space")
    coordinator.page.keyboard.press("Enter")
    expect(coordinator.page.locator("[data-decided]")).to_have_count(2)
    assert states(portal) == ["approved", "rejected", "proposed"]
    expect(waiting).to_have_text("1")
    coordinator.look("apres")

    coordinator.page.keyboard.press("u")
    expect(coordinator.page.locator("[data-decided]")).to_have_count(1)
    assert states(portal) == ["approved", "proposed", "proposed"]
    expect(waiting).to_have_text("2")

    coordinator.page.keyboard.press("?")
    expect(coordinator.page.get_by_role("dialog")).to_be_visible()
    coordinator.page.get_by_label("Ne pas utiliser de raccourcis").check()
    coordinator.page.keyboard.press("Escape")
    coordinator.page.keyboard.press("a")
    coordinator.page.get_by_text("Qui d’autre ?").first.click()
    coordinator.page.wait_for_selector(".others h3")
    assert states(portal) == ["approved", "proposed", "proposed"]
    assert portal.post.letters == []
    assert portal.strangers() == []


def test_the_undo_counts_down_and_goes(portal: Portal, browser: Browser) -> None:
    fill(portal)
    coordinator = person(portal, browser, "coordinatrice-compte", width=DESKTOP)
    sign_in(portal, coordinator)
    coordinator.page.clock.install()
    coordinator.open("/coordination")
    coordinator.page.keyboard.press("j")
    coordinator.page.keyboard.press("a")
    place = coordinator.page.locator("[data-leaves]")
    place.locator("[aria-hidden]").wait_for()

    coordinator.page.clock.fast_forward(50_000)
    expect(place.locator("[aria-hidden]")).to_have_text(
        re.compile(r"Les e-mails partent dans (10|\d) secondes?\.")
    )
    expect(place.locator(".visually-hidden")).to_have_text(re.compile(r"Les e-mails partent à 1\d\sh"))
    undo = coordinator.page.locator("[data-undo] button")
    undo.focus()
    coordinator.page.clock.fast_forward(11_000)

    expect(place).to_have_text("Les e-mails partent : il est trop tard pour annuler.")
    expect(undo).to_have_count(0)
    expect(coordinator.page.locator("[data-decided]")).to_be_focused()


def test_escape_closes_the_reasons_and_gives_the_keys_back(portal: Portal, browser: Browser) -> None:
    _first, second, _third = fill(portal)
    coordinator = person(portal, browser, "coordinatrice-echap", width=DESKTOP)
    sign_in(portal, coordinator)
    coordinator.open("/coordination")
    for key in ("j", "j", "r"):
        coordinator.page.keyboard.press(key)
    reasons = coordinator.page.locator(f"#m{second.id} [data-reject]")
    expect(reasons).to_have_attribute("open", "")

    coordinator.page.keyboard.press("Escape")

    expect(reasons).not_to_have_attribute("open", "")
    expect(coordinator.page.locator(f"#m{second.id}")).to_be_focused()
    coordinator.page.keyboard.press("a")
    coordinator.page.wait_for_selector("[data-decided]")
    assert states(portal) == ["proposed", "approved", "proposed"]


def test_the_same_on_a_phone_without_scripts(portal: Portal, browser: Browser) -> None:
    first, *_rest = fill(portal)
    coordinator = person(portal, browser, "coordinatrice-telephone", width=PHONE, script=False)
    sign_in(portal, coordinator)
    coordinator.open("/coordination")

    card = coordinator.page.locator(f"#m{first.id}")
    card.get_by_text("Écarter…").click()
    card.get_by_role("button", name="Écarter ce rapprochement").click()
    assert coordinator.sees("choisissez une des raisons")
    coordinator.page.get_by_label("C’est trop loin").check()
    coordinator.page.get_by_role("button", name="Écarter ce rapprochement").click()
    assert states(portal) == ["rejected", "proposed", "proposed"]

    coordinator.open("/coordination/evidents")
    coordinator.page.get_by_role("button", name="Approuver ce qui est coché").click()
    assert coordinator.sees("2 rapprochements approuvés.")
    coordinator.page.get_by_role("button", name="Tout annuler").click()
    assert states(portal) == ["rejected", "proposed", "proposed"]


def test_on_a_telephone_the_first_decision_is_on_the_first_screen(portal: Portal, browser: Browser) -> None:
    first, *_rest = fill(portal)
    coordinator = person(portal, browser, "coordinatrice-360", width={"width": 360, "height": 640})
    sign_in(portal, coordinator)
    coordinator.open("/coordination")
    button = coordinator.page.locator(f"#m{first.id}").get_by_role("button", name=re.compile("^Approuver"))

    box = button.bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 640, box
    title = coordinator.page.locator(f"#m{first.id} h2").bounding_box()
    assert title is not None
    assert title["y"] + title["height"] <= box["y"]


def test_what_is_skipped_and_what_is_decided_is_out_of_the_way(portal: Portal, browser: Browser) -> None:
    first, second, third = fill(portal)
    coordinator = person(portal, browser, "coordinatrice-passe", width=DESKTOP)
    sign_in(portal, coordinator)
    coordinator.open("/coordination")
    for key in ("j", "s"):
        coordinator.page.keyboard.press(key)
    expect(coordinator.page.locator(f"#m{first.id}")).to_have_count(0)
    expect(coordinator.page.locator(f"#m{second.id}")).to_be_focused()
    coordinator.page.keyboard.press("a")
    coordinator.page.wait_for_selector("[data-decided]")
    coordinator.page.keyboard.press("a")
    lately = coordinator.page.locator("#lately")
    expect(lately).to_be_visible()
    expect(lately.locator("summary")).to_contain_text("1")
    assert states(portal) == ["proposed", "approved", "approved"]
    lately.locator("summary").click()
    coordinator.look("decides")

    lately.get_by_role("button", name=re.compile("^Annuler")).click()
    expect(coordinator.page.locator(f"#propositions #m{second.id}[data-card]")).to_be_visible()
    assert states(portal) == ["proposed", "proposed", "approved"]
    assert third.id


def test_many_are_ticked_and_decided_and_a_colleague_is_seen(portal: Portal, browser: Browser) -> None:
    first, second, third = fill(portal)
    colleague = person(portal, browser, "collegue", width=DESKTOP)
    sign_in(portal, colleague)
    with colleague.page.expect_response(re.compile("/coordination/regards")):
        colleague.open(f"/coordination/rapprochements/{third.id}")
    coordinator = person(portal, browser, "coordinatrice-plusieurs", width=PHONE, script=False)
    sign_in(portal, coordinator)
    coordinator.open("/coordination")
    expect(coordinator.page.locator(f"#m{third.id} [data-regard]")).to_contain_text("regarde aussi")

    coordinator.page.locator(f"#m{third.id}").get_by_role("link", name=re.compile("^Plus tard")).click()
    expect(coordinator.page.locator(f"#m{third.id}")).to_have_count(0)
    assert coordinator.sees("Vous avez laissé une proposition pour plus tard.")
    for match in (first, second):
        coordinator.page.locator(f"#m{match.id} .tick input").check()
    coordinator.look("coches")
    coordinator.page.get_by_text("Écarter ce qui est coché…").click()
    coordinator.page.locator("#plusieurs").get_by_label("C’est trop loin").check()
    coordinator.page.get_by_role("button", name="Écarter ce qui est coché", exact=True).click()
    assert coordinator.sees("2 rapprochements écartés.")
    assert states(portal) == ["rejected", "rejected", "proposed"]
    coordinator.page.get_by_role("button", name="Tout annuler").click()
    assert states(portal) == ["proposed"] * 3


def test_every_page_of_the_room_is_accessible(portal: Portal, browser: Browser) -> None:
    match, *_rest = fill(portal)
    coordinator = person(portal, browser, "coordination-pages", width=PHONE)
    sign_in(portal, coordinator)
    for title, path in (
        ("tableau", "/coordination"),
        ("evidents", "/coordination/evidents"),
        ("historique", "/coordination/rapprochements"),
        ("rapprochement", f"/coordination/rapprochements/{match.id}"),
        ("pourquoi-pas", "/coordination/pourquoi-pas"),
    ):
        coordinator.open(path)
        coordinator.look(title)
