"""Every route × every kind of person × what is theirs or somebody else's, made from the table of routes and what each declares.

What opens to whom it should is tried by `tests/journeys/test_every_page.py`; here is who gets no further, and that those see nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlmodel import select

from app.accounts.factors.entering import OTHERS, OWN, STAYS
from app.db import session
from app.models import Committee, Membership
from app.models.states import MAY, Part, Right, Role
from app.web.access import NEEDED, RANK, RIGHT, Who, declared
from tests import world
from tests.app.test_apart import MARK, Rows, arguments, changed, rows, theirs, words  # noqa: F401
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

ANYBODYS = {Who.PUBLIC, Who.LINK, Who.HOOK, Who.DEVELOPMENT}
DOOR, TURNED_BACK, CLOSED, NO_SUCH = 302, 303, 403, 404
REFUSED = {CLOSED, NO_SUCH}
OF_SIGN_INS = frozenset({"account", "account_session"})
"""When somebody was last here."""
TAKEN_WITHOUT_A_TOKEN = {
    "offers.submit": "kept in a page for days: it is shown once more, and sent by whoever sees it",
    "offers.keep": "sent as a page is left",
    "actions.leave": "one click of a mail reader (RFC 8058)",
    "preferences.unsubscribe": "one click of a mail reader (RFC 8058)",
    "preferences.resubscribe": "the page after it",
    "ledger.bounce": "a mail server, by its secret",
    "security.logout": "signing out does no harm",
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """`part` is theirs in the committee that everything is about; None for who is none of its members."""

    client: FlaskClient
    role: Role | None = None
    part: Part | None = None
    apart: bool = False


def answer(who: Who, right: Right, one: Somebody, *, about: bool) -> set[int] | None:
    """How this person is turned away from a route of this circle; None for who is let in. `about`: it names something of the committee's."""
    if who in ANYBODYS:
        return None
    if one.role is None:
        return {DOOR}
    if RANK[one.role] < RANK[NEEDED[who]] or (who is Who.PORTAL and one.apart):
        return {CLOSED}
    if one.apart and about:
        return REFUSED
    if who is not Who.MEMBER or one.role is not Role.MEMBER:
        return None
    if one.part is None:
        return REFUSED if about else None
    return None if right in MAY[one.part] else REFUSED


@pytest.fixture
def people(
    app: Flask,
    theirs: world.World,  # noqa: F811
    clock: FrozenClock,
    sign_in: SignIn,
) -> dict[str, Somebody]:
    build = Builder(app, clock, 10_000)
    with app.app_context():
        committee = session().exec(select(Committee).where(Committee.slug == "givors")).one()
    beside = build.committee(organisation_id=committee.organisation_id)
    elsewhere = build.committee()

    def signed(
        role: Role, part: Part | None = None, at: Committee | None = None, apart: int | None = None
    ) -> Somebody:
        account = build.account(
            role,
            committee=at,
            **({"part": part or Part.RESPONSIBLE} if at else {}),
            organisation_id=apart,
            password="x",
        )
        client = app.test_client()
        sign_in(client, account)
        return Somebody(client, role, part, apart is not None)

    with app.app_context():
        kept = hash_password(world.PASSWORD)
    half = build.account(Role.ADMINISTRATOR, password=kept)
    build.second_factor(half)
    halfway = app.test_client()
    answer = halfway.post("/connexion", data={"email": half.email, "password": world.PASSWORD})
    assert answer.headers["Location"] == "/connexion/code"
    return {
        "visitor": Somebody(app.test_client()),
        "administrator who has not shown the second factor": Somebody(halfway),
        "member of a committee beside": signed(Role.MEMBER, at=beside),
        "member of another association": signed(Role.MEMBER, at=elsewhere),
        **{f"{part} here": signed(Role.MEMBER, part, committee) for part in (Part.READER, Part.DECLARES, Part.RECEIVES, Part.MEMBER)},
        "coordinator of another association": signed(Role.COORDINATOR, apart=elsewhere.organisation_id),
        "coordinator": signed(Role.COORDINATOR),
    }  # fmt: skip


