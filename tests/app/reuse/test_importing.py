"""The open data: read whole or not at all, again and again, beside what coordinators keep by hand."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col, select

from app.db import session, transaction
from app.models import ReuseImport, ReusePlace
from app.models.states import PlaceKind
from app.reuse import reading
from app.reuse.importing import CHUNK
from app.reuse.objects import mask
from tests.reuse_file import COLUMNS, GIVORS, country, line, write

Bring = Callable[..., str]


@pytest.fixture
def bring(app: Flask) -> Bring:
    """Run the command; what it says."""

    def run(path: Path, *more: str) -> str:
        done = app.test_cli_runner().invoke(args=["import-places", str(path), *more])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    return run


def stored(app: Flask) -> dict[str | None, dict[str, object]]:
    with app.app_context():
        rows = session().exec(select(ReusePlace).order_by(col(ReusePlace.id)))
        return {row.identifier: row.model_dump() for row in rows}


def test_a_row_of_the_file_becomes_a_place(app: Flask, bring: Bring, tmp_path: Path) -> None:
    said = bring(
        write(
            tmp_path / "a.csv",
            [
                line("a", telephone="0478000000", site_web="https://exemple.example/", uniquement_sur_rdv="t", reparer="velo"),
                line("b", type_dacteur="decheterie", donner="", trier="meuble|abj_electrique|inconnu"),
            ],
        )
    )  # fmt: skip

    found = stored(app)
    assert "2 lieux : 2 ajoutés, 0 changé, 0 disparu." in said
    assert "Licence Ouverte 2.0" in said
    assert found["a"] | {"id": 0} == {
        "id": 0, "identifier": "a", "name": "Ressourcerie d'exemple a", "kind": PlaceKind.RECYCLERY, "street": "1 rue de l'Exemple",
        "postal_code": "69700", "commune": "Givors", "latitude": 45.588, "longitude": 4.765, "band": 2711, "phone": "0478000000",
        "website": "https://exemple.example/", "hours": "", "by_appointment": True,
        "sources": "Que faire de mes objets et déchets, ADEME, SOURCE D'EXEMPLE", "stated_on": found["a"]["stated_on"],
        "gives": mask(["meuble", "livre"]), "sorts": 0, "repairs": mask(["velo"]), "by_hand": False, "removed": False,
    }  # fmt: skip
    assert found["b"]["kind"] is PlaceKind.TIP
    assert found["b"]["sorts"] == mask(["meuble", "outil_de_bricolage_et_jardinage"])


def test_the_same_file_again_changes_nothing(app: Flask, bring: Bring, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [*country(CHUNK + 30), line("twice"), line("twice", nom="Une autre")])
    bring(file)
    before = stored(app)

    said = bring(file)

    assert ": 0 ajouté, 0 changé, 0 disparu." in said
    assert stored(app) == before
    assert before["twice"]["name"] == "Ressourcerie d'exemple twice"
    with app.app_context():
        assert len(session().exec(select(ReuseImport)).all()) == 2


def test_a_month_later_places_have_changed_come_and_gone(app: Flask, bring: Bring, tmp_path: Path) -> None:
    bring(write(tmp_path / "a.csv", [line(key) for key in "abcd"]))
    before = stored(app)

    said = bring(write(tmp_path / "b.csv", [line("a"), line("b", nom="Autre nom"), line("e")]))

    after = stored(app)
    assert "3 lieux : 1 ajouté, 1 changé, 2 disparus." in said
    assert list(after) == ["a", "b", "e"]
    assert after["a"] == before["a"]
    assert after["b"]["id"] == before["b"]["id"]
    assert after["b"]["name"] == "Autre nom"


def test_what_coordinators_did_by_hand_stays(app: Flask, bring: Bring, tmp_path: Path) -> None:
    bring(write(tmp_path / "a.csv", [line(key) for key in "abcd"]))
    with app.app_context(), transaction() as current:
        for row in current.exec(select(ReusePlace)):
            row.by_hand, row.removed = row.identifier != "d", row.identifier == "c"
            if row.identifier in {"a", "b"}:
                row.name = "Corrigée"
        current.add(ReusePlace(name="Ajoutée", latitude=45.0, longitude=4.0, band=2700, by_hand=True))

    said = bring(write(tmp_path / "b.csv", [line("a", nom="Neuve"), line("c"), line("d")]))

    after = stored(app)
    assert "laissés tels quels : 2." in said
    assert {key: row["name"] for key, row in after.items()} == {
        "a": "Corrigée", "b": "Corrigée", "c": "Ressourcerie d'exemple c", "d": "Ressourcerie d'exemple d", None: "Ajoutée"
    }  # fmt: skip
    assert after["c"]["removed"] is True


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kept", [["a"], []])
def test_what_is_corrected_while_a_file_is_read_stays(
    app: Flask, bring: Bring, tmp_path: Path, kept: list[str]
) -> None:
    bring(write(tmp_path / "a.csv", [line("a"), line("b")]))
    with app.app_context():
        engine = session().get_bind()

    def correct(_connection: Any, cursor: Any, statement: str, *_more: object) -> None:
        if statement.startswith(("UPDATE reuse_place", "DELETE FROM reuse_place")):
            cursor.execute("UPDATE reuse_place SET by_hand = 1, name = 'Corrigée' WHERE identifier = 'a'")

    event.listen(engine, "before_cursor_execute", correct)
    bring(write(tmp_path / "b.csv", [*(line(key, nom="Neuve") for key in kept), line("b")]))
    event.remove(engine, "before_cursor_execute", correct)

    assert stored(app)["a"]["name"] == "Corrigée"


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "values",
    [
        {"latitude": ""}, {"latitude": "nan"}, {"latitude": "91"}, {"longitude": "-181"}, {"latitude": "0", "longitude": "0.0"},
        {"latitude": "quarante"}, {"identifiant": ""}, {"identifiant": "x" * 65}, {"nom": " "}, {"donner": "", "acheter": "meuble"},
        {"donner": "inconnu"}, {"type_dacteur": "acteur_digital"}, {"lieu_prestation": "A_DOMICILE"},
        {"public_accueilli": "Professionnels"},
    ],
)  # fmt: skip
def test_a_row_of_no_use_to_a_donor_is_counted_and_left(
    app: Flask, bring: Bring, tmp_path: Path, values: dict[str, str]
) -> None:
    said = bring(write(tmp_path / "a.csv", [line("good"), line("useless", **values)]))

    assert "Lignes sans usage" in said
    assert list(stored(app)) == ["good"]


def header(*without: str) -> str:
    return ",".join(name for name in COLUMNS if name not in without)


def cut(path: Path) -> bytes:
    return write(path, country(40)).read_bytes()[:-70]


BAD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "empty": (lambda _: b"", "Il manque des colonnes : identifiant"),
    "a page of the web": (lambda _: b"<!doctype html>\n<p>503</p>\n", "Il manque des colonnes : identifiant"),
    "missing columns": (lambda _: header("latitude", "donner").encode(), "Il manque des colonnes : latitude, donner."),
    "nothing in it": (lambda _: header().encode() + b"\n", "Aucun lieu de ce fichier"),
    "another encoding": (lambda p: write(p, [line("a"), line("é")]).read_text("utf-8").encode("cp1252"), "n'est plus de l'UTF-8"),
    "sixteen bits": (lambda p: write(p, [line("a")]).read_text("utf-8").encode("utf-16"), "n'est plus de l'UTF-8"),
    "bytes": (lambda _: bytes(range(256)) * 99, "UTF-8"),
    "cut short": (cut, "le fichier est abîmé ou coupé"),
    "an open quote": (lambda _: header().encode() + b'\n"' + b"a\n" * 200_000, "n'est plus un CSV"),
    "a row without end": (lambda _: header().encode() + b"\n" + b'"a\n",' * 400_000, "une ligne ne finit pas"),
    "one long line": (lambda _: b"a," * 800_000, "une ligne ne finit pas"),
    "a tenth of the places": (lambda p: write(p, country(4)).read_bytes(), "n'a que 4 lieux, contre 40"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_and_loses_nothing(app: Flask, bring: Bring, tmp_path: Path, kind: str) -> None:
    bring(write(tmp_path / "good.csv", country(40)))
    before = stored(app)
    content, sentence = BAD[kind]
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content(tmp_path / "source.csv"))

    said = bring(bad)

    assert said.startswith("Erreur : ")
    assert sentence in said
    assert stored(app) == before


@pytest.mark.databases("sqlite")
def test_a_file_that_is_not_there_and_a_folder_are_named(bring: Bring, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        assert "n'existe pas, ou n'est pas un fichier" in bring(path)


@pytest.mark.databases("sqlite")
def test_half_of_the_places_may_go_if_somebody_says_so(app: Flask, bring: Bring, tmp_path: Path) -> None:
    bring(write(tmp_path / "a.csv", country(40)))

    assert "36 disparus" in bring(write(tmp_path / "b.csv", country(4)), "--fewer")
    assert len(stored(app)) == 4


@pytest.mark.databases("sqlite")
def test_semicolons_and_a_byte_order_mark_are_read(app: Flask, bring: Bring, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictWriter(opened, COLUMNS, restval="", delimiter=";")
        rows.writeheader()
        rows.writerow(line("a", donner="MEUBLE|materiel informatique"))

    bring(file)

    assert stored(app)["a"]["gives"] == mask(["meuble", "materiel_informatique"])


TEXTS = st.text(max_size=300)


@given(
    st.dictionaries(st.sampled_from([*COLUMNS, "identifiant"]), TEXTS, max_size=12),
    st.sampled_from(["javascript:alert(1)", "https://a b", "http://exemple.example", "data:text/html,x"]),
)
def test_whatever_stands_in_a_row_fits_the_columns(values: dict[str, str], site: str) -> None:
    """Of hostile rows, those that are taken can be written and shown."""
    read = reading._columns(dict.fromkeys(COLUMNS, "") | GIVORS | line("a") | {"site_web": site} | values)

    if read is not None:
        for name, most in (
            ("name", 200),
            ("street", 200),
            ("commune", 120),
            ("hours", 500),
            ("sources", 200),
        ):
            assert len(read[name]) <= most
            assert read[name].isprintable()
        assert read["website"] == "" or read["website"].lower().startswith(("http://", "https://"))
        assert max(read["gives"], read["sorts"], read["repairs"]) < 1 << 62
