"""What the portal brought, as a committee and a coordinator read it, and as it follows a report that is corrected."""

import csv
import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, session
from app.figures.queries import pieces_of_month
from app.handovers.reporting import HandoverReport, Received, Says, report
from app.models import Account, Committee, Match
from app.models.states import Condition, MatchState, Role, Side
from app.transitions import COMMITTEE
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn, act
from tests.reading import plain

OURS, ALL = "/mon-comite/apports", "/coordination/bilan"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def member(build: Builder, client: FlaskClient, sign_in: SignIn, committee: Committee) -> Account:
    account = build.account(Role.MEMBER, committee=committee, password="x")
    sign_in(client, account)
    return account


def came(
    build: Builder,
    committee: Committee,
    at: datetime,
    item: str | None = "lave-linge",
    pieces: int = 1,
    **more: Any,
) -> Match:
    """Received that day, and reported."""
    article = build.offered_item(build.offer(created_at=at), item=item, quantity=pieces)
    need = build.need(committee, item=item, quantity=pieces, **more)
    match = build.match(
        article, need, state=MatchState.COMPLETED, quantity=pieces, received_quantity=pieces, closed_at=at, approved_at=at,
        distance_km=12.0, committee_says="yes",
    )  # fmt: skip
    build.handover(match, starts_at=at, ends_at=at + timedelta(hours=1), place="1 rue du Don")
    return match


