"""Whatever is posted to any form of the portal: never a 500, nothing typed is lost, nothing is done twice.

What each form answers to what is in its own room's tests; here every form of every page is driven by what it shows.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from zlib import crc32

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from app.db import session, transaction
from app.models import Committee
from tests.conftest import FrozenClock, SignIn
from tests.world import ADMINISTRATOR, COORDINATOR, MEMBER, NO_PAGES, PASSWORD, VISITOR, World, make

pytestmark = pytest.mark.databases("postgresql")
"""The stricter of the two: it takes no NUL and no number beyond its columns."""

HOSTILE_WORDS = (
    "a" * 10_000,
    "a\x00b",
    "x@y.example\r\nBcc: \U0001f381\u202eא@y.example",
    "",
)
HOSTILE = (*HOSTILE_WORDS, "٣", "-1", "1e9", "9" * 400)
TYPED = {
    "next_on": "2026-12-24",
    "slug": "autre-adresse",
    "due": "2027-01-31",
    "sites": "https://www.exemple.example",
    "title": "Ville",
    "address": "https://www.ville-d-exemple.example/",
    "number": "77",
    "contents": "3 chaises",
    "kilograms": "12,5",
    "measure": "60 x 40 x 40",
    "euros": "20",
    "item": "cafetière",
    "articles-0-what": "lave-linge",
    "articles-0-quantity": "2",
    "text": "2\tlave-linge\n1\tfrigo",
    "quantity": "2",
    "postal_code": "69200",
    "email": "quelqu.un@essai.example",
    "password": "tabouret nuage quatorze",
    "password_confirm": PASSWORD,
    "new_password": "tabouret nuage quatorze",
    "new_password_confirm": "tabouret nuage quatorze",
    "website": "https://essai.example",
    "url": "https://essai.example/dons",
    "colour": "#14532d",
    "phone": "06 12 34 56 78",
    "latitude": "45.5",
    "longitude": "4.7",
    "country": "FR",
    "day": "2026-11-25",
    "not_before": "14:00",
    "not_after": "16:00",
    "start": "14:00",
    "end": "16:00",
    "deadline": "2027-01-31",
    "paused_until": "2026-12-24",
    "closures": "24/12/2026 - 02/01/2027",
    "needed_by": "2027-01-31",
    "refuses": "Vaisselle",
    "takes": "Meubles",
    "family_1": "Meubles",
    "family_2": "Lits",
    "family_3": "Chaises",
    "family_4": "Tables",
    "family_5": "Armoires",
    "collection_hours": "9h-12h",
    "room": "5",
    "commune": "Vénissieux",
    "families": "3",
    "people": "7",
    "words": "lave-linge",
    "extra_quantity": "2",
    "rappel": "",
    "floor": "2",
    "available_from": "2026-12-01",
    "available_until": "2027-01-31",
    "siret": "732 829 320 00074",
    "registered_as": "W691234567",
    "again": "tabouret nuage quatorze",
}
ELSEWHERE = {
    # Sent by a script, or by the page after another form: driven in the tests of their room.
    "photos.upload",
    "photos.take_back",
    "matches.undo_many",
    "matches.look",
    "catalogue.put_back_word",
    "lessons.put_back",
    "preferences.resubscribe",
    "accounts.restore_member",
    "needs.add_to",
    "around.raise_hand",
    "offers.remember",
    # By buttons of the donor's form that lead elsewhere, and by its switch of language.
    "offers.keep",
    "offers.erase_form",
    "offers.begun",
    # By the browser's own dialogue about passkeys.
    "factors.passkey",
    "entering.second_passkey",
    "entering.passkey_alone",
    # Beside the password, and on the page after it.
    "entering.second_step",
    "factors.kept",
    # For programs.
    "api.offer",
    "api.withdraw_offer",
    "api.recognition",
    "api.plan",
    # For the mail server.
    "ledger.bounce",
    # Ends the walk; driven in the accounts' tests.
    "security.logout",
}
NEVER_RIGHT = {
    "/connexion", "/verification", "/preferences/double-authentification/application", "/preferences/double-authentification/cle",
}  # fmt: skip
"""What these forms ask for is not on their page: a password, what a telephone shows now, what a device signs."""
WORDS_ALONE = {"email", "tel", "url", "search", "password", "textarea"}
"""Fields that cannot hold a number."""
WRITTEN = {"text", "email", "tel", "url", "search", "number", "date", "password", "textarea", None}


@dataclass
class Field:
    name: str
    kind: str | None
    value: str = ""
    checked: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self) -> dict[str, list[str]]:
        """As a person would send it: what is there, the first choice of each question, sense in what is empty."""
        sent: dict[str, list[str]] = {}
        for one in self.fields:
            if one.kind == "radio" and one.name in sent and not one.checked:
                continue
            if (
                one.kind == "checkbox"
                and not one.checked
                and (one.name not in {"committees", "gives"} or one.name in sent)
            ):
                continue
            value = one.value
            if not value and one.kind in WRITTEN:
                by_name = {"day": "9h-12h", "euros": "2,50"}.get(one.name.partition("_")[0], "Des mots")
                value = TYPED.get(one.name, by_name)
            if one.kind == "password" and one.name == "password" and "invitation" not in self.action:
                value = PASSWORD
            if one.kind == "checkbox":
                sent.setdefault(one.name, []).append(value)
            elif one.kind != "file":
                sent[one.name] = [value]
        return sent


class Reader(HTMLParser):
    """Collects the forms of a page that post."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "form":
            self._form = Form(found.get("action") or "") if found.get("method") == "post" else None
            if self._form is not None:
                self.forms.append(self._form)
        if self._form is None:
            return
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "button" and found.get("type") != "button":
            self._form.buttons.append((name, value))
        elif tag == "option" and self._select is not None:
            self._select.options.append(value)
            if "selected" in found or len(self._select.options) == 1:
                self._select.value = value
        elif tag in {"input", "textarea", "select"} and name:
            kind = tag if tag != "input" else found.get("type")
            one = Field(name, kind, value, "checked" in found)
            self._form.fields.append(one)
            self._select = one if tag == "select" else None
            self._area = one if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data.lstrip("\r\n") if not self._area.value else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._form = None


