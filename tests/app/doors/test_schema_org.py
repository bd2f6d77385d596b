"""What pages say of themselves holds against the published vocabulary of schema.org: its types, their properties and what those may be."""

import json
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import schema_org
from flask.testing import FlaskClient

from app.models.states import Role
from tests.app.photos.samples import encoded, noisy
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def held(said: Any) -> Any:
    """The same as the vocabulary's own types, which refuse what it does not know. What begins with @ is JSON-LD's own, and
    « -input » marks what whoever acts fills in (https://schema.org/docs/actions.html)."""
    if isinstance(said, list):
        return [held(each) for each in said]
    if not isinstance(said, dict):
        return said
    own = {
        name: held(value)
        for name, value in said.items()
        if not name.startswith("@") and not name.endswith("-input")
    }
    return getattr(schema_org, said["@type"]).model_validate(own, strict=False)


def types(said: Any) -> Iterator[str]:
    if isinstance(said, list):
        for each in said:
            yield from types(each)
    elif isinstance(said, dict):
        yield said["@type"]
        for each in said.values():
            yield from types(each)


@pytest.fixture
def pages(build: Builder, client: FlaskClient, clock: FrozenClock, sign_in: SignIn) -> dict[str, Any]:
    association = build.organisation(slug="asso", description="Nous aidons.", website="https://asso.example")
    committee = build.committee(slug="givors", presentation="Ouvert à tous.", organisation_id=association.id)
    action = build.action(committee, slug="nioro", deadline=date(2027, 1, 31), story="Une école.")
    build.action(committee, slug="finie", closed_at=clock())
    build.computer_room(committee, opening_hours={"3": [["09:00", "12:00"]]}, phone="06 12 34 56 78")
    build.need(committee, item="lave-linge", quantity=4)
    build.need(committee, item="chaise", quantity=30, action_id=action.id)
    sign_in(client, build.account(Role.ADMINISTRATOR, password="x"))
    sent = {"picture": (BytesIO(encoded(noisy(30, 20))), "logo.jpg"), "caption": "Une main"}
    assert client.post("/coordination/associations/asso/logo", data=sent).status_code == 303
    room = "/comites/givors/espace-numerique"
    paths = (
        "/",
        "/besoins",
        "/actions/nioro",
        "/actions/finie",
        "/comites/givors",
        room,
        "/associations/asso",
    )
    return {path: json.loads(BLOCK.findall(client.get(path).text)[0]) for path in paths}


def test_what_pages_say_is_in_the_vocabulary_and_says_what_they_are(pages: dict[str, Any]) -> None:
    for path, said in pages.items():
        assert said["@context"] == "https://schema.org"
        assert held(said) is not None, path

    home, needs, action = pages["/"], pages["/besoins"], pages["/actions/nioro"]
    assert home["potentialAction"]["target"]["urlTemplate"].endswith("/chercher?q={search_term_string}")
    assert {*types(needs)} == {"ItemList", "ListItem", "Demand", "Product", "QuantitativeValue"}
    assert [each["position"] for each in needs["itemListElement"]] == [1, 2]
    assert (action["@type"], action["dissolutionDate"]) == ("Project", "2027-01-31")
    assert action["seeks"][0]["eligibleQuantity"]["value"] == 30
    assert "/logos/" in pages["/associations/asso"]["logo"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"@type": "NGO", "nom": "Secours"},
        {"@type": "NGO", "address": {"@type": "Demand"}},
        {"@type": "Demand", "eligibleQuantity": {"@type": "Place"}},
        {"@type": "Project", "foundingDate": "hier"},
    ],
)
def test_the_vocabulary_refuses_what_it_does_not_know(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        held(wrong)