def routes(app: Flask, there: Rows) -> Iterator[tuple[str, str, Who, Right, str, bool]]:
    """Each route and method with an address about something that is there: a route about something that is nowhere in the world fails."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        who = declared(app, rule.endpoint)
        assert who is not None, rule.endpoint
        right = getattr(app.view_functions[rule.endpoint], RIGHT, Right.SEE)
        linked = who in ANYBODYS and rule.arguments
        named = {} if linked else arguments(rule, there, 0)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if not linked:
                path = adapter.build(rule.endpoint, named, method)
                yield (
                    rule.endpoint,
                    method,
                    who,
                    right,
                    path,
                    bool(rule.arguments - {"item", "name", "form", "kind"}),
                )


def test_nobody_gets_further_than_the_route_declares(app: Flask, people: dict[str, Somebody]) -> None:
    there = rows(app)
    wrong, tried = [], 0
    for endpoint, method, who, right, path, about in routes(app, there):
        for name, one in people.items():
            expected = answer(who, right, one, about=about)
            if expected is None and (
                method == "POST" or name not in {"visitor", "member of a committee beside"}
            ):
                continue
            got = one.client.open(path, method=method)
            tried += 1
            door = got.status_code == DOOR and "/connexion" in got.headers.get("Location", "")
            if expected is None:
                fine = (got.status_code < 500 or endpoint == "health.readyz") and not (
                    door and who not in ANYBODYS
                )
            else:
                # What its own page sends is led back there, to read why nothing was done: the rows say that nothing was.
                turned = method == "POST" and expected is REFUSED and got.status_code == TURNED_BACK
                fine = turned or (got.status_code in expected and door == (expected == {DOOR}))
            # What is for one person is kept by no machine between.
            private = who not in ANYBODYS and "public" in got.headers.get("Cache-Control", "")
            if (
                private
                or not fine
                or (
                    who is not Who.DEVELOPMENT
                    and one.part is None
                    and one.role is not Role.COORDINATOR
                    and MARK in words(got)
                )
            ):
                wrong.append((endpoint, method, name, got.status_code, expected))
            got.close()

    assert not wrong, "\n".join(map(str, wrong))
    assert tried > 1000
    after = rows(app, there)
    assert [name for name in there if name not in OF_SIGN_INS and changed(there[name], after[name])] == []


def test_no_form_is_taken_from_another_site(app: Flask, people: dict[str, Somebody]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client, taken = people["coordinator"].client, set()
    for endpoint, method, who, _right, path, _about in routes(app, rows(app)):
        theirs_alone = who is Who.ADMINISTRATOR or endpoint.startswith("api.")
        if method == "POST" and not theirs_alone and client.post(path).status_code != 400:
            taken.add(endpoint)

    assert taken <= TAKEN_WITHOUT_A_TOKEN.keys()


def test_each_part_is_somebody_s(app: Flask, people: dict[str, Somebody]) -> None:
    with app.app_context():
        parts = set(session().exec(select(Membership.part)))
    assert parts == set(Part)


def test_who_must_have_a_second_factor_and_has_none_opens_nothing_but_what_everybody_does(
    app: Flask, people: dict[str, Somebody]
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor=("coordinator",))
    one, enrolling = people["coordinator"], "/preferences/double-authentification"
    wrong = []
    for endpoint, method, who, _right, path, _about in routes(app, rows(app)):
        own = endpoint.partition(".")[0] in OWN and endpoint != OTHERS
        if who in ANYBODYS or endpoint in STAYS or own:
            continue
        got = one.client.open(path, method=method)
        if (got.status_code, got.headers.get("Location")) != (TURNED_BACK, enrolling) and answer(
            who, _right, one, about=True
        ) is None:
            wrong.append((endpoint, got.status_code))
    assert wrong == []
