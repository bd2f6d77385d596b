"""Two associations on one portal: whoever answers for one sees no person, note, figure or file of the other, and changes nothing of it."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlmodel import SQLModel, select
from werkzeug.routing import Rule

from app.apart import CONCERNS
from app.db import session
from app.models import Account, Action, Committee, Organisation
from app.models.states import MatchState, Part, Role
from app.web.access import Who, declared
from app.web.addressed import BY_KIND, NAMED
from tests import world
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

MARK, OURS = "Zorglub", "Grenadine"
PRIVATE: Mapping[str, tuple[str, ...]] = {
    "donor": ("name", "company", "email"),
    "offer": ("contact_name", "street", "details"),
    "note": ("words",),
    "phone_call": ("said",),
    "handover": ("donor_note", "served"),
    "earmark": ("note",),
    "outbox_message": ("subject", "to_name", "body_text"),
    "listing": ("name",),
    "receipt": ("name",),
}
"""What is written of the other association's people, by table and column."""
EVERYBODYS = {
    "alias", "saved_view", "unlearned", "weights_choice", "weights_version", "factor", "factor_trial", "recovery_code", "trusted_device",
}  # fmt: skip
NOBODYS = frozenset(
    {
        "rate_counter",
        "sign_in_wait",
        "password_request",
        "data_request",
        "search_word",
        "job_run",
        "presence",
        "preference",
    }
)
"""Tables of the machine, and of whoever is signed in."""
CIRCLES = {
    Role.MEMBER: {Who.MEMBER, Who.SIGNED_IN},
    Role.COORDINATOR: {Who.COORDINATOR, Who.MEMBER, Who.SIGNED_IN},
}
OUR_WORDS = ("Donatrice", "a rappelé", "Membre", "Coordination")
ANY = re.compile(r"<any\(([^)]*)\):(\w+)>")
SLUGS = {"/associations/": Organisation, "/actions/": Action}
SEVERAL = 2
TABLES = SQLModel.metadata.tables
Rows = dict[str, dict[Any, Any]]


def test_each_table_that_names_what_is_apart_is_apart() -> None:
    """A new table says in `app.apart` whose its rows are, or here that they are everybody's, or read by their owner alone."""
    naming = {
        name
        for name, table in TABLES.items()
        if any(key.column.table.name in CONCERNS for key in table.foreign_keys)
    }

    assert naming - CONCERNS.keys() == EVERYBODYS


@pytest.fixture
def theirs(app: Flask, clock: FrozenClock) -> world.World:
    """A whole world of another association, whose people, gifts and notes bear the mark."""
    made = world.make(app, clock)
    with app.app_context():
        run = session().connection().execute
        us = run(sa.text("SELECT id, organisation_id FROM committee WHERE slug = 'givors'")).one()
        run(sa.text("UPDATE offer SET wished_committee_id = :id"), {"id": us.id})
        run(
            sa.text("UPDATE account SET organisation_id = :id WHERE role = 'coordinator'"),
            {"id": us.organisation_id},
        )
        for table, columns in {**PRIVATE, "account": ("name", "email")}.items():
            for column in columns:
                kept = "WHERE role <> 'administrator'" if table == "account" else f"WHERE {column} <> ''"
                if column in TABLES[table].c:
                    run(sa.text(f"UPDATE {table} SET {column} = '{MARK}' || {column} {kept}"))
        session().commit()
    return made


def rows(app: Flask, only: Rows | None = None) -> Rows:
    """What stands in the tables, by key; of `only` those that stood there."""
    found: Rows = {}
    with app.app_context():
        for name, table in TABLES.items():
            if name in NOBODYS:
                continue
            read = session().connection().execute(sa.select(table))
            keys = [column.name for column in table.primary_key]
            found[name] = {tuple(getattr(row, key) for key in keys): row for row in read}
            if only is not None:
                found[name] = {key: row for key, row in found[name].items() if key in only[name]}
    return found


def ours(build: Builder) -> tuple[Account, Account]:
    """A second association with a person of each kind, a gift that was promised to it, and a note."""
    committee = build.committee(name="Comité Grenadine", organisation_id=build.organisation(name=OURS).id)
    coordinator = build.account(
        Role.COORDINATOR, organisation_id=committee.organisation_id, password="x", name=f"{OURS} Coordination"
    )
    gift = build.offered_item(build.offer(build.donor(name=f"{OURS} Donatrice")))
    build.match(gift, build.need(committee), state=MatchState.APPROVED)
    build.note(coordinator, offer_id=gift.offer_id, words=f"{OURS} a rappelé")
    return build.account(committee=committee, part=Part.RESPONSIBLE, name=f"{OURS} Membre"), coordinator


