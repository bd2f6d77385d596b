"""Whoever acts on a page that is not true any more changes nothing, and is told who did what and when.

Every form of every page is acted with, then it and each other form of the same page, as it was, in another browser.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from app.db import db, session
from tests.app.test_every_form import Form, Reader, presses
from tests.conftest import FrozenClock, SignIn
from tests.world import World, make

MAKES_NEW = "makes something new, whatever happened to the rest; a second click is known by the form's own key or name"
SAYS_A_STATE = "says how it should be, not what to change: said twice, or after somebody else said it, it is true all the same"
FOR_ONESELF = "concerns nobody but the one who does it"
COUNTED = "makes a match that was not there; what is still free is counted when it is made, and told"
PROGRAM = "sent by a program, which has seen no page; sent again with its key it is done once"
EXEMPT = {
    "offers.submit": MAKES_NEW,
    "offers.lost_link": FOR_ONESELF,
    "offers.keep": FOR_ONESELF,
    "offers.begun": "shown once more in another language, and nothing else",
    "offers.erase": FOR_ONESELF,
    "offers.erase_form": FOR_ONESELF,
    "photos.upload": MAKES_NEW,
    "photos.take_back": FOR_ONESELF,
    "needs.new": MAKES_NEW,
    "rounds.new": MAKES_NEW,
    "listing.bring_needs": MAKES_NEW,
    "listing.bring_offer": MAKES_NEW,
    "offers.give_list": MAKES_NEW,
    "listing.bring_for_action": MAKES_NEW,
    "listing.bring_inventory": MAKES_NEW,
    "companies.begin": MAKES_NEW,
    "companies.pictures": MAKES_NEW,
    "committees.new": MAKES_NEW,
    "committees.new_organisation": MAKES_NEW,
    "actions.new": MAKES_NEW,
    "actions.need": MAKES_NEW,
    "actions.show": MAKES_NEW,
    "actions.hide": SAYS_A_STATE,
    "packing.new": MAKES_NEW,
    "actions.schedule": MAKES_NEW,
    "actions.write": MAKES_NEW,
    "actions.unpublish": SAYS_A_STATE,
    "actions.follow": FOR_ONESELF,
    "actions.confirm_following": FOR_ONESELF,
    "actions.leave": FOR_ONESELF,
    "actions.settle": SAYS_A_STATE,
    "actions.reopen": SAYS_A_STATE,
    "reuse.new": MAKES_NEW,
    "offers.remember": SAYS_A_STATE,
    "offers.ask_data": FOR_ONESELF,
    "privacy.ask": FOR_ONESELF,
    "api.offer": PROGRAM,
    "api.withdraw_offer": PROGRAM,
    "api.recognition": PROGRAM,
    "api.plan": PROGRAM,
    "programs.make_hook": SAYS_A_STATE,
    "programs.stop_hook": SAYS_A_STATE,
    "programs.send_hook_again": SAYS_A_STATE,
    "programs.make_token": MAKES_NEW,
    "programs.revoke_token": SAYS_A_STATE,
    "programs.revoke_any_token": SAYS_A_STATE,
    "programs.stop_any_hook": SAYS_A_STATE,
    "accounts.invite": MAKES_NEW,
    "accounts.invite_member": MAKES_NEW,
    "around.raise_hand": COUNTED,
    "needs.copy": MAKES_NEW,
    "accounts.invitation": "a link that is good once",
    "committees.close": SAYS_A_STATE,
    "committees.reopen": SAYS_A_STATE,
    "catalogue.remove_word": SAYS_A_STATE,
    "catalogue.put_back_word": SAYS_A_STATE,
    "lessons.remove": SAYS_A_STATE,
    "lessons.put_back": SAYS_A_STATE,
    "ledger.trust_again": SAYS_A_STATE,
    "health.try_mail": FOR_ONESELF,
    "finding.keep_view": FOR_ONESELF,
    "finding.remove_view": FOR_ONESELF,
    "ledger.bounce": "sent by a mail server, which has seen no page",
    "matches.make_for_article": COUNTED,
    "matches.make_for_need": COUNTED,
    "matches.make_for_committee": COUNTED,
    "notes.write": MAKES_NEW,
    "messages.write": MAKES_NEW,
    "notes.edit": "nobody but its author may",
    "notes.settle": SAYS_A_STATE,
    "on_behalf.settle_call": SAYS_A_STATE,
    "preferences.unsubscribe": SAYS_A_STATE,
    "preferences.resubscribe": SAYS_A_STATE,
    "public.set_language": FOR_ONESELF,
    "security.change_password": FOR_ONESELF,
    "security.forgot_password": FOR_ONESELF,
    "security.login": FOR_ONESELF,
    "security.logout": FOR_ONESELF,
    "security.reset_password": FOR_ONESELF,
    "security.verify": FOR_ONESELF,
    "sessions.close_one": FOR_ONESELF,
    "sessions.close_others": FOR_ONESELF,
    "sessions.close_for": SAYS_A_STATE,
    "sessions.disown": "its link is good until another password is chosen",
    "shared.stop": FOR_ONESELF,
    "factors.application": FOR_ONESELF,
    "factors.passkey": FOR_ONESELF,
    "factors.kept": FOR_ONESELF,
    "factors.distrust": FOR_ONESELF,
    "factors.renew": FOR_ONESELF,
    "factors.remove": FOR_ONESELF,
    "entering.second_step": FOR_ONESELF,
    "entering.second_passkey": FOR_ONESELF,
    "entering.passkey_alone": FOR_ONESELF,
}
"""Acts that a page which is not true any more does not make wrong, and why."""

UNTRIED = {
    "matches.undo_many",
    "matches.look",
    "matches.decide_many",
    "matches.act_on_many",
    "needs.act_on_many",
    "needs.act_on_ours",
    "needs.add_to",
    "accounts.restore_member",
    "offers.act_on_many",
}
"""What stands only on the page after an act, tried in the tests of the board; and what is done to the rows that were ticked,
tried in tests/app/finding."""

CHANGED: dict[str, dict[str, list[str]]] = {
    "doors.ours": {"sites": ["www.givors.fr"]},
    "offers.correct_address": {"email": ["autre@essai.example"]},
    "accounts.edit": {"role": ["coordinator"]},
    "listing.assign": {"colonne-2": ["ignored"]},
    "accounts.give_part": {"part": ["reader"]},
    "actions.gather": {"shown": ["1"], "chosen": ["1"]},
    "packing.step": {"box": ["1"], "state": ["packed"]},
    "packing.arrival": {"received-1": ["11"]},
    "packing.edit": {"kilograms": ["12"]},
    "companies.who": {"company": ["Autre Exemple SA"]},
    "committees.edit": {"etape": ["enregistrer"]},
    "committees.logo": {"caption": ["Autrement dit"]},
    "committees.committee_address": {"slug": ["autrement"]},
    "committees.association_address": {"slug": ["autrement"]},
}
"""Forms that change nothing as they are shown."""

TOLD = ("Votre geste n'a rien changé", "Vous avez déjà", "pendant que vous la remplissiez")


@pytest.fixture
def world(app: Flask, clock: FrozenClock) -> World:
    return make(app, clock)


@pytest.fixture
def begin_again(app: Flask, world: World, database_url: str) -> Callable[[], None]:
    """Puts the world back as it was made."""
    url = sa.make_url(database_url)
    with app.app_context():
        engine = db.engine
    app.extensions["standing"].close()
    engine.dispose()
    kept = f"{url.database}.kept"
    shutil.copy(url.database or "", kept)

    def copy_file() -> None:
        app.extensions["standing"].close()
        engine.dispose()
        shutil.copy(kept, url.database or "")

    return copy_file


def rows(app: Flask) -> dict[str, list[Any]]:
    """All that the portal keeps, but for who came by when."""
    with app.app_context():
        connection = session().connection()
        return {
            table.name: list(connection.execute(sa.select(table).order_by(*table.primary_key)))
            for table in SQLModel.metadata.sorted_tables
            if table.name not in {"rate_counter", "scheduler_lease"}
        }


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def posted(client: FlaskClient, form: Form, view: str, path: str) -> tuple[int, str]:
    """Press the form's first button; the status, and the page that one is led to."""
    sent = form.filled() | CHANGED.get(view, {})
    name, value = presses(form)[0]
    if name:
        sent[name] = [value]
    headers = {"Referer": f"http://localhost{path}"}
    answer = client.post(form.action, data=sent, headers=headers)
    page = client.get(answer.location) if answer.status_code == 303 else answer
    return answer.status_code, plain(page.text)


