"""A committee says its rules, shows itself; coordinators found and close committees."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from app.committees import service
from app.committees.service import CommitteeError
from app.db import db, session, transaction
from app.matches import service as matches
from app.matches.service import MatchError
from app.models import Account, Committee, Match, Organisation
from app.models.states import MatchState, NeedState, Role, Size
from app.transitions import Actor
from matching.items import load
from tests.app.committees.pages import plain
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, SignIn

RULES: dict[str, Any] = {
    "country": "FR",
    "postal_code": "69700",
    "email": "givors@essai.example",
    "language": "fr",
    "collects_km": "25",
    "collects_at_once": "2",
    "closures": "24/12/2026 - 02/01/2027\n1/5/2027",
    "largest_size": "large",
    "day_2": "14h-17h",
    "day_6": "",
    "refuses": "canapé\nmatelas\n",
    "presentation": "Nous aidons.",
    "etape": "enregistrer",
}


def read(app: Flask, slug: str = "givors") -> Committee:
    with app.app_context():
        return session().exec(select(Committee).where(Committee.slug == slug)).one()


def test_a_committee_says_its_rules(
    app: Flask, client: FlaskClient, committee: Committee, member: Account
) -> None:
    page = client.get("/comites/givors/modifier").text
    assert "14\u00a0h-17\u00a0h" in page
    assert 'name="name"' not in page, "the name is the coordinators' affair"

    response = client.post(
        "/comites/givors/modifier", data=RULES | {"name": "Pirate", "day_1": "9h-12h, 14h-17h30"}
    )

    assert response.status_code == 303
    after = read(app)
    assert after.name == "Comité de Givors"
    assert after.opening_hours == {"1": [["09:00", "12:00"], ["14:00", "17:30"]], "2": [["14:00", "17:00"]]}
    assert (after.collects_km, after.largest_size, after.refuses) == (25, Size.LARGE, ["canape", "matelas"])
    assert after.commune == "Givors"
    assert after.latitude == pytest.approx(45.59, abs=0.02)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("postal_code", "ABCDE", "cinq chiffres"),
        ("postal_code", "", "cinq chiffres"),
        ("postal_code", "٦٩٧٠٠", "cinq chiffres"),
        ("postal_code", "00000", "ne connaissons pas"),
        ("postal_code", "6\x009700", "invisible"),
        ("commune", "Marseille", "ne vont pas ensemble"),
        ("commune", "x" * 10_000, "trop long"),
        ("country", "XX", "pays"),
        ("country", "", "pays"),
        ("email", "", "adresse e-mail"),
        ("email", "a@b.fr\nBcc: c@d.fr", "adresse e-mail"),
        ("phone", "appelez-moi", "en chiffres"),
        ("collects_km", "-1", "nombre entier"),
        ("collects_km", "1e9", "nombre entier"),
        ("collects_km", "٣", "nombre entier"),
        ("collects_km", "5000", "compris entre 0"),
        ("largest_size", "gigantic", "taille"),
        ("language", "tlh", "langue"),
        ("day_3", "le soir", "9 h-12 h"),
        ("day_3", "18h-9h", "avant le début"),
        ("refuses", "truc bleu", "ne reconnaissons pas"),
        ("refuses", "\n".join(["chaise"] * 101), "Cent articles"),
        ("presentation", "a\0b", "invisible"),
        ("presentation", "é" * 10_000, "trop long"),
        ("street", "a\nb", "une seule ligne"),
    ],
)
def test_bad_rules_get_a_sentence_and_change_nothing(
    app: Flask, client: FlaskClient, committee: Committee, member: Account, field: str, value: str, said: str
) -> None:
    response = client.post("/comites/givors/modifier", data=RULES | {field: value})

    assert response.status_code == 422
    assert said in plain(response.text)
    assert read(app).collects_km == 30


@pytest.mark.parametrize(
    ("latitude", "longitude", "status"),
    [
        ("15,2286", "-9,5913", 303),
        ("15.2286", "-9.5913", 303),
        ("", "", 422),
        ("91", "0", 422),
        ("0", "181", 422),
        ("nan", "0", 422),
        ("1e400", "0", 422),
        ("٣", "0", 422),
    ],
)
def test_a_place_abroad_is_given_by_coordinates(
    app: Flask,
    client: FlaskClient,
    committee: Committee,
    member: Account,
    latitude: str,
    longitude: str,
    status: int,
) -> None:
    abroad = {"country": "ML", "postal_code": "", "commune": "Nioro du Sahel"}

    response = client.post(
        "/comites/givors/modifier", data=RULES | abroad | {"latitude": latitude, "longitude": longitude}
    )

    assert response.status_code == status
    if status == 303:
        assert read(app).country == "ML"
        assert read(app).latitude == pytest.approx(15.2286)


def test_a_commune_is_one_of_its_postal_code(
    app: Flask, client: FlaskClient, committee: Committee, member: Account
) -> None:
    asked = client.post(
        "/comites/givors/modifier", data=RULES | {"postal_code": "69440", "commune": "Givors"}
    )
    assert asked.status_code == 422
    assert "Mornant, Chabanière" in asked.text

    told = client.post(
        "/comites/givors/modifier", data=RULES | {"postal_code": "69440", "commune": "taluyers"}
    )
    assert told.status_code == 303
    assert read(app).commune == "Taluyers"


def test_a_member_of_another_committee_cannot_even_look(
    client: FlaskClient, build: Builder, member: Account
) -> None:
    other = build.committee(slug="ailleurs")

    assert client.get("/comites/ailleurs/modifier").status_code == 404
    assert client.post("/comites/ailleurs/modifier", data=RULES).status_code == 404
    assert client.get(f"/mon-comite?comite={other.slug}").status_code == 404


def test_anybody_sees_a_committee_and_what_it_lacks(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    build.need(committee, item="chaise", quantity=4, reason="Pour <b>l'atelier</b>")
    build.need(committee, item="lit", state=NeedState.PAUSED)

    page = plain(client.get("/comites/givors").text)

    assert "Comité de Givors" in page
    assert "Il en manque 4" in page
    assert "mardi" in page.lower()
    assert "Lit" not in page
    assert "&lt;b&gt;" in page
    assert committee.email not in page
    assert committee.phone not in page


def test_the_poster_shows_the_needs_and_a_code(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    for item in list(load())[:20]:
        build.need(committee, item=item)

    page = plain(client.get("/comites/givors/affiche").text)
    code = client.get(f"/c/{committee.id}.svg")

    assert "et 6 autres choses" in page
    assert f"localhost/c/{committee.id}<" in page
    assert code.mimetype == "image/svg+xml"
    assert code.data.startswith(b"<svg")
    assert b"<script" not in code.data


@pytest.mark.parametrize("path", ["", "/affiche"])
def test_the_public_reads_each_item_once_and_no_words_that_nobody_recognised(
    client: FlaskClient, build: Builder, committee: Committee, path: str
) -> None:
    build.need(committee, item="refrigerateur", quantity=1, reason="Pour l'atelier")
    build.need(committee, item="refrigerateur", quantity=3)
    build.need(committee, item=None, description="truc bizarre xyz")

    page = plain(client.get(f"/comites/givors{path}").text)

    assert "truc bizarre" not in page
    assert "<strong>4</strong> Réfrigérateur" in page if path else "Il en manque 4" in page
    assert path or "Pour l'atelier" in page


@pytest.mark.parametrize("path", ["", "/affiche"])
def test_a_closed_committee_is_not_shown(client: FlaskClient, build: Builder, path: str) -> None:
    build.committee(slug="ferme", active=False)

    assert client.get(f"/comites/ferme{path}").status_code == 404


def test_committees_are_listed_by_association(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    build.committee(name="Fermé", active=False)
    with client.application.app_context():
        association = session().get_one(Organisation, committee.organisation_id)

    page = client.get("/comites").text
    assert association.name in page
    assert "Comité de Givors" in page
    assert ">Fermé<" not in page
    assert "Comité de Givors" in client.get(f"/associations/{association.slug}").text
    assert client.get("/associations/nulle-part").status_code == 404


def test_a_coordinator_founds_an_association_and_a_committee(
    app: Flask, client: FlaskClient, coordinator: Account
) -> None:
    assert (
        client.get("/coordination/comites/nouveau").headers["Location"]
        == "/coordination/associations/nouvelle"
    )
    client.post(
        "/coordination/associations/nouvelle", data={"name": "Épicerie O'Neill", "website": "www.exemple.fr"}
    )
    with app.app_context():
        association = session().exec(select(Organisation)).one()
    assert (association.slug, association.website) == ("epicerie-o-neill", "https://www.exemple.fr")

    data = RULES | {"name": "Comité de Givors", "organisation_id": association.id}
    for sent in (data, data, data | {"presentation": "Un autre, du même nom."}):
        assert client.post("/coordination/comites/nouveau", data=sent).status_code == 303

    with app.app_context():
        slugs = session().exec(select(Committee.slug).order_by(col(Committee.id))).all()
    assert slugs == ["comite-de-givors", "comite-de-givors-2"]


@pytest.mark.parametrize(
    "website",
    ["javascript:alert(1)", "http://[", "pas un site", "https://x", "a\0.fr", "https://" + "x" * 300 + ".fr"],
)
def test_a_bad_website_gets_a_sentence(client: FlaskClient, coordinator: Account, website: str) -> None:
    response = client.post("/coordination/associations/nouvelle", data={"name": "A", "website": website})

    assert response.status_code == 422


def test_closing_a_committee_takes_its_proposals_off_the_board(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    build.match(need=build.need(committee))

    client.post(f"/coordination/comites/{committee.id}/fermer")
    assert not read(app).active
    with app.app_context():
        assert session().exec(select(Match)).one().state is MatchState.SUPERSEDED

    client.post(f"/coordination/comites/{committee.id}/rouvrir")
    assert read(app).active


def test_a_committee_that_somebody_counts_on_is_not_closed(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    build.match(need=build.need(committee), state=MatchState.SCHEDULED)

    response = client.post(f"/coordination/comites/{committee.id}/fermer")

    assert response.status_code == 409
    assert "Un don est promis" in response.text
    assert read(app).active


@pytest.mark.databases("postgresql")
def test_a_committee_is_not_closed_while_a_gift_is_being_promised_to_it(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    actor = Actor.account(build.account(Role.COORDINATOR).id)
    together = Barrier(2)

    def at_once(act: Callable[[Session], object]) -> None:
        with app.app_context(), suppress(CommitteeError, MatchError), transaction() as current:
            current.connection()
            together.wait()
            act(current)

    for _ in range(6):
        committee = build.committee()
        match = build.match(need=build.need(committee))
        acts: list[Callable[[Session], object]] = [
            lambda current, key=match.id: matches.approve(current, key, actor, clock(), ANSWER_WITHIN),  # type: ignore[misc]
            lambda current, key=committee.id: service.close(current, key, actor, clock()),  # type: ignore[misc]
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(at_once, acts))
        with app.app_context():
            state = session().get_one(Match, match.id).state
            active = session().get_one(Committee, committee.id).active
            session().rollback()
        assert (state, active) in {(MatchState.APPROVED, True), (MatchState.SUPERSEDED, False)}


@pytest.mark.parametrize("path", ["/mon-comite", "/comites", "/comites/givors", "/coordination/comites"])
def test_long_lists_take_as_many_queries_as_short_ones(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn, path: str
) -> None:
    counted: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    sign_in(client, build.account(Role.COORDINATOR, committee=committee))

    def queries() -> int:
        counted.clear()
        assert client.get(path).status_code == 200
        return len(counted)

    build.match(need=build.need(committee), state=MatchState.APPROVED)
    build.need(committee)
    few = queries()
    for _ in range(10):
        build.match(need=build.need(committee), state=MatchState.APPROVED)
        build.need(committee)
        build.committee()

    assert queries() == few


def test_committees_stand_in_the_french_order(client: FlaskClient, build: Builder) -> None:
    names = ["Vienne", "épicerie de Givors", "Vénissieux", "Zone", "Écully"]
    family = build.organisation()
    for name in names:
        build.committee(name=name, organisation_id=family.id)

    page = client.get("/comites").text.partition('class="plain seats"')[2]

    assert sorted(names, key=page.index) == ["Écully", "épicerie de Givors", "Vénissieux", "Vienne", "Zone"]
