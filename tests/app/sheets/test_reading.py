"""Each kind of list that failed somewhere: what is right is in the table, and the name says which kind it is."""

import contextlib
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.catalogue.queries import sense
from app.models.states import Condition
from app.sheets.cells import Sense
from app.sheets.files import LARGEST, SheetError, SheetTrouble, pasted, table
from app.sheets.headings import Column
from app.sheets.lines import LineTrouble, PassedOver, SheetLine
from app.sheets.mending import again, kept
from app.sheets.reading import read, repeated
from tests.app.sheets.making import archive, ods, rows_of_ods, sheet_of_ods, workbook, xlsx

PLAIN = Sense(item={"Chaises": "chaise"}.get, quantity={"lot de 4": 4}.get)


def taken(content: bytes | str) -> list[SheetLine]:
    found = pasted(content) if isinstance(content, str) else table(content)
    return [line for line in read(found, sense()).lines if line.passed is None]


KINDS: dict[str, tuple[str, list[tuple[int, str, str | None, str]]]] = {
    "headings in any order": ("Désignation;État;Quantité\nChaises;bon;4", [(4, "Chaises", "good", "")]),
    "a line break inside quotation marks": ('4\t"Chaises\npliantes"', [(4, "Chaises pliantes", None, "")]),
    "a number with decimals that say nothing": ("Chaises\t4,00", [(4, "Chaises", None, "")]),
    "title, headings, sections, units, total": (
        "INVENTAIRE\t\t\n\nArticle\tUnité\tNombre\nMOBILIER\t\t\nTables\tu\t3,00\nVerres\tlot de 6\t2\nTOTAL\t\t5",
        [(3, "Tables", None, ""), (2, "Verres", None, "Unité : lot de 6")],
    ),
    "columns that nobody knows": (
        "Article;Nombre;Couleur;Observations\nTables;3;rouge;pliantes",
        [(3, "Tables", None, "Couleur : rouge, pliantes")],
    ),
    "what a column does not understand": (
        "Article;Nombre;État;Pour quand\nTables;3;à voir;au printemps\nLits;2;bon état, un pied cassé;",
        [(3, "Tables", None, "État : à voir, Pour quand : au printemps"),
         (2, "Lits", "good", "État : bon état, un pied cassé")],
    ),
    "headings again on the next page, and others": (
        "Article;Nombre\nTables;3\nArticle;Nombre\nLits;2\nNombre;Article\n4;Chaises",
        [(3, "Tables", None, ""), (2, "Lits", None, ""), (4, "Chaises", None, "")],
    ),
    "no headings, a column that counts the lines": (
        "1\tréf 8\tTable\t3\n2\tréf 9\tLit\t2\n3\tréf 4\tChaise\t12\n4\tréf 2\tBureau\t1",
        [(3, "Table", None, "1, réf 8"), (2, "Lit", None, "2, réf 9"), (12, "Chaise", None, "3, réf 4"),
         (1, "Bureau", None, "4, réf 2")],
    ),
    "what the program says parts the cells": ("sep=|\nArticle|Nombre\nTables|3", [(3, "Tables", None, "")]),
    "a line that only says how urgent": ("URGENT\n3 frigos\n2 lits", [(3, "frigos", None, ""), (2, "lits", None, "")]),
    "one heading that says how many": (
        "Zone\tMachin\tQuantité\nhaut\tTables\t3\nbas\tLits\t2",
        [(3, "Tables", None, "Zone : haut"), (2, "Lits", None, "Zone : bas")],
    ),
    "none of it": ("Article;Nombre\nTables;0\nLits;2", [(2, "Lits", None, "")]),
    "columns lined up with spaces": (
        "Lits         12\nOreillers    30\nArmoire       2", [(12, "Lits", None, ""), (30, "Oreillers", None, ""), (2, "Armoire", None, "")]),
    "a letter's head and foot": (
        "Association des Essais\n8 bis, avenue des Essais\n38000 Grenoble\n3 bureaux\nlampe 1\nBien à vous\nM. Essai\n04 76 00 00 00",
        [(3, "bureaux", None, ""), (1, "lampe", None, "")],
    ),
    "how many packs": (
        "Article;Nombre\nEnveloppes;12 cartons\nPeinture;3 kg", [(12, "Enveloppes", None, "12 cartons"), (3, "Peinture", None, "3 kg")]),
    "a hand's own signs": ("draps simples x 12\ncadre 90 x 120", [(12, "draps simples", None, ""), (1, "cadre 90 x 120", None, "")]),
    "a quotation mark that is none": ('"Exemple" table\t3\n14" écran\t2\n"lit\t1', [
        (3, '"Exemple" table', None, ""), (2, '14" écran', None, ""), (1, '"lit', None, "")]),
}  # fmt: skip


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_this_kind_is_read(app: Flask, kind: str) -> None:
    text, expected = KINDS[kind]
    with app.app_context():
        lines = taken(text)

    found = [(line.quantity, line.name, line.condition, line.details) for line in lines]
    assert found == [
        (quantity, name, condition and Condition(condition), details)
        for quantity, name, condition, details in expected
    ]
    assert all(line.trouble is None for line in lines)


