"""An association's rules hold for the committees that have none of their own: for plans, pages and programs alike."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app.committees import service, stops
from app.committees.inheriting import COLUMNS, rules_of
from app.committees.service import Description, Rules
from app.db import session, transaction
from app.matches.queries.sides import need_of
from app.models import Account, Committee, Decision, Need, Organisation
from app.models.base import Where
from app.models.states import Condition, Role, RuleKind, Size
from app.transitions import COMMITTEE
from tests.app.committees.test_routes import RULES as SAVED
from tests.app.committees.test_routes import read
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

KINDS = list(RuleKind)
EDIT = "/comites/givors/modifier"
OWN = {name: value for name, value in SAVED.items() if name != "refuses"} | {"largest_size": "very_large"}
STRICT = {"refuses": "matelas", "minimum_condition": "good", "family_1": "lave-linge", "least_1": "new", "highest_floor": "2", "largest_size": "large"}  # fmt: skip


@pytest.fixture
def association(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> str:
    """Its rules, opened by its own coordinator; its committee follows them all."""
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=committee.organisation_id))
    with build._app.app_context(), transaction() as current:
        current.get_one(Committee, committee.id).follows = [*KINDS]
        return f"/coordination/associations/{current.get_one(Organisation, committee.organisation_id).slug}/regles"


def test_a_rule_of_the_association_reaches_plans_pages_and_programs_until_a_committee_writes_its_own(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, association: str
) -> None:
    need, own = build.need(committee), build.committee(organisation_id=committee.organisation_id)
    assert client.get(association).status_code == 200
    assert client.post(association, data=STRICT).status_code == 303

    with app.app_context():
        here, kept = session().get_one(Committee, committee.id), session().get_one(Committee, own.id)
        judged = need_of(session().get_one(Need, need.id), here, None, None, 1)
        assert (judged.refuses, judged.largest_size, judged.highest_floor) == (("matelas",), Size.LARGE, 2)
        assert [each.condition for each in judged.minimum_conditions] == [Condition.GOOD, Condition.NEW]
        assert (kept.refuses, kept.highest_floor) == ([], None), "it has rules of its own"
        [decision] = session().exec(select(Decision).where(Decision.committee_id == committee.id)).all()
        assert decision.data["changes"]["refuses"] == [[], ["matelas"]]
    form = words(client.get(EDIT))
    for said in (
        "pris et refusé tout ce que le portail accepte (sauf : matelas)",
        "L'état demandé au moins en bon état",
    ):
        assert said in form, said
    page = words(client.get("/comites/givors"))
    assert "(sauf : matelas), au moins en bon état, rien qui ne tienne dans une camionnette" in page
    assert (
        "Règles de l'association : ce qui est pris et refusé, l'état demandé, la taille et l'étage." in page
    )
    assert client.get("/api/v1/committees/givors").get_json()["refuses"] == ["matelas"]
    assert "suivie par 1 comité sur 2" in words(client.get(association))
    front = words(client.get(association.replace("/coordination", "").replace("/regles", "")))
    assert "Ce que nos comités prennent" in front
    assert "au moins en bon état ; Lave-linge : à l'état neuf seulement" in front


def test_a_committee_differs_by_writing_something_else_and_goes_back_by_a_tick(
    app: Flask, client: FlaskClient, committee: Committee, association: str
) -> None:
    client.post(association, data=STRICT)
    stands = OWN | STRICT | {"name": committee.name, "organisation_id": str(committee.organisation_id)}

    client.post(EDIT, data=stands | {"follows": KINDS, "refuses": "canapé"})
    assert (read(app).refuses, read(app).follows) == (["canape"], ["condition", "receiving"])
    page = words(client.get("/comites/givors"))
    assert "Règles de l'association : l'état demandé, la taille et l'étage." in page

    client.post(EDIT, data=stands | {"follows": KINDS, "refuses": "canapé"})
    assert (read(app).refuses, read(app).follows) == (["matelas"], KINDS)
    client.post(EDIT, data=stands)
    assert (read(app).refuses, read(app).follows) == (["matelas"], [])
    client.post(association, data=STRICT | {"refuses": "vaisselle"})
    assert read(app).refuses == ["matelas"], "the same words, yet its own"


def test_what_is_stopped_is_the_committees_own_rule_until_it_is_taken_back(
    app: Flask, client: FlaskClient, committee: Committee, association: str, clock: FrozenClock
) -> None:
    client.post(association, data=STRICT)
    actor = COMMITTEE
    with app.app_context(), transaction() as current:
        told = stops.stop_of(current, committee.id, "canape", clock())
        decision = stops.stop(current, committee.id, told, True, "", actor, clock())
        current.flush()
        stopped = decision.id
    assert (read(app).refuses, read(app).follows) == (["matelas", "canape"], ["condition", "receiving"])

    client.post(association, data=STRICT | {"refuses": "vaisselle"})
    with app.app_context(), transaction() as current:
        stops.resume(current, committee.id, stopped, actor, clock() + timedelta(days=1))
    assert (read(app).refuses, read(app).follows) == (["vaisselle"], KINDS)


def test_nobody_of_another_association_writes_its_rules(
    client: FlaskClient, build: Builder, association: str, sign_in: SignIn, app: Flask, member: Account
) -> None:
    assert client.post(association, data=STRICT).status_code == 403
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=build.organisation().id))

    assert client.get(association).status_code == client.post(association, data=STRICT).status_code == 404
    assert read(app).refuses == []


RULES = st.builds(
    Rules,
    takes=st.sampled_from([(), ("meubles",), ("vaisselle",)]),
    refuses=st.sampled_from([(), ("canape",), ("matelas", "livre")]),
    minimum_condition=st.sampled_from([None, Condition.GOOD]),
    highest_floor=st.sampled_from([None, 0, 3]),
)
ACTS = st.lists(
    st.tuples(st.integers(0, 3), RULES, st.sets(st.sampled_from(KINDS)), st.booleans()), max_size=8
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_a_committee_always_goes_by_what_it_follows(
    app: Flask,
    build: Builder,
    clock: FrozenClock,
    acts: list[tuple[int, Rules, set[RuleKind], bool]],
) -> None:
    """Whoever writes, the association or the committee, and whichever association it moves to."""
    organisations = [build.organisation().id, build.organisation().id]
    committees = [build.committee(organisation_id=organisations[0]).id for _ in range(2)]
    where = Where(country="FR", postal_code="69700", commune="Givors", latitude=45.588, longitude=4.765)
    actor = COMMITTEE
    with app.app_context():
        for which, rules, follows, other in acts:
            with transaction() as current:
                if which < 2:
                    service.rule(current, organisations[which], rules, actor, clock())
                    continue
                said = {name: getattr(rules, name) for name in rules.__dataclass_fields__}
                told = Description(where=where, follows=tuple(follows), **said)
                identity = service.Identity("Comité", organisations[other])
                service.describe(current, committees[which - 2], told, actor, clock(), identity)
        for committee in session().exec(select(Committee).where(col(Committee.id).in_(committees))):
            organisation = session().get_one(Organisation, committee.organisation_id)
            for name, value in rules_of(organisation, committee.follows).items():
                assert getattr(committee, name) == value
        assert {name for columns in COLUMNS.values() for name in columns} == {*Rules.__dataclass_fields__}