def read(client: FlaskClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return " ".join(plain(page.text).split())


def csv_rows(client: FlaskClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_a_member_reads_what_came_this_month_against_last_year(
    client: FlaskClient, build: Builder, clock: FrozenClock, committee: Committee, member: Account
) -> None:
    assert "Rien n'est encore arrivé par le portail" in read(client, OURS)
    now = clock()
    came(build, committee, now - timedelta(days=2), "lave-linge", 2)
    came(build, committee, now - timedelta(days=2), None, 3)
    came(build, committee, now - timedelta(days=366), "chaise", 4)
    came(build, build.committee(), now - timedelta(days=2), "canape", 8)

    page = read(client, OURS)

    assert "Ce mois-ci, le portail vous a apporté…" in page
    for words in (
        "5</dd>",
        "pièces reçues",
        "un an avant : 4",
        "140 kg",
        "682 kg",
        "de CO₂ évités, au plus",
        "calcul sur 2 des 5 pièces",
    ):
        assert words in page, words
    assert "3 pièces dont le poids est inconnu" in page
    assert "ADEME, Impact CO₂, 2026 (licence MIT" in page
    assert "valeur estimée" not in page
    assert "5 pièces reçues ce mois-ci" in read(client, "/mon-comite")
    assert "Rien n'est arrivé pendant cette période" in read(client, f"{OURS}?de=2026-03&a=2026-04")
    assert "Canapé" not in page


def test_a_committee_says_whom_it_equipped(
    client: FlaskClient, committee: Committee, member: Account, build: Builder, clock: FrozenClock
) -> None:
    came(build, committee, clock())
    assert "familles équipées" not in read(client, OURS)

    wrong = client.post(OURS, data={"families": "beaucoup", "people": "7"})
    assert wrong.status_code == 422
    assert 'value="7"' in wrong.text
    answer = client.post(f"{OURS}?de=2026-10&a=2026-10", data={"families": "3", "people": ""})

    assert answer.status_code == 303
    assert "familles équipées" in read(client, f"{OURS}?de=2026-10&a=2026-10")
    assert "familles équipées" not in read(client, OURS)
    assert "personnes équipées" not in read(client, f"{OURS}?de=2026-10&a=2026-10")


def test_a_correction_of_a_report_changes_every_figure(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    clock: FrozenClock,
    committee: Committee,
    coordinator: Account,
) -> None:
    match = came(
        build,
        committee,
        clock() - timedelta(days=3),
        "lave-linge",
        3,
        action_id=build.action(committee, title="Rentrée").id,
    )
    path = f"{ALL}/tableur"
    before = csv_rows(client, path)
    assert [
        row[1]
        for row in before
        if row and row[0] in ("Comité de Givors", "Rentrée", "Lave-linge", "Électroménager", "2026-11")
    ] == ["3"] * 5

    act(app, clock, lambda session: report(
        session, match.id, Side.COMMITTEE,
        HandoverReport(Says.YES, {match.id: Received(2, Condition.GOOD, gone=1)}), COMMITTEE, clock(),
    ))  # fmt: skip

    after = csv_rows(client, path)
    told = {row[0]: row for row in after if len(row) > 5}
    for name in (
        "Comité de Givors",
        "Rentrée",
        "Lave-linge",
        "Électroménager",
        "2026-11",
        "de décembre 2025 à novembre 2026",
    ):
        assert told[name][1:7] == ["2", "0", "140", "2", "682,2", "2"], name
    with app.app_context():
        assert pieces_of_month(session(), committee, clock()) == 2

    act(app, clock, lambda session: report(
        session, match.id, Side.COMMITTEE, HandoverReport(Says.NO), COMMITTEE, clock()
    ))  # fmt: skip

    assert "Rien de tel n'est encore arrivé" in read(client, ALL)


def test_a_coordinator_narrows_by_address(
    client: FlaskClient, build: Builder, clock: FrozenClock, committee: Committee, coordinator: Account
) -> None:
    other = build.committee(name="Comité de Vienne")
    came(build, committee, clock(), "chaise-pliante", 2)
    came(build, other, clock(), "lave-linge", 5)

    everything = read(client, ALL)
    assert "Comité de Vienne" in everything
    assert "7</dd>" in everything
    assert "2</dd>" in read(client, f"{ALL}?comite={committee.id}")
    assert "5</dd>" in read(client, f"{ALL}?association={other.organisation_id}")
    assert "2</dd>" in read(client, f"{ALL}?article=meubles")
    assert "7</dd>" in read(client, f"{ALL}?article=truc&comite=a&de=2026-13&a=")


def test_the_files_hold_everything_and_start_no_formula(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    for number in range(15):
        came(build, build.committee(name=f"=CONCAT({number})"), clock(), pieces=number + 1)

    rows = csv_rows(client, f"{ALL}/tableur?format=csv")
    names = [row[0] for row in rows if row and "CONCAT" in row[0]]
    assert len(names) == 15
    assert all(name.startswith("'=") for name in names)
    assert any("Licence Ouverte 2.0" in row[0] for row in rows if row)

    answer = client.get(f"{ALL}/tableur?format=ods")
    assert answer.headers["Content-Disposition"] == "attachment; filename=bilan-2025-12-2026-11.ods"
    content = zipfile.ZipFile(io.BytesIO(answer.data)).read("content.xml").decode()
    assert content.count("'=CONCAT(") == 15
    assert "table:formula" not in content
    assert "Licence Ouverte 2.0" in content


def test_what_was_received_leaves_in_the_layout_of_stocks(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, committee: Committee, member: Account
) -> None:
    """The first five columns are those of a batch of movements; quantities add up to the pieces of the page."""
    came(build, committee, clock() - timedelta(days=40), "chaise", 9)
    came(build, committee, clock() - timedelta(days=2), "lave-linge", 2)
    came(build, committee, clock() - timedelta(days=1), None, 3)
    came(build, build.committee(), clock(), "canape", 8)

    head, *lines = csv_rows(client, "/mon-comite/recus")

    assert [row[:6] for row in lines] == [
        ["", "givors", "lave-linge", "2", "", "2026-11-21"],
        ["", "givors", "hors-catalogue", "3", "", "2026-11-22"],
    ]
    told = dict(zip(head, lines[0], strict=True))
    assert (told["Poids unitaire (kg)"], told["Poids total (kg)"], told["Valeur estimée (€)"]) == (
        "70",
        "140",
        "",
    )
    assert sum(int(row[3]) for row in csv_rows(client, "/mon-comite/recus?de=2026-10")[1:]) == 14
    documented = (Path(__file__).parents[3] / "docs" / "exports.md").read_text()
    assert all(f"{number} {plain(name)}" in documented for number, name in enumerate(head, 1))
    with app.app_context():
        assert db.engine.pool.checkedout() == 0, "a file that is written gives its connection back"  # type: ignore[attr-defined]


def test_a_value_is_estimated_once_an_administrator_sets_a_scale(
    client: FlaskClient, build: Builder, clock: FrozenClock, committee: Committee, sign_in: SignIn
) -> None:
    sign_in(client, build.account(Role.ADMINISTRATOR, password="x"))
    came(build, committee, clock(), "lave-linge", 2)
    came(build, committee, clock(), "chaise", 1)
    assert "valeur estimée" not in read(client, ALL).replace("barème de la valeur estimée", "")

    wrong = client.post(
        "/administration/valeurs", data={"euros_electromenager": "beaucoup", "euros_meubles": "3"}
    )
    assert wrong.status_code == 422
    assert 'value="3"' in wrong.text
    page = client.post("/administration/valeurs", data={"euros_electromenager": "1,5"}, follow_redirects=True)

    told = " ".join(plain(page.text).split())
    assert "210 €" in told
    assert "calcul sur 2 des 3 pièces" in told
    assert "fixé par l'administrateur du portail le 23 novembre 2026" in told
    emptied = client.post("/administration/valeurs", data={"euros_electromenager": ""}, follow_redirects=True)
    assert "210 €" not in plain(emptied.text)
    assert "Le barème est vide" in plain(emptied.text)