@pytest.mark.databases("sqlite")
def test_the_same_line_twice_is_pointed_out(app: Flask) -> None:
    with app.app_context():
        lines = taken("Chaises\t4\nTables\t1\nChaises\t4\nChaises\t4\tpliantes")

    assert repeated(lines) == {3: 1}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("cell", ["beaucoup", "?", "2,5", "-1", "1.000", "1e9", "1000001"])
def test_a_quantity_that_is_none_is_asked_about(app: Flask, cell: str) -> None:
    with app.app_context():
        [line] = taken(f"Article;Nombre\nTables;{cell}")

    assert line.trouble is LineTrouble.NO_QUANTITY


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "alphabet", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac-roman", "cp850"]
)
def test_a_file_is_read_in_whatever_alphabet_it_was_saved(app: Flask, alphabet: str) -> None:
    text = "Désignation;Quantité;À savoir\r\nRéfrigérateur;2;été\r\nCanapé d’angle;1;\r\n"
    with app.app_context():
        lines = taken(text.replace("’", "'").encode(alphabet))

    assert [(line.name, line.quantity, line.details) for line in lines] == [
        ("Réfrigérateur", 2, "À savoir : été"), ("Canapé d'angle", 1, ""),
    ]  # fmt: skip


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("write", [xlsx, ods])
def test_dates_formulas_and_merged_cells_are_read_as_they_are_seen(app: Flask, write: object) -> None:
    cells = [["Liste", "<<", "<<"], ["Article", "Nombre", "Avant le"], ["Lit", "=2*3=>6", "2027-01-15"],
             ["Table", "2.0", "46000"], ["Chaise", "4", "31/12/26"]]  # fmt: skip
    with app.app_context():
        lines = taken(write(cells))  # type: ignore[operator]

    assert [(line.name, line.quantity, line.needed_by) for line in lines] == [
        ("Lit", 6, date(2027, 1, 15)), ("Table", 2, date(2025, 12, 9)), ("Chaise", 4, date(2026, 12, 31)),
    ]  # fmt: skip


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ENDLESS = (
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"'
    ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
)
NO_ROWS: dict[str, tuple[bytes, SheetTrouble]] = {
    "nothing": (b"", SheetTrouble.EMPTY),
    "blanks": (b" \r\n;;\r\n", SheetTrouble.EMPTY),
    "a workbook of nothing": (xlsx([[""]]), SheetTrouble.EMPTY),
    "too many bytes": (b"a" * (LARGEST + 1), SheetTrouble.TOO_LARGE),
    "too many lines": (b"a;b\n" * 7000, SheetTrouble.TOO_LONG),
    "a workbook of too many lines": (xlsx([["lit", "1"]] * 7000), SheetTrouble.TOO_LONG),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, SheetTrouble.OLD),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), SheetTrouble.PROTECTED),
    "a password on an ODS": (
        archive(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x",
                   "META-INF__manifest.xml": "<m><manifest:encryption-data/></m>"}), SheetTrouble.PROTECTED),
    "a PDF under another name": (b"%PDF-1.7\n\x80\x81", SheetTrouble.NO_TABLE),
    "a page of the web": (b"  <html><table></table></html>", SheetTrouble.NO_TABLE),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(range(256)), SheetTrouble.NO_TABLE),
    "a program": (b"\x7fELF" + bytes(range(256)) * 20, SheetTrouble.NO_TABLE),
    "a letter": (archive(**{"word__document.xml": "<w/>"}), SheetTrouble.NO_TABLE),
    "half a file": (xlsx([["lit", "1"]])[:500], SheetTrouble.BROKEN),
    "a workbook that is none": (archive(**{"xl__workbook.xml": "<nothing"}), SheetTrouble.BROKEN),
    "a bomb": (archive(**{"xl__workbook.xml": " " * 70_000_000}), SheetTrouble.TOO_LARGE),
    "one cell at the end of the world": (workbook(f"<sheetData>{FAR}</sheetData>"), SheetTrouble.TOO_LARGE),
    "a row repeated for ever": (sheet_of_ods(ENDLESS), SheetTrouble.BROKEN),
}  # fmt: skip


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", NO_ROWS)
def test_a_file_without_rows_says_why(kind: str) -> None:
    content, why = NO_ROWS[kind]

    with pytest.raises(SheetError) as refused:
        table(content)

    assert refused.value.code is why


def test_of_several_sheets_the_fullest_is_read_and_the_others_are_counted() -> None:
    sheets = ([["Lisez-moi"]], [["Article", "Nombre"], ["Lits", "2"]], [[""]])

    found = table(sheet_of_ods(*map(rows_of_ods, sheets)))

    assert (found.tab, found.other_tabs, len(found.rows)) == ("Feuille2", 1, 2)


def test_a_huge_cell_is_cut() -> None:
    [row] = table(f"lit;{'x' * 200_000}".encode()).rows

    assert len(row.cells[1]) == 2000


