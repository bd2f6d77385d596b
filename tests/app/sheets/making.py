"""Files as spreadsheet programs write them, made from the texts beside this file: a few bytes that a person can read."""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

HERE = Path(__file__).parent
MERGED, ABOVE = "<<", "^^"
"""A cell that belongs to the one on its left, or to the one above."""
FORMULA = re.compile(r"(=.+)=>(.*)")
NUMBER = re.compile(r"-?[0-9]+(?:[.][0-9]+)?")
ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Published:
    """A list of the kind that people publish: how it comes, its cells or its text, and what it asks for or offers."""

    name: str
    kind: str
    body: str
    expected: list[str]

    @property
    def bytes(self) -> bytes:
        kind, _, encoding = self.kind.partition(" ")
        if kind in {"csv", "tsv", "paste"}:
            return self.body.replace("\n", "\r\n").encode(encoding or "utf-8")
        cells = [line.split("\t") for line in self.body.split("\n")]
        return xlsx(cells) if kind == "xlsx" else ods(cells)


def published(folder: str) -> list[Published]:
    found = []
    for path in sorted((HERE / folder).glob("*.txt")):
        kind, body, expected = path.read_text(encoding="utf-8").split("\n====\n")
        found.append(Published(path.stem, kind, body, expected.strip().split("\n")))
    return found


def archive(**files: str) -> bytes:
    """A ZIP of texts by path, "/" written as "__"."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as sink:
        for path, content in files.items():
            sink.writestr(path.replace("__", "/"), content)
    return made.getvalue()


def _column(number: int) -> str:
    return chr(65 + number) if number < 26 else _column(number // 26 - 1) + _column(number % 26)


def _spans(cells: list[list[str]]) -> dict[tuple[int, int], tuple[int, int]]:
    """(rows, columns) that the cell at (row, column) covers, of those that cover more than themselves."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if cell == MERGED:
                first = next(at for at in range(column, -1, -1) if line[at] != MERGED)
                spans[row, first] = (1, column - first + 1)
            if cell == ABOVE:
                top = next(at for at in range(row, -1, -1) if cells[at][column] != ABOVE)
                spans[top, column] = (row - top + 1, 1)
    return spans


def xlsx(cells: list[list[str]]) -> bytes:
    """A workbook of one sheet. `=formula=>value`, numbers and ISO dates are written as what they are."""
    rows = "".join(
        f'<row r="{at}">{"".join(_xlsx_cell(f"{_column(column)}{at}", cell) for column, cell in enumerate(line))}</row>'
        for at, line in enumerate(cells, 1)
    )
    merges = "".join(
        f'<mergeCell ref="{_column(column)}{row + 1}:{_column(column + wide - 1)}{row + high}"/>'
        for (row, column), (high, wide) in _spans(cells).items()
    )
    return workbook(
        f"<sheetData>{rows}</sheetData>" + (f"<mergeCells>{merges}</mergeCells>" if merges else "")
    )


def workbook(sheet: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return archive(
        **{
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels__.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl__workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl___rels__workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{relations}/styles" Target="styles.xml"/></Relationships>',
            "xl__styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
            "xl__worksheets__sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
        }
    )


def _xlsx_cell(place: str, cell: str) -> str:
    if not cell or cell in {MERGED, ABOVE}:
        return ""
    formula = FORMULA.fullmatch(cell)
    if formula:
        return f'<c r="{place}"><f>{escape(formula[1][1:])}</f><v>{formula[2]}</v></c>'
    if NUMBER.fullmatch(cell):
        return f'<c r="{place}"><v>{cell}</v></c>'
    day = _day(cell)
    if day is not None:
        return f'<c r="{place}" s="1"><v>{(day - ZERO).days}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None


def ods(cells: list[list[str]]) -> bytes:
    blank = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="1024"/></table:table-row>'
    )
    return sheet_of_ods(rows_of_ods(cells) + blank)


def rows_of_ods(cells: list[list[str]]) -> str:
    spans = _spans(cells)
    return "".join(
        f"<table:table-row>{''.join(_ods_cell(cell, spans.get((at, column))) for column, cell in enumerate(line))}</table:table-row>"
        for at, line in enumerate(cells)
    )


def sheet_of_ods(*sheets: str) -> bytes:
    """A workbook of these sheets: the rows of each, in XML."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    tables = "".join(
        f'<table:table table:name="Feuille{number}">{rows}</table:table>'
        for number, rows in enumerate(sheets, 1)
    )
    return archive(
        **{
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<office:document-content{names} office:version="1.2"><office:body><office:spreadsheet>'
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
            "META-INF__manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


def _ods_cell(cell: str, span: tuple[int, int] | None) -> str:
    if cell in {MERGED, ABOVE}:
        return "<table:covered-table-cell/>"
    more = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    formula = FORMULA.fullmatch(cell)
    if formula:
        more, cell = f'{more} table:formula="of:{escape(formula[1])}"', formula[2]
    if not cell:
        return f"<table:table-cell{more}/>"
    if NUMBER.fullmatch(cell):
        more += f' office:value-type="float" office:value="{cell}"'
    elif _day(cell):
        more += f' office:value-type="date" office:date-value="{cell}"'
    else:
        more += ' office:value-type="string"'
    return f"<table:table-cell{more}><text:p>{escape(cell)}</text:p></table:table-cell>"
