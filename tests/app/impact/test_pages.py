"""« Ce que le portail a permis »: right with nothing, with too little, with enough; never with sample data beside real gifts."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Committee
from app.models.states import MatchState, OfferState
from tests.builders import Builder
from tests.conftest import FrozenClock

pytestmark = pytest.mark.databases("sqlite")


def give(
    build: Builder, committee: Committee, people: int, item: str = "lave-linge", months: int = 1
) -> None:
    """So many people each give one, half an hour's drive away, in as many months; confirmed three days before."""
    need = build.need(committee, item=item, quantity=100)
    for number in range(people):
        at = build._now() - timedelta(days=30 * (number % months))
        offer = build.offer(build.donor(email=f"d{item}{number}@{committee.email.partition('@')[2]}"), state=OfferState.CLOSED,
                            created_at=at - timedelta(days=3), confirmed_at=at - timedelta(days=3))  # fmt: skip
        build.match(build.offered_item(offer, item=item), need, state=MatchState.COMPLETED, closed_at=at)


def test_figures_are_published_from_five_people_on(app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock) -> None:  # fmt: skip
    pages = ["/impact", "/associations/vraie/impact", "/comites/vrai/impact"]
    organisation = build.organisation(slug="vraie")
    real = build.committee(slug="vrai", email="givors@vraie.fr", organisation_id=organisation.id)
    other = build.committee(slug="autre", email="lyon@vraie.fr", organisation_id=organisation.id)
    give(build, build.committee(slug="faux"), 9)  # of sample data, which counts nowhere beside what is real
    for page in pages:
        assert "rien n'est publié avant 5 donateurs" in client.get(page).text.replace("’", "'"), page
    assert (client.get("/donnees-ouvertes/mois.json").json or {})["rows"] == []

    give(build, real, 6, months=2)
    give(build, other, 2, item="chaise")
    clock.advance(hours=1)

    # The two of the other committee would follow from the association's eight: neither committee has a line of its own.
    whole, association, committee = (client.get(page).text for page in pages)
    assert "8" in whole and "3 jours" in whole.replace("\u00a0", " ")  # noqa: PT018
    assert "<svg" in association
    assert "<svg" not in committee
    listed = client.get("/sitemap.xml").text
    assert [f"{page}</loc>" in listed for page in pages] == [True, True, False], (
        "as far as there is something to read"
    )
    rows = (client.get("/donnees-ouvertes/comites.json").json or {})["rows"]
    assert [(row["comite"], row["dons"]) for row in rows] == [("Tous les autres", 8)]
    told = client.get("/donnees-ouvertes/mois.json").json or {}
    assert (told["sample"], told["licence"]) == (False, "Licence Ouverte 2.0 (Etalab)")
    assert [
        (row["premier_mois"], row["dernier_mois"], row["offres"], row["dons"]) for row in told["rows"]
    ] == [("2026-10", "2026-11", 8, 8)]
    # 6 machines of 341.1 kg each; the chairs' share would be that of two.
    assert told["rows"][0]["co2_kg"] == round(6 * 341.1 + 2 * 18.63, 1)
    answer = client.get("/donnees-ouvertes/familles.csv")
    table = list(csv.reader(StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert table[0] == ["famille", "dons", "objets", "kilogrammes", "co2_kg", "kilometres"]
    assert [row[:2] for row in table[1:-3]] == [["Tous les autres", "8"]]
    assert table[-1] == ["Licence\u00a0: Licence Ouverte 2.0 (Etalab)."]
    assert 'rel="license"' in answer.headers["Link"]
    assert not [word for page in pages for word in ("vraie.fr", "Donateur") if word in client.get(page).text]