@pytest.mark.databases("sqlite")
def test_what_somebody_says_of_the_columns_stands_for_their_headings(app: Flask) -> None:
    found = pasted("Type;Code;Nombre\nLits;8;3\nTables;4;1")
    with app.app_context():
        lines = read(found, sense(), {0: Column.ARTICLE, 1: Column.QUANTITY}).lines

    assert [(line.name, line.quantity, line.details) for line in lines if not line.passed] == [
        ("Lits", 8, "Nombre : 3"), ("Tables", 4, "Nombre : 1"),
    ]  # fmt: skip


@pytest.mark.databases("sqlite")
def test_what_is_passed_over_is_kept_with_why(app: Flask) -> None:
    with app.app_context():
        lines = read(pasted("Liste de décembre\n\nArticle;Nombre\nCUISINE;\nFrigo;1\nTOTAL;1"), sense()).lines

    assert [(line.number, line.name, line.passed) for line in lines] == [
        (1, "Liste de décembre", PassedOver.TITLE), (3, "Article · Nombre", PassedOver.HEADING),
        (4, "CUISINE", PassedOver.SECTION), (5, "Frigo", None), (6, "TOTAL · 1", PassedOver.TOTAL),
    ]  # fmt: skip


PIECES = st.sampled_from(
    ["Chaises", "4", "4,00", "bon", "URGENT", "Article", "Nombre", "État", "TOTAL", "beaucoup", "lot de 4", "-", "•", "1.", "x3",
     "(2)", ":", ",", ";", "\t", "\n", "\n\n", '"', "sep=;", "2027-01-15", "46000", "\r", "\0", "\ud800", "é", "٣", "½", " ", "!"]
)  # fmt: skip


@pytest.mark.databases("sqlite")
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
@hypothesis(max_examples=300)
def test_whatever_is_pasted_gives_lines_or_says_why(text: str) -> None:
    try:
        lines = read(pasted(text), PLAIN).lines
    except SheetError:
        return

    assert again(kept(lines)) == lines
    assert all(len(line.name) <= 200 and len(line.details) <= 1500 for line in lines)
    assert all(line.name.isprintable() and line.details.isprintable() for line in lines)
    assert all(1 <= line.quantity <= 1_000_000 for line in lines if line.counts)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda some: b"PK\x03\x04" + some))
@hypothesis(max_examples=30)
def test_whatever_is_sent_gives_rows_or_says_why(content: bytes) -> None:
    with contextlib.suppress(SheetError):
        assert table(content).rows


def of_gifts(heading: str, cell: str) -> SheetLine:
    """The line of forty chairs of an inventory with this column."""
    found = read(pasted(f"Désignation;Quantité;{heading}\nChaises;40;{cell}"), sense(), gifts=True)
    return found.lines[-1]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("env. 450", 45000), ("450 € pièce", 45000), ("450€/u", 45000), ("450,- €", 45000), ("450 € l'unité", 45000), ("€ 450", 45000),
     ("1,200.50", 120050), ("1 200,50 €", 120050), ("85.00 EUR", 8500), ("0", 0), ("300 à 500", None), ("-450", None), ("1,200", None),
     ("1,2 k€", None), ("beaucoup", None)],
)  # fmt: skip
def test_a_value_is_read_or_asked_about(app: Flask, typed: str, cents: int | None) -> None:
    with app.app_context():
        line = of_gifts("Valeur unitaire", typed)
    assert (line.value, line.trouble) == (cents, None if cents is not None else LineTrouble.VALUE)


@pytest.mark.parametrize("typed", ["", "-", "?", "NC", "inconnue"])
def test_a_value_that_nobody_knows_is_not_asked_about(app: Flask, typed: str) -> None:
    with app.app_context():
        line = of_gifts("Valeur unitaire", typed)
    assert (line.value, line.trouble) == (None, None)


@pytest.mark.parametrize(
    ("typed", "grams"), [("7,5", 7500), ("env. 12 kg", 12000), ("12 kg pièce", 12000), ("800 g/u", 800), ("lourd", None)]
)  # fmt: skip
def test_a_weight_is_read_or_asked_about(app: Flask, typed: str, grams: int | None) -> None:
    with app.app_context():
        line = of_gifts("Poids", typed)
    assert (line.grams, line.trouble) == (grams, None if grams else LineTrouble.WEIGHT)


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [("Valeur du lot", "800", (None, "")), ("Valeur d'achat", "800", (None, "")), ("Valeur globale", "800", (None, "")),
     ("Valeur (k€)", "1,2", (None, "")), ("Valeur (€)", "12", (1200, "")), ("Lot", "Lot 3", (None, "")), ("N° de lot", "oui", (None, "")),
     ("Lot", "entier", (None, "whole")), ("Lot", "oui", (None, "")), ("Lot entier", "oui", (None, "whole")), ("Lot entier", "non", (None, "shared")),
     ("Partage", "Bloc 3", (None, "")), ("Partage", "oui", (None, "shared")), ("Indivisible", "x", (None, "whole"))],
)  # fmt: skip
def test_a_heading_of_an_inventory_means_what_it_says(
    app: Flask, heading: str, cell: str, told: tuple[int | None, str]
) -> None:
    with app.app_context():
        line = of_gifts(heading, cell)
    assert (line.value, line.lot) == told
    assert any(told) or cell in line.details