def about(app: Flask, form: Form) -> tuple[str, Any]:
    """The view that a form leads to, and what it acts on."""
    view, named = app.url_map.bind("localhost").match(form.action.partition("?")[0], method="POST")
    return view, tuple(named[key] for key in named if key.endswith("_id") or key in {"key", "token"}) or view


@dataclass
class Stage:
    """The world, to be tried and put back."""

    app: Flask
    client: FlaskClient
    begin_again: Callable[[], None]

    def forms(self, path: str) -> list[Form]:
        found = Reader(self.client.get(path).text).forms
        for form in found:
            form.action = form.action or path
        return found

    def acts(self, path: str) -> list[tuple[int, str, object]]:
        """The forms of a page that are not exempt: their places, the views they lead to, what they act on."""
        found = [(number, *about(self.app, form)) for number, form in enumerate(self.forms(path))]
        return [each for each in found if each[1] not in EXEMPT]

    def post(self, form: Form, path: str) -> tuple[int, str]:
        return posted(self.client, form, about(self.app, form)[0], path)

    def trouble(self, path: str, first: int, second: int) -> str | None:
        """What is wrong where the first form is sent and then, from the page as it was, the second; empty if nothing is.
        None where the first alone changes nothing."""
        self.begin_again()
        page, before = self.forms(path), rows(self.app)
        self.post(page[first], path)
        between = rows(self.app)
        if between == before:
            return None
        status, words = self.post(page[second], path)
        if status >= 500 or rows(self.app) != between:
            return f"{status}, changes something"
        return "" if first == second or any(told in words for told in TOLD) else f"{status}, is not told"


