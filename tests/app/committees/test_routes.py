"""A committee looks at its day, says its rules, shows itself; coordinators found and close committees."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
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
from app.models import Account, Committee, Handover, Match, Organisation
from app.models.states import MatchState, NeedState, Role, Size
from app.transitions import Actor
from matching.items import load
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, SignIn

RULES: dict[str, Any] = {
    "country": "FR",
    "postal_code": "69700",
    "email": "givors@essai.example",
    "language": "fr",
    "collects_km": "25",
    "largest_size": "large",
    "day_2": "14h-17h",
    "day_6": "",
    "refuses": "canapé\nmatelas\n",
    "presentation": "Nous aidons.",
}


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def member(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR)
    sign_in(client, account)
    return account


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def read(app: Flask, slug: str = "givors") -> Committee:
    with app.app_context():
        return session().exec(select(Committee).where(Committee.slug == slug)).one()


def appointment(app: Flask, match: Match, clock: FrozenClock) -> None:
    start = clock() + timedelta(days=2, hours=4)
    with app.app_context(), transaction() as current:
        current.add(
            Handover(
                match_id=match.id,
                starts_at=start,
                ends_at=start + timedelta(hours=2),
                place="2 rue du Don",
                uid=f"uid-{match.id}",
                created_at=clock(),
            )
        )


def test_the_home_page_answers_three_questions(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    need = build.need(committee, item="chaise", quantity=9, misses=[])
    answer = build.match(
        build.offered_item(item="chaise", quantity=4),
        need,
        quantity=4,
        state=MatchState.APPROVED,
        answer_by=clock() + timedelta(days=5),
    )
    fixed = build.match(
        build.offered_item(item="lit"), build.need(committee, item="lit"), state=MatchState.SCHEDULED
    )
    appointment(app, fixed, clock)
    build.match(build.offered_item(item="table"), build.need(item="table"), state=MatchState.APPROVED)

    page = plain(client.get("/mon-comite").text)

    assert "Un don attend votre réponse" in page
    assert "4 × Chaise" in page
    assert f"/mon-comite/dons/{answer.id}" in page
    assert "mercredi 25 novembre, de 14 h à 16 h" in page
    assert "Il en manque 5" in page
    assert "Table" not in page, "another committee's gift"
    assert "Donateur" not in page, "no donor's name before the page of the gift"


def test_why_nothing_came_is_said(
    client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    miss = {
        "broken": ["reach"],
        "detail": {"reach": 52.0, "delivers_km": 0, "collects_km": 30},
        "told": {"item": "refrigerateur", "commune": "Lyon"},
    }
    build.need(committee, item="refrigerateur", misses=[miss])

    page = plain(client.get("/mon-comite").text)

    assert "Pourquoi rien encore ?" in page
    assert "52 km" in page


NOTHING = "Personne n'en a encore proposé près de vous."
REST = "Pour le reste, personne n'en a encore proposé près de vous."
LOOKED_AT = "Un coordinateur examine ce qui est proposé."


@pytest.mark.parametrize(
    ("states", "said", "in_english"),
    [
        ([], NOTHING, "Nobody near you has offered any yet."),
        ([MatchState.DECLINED], NOTHING, "Nobody near you has offered any yet."),
        ([MatchState.APPROVED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.SCHEDULED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.COMPLETED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.PROPOSED] * 3, LOOKED_AT, "A coordinator is looking at what is proposed."),
        (
            [MatchState.PROPOSED, MatchState.APPROVED],
            f"{LOOKED_AT} Pour le reste, personne n'en a encore près de vous.",
            "For the rest, nobody near you has any yet.",
        ),
        ([MatchState.PROPOSED, MatchState.APPROVED, MatchState.COMPLETED], LOOKED_AT, "A coordinator is"),
    ],
)
def test_what_is_said_of_a_need_agrees_with_what_came_of_it(
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    member: Account,
    states: list[MatchState],
    said: str,
    in_english: str,
) -> None:
    """« Personne n'en a encore proposé » stood beside « 1 promis »."""
    need = build.need(committee, item="chaise", quantity=3, misses=[])
    for state in states:
        build.match(build.offered_item(item="chaise"), need, state=state)

    page = plain(client.get("/mon-comite").text)

    assert f"{said}</p>" in page
    assert sum(f">{each}<" in page for each in (NOTHING, REST, LOOKED_AT)) <= 1
    with client.session_transaction() as browser:
        browser["language"] = "en"
    assert in_english in plain(client.get("/mon-comite").text)


def test_a_member_of_two_committees_switches(
    client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn, app: Flask
) -> None:
    from app.models import Membership

    other = build.committee(name="Comité de Vienne", slug="vienne")
    account = build.account(committee=committee)
    with app.app_context(), transaction() as current:
        current.add(Membership(account_id=account.id, committee_id=other.id, created_at=account.created_at))
    sign_in(client, account)

    assert "Comité de Vienne" in client.get("/mon-comite").text
    assert 'aria-current="true">Comité de Vienne' in client.get("/mon-comite?comite=vienne").text
    assert 'aria-current="true">Comité de Vienne' in client.get("/mon-comite").text, "remembered"
    assert client.get("/mon-comite?comite=nulle-part").status_code == 404


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
    code = client.get("/comites/givors/code.svg")

    assert "et 6 autres choses" in page
    assert "localhost/comites/givors" in page
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


@pytest.mark.parametrize("path", ["", "/affiche", "/code.svg"])
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

    page = client.get("/comites").text

    assert sorted(names, key=page.index) == ["Écully", "épicerie de Givors", "Vénissieux", "Vienne", "Zone"]