@pytest.fixture
def world(app: Flask, clock: FrozenClock) -> World:
    return make(app, clock)


@pytest.fixture
def clients(app: Flask, world: World, sign_in: SignIn) -> dict[str, FlaskClient]:
    found = {VISITOR: app.test_client()}
    for role, account in world.accounts.items():
        found[role] = app.test_client()
        sign_in(found[role], account)
    return found


def forms(
    app: Flask, world: World, clients: dict[str, FlaskClient], role: str, *, once: bool = False
) -> Iterator[tuple[str, Form]]:
    """Each form that posts, with the page it stands on; with `once`, one of those that lead to the same view."""
    adapter = app.url_map.bind("localhost")
    seen = set()
    for path in world.pages[role]:
        page = clients[role].get(path)
        for form in Reader(page.text).forms:
            form.action = form.action or path
            there = adapter.match(form.action.partition("?")[0], method="POST")[0] if once else form.action
            if form.action == "/deconnexion":  # ends the walk
                continue
            known = (there, tuple(sorted({one.name for one in form.fields})))
            if known not in seen:
                seen.add(known)
                yield path, form


def presses(form: Form) -> list[tuple[str, str]]:
    return list(dict.fromkeys(form.buttons)) or [("", "")]


@pytest.mark.parametrize("role", [VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR])
def test_hostile_values_get_an_answer_and_cost_nothing_typed(
    app: Flask, world: World, clients: dict[str, FlaskClient], role: str
) -> None:
    """Every kind of field × every hostile value, one at a time; what is asked before what is written freely. Of the values each field of each
    form is sent one half, by its name: those of a kind are read by the same code.
    """
    wrong = []
    for path, form in sorted(
        forms(app, world, clients, role, once=True), key=lambda found: -len(found[1].fields)
    ):
        good = form.filled()
        name, value = presses(form)[0]
        if name:
            good[name] = [value]
        buttons = (button for button, _value in form.buttons if button)
        kinds: dict[str, str | None] = dict.fromkeys(buttons, "button")
        kinds |= {one.name: one.kind for one in form.fields if one.name != "csrf_token"}
        of_a_kind = {
            re.sub(r"\d+", "#", one): one for one in reversed(kinds)
        }  # a loop has numbered the others
        for one in sorted(of_a_kind.values(), key=lambda name: kinds[name] in WRITTEN):
            free = kinds[one] in WRITTEN - WORDS_ALONE
            for hostile in (HOSTILE if free else HOSTILE_WORDS)[
                crc32(f"{form.action}{one}".encode()) % 2 :: 2
            ]:
                page = clients[role].post(form.action, data=good | {one: [hostile]})
                case = f"{path} → {form.action} {one}={hostile[:20]!r}: {page.status_code}"
                if page.status_code >= 500 or page.status_code == 405:
                    wrong.append(case)
                elif page.status_code == 422 and f'action="{form.action}"' in page.text:
                    wrong += [f"{case} loses {lost}" for lost in lost_values(form, good, page.text, one)]
    assert wrong == []