@pytest.mark.databases("sqlite")
def test_a_page_that_is_not_true_any_more_changes_nothing(
    app: Flask, world: World, begin_again: Callable[[], None], sign_in: SignIn
) -> None:
    tried: set[tuple[str, str]] = set()
    wrong = []
    for role, paths in world.pages.items():
        stage = Stage(app, app.test_client(), begin_again)
        if role in world.accounts:
            sign_in(stage.client, world.accounts[role])
        for path in paths:
            wrong += [f"{path}: {case}" for case in all_of(stage, path, tried)]
    acts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}

    assert not wrong, "\n".join(wrong)
    assert acts - set(EXEMPT) - {view for view, _other in tried} == UNTRIED
    assert set(EXEMPT) - acts == set()


def all_of(stage: Stage, path: str, tried: set[tuple[str, str]]) -> Iterator[str]:
    """Each form of a page after itself, then after each other that acts on the same, unless their like was tried."""
    stage.begin_again()
    acts, work = stage.acts(path), set()
    for number, view, _subject in acts:
        trouble = stage.trouble(path, number, number) if (view, view) not in tried else ""
        if trouble is not None:
            tried.add((view, view))
            work.add(number)
        if trouble:
            yield f"{view} twice: {trouble}"
    for first, second in permutations((each for each in acts if each[0] in work), 2):
        pair = (first[1], second[1])
        if first[2] == second[2] and first[1] != second[1] and pair not in tried:
            trouble = stage.trouble(path, first[0], second[0])
            tried.add(pair)
            if trouble:
                yield f"{first[1]}, then {second[1]}: {trouble}"
