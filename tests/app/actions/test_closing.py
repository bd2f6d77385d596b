"""Actions end with a report that says what came, what left and what arrived; a year's plan says who does what by when."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from app.db import transaction
from app.models import Box, Committee
from app.models.states import ActionKind, BoxState, MatchState, Role
from tests.builders import Builder
from tests.conftest import SignIn
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def committee(build: Builder, client: FlaskClient, sign_in: SignIn) -> Committee:
    sign_in(client, build.account(Role.COORDINATOR))
    return build.committee(slug="givors", name="Comité de Givors")


def test_the_closing_report_says_what_came_left_and_arrived(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    action = build.action(committee, slug="nioro", title="Nioro")
    need = build.need(committee, item="ordinateur-portable", quantity=20, action_id=action.id)
    build.match(
        build.offered_item(item=need.item, quantity=25), need, quantity=19, state=MatchState.COMPLETED
    )
    contents = [[10, "ordinateur-portable", "ordinateurs"]]
    with client.application.app_context(), transaction() as current:
        for number, (state, received) in enumerate(
            [(BoxState.ARRIVED, [9]), (BoxState.ARRIVED, []), (BoxState.SENT, []), (BoxState.PACKED, [])], 1
        ):
            current.add(
                Box(
                    action_id=action.id,
                    number=number,
                    state=state,
                    contents=contents,
                    received=received,
                    grams=1000,
                    created_at=datetime.now(UTC),
                )
            )
    assert client.get("/actions/nioro/bilan").status_code == 404

    assert client.post("/coordination/actions/nioro/cloture", data={"conclusion": ""}).status_code == 422
    client.post("/coordination/actions/nioro/cloture", data={"conclusion": "La salle est <ouverte>."})

    page = plain(client.get("/actions/nioro/bilan").text)
    paper = plain(PdfReader(BytesIO(client.get("/actions/nioro/bilan.pdf").data)).pages[0].extract_text())
    for said in (
        "19 pièces reçues sur 20",
        "Parti en tout : 3 colis, 30 pièces, 3 kg",
        "2 colis sont arrivés",
    ):
        assert said in page
        assert said in " ".join(paper.split())
    assert (
        '<td data-label="Expédié" class="figure">30</td><td data-label="Arrivé" class="figure">19</td>'
        in page
    )
    assert "La salle est &lt;ouverte&gt;." in page
    assert "Lire le bilan" in client.get("/actions/nioro").text
    assert "/actions/nioro" not in client.get("/actions").text
    assert "/actions/nioro" in client.get("/actions?terminees=oui").text

    client.post("/coordination/actions/nioro/rouvrir")
    assert client.get("/actions/nioro/bilan").status_code == 404
    assert "/actions/nioro" in client.get("/actions").text


def test_a_year_tells_who_does_what_by_when(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    course = build.action(committee, slug="cours", title="Cours", kind=ActionKind.WORKS)
    build.action(committee, slug="nioro", title="Nioro", deadline=date(2027, 3, 1))
    helper = build.committee(name="Banque alimentaire")
    step = {"words": "Imprimer", "committee_id": helper.id, "due": "2027-02-10", "submission_key": "k" * 20}
    for _ in range(2):
        client.post("/coordination/actions/cours/etapes", data=step)
    refused = client.post(
        "/coordination/actions/cours/etapes", data=step | {"due": "", "submission_key": "n" * 20}
    )
    client.post("/coordination/actions/cours/etapes/1", data={"verb": "done"})
    client.post("/coordination/actions/nioro/etapes/1", data={"verb": "remove"})  # none of its own

    page = plain(client.get("/programme?annee=2027").text)

    assert refused.status_code == 422
    assert page.count("Imprimer") == 1
    assert page.index("10 février 2027") < page.index("1er mars 2027") < page.index("fin de la collecte")
    assert "Banque alimentaire" in page
    assert '<span class="tag">fait</span>' in page
    assert "Imprimer" not in client.get("/programme?annee=2028").text
    assert "Imprimer" in client.get(f"/actions/{course.slug}").text
    assert "Ce qu'il faut encore" not in plain(client.get(f"/actions/{course.slug}").text)
