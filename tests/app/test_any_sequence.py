"""Whatever coordinators, members, donors and the clock do, in whatever order, by the pages and links that they have:
no quantity is lost or doubled, every state is shown with what can be done next, every event has its letters, and what
was decided tells the whole story.

People walk as people do: they open a page, follow a link, fill in one of the forms in front of them and send it. New pages
and new acts are walked without being named here. `--sequences 500` walks more often.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from app import jobs
from app.db import transaction
from app.models import Account, Decision, Match, Need, Offer, OfferedItem, OutboxMessage
from app.models.states import LIVE, MatchState, OfferState, Role, Verb
from config import Settings
from notifications.models import State
from tests.app.indexed import written_along, written_anew
from tests.app.test_every_form import Field, Form, Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, NewDatabase
from tests.lending import lent

STEPS = 30
LEFT_ALONE = {
    "accounts",
    "security",
    "weights",
    "mailbox",
    "health",
    "ledger",
    "preferences",
    "public",
    "lessons",
}
"""Rooms whose forms decide nothing about a gift."""
ENDINGS = {
    "offers.refuse",
    "offers.withdraw",
    "needs.withdraw",
    "needs.pause",
    "matches.reject",
    "matches.undo",
}
"""Taken one time in ten, or nothing would ever be handed over."""
LEFT_OUT = {"matches.plan_now", "committees.new", "committees.edit", "actions.new", "actions.edit"}
WRITTEN_BY_EVENT = {
    (Match, Verb.APPROVE): ({"match_found"}, {"match_approved", "next_donor"}),
    (Match, Verb.SCHEDULE): ({"appointment"}, {"appointment_committee"}),
}
"""For each, one letter out of each set: to the donor and to the committee."""
OVER = {
    MatchState.COMPLETED,
    MatchState.REJECTED,
    MatchState.DECLINED,
    MatchState.LAPSED,
    MatchState.FAILED,
    MatchState.SUPERSEDED,
}
ASLEEP = {"oubli", "menage", "sauvegarde"}
"""Jobs that no promise here depends on."""


class Portal(RuleBasedStateMachine):
    """A small territory on a frozen clock."""

    make: Callable[[], tuple[Flask, FrozenClock, Settings]]

    @initialize()
    def open(self) -> None:
        self.app, self.clock, given = type(self).make()
        self.jobs = {job.name: job for job in jobs.table(self.app, given, self.clock, "any", Event())}
        build = Builder(self.app, self.clock)
        committees = [build.committee(slug=f"comite-{n}", name=f"Comité {n}") for n in (1, 2)]
        self.people: dict[str, tuple[FlaskClient, list[str]]] = {
            "coordinator": (
                self._signed_in(build.account(Role.COORDINATOR)),
                [
                    "/coordination",
                    "/coordination/rapprochements",
                    "/coordination/offres",
                    "/coordination/besoins",
                ],
            )
        }
        for committee in committees:
            member = self._signed_in(build.account(committee=committee))
            self.people[committee.slug] = member, ["/mon-comite", "/mon-comite/besoins"]
            build.need(committee, item="chaise", quantity=4)
            build.need(committee, item="ordinateur-portable", quantity=2)
        self.committees = {each.slug: each.id for each in committees}
        self.people["donor"] = self.app.test_client(), []
        for item, quantity in (("chaise", 6), ("ordinateur-portable", 3), ("armoire", 1)):
            offer = build.offer(build.donor())
            build.offered_item(offer, item=item, quantity=quantity)
            build.offered_item(offer, item="chaise", quantity=1)
        self.jobs["rapprochements"].run()

    def _signed_in(self, account: Account) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["fs_cc"] = account.fs_uniquifier, True, "set"
        return client

    @rule(seed=st.integers(0, 2**32))
    def somebody_acts(self, seed: int) -> None:
        """All that is chosen comes from one number: hypothesis likes the first of everything, people do not."""
        chance = Random(seed)
        for _ in range(4):
            self._act(chance)

    def _act(self, chance: Random) -> None:
        who = chance.choice(["coordinator", "coordinator", "comite-1", "comite-2", "donor", "donor"])
        client, places = self.people[who]
        letters = self._letters(who)
        if letters and chance.random() < 0.6:
            places = letters
        elif who == "coordinator" and chance.random() < 0.7:
            places = self._pages()
        if not places:
            return
        where = chance.choice(places)
        if chance.random() < 0.3:
            where = chance.choice(self._links(self._opened(client, where)) or [where])
        forms = [form for form in Reader(self._opened(client, where)).forms if self._decides(form, where)]
        going_on = [
            form for form in forms if self._endpoint(form, where) not in ENDINGS or chance.random() < 0.1
        ]
        if going_on:
            self._send(chance, client, chance.choice([going_on[0], *going_on]), where)

    @rule(hours=st.sampled_from([0.05, 0.05, 0.05, 3, 20, 48, 150]))
    def time_passes(self, hours: float) -> None:
        self.clock.advance(hours=hours)
        for name, job in self.jobs.items():
            if name not in ASLEEP:
                job.run()

    def _opened(self, client: FlaskClient, where: str) -> str:
        page = client.get(where, follow_redirects=True)
        assert page.status_code < 500, where
        return page.text if page.mimetype == "text/html" else ""

    def _send(self, chance: Random, client: FlaskClient, form: Form, where: str) -> None:
        as_proposed = chance.random() < 0.6
        sent = self._as_proposed(form) if as_proposed else self._filled(chance, form)
        name, value = chance.choice(form.buttons or [("", "")])
        sent |= {name: [value]} if name else {}
        page = client.post(form.action or where, data=sent, follow_redirects=True)
        assert page.status_code < 500, (where, form.action, sent)
        assert page.status_code != 405, (where, form.action)

    @staticmethod
    def _as_proposed(form: Form) -> dict[str, list[str]]:
        """What stands there already, and the first of several boxes where none is ticked."""
        sent, boxes = form.filled(), [one for one in form.fields if one.kind == "checkbox"]
        for one in boxes:
            if one.name not in sent and sum(each.name == one.name for each in boxes) > 1:
                sent[one.name] = [one.value]
                sent |= {name: [""] for name in ("day", "start", "end") if name in sent}
        return sent

    def _filled(self, chance: Random, form: Form) -> dict[str, list[str]]:
        by_name: dict[str, list[Field]] = defaultdict(list)
        for one in form.fields:
            by_name[one.name].append(one)
        return {name: given for name, found in by_name.items() if (given := self._given(chance, found))}

    def _given(self, chance: Random, found: list[Field]) -> list[str]:
        one = found[0]
        match one.kind:
            case "file":
                return []
            case "radio":
                return [chance.choice([each.value for each in found])]
            case "checkbox":
                return [each.value for each in found if chance.random() < 0.5]
            case "select":
                return [chance.choice(one.options)] if one.options else []
            case "hidden":
                return [each.value for each in found]
        if "quantity" in one.name or one.kind == "number":
            return [str(chance.randint(0, 8))]
        if one.kind == "date":
            return [one.value or str(self.clock().date() + timedelta(days=chance.randint(0, 20)))]
        if one.kind == "time":
            return [one.value or "14:00"]
        return [one.value or chance.choice(["", "Des mots"])]

    def _endpoint(self, form: Form, where: str) -> str:
        path = (form.action or where).partition("?")[0]
        return str(self.app.url_map.bind("localhost").match(path, method="POST")[0])

    def _decides(self, form: Form, where: str) -> bool:
        endpoint = self._endpoint(form, where)
        return endpoint.partition(".")[0] not in LEFT_ALONE and "." in endpoint and endpoint not in LEFT_OUT

    def _links(self, page: str) -> list[str]:
        body = page.partition("<main")[2].partition("</main")[0]
        found = map(unescape, re.findall(r'href="(/[^"#]*)"', body))
        return [
            each
            for each in dict.fromkeys(found)
            if not re.search(r"\.(ics|webp|svg)|/static/|/photos/", each)
        ]

    def _letters(self, who: str) -> list[str]:
        """Where the last letters to somebody lead."""
        party = {"coordinator": "account:", "donor": "donor:"}.get(who) or f"committee:{self.committees[who]}"
        with self.app.app_context(), transaction() as session:
            query = select(OutboxMessage.body_text).where(
                OutboxMessage.state == State.SENT, col(OutboxMessage.party).startswith(party)
            )
            bodies = session.exec(query.order_by(col(OutboxMessage.id).desc()).limit(6)).all()
        found = (re.search(r"http://localhost(/\S+)", body.replace("\u00a0", " ")) for body in bodies)
        return list(dict.fromkeys(each[1] for each in found if each))

    def _pages(self) -> list[str]:
        with self.app.app_context(), transaction() as session:
            matches = session.exec(select(Match.id).order_by(col(Match.id))).all()
            offers = session.exec(select(Offer.id).order_by(col(Offer.id))).all()
        return [f"/coordination/rapprochements/{key}" for key in matches] + [
            f"/coordination/offres/{key}" for key in offers
        ]

    @invariant()
    def nothing_is_lost_nor_doubled(self) -> None:
        if not hasattr(self, "app"):
            return
        with self.app.app_context(), transaction() as session:
            everything = session.exec(select(Match)).all()
            matches = [match for match in everything if match.state in LIVE]
            items = {item.id: item for item in session.exec(select(OfferedItem))}
            needs = {need.id: need for need in session.exec(select(Need))}
            promised: Counter[int] = Counter()
            awaited: Counter[int] = Counter()
            for match in everything:
                if match.state is MatchState.FAILED:
                    promised[match.offered_item_id] += match.gone_quantity
            for match in matches:
                promised[match.offered_item_id] += match.held
                if match.state is not MatchState.COMPLETED:
                    awaited[match.need_id] += match.quantity
            for key, quantity in promised.items():
                assert quantity <= items[key].quantity, f"article {key}: {quantity} of {items[key].quantity}"
            for key, quantity in awaited.items():
                assert quantity <= needs[key].quantity, f"need {key}: {quantity} of {needs[key].quantity}"

    @invariant()
    def what_was_decided_tells_the_whole_story(self) -> None:
        if not hasattr(self, "app"):
            return
        with self.app.app_context(), transaction() as session:
            stands: dict[tuple[str, int], str] = {}
            for decision in session.exec(select(Decision).order_by(col(Decision.id))):
                for kind in ("offer", "need", "match"):
                    key = getattr(decision, f"{kind}_id")
                    if key is None:
                        continue
                    if decision.from_state and (kind, key) in stands:
                        assert stands[kind, key] == decision.from_state, decision
                    stands[kind, key] = decision.to_state
            for kind, model in (("offer", Offer), ("need", Need), ("match", Match)):
                rows: Any = session.exec(select(model))
                for row in rows:
                    if (kind, row.id) in stands:
                        assert stands[kind, row.id] == row.state, (kind, row.id)
                    else:
                        assert kind != "match", f"match {row.id} came from nowhere"

    @invariant()
    def every_event_has_its_letters(self) -> None:
        if not hasattr(self, "app"):
            return
        with self.app.app_context(), transaction() as session:
            written = defaultdict(list)
            query = select(OutboxMessage.handover_id, OutboxMessage.message, OutboxMessage.created_at)
            for trip, message, at in session.exec(query):
                written[trip].append((message, at))
            verbs = {verb: wanted for (_model, verb), wanted in WRITTEN_BY_EVENT.items()}
            decided = (
                select(Decision, Match.handover_id)
                .join(Match, col(Match.id) == col(Decision.match_id))
                .where(col(Decision.verb).in_(verbs))
            )
            # What is decided of one trip at once is one letter, and so is what joins a letter that waits.
            for decision, trip in session.exec(decided):
                letters = {message for message, at in written[trip] if at >= decision.at}
                for one_of in verbs[decision.verb]:
                    assert letters & one_of, (decision.verb, one_of)

    def teardown(self) -> None:
        """Every state that was reached is shown, with a next step where something remains to be done."""
        if not hasattr(self, "app"):
            return
        assert written_along(self.app) == written_anew(self.app), (
            "a search finds by other words than the rows'"
        )
        client, _starts = self.people["coordinator"]
        with self.app.app_context(), transaction() as session:
            states = {
                f"/coordination/rapprochements/{match.id}": match.state
                for match in session.exec(select(Match))
            }
            offers = {
                f"/coordination/offres/{offer.id}": offer.state for offer in session.exec(select(Offer))
            }
        for where, state in {**states, **offers}.items():
            page = self._opened(client, where)
            body = page.partition("<main")[2]
            steps = Reader(body).forms or self._links(page)
            assert state in OVER | {OfferState.WITHDRAWN, OfferState.REFUSED, OfferState.CLOSED} or steps, (
                where,
                state,
            )


@pytest.fixture
def places(empty_database: NewDatabase, tmp_path: Path) -> Any:
    """Makes one empty portal after the other."""
    borrowed: list[Any] = []

    def make() -> tuple[Flask, FrozenClock, Settings]:
        leave()
        given = Settings.from_environ(
            {
                "DATA_DIR": str(tmp_path / "var"),
                "DATABASE_URL": empty_database(),
                "PORTAIL_SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
                "PORTAIL_BASE_URL": "http://localhost",
            }
        )
        clock = FrozenClock()
        borrowed.append(lent(given, clock))
        portal = borrowed[-1].__enter__()
        portal.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        return portal, clock, given

    def leave() -> None:
        while borrowed:
            borrowed.pop().__exit__(None, None, None)

    yield make
    leave()


def test_any_sequence_of_acts(places: Any, pytestconfig: pytest.Config) -> None:
    class Lived(Portal):
        make = staticmethod(places)

    run_state_machine_as_test(
        Lived,
        settings=settings(
            max_examples=pytestconfig.getoption("--sequences"),
            stateful_step_count=STEPS,
            deadline=None,
            # Shrinking lives hundreds of weeks more; what is printed can be lived again by its seed.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