def addresses(app: Flask, role: Role, there: Rows, method: str) -> Iterator[str]:
    """Each page that opens to the role alone, about several rows; without rows those about nothing."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        who = declared(app, rule.endpoint)
        if who in CIRCLES[role] and method in (rule.methods or ()) and (there or not rule.arguments):
            for number in range(SEVERAL if rule.arguments else 1):
                yield adapter.build(rule.endpoint, arguments(rule, there, number), method)


def arguments(rule: Rule, there: Rows, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"item": "lave-linge"}
    for listed, name in ANY.findall(rule.rule):
        words = [word.strip(" '") for word in listed.split(",")]
        found[name] = words[number % len(words)]
    for name in rule.arguments - found.keys():
        model = BY_KIND[found["kind"]] if name == "key" and "kind" in found else NAMED.get(name, Account)
        if name == "slug":
            model = next((each for word, each in SLUGS.items() if word in rule.rule), Committee)
        known = [*there[model.__tablename__].values()]
        found[name] = getattr(known[number % len(known)], "slug" if name == "slug" else "id")
    return found


def test_neither_sees_nor_changes_anything_of_the_other(
    app: Flask, clock: FrozenClock, theirs: world.World, sign_in: SignIn
) -> None:
    there = rows(app)
    wrong: list[Any] = []
    clients = {}
    for account in ours(Builder(app, clock, 10_000)):
        clients[account.role] = app.test_client()
        sign_in(clients[account.role], account)
    here = {
        name: {key: row for key, row in found.items() if key not in there[name]} or there[name]
        for name, found in rows(app).items()
    }

    seen = ""
    for role, client in clients.items():
        own = addresses(app, role, here, "GET")
        for path in dict.fromkeys([*theirs.pages[role.value], *addresses(app, role, there, "GET"), *own]):
            answer = client.get(path)
            seen += (text := words(answer))
            if MARK in text or answer.status_code >= 500:
                wrong.append((path, answer.status_code, text.partition(MARK)[0][-80:]))
    assert wrong[:3] == []
    assert [word for word in OUR_WORDS if f"{OURS} {word}" not in seen] == []

    before = lists(app, clients[Role.COORDINATOR])
    more(Builder(app, clock, 20_000), there)
    for path, text in lists(app, clients[Role.COORDINATOR]).items():
        assert (path, text) == (path, before[path])

    there = rows(app, there)
    for role, client in clients.items():
        for path, body in product(addresses(app, role, there, "POST"), forms(there)):
            answer = client.post(path, data=body)
            if MARK in words(answer) or answer.status_code >= 500:
                wrong.append((path, body, answer.status_code))
    assert wrong == []
    after = rows(app, there)
    assert {name: changed(there[name], after[name]) for name in there if there[name] != after[name]} == {}


def lists(app: Flask, client: FlaskClient) -> dict[str, str]:
    """What each page and file without an argument tells, but for what its forms hold, and what is drawn anew for a passkey."""
    paths = addresses(app, Role.COORDINATOR, {}, "GET")
    told = ((path, answer.status_code, words(answer)) for path in paths for answer in [client.get(path)])
    return {
        path: re.sub(r'<input[^>]*>|data-options="[^"]*"', "", text)
        for path, status, text in told
        if status == 200
    }


def more(build: Builder, there: Rows) -> None:
    """The other association receives, needs, is offered and writes something more."""
    committee_id = next(iter(there["committee"]))[0]
    for state in (MatchState.COMPLETED, MatchState.APPROVED, MatchState.PROPOSED):
        gift = build.offered_item(build.offer(wished_committee_id=committee_id))
        match = build.match(gift, build.need(committee_id=committee_id), state=state)
        build.note(build.account(), match_id=match.id)


def words(answer: Any) -> str:
    """What somebody reads there: of a sheet the text in its archive, of a paper that of its pages."""
    if answer.data.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    if not zipfile.is_zipfile(BytesIO(answer.data)):
        return str(answer.data, errors="replace")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def changed(before: dict[Any, Any], after: dict[Any, Any]) -> list[Any]:
    return [(before[key], after.get(key)) for key in before if before[key] != after.get(key)]


def forms(there: Rows) -> list[dict[str, Any]]:
    """Forms that name rows of the other association in all the ways in which forms name rows."""
    first = {name: next(iter(found.values())) for name, found in there.items() if found}
    keys = {name: row.id for name, row in first.items() if hasattr(row, "id")}
    pair = f"{keys['offered_item']}-{keys['need']}-{keys['committee']}"
    named = {name: keys[model.__tablename__] for name, model in NAMED.items() if model.__tablename__ in keys}
    everything = {
        "seul": pair,
        f"{pair}-quantity": 1,
        "committees": keys["committee"],
        "words": "x",
        "role": "member",
    }
    return [
        {**named, **everything, "choisi": keys["match"], "geste": "approuver", "shown": keys["need"]},
        {"choisi": [keys["need"], keys["offer"]], "geste": "retirer", "chosen": keys["need"]},
    ]


def test_a_gift_to_both_is_seen_by_each_without_the_other_s_part(
    app: Flask, build: Builder, sign_in: SignIn
) -> None:
    offer = build.offer(build.donor(name="Donatrice commune"))
    clients = []
    for name in ("Grenadine", "Menthe"):
        committee = build.committee(name=f"Comité {name}")
        build.match(build.offered_item(offer), build.need(committee), state=MatchState.APPROVED)
        person = build.account(Role.COORDINATOR, organisation_id=committee.organisation_id)
        build.note(person, offer_id=offer.id, words=f"Noté par {name}")
        clients.append(app.test_client())
        sign_in(clients[-1], person)

    first, second = (words(client.get(f"/coordination/offres/{offer.id}")) for client in clients)
    for page, own, other in ((first, "Grenadine", "Menthe"), (second, "Menthe", "Grenadine")):
        assert all(said in page for said in ("Donatrice commune", f"Comité {own}", f"Noté par {own}"))
        assert other not in page


def test_who_answers_for_one_association_invites_for_that_one(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    ours, others = build.committee(), build.committee()
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=ours.organisation_id))
    said = {"name": "Paule Exemple", "email": "paule@essai.example", "role": "coordinator"}

    assert (
        client.post("/coordination/comptes/inviter", data=said | {"committees": others.id}).status_code == 422
    )
    client.post("/coordination/comptes/inviter", data=said | {"association": others.organisation_id})
    client.post("/coordination/comptes/inviter", data=said)

    with app.app_context():
        [invited] = session().exec(select(Account).where(Account.email == said["email"]))
        assert invited.organisation_id == ours.organisation_id
