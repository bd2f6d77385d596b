"""Each page of accounts, committees, needs and actions × each kind of visitor → what they get."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from app.models.states import Part, Role
from tests.builders import Builder
from tests.conftest import SignIn

PUBLIC, SIGNED, MEMBER, COORDINATION = "public", "signed", "member", "coordination"

PAGES = {
    "/connexion": PUBLIC,
    "/mot-de-passe-oublie": PUBLIC,
    "/comites": PUBLIC,
    "/associations": PUBLIC,
    "/chercher?q=chaise+69700": PUBLIC,
    "/comites/givors": PUBLIC,
    "/comites/givors/affiche": PUBLIC,
    "/associations/spf": PUBLIC,
    "/actions": PUBLIC,
    "/actions/nioro": PUBLIC,
    "/suggestions": PUBLIC,
    "/mot-de-passe": SIGNED,
    "/preferences/double-authentification": SIGNED,
    "/preferences/double-authentification/application": SIGNED,
    "/preferences/double-authentification/cle": SIGNED,
    "/preferences/double-authentification/codes": SIGNED,
    "/accueil": SIGNED,
    "/mes-connexions": SIGNED,
    "/preferences": SIGNED,
    "/mon-comite/preferences?comite=givors": MEMBER,
    "/mon-comite?comite=givors": MEMBER,
    "/mon-comite/besoins?comite=givors": MEMBER,
    "/mon-comite/membres?comite=givors": MEMBER,
    "/mon-comite/besoins/recopier?comite=givors": MEMBER,
    "/mon-comite/calendrier?comite=givors": MEMBER,
    "/mon-comite/membres/inviter?comite=givors": MEMBER,
    "/mon-comite/ne-plus-proposer/lave-linge?comite=givors": MEMBER,
    "/besoins/nouveau?comite=givors": MEMBER,
    "/besoins/coller?comite=givors": MEMBER,
    "/besoins/1/modifier": MEMBER,
    "/comites/givors/modifier": MEMBER,
    "/comites/givors/adresse": MEMBER,
    "/coordination/besoins": COORDINATION,
    "/coordination/besoins/1": COORDINATION,
    "/coordination/comites": COORDINATION,
    "/coordination/comites/1": COORDINATION,
    "/coordination/comites/nouveau": COORDINATION,
    "/coordination/associations/nouvelle": COORDINATION,
    "/coordination/associations/spf/modifier": COORDINATION,
    "/coordination/associations/spf/regles": COORDINATION,
    "/coordination/associations/spf/logo": COORDINATION,
    "/coordination/associations/spf/adresse": COORDINATION,
    "/coordination/a-reconnaitre": COORDINATION,
    "/coordination/a-reconnaitre/besoins/1": COORDINATION,
    "/coordination/mots": COORDINATION,
    "/coordination/comptes": COORDINATION,
    "/coordination/comptes/inviter": COORDINATION,
    "/coordination/comptes/1": COORDINATION,
    "/coordination/actions": COORDINATION,
    "/coordination/courriels": COORDINATION,
    "/coordination/actions/nouvelle": COORDINATION,
    "/coordination/actions/nioro": COORDINATION,
    "/programme": PUBLIC,
    "/actions/nioro/suivre": PUBLIC,
    "/actions/nioro/nouvelles.atom": PUBLIC,
    "/coordination/actions/nioro/nouvelles": COORDINATION,
    "/actions/finie/bilan": PUBLIC,
    "/actions/finie/bilan.pdf": PUBLIC,
    "/coordination/actions/nioro/etapes": COORDINATION,
    "/coordination/actions/nioro/cloture": COORDINATION,
    "/coordination/actions/nioro/modifier": COORDINATION,
    "/coordination/actions/nioro/liste": COORDINATION,
}
GESTURES = {
    "/preferences/double-authentification/1/retirer": SIGNED,
    "/preferences/double-authentification/appareils/oublier": SIGNED,
    "/preferences/double-authentification/codes/gardes": SIGNED,
    "/preferences/double-authentification/codes/renouveler": SIGNED,
    "/coordination/comptes/1/double-authentification/retirer": COORDINATION,
    "/mon-comite/agenda/renouveler?comite=givors": MEMBER,
    "/mon-comite/membres/1/role?comite=givors": MEMBER,
    "/mon-comite/membres/1/retirer?comite=givors": MEMBER,
    "/mon-comite/membres/1/remettre?comite=givors": MEMBER,
    "/mon-comite/ne-plus-proposer/1/reprendre?comite=givors": MEMBER,
    "/mon-comite/besoins/ensemble?comite=givors": MEMBER,
    "/mon-comite/besoins/tous-vrais?comite=givors": MEMBER,
    "/mon-comite/besoins/1/ajouter?comite=givors": MEMBER,
    "/besoins/1/pause": MEMBER,
    "/besoins/1/toujours-vrai": MEMBER,
    "/besoins/1/reprendre": MEMBER,
    "/besoins/1/retirer": MEMBER,
    "/besoins/1/retablir": MEMBER,
    "/coordination/mots/1/retirer": COORDINATION,
    "/coordination/mots/1/remettre": COORDINATION,
    "/coordination/comites/1/fermer": COORDINATION,
    "/coordination/comites/1/rouvrir": COORDINATION,
    "/coordination/associations/spf/logo/retirer": COORDINATION,
    "/coordination/comptes/1/inviter": COORDINATION,
    "/coordination/comptes/1/fermer": COORDINATION,
    "/coordination/comptes/1/rouvrir": COORDINATION,
    "/coordination/actions/nioro/besoins": COORDINATION,
    "/coordination/actions/nioro/besoin": COORDINATION,
    "/coordination/actions/nioro/rouvrir": COORDINATION,
    "/coordination/actions/nioro/nouvelles/1/retirer": COORDINATION,
    "/coordination/actions/nioro/etapes/1": COORDINATION,
    "/coordination/actions/nioro/images": COORDINATION,
    "/coordination/actions/nioro/images/1/retirer": COORDINATION,
    "/coordination/besoins/ensemble": COORDINATION,
}
FORMS = ("ne-plus-proposer", "modifier", "nouveau", "nouvelle", "inviter", "coller", "liste", "comptes/1")
PASSWORD = "girafe parapluie lundi"
VISITORS = ("nobody", "halfway", "member", "stranger", "coordinator", "administrator")
OUTSIDE = {"nobody", "halfway"}
"""`halfway`: an administrator whose password was right, and who has not shown the second factor yet."""


@pytest.fixture
def visitors(app: Flask, build: Builder, sign_in: SignIn) -> dict[str, FlaskClient]:
    """A client for each kind of visitor; `stranger` is a member of another committee."""
    committee = build.committee(slug="givors", organisation_id=build.organisation(slug="spf").id)
    build.need(committee)
    build.action(committee, slug="nioro")
    build.action(committee, slug="finie", closed_at=datetime(2026, 11, 23, tzinfo=UTC))
    found = {"nobody": app.test_client()}
    accounts = {
        "member": build.account(committee=committee, part=Part.RESPONSIBLE),
        "stranger": build.account(committee=build.committee()),
        "coordinator": build.account(Role.COORDINATOR),
        "administrator": build.account(Role.ADMINISTRATOR, password="x"),
    }
    for name, account in accounts.items():
        found[name] = app.test_client()
        sign_in(found[name], account)
    with app.test_request_context():
        password = hash_password(PASSWORD)
    half = build.account(Role.ADMINISTRATOR, password=password)
    build.second_factor(half)
    found["halfway"] = app.test_client()
    answer = found["halfway"].post("/connexion", data={"email": half.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/connexion/code"
    return found


def gets_in(visitor: str, circle: str) -> bool:
    return {
        PUBLIC: True,
        SIGNED: visitor not in OUTSIDE,
        MEMBER: visitor in {"member", "coordinator", "administrator"},
        COORDINATION: visitor in {"coordinator", "administrator"},
    }[circle]


def kept_out(visitor: str, circle: str) -> int:
    """To the door, a closed page, or no such page."""
    if visitor in OUTSIDE:
        return 302
    return 404 if circle == MEMBER else 403


def test_pages(visitors: dict[str, FlaskClient]) -> None:
    wrong = []
    for path, circle in PAGES.items():
        for visitor in VISITORS:
            response = visitors[visitor].get(path)
            fine = response.status_code in {200, 302, 303} and "/connexion" not in response.headers.get(
                "Location", ""
            )
            # Somebody who belongs to another committee sees the other's form, not this one's.
            if gets_in(visitor, circle) != fine or (
                not fine and response.status_code != kept_out(visitor, circle)
            ):
                wrong.append((path, visitor, response.status_code))

    assert wrong == []


@pytest.mark.parametrize(
    "path", [*GESTURES, *(page for page in PAGES if any(word in page for word in FORMS))]
)
def test_gestures(visitors: dict[str, FlaskClient], path: str) -> None:
    circle = (GESTURES | PAGES)[path]
    for visitor in (*OUTSIDE, "stranger", "member"):
        if not gets_in(visitor, circle):
            response = visitors[visitor].post(path, data={})
            assert response.status_code == kept_out(visitor, circle), visitor


@pytest.mark.parametrize("path", GESTURES)
def test_gestures_are_not_made_by_looking(visitors: dict[str, FlaskClient], path: str) -> None:
    assert visitors["administrator"].get(path).status_code == 405


def test_every_page_of_these_rooms_is_in_the_table(app: Flask, visitors: dict[str, FlaskClient]) -> None:
    """A new route must say here who gets in."""
    adapter = app.url_map.bind("localhost")
    listed = {adapter.match(path.partition("?")[0], method="GET")[0] for path in PAGES}
    listed |= {adapter.match(path.partition("?")[0], method="POST")[0] for path in GESTURES}
    rooms = ("accounts.", "committees.", "needs.", "actions.", "catalogue.", "preferences.", "factors.")
    there = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith(rooms)}

    by_signed_link = {  # see their own tests
        "accounts.invitation",
        "actions.following_asked",
        "actions.confirm_following",
        "actions.leaving",
        "actions.leave",
        "needs.standing",
        "needs.stand",
        "needs.all_stand",
        "preferences.unsubscription",
        "preferences.unsubscribe",
        "preferences.resubscribe",
    }
    assert there - listed == by_signed_link


def test_who_must_have_a_second_factor_and_has_none_opens_nothing_but_what_everybody_does(
    app: Flask, visitors: dict[str, FlaskClient]
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor=("coordinator",))
    enrolling = "/preferences/double-authentification"
    still = {"/mot-de-passe"}
    for method, paths in (("GET", PAGES), ("POST", GESTURES)):
        for path, circle in paths.items():
            answer = visitors["coordinator"].open(path, method=method)
            closed = (answer.status_code, answer.headers.get("Location")) == (303, enrolling)
            if not path.startswith(enrolling):
                assert closed == (circle != PUBLIC and path not in still), (path, answer.status_code)


def test_forms_are_protected_against_other_sites(app: Flask, visitors: dict[str, FlaskClient]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for path in (
        *GESTURES,
        "/besoins/nouveau",
        "/connexion",
        "/deconnexion",
        "/mot-de-passe-oublie",
        "/mot-de-passe",
    ):
        response = visitors["administrator"].post(path, data={})
        assert response.status_code == 400, path
