"""What anybody sees."""

from flask.testing import FlaskClient

from app.models.states import MatchState, NeedState
from tests.app.offers.steps import words
from tests.builders import Builder


def test_the_front_page_names_what_is_lacking_most(client: FlaskClient, build: Builder) -> None:
    givors, lyon = build.committee(commune="Givors"), build.committee(commune="Lyon")
    build.need(givors, item="lave-linge", quantity=2)
    build.need(lyon, item="lave-linge", quantity=3)
    build.need(givors, item="chaise")
    build.need(lyon, item="table", state=NeedState.MET)

    page = words(client.get("/"))

    assert "Lave-linge 2 comités en cherchent , 5 en tout Givors, Lyon" in page
    assert page.index("Lave-linge") < page.index("Chaise")
    assert "Table" not in page
    assert "don remis" not in page


def test_what_approved_matches_bring_is_not_lacking_any_more(client: FlaskClient, build: Builder) -> None:
    promised, partly = build.need(item="lave-linge", quantity=2), build.need(item="chaise", quantity=5)
    build.match(need=promised, quantity=2, state=MatchState.APPROVED)
    build.match(need=partly, quantity=3, state=MatchState.COMPLETED)

    page = words(client.get("/"))

    assert "Lave-linge" not in page
    assert "Chaise" in page
    assert "1 don remis" in page
    assert "3 objets qui servent à nouveau" in page


def test_the_front_page_of_an_empty_portal_invites(client: FlaskClient) -> None:
    page = words(client.get("/"))

    assert "Proposer un don" in page
    assert "Aucun comité n'a encore dit ce qui lui manque" in page
