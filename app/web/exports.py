"""Tables as files that spreadsheets open: CSV for French ones, and OpenDocument. One component for every export.

CSV is UTF-8 with a byte order mark, semicolons, decimal commas, ISO days and CR LF (docs/exports.md); it is written while it is
read. No cell starts a formula: what a person typed that a spreadsheet would compute has an apostrophe before it.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from flask import Response, stream_with_context

from app.late import Late
from app.web.fields import FORBIDDEN

if TYPE_CHECKING:
    import odswriter
else:
    odswriter = Late("odswriter")

Cell = str | int | float | date | None
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OPEN_LICENCE = "Licence Ouverte 2.0 (Etalab)"


@dataclass(frozen=True, slots=True)
class ExportTable:
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def safe(words: str) -> str:
    """What a person typed, as a cell may hold it."""
    shown = FORBIDDEN.sub("", words)
    return f"'{shown}" if shown.startswith(STARTS_A_FORMULA) else shown


def answer(form: str, name: str, tables: Sequence[ExportTable], notes: Sequence[str] = ()) -> Response:
    """The tables as a file `name` in the form "csv" or "ods", with the notes (source, licence) after them."""
    if form == "ods":
        return _attached(_ods(tables, notes), f"{name}.ods", ODS)
    return _attached(stream_with_context(_csv(tables, notes)), f"{name}.csv", "text/csv; charset=utf-8")


def _attached(body: Any, name: str, kind: str) -> Response:
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _csv(tables: Sequence[ExportTable], notes: Sequence[str]) -> Iterator[str]:
    """Several tables follow each other, each under its title; a single one stands there by itself."""
    yield "\ufeff"
    for number, table in enumerate(tables):
        if len(tables) > 1:
            yield from _lines([*([[]] if number else []), [table.title]])
        yield from _lines([table.headings])
        yield from _lines(table.rows)
    if notes:
        yield from _lines([[], *([note] for note in notes)])


def _lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    for row in rows:
        written = StringIO()
        csv.writer(written, delimiter=";").writerow([_text(cell) for cell in row])
        yield written.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return safe(cell)
    if isinstance(cell, float):
        return f"{cell:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return "" if cell is None else str(cell)


def _ods(tables: Sequence[ExportTable], notes: Sequence[str]) -> bytes:
    """A sheet for each table, and one for the notes."""
    written = BytesIO()
    with odswriter.writer(written) as book:
        for table in tables:
            sheet = book.new_sheet(table.title)
            sheet.writerows([_cell(cell) for cell in row] for row in (table.headings, *table.rows))
        if notes:
            book.new_sheet("Source").writerows([safe(note)] for note in notes)
    return written.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return safe(cell) if isinstance(cell, str) else cell