def lost_values(form: Form, sent: dict[str, list[str]], page: str, changed: str) -> list[str]:
    """The fields whose typed words the page no longer shows. Passwords are never shown again."""
    shown = unescape(page).replace("\r\n", "\n")
    return [
        one.name
        for one in form.fields
        if one.kind in WRITTEN - {"password"}
        and one.name != changed
        and sent[one.name][0].replace("\r\n", "\n") not in shown
    ]


def counted(app: Flask) -> Counter[str]:
    """Rows by table, without the counters of rate limits."""
    counts = [
        sa.select(sa.literal(table.name), sa.func.count()).select_from(table)
        for table in SQLModel.metadata.sorted_tables
        if table.name not in {"rate_counter", "scheduler_lease"}
    ]
    with app.app_context():
        return Counter(dict(session().connection().execute(sa.union_all(*counts)).all()))


@pytest.mark.parametrize("role", [VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR])
def test_the_same_form_sent_twice_is_done_once(
    app: Flask, world: World, clients: dict[str, FlaskClient], role: str
) -> None:
    """A double click, a reload, the back button and once more."""
    with app.app_context(), transaction() as current:
        # Or a form that is filled in like another would be refused: the van is taken.
        current.connection().execute(sa.update(Committee).values(collects_at_once=9))
    wrong = []
    for path, form in list(forms(app, world, clients, role)):
        for name, value in presses(form):
            sent = form.filled() | ({name: [value]} if name else {})
            first = clients[role].post(form.action, data=sent)
            once = counted(app)
            again = clients[role].post(form.action, data=sent)
            case = f"{path} → {form.action} [{name}]: {first.status_code}, {again.status_code}"
            if max(first.status_code, again.status_code) >= 500 or (
                first.status_code == 422 and form.action not in NEVER_RIGHT
            ):
                wrong.append(case)
            elif doubled := counted(app) - once:
                wrong.append(f"{case} doubles {dict(doubled)}")
    assert wrong == []


def test_every_page_and_every_form_is_in_the_world(
    app: Flask, world: World, clients: dict[str, FlaskClient]
) -> None:
    """A new page says in tests/world.py how to reach it."""
    adapter = app.url_map.bind("localhost")
    shown = {
        adapter.match(path.partition("?")[0], method="GET")[0]
        for pages in world.pages.values()
        for path in pages
        if path != "/nulle-part"
    }
    posted = {
        adapter.match(form.action.partition("?")[0], method="POST")[0]
        for role in world.pages
        for _path, form in forms(app, world, clients, role)
    }
    rules = [(rule.endpoint, rule.methods or set()) for rule in app.url_map.iter_rules()]

    assert {endpoint for endpoint, methods in rules if "GET" in methods} - shown - NO_PAGES == set()
    assert {endpoint for endpoint, methods in rules if "POST" in methods} - posted - ELSEWHERE == set()
