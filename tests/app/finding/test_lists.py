"""The lists of offers, needs and matches: found by the same words as the search, ordered, kept as views."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.models.states import Role, Urgency
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import MOMENT, SignIn

OFFERS, NEEDS, MATCHES = "/coordination/offres", "/coordination/besoins", "/coordination/rapprochements"


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def rows(client: FlaskClient, path: str, **query: str) -> list[str]:
    """What each row is called, in the page's order."""
    page = client.get(path, query_string=query or None)
    assert page.status_code == 200
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r'<th scope="row">(.*?)</a>', page.text, re.DOTALL)
    ]


def test_they_find_by_the_words_of_the_search(coordinator: FlaskClient, build: Builder) -> None:
    donor = build.donor(name="Jean-François Exemple", phone="06 00 00 00 83")
    offer = build.offer(donor, reference="DAAA", commune="Saint-Étienne")
    need = build.need(build.committee(name="Épicerie de Vienne"), item="refrigerateur", quantity=3)
    build.match(build.offered_item(offer, item="refrigerateur"), need)
    build.match(
        build.offered_item(build.offer(reference="DBBB"), item="chaise"),
        build.need(item="chaise", quantity=7),
    )

    for words_typed in ("06 00 00 00 83", "jean francois", "frigo st etienne"):
        assert rows(coordinator, OFFERS, q=words_typed) == ["DAAA"]
        assert len(rows(coordinator, MATCHES, texte=words_typed)) == 1
    for words_typed in ("epicerie", "frigo", "frijo vienne"):
        assert rows(coordinator, NEEDS, texte=words_typed) == ["3 × Réfrigérateur"]
        assert len(rows(coordinator, MATCHES, texte=words_typed)) == 1
    assert rows(coordinator, OFFERS, q="_") == rows(coordinator, NEEDS, texte="rien de tel") == []


def test_they_are_ordered_as_asked(coordinator: FlaskClient, build: Builder) -> None:
    for number, (days, until, urgency) in enumerate(
        ((3, 5, Urgency.LOW), (2, 9, Urgency.CRITICAL), (1, 1, Urgency.NORMAL))
    ):
        at = MOMENT - timedelta(days=days)
        day = MOMENT.date() + timedelta(days=until)
        offer = build.offer(reference=f"D{number}", created_at=at, available_until=day)
        need = build.need(quantity=number + 1, declared_at=at, urgency=urgency, needed_by=day)
        build.match(build.offered_item(offer), need, quantity=number + 1, score=until / 10, distance_km=until)

    def order(path: str, by: str) -> str:
        return "".join(re.findall(r"\d", " ".join(rows(coordinator, path, tri=by))))

    assert {by: order(OFFERS, by) for by in ("", "anciennes", "recentes", "fin", "n'importe")} == {
        "": "012", "anciennes": "012", "recentes": "210", "fin": "201", "n'importe": "012",
    }  # fmt: skip
    assert {by: order(NEEDS, by) for by in ("", "recents", "urgents", "date")} == {
        "": "123", "recents": "321", "urgents": "231", "date": "312",
    }  # fmt: skip
    matches = {by: rows(coordinator, MATCHES, tri=by)[0][:3] for by in ("", "anciens", "note", "distance")}
    assert matches == {"": "3 ×", "anciens": "Lav", "note": "2 ×", "distance": "3 ×"}


def test_a_view_is_kept_under_a_name_and_found_again(
    coordinator: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    build.offer(reference="DAAA", commune="Vienne")
    build.offer(reference="DBBB")
    here = "etat=open&q=vienne&tri=fin"

    kept = coordinator.post(
        "/coordination/vues/offer", data={"nom": " Vienne  d'abord ", "adresse": f"{here}&page=3"}
    )

    assert kept.location == f"{OFFERS}?{here}"
    page = coordinator.get(kept.location)
    assert "La vue « Vienne d'abord » est enregistrée." in words(page)
    assert rows(coordinator, kept.location) == ["DAAA"]
    assert f'href="{OFFERS}?etat=open&amp;q=vienne&amp;tri=fin" aria-current="page"' in page.text
    assert "Vienne d" not in coordinator.get(NEEDS).text

    again = coordinator.post(
        "/coordination/vues/offer", data={"nom": "Vienne d'abord", "adresse": "q=givors"}
    )
    assert again.location == f"{OFFERS}?q=givors"
    assert coordinator.get(OFFERS).text.count('class="tag grey tall"') == 1
    [number] = re.findall(r"/coordination/vues/(\d+)/retirer", coordinator.get(again.location).text)

    other = coordinator.application.test_client()
    sign_in(other, build.account(Role.COORDINATOR))
    assert "Vienne d" not in other.get(OFFERS).text
    assert other.post(f"/coordination/vues/{number}/retirer").status_code == 404
    gone = coordinator.post(f"/coordination/vues/{number}/retirer")
    assert gone.location == again.location
    assert "est retirée" in words(coordinator.get(gone.location))


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "a" * 1000, "<b>", "é’"])
def test_whatever_a_view_is_called(coordinator: FlaskClient, typed: str) -> None:
    query = "q=" + typed + "&q=%00%ff&" + "x=y&" * 500
    answer = coordinator.post("/coordination/vues/match", data={"nom": typed, "adresse": query})

    assert answer.status_code == 303
    assert coordinator.get(answer.location).status_code == 200
