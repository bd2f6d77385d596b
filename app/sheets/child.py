"""The process that opens a workbook for `files`: its bytes on the standard input, its rows as JSON on the standard output.

Run as a file, not as a part of `app`. Only values are read: a formula's is what the program that saved the file had worked out. The archive is
written anew before it is opened, with nothing but its XML and nothing larger than it says.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY, SECONDS = 768 * 1024 * 1024, 15
UNFOLDED = 64 * 1024 * 1024
"""Bytes of all the XML of a workbook."""


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
Span = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last (row, column) of a merged cell, from 0."""


class TroubleError(Exception):
    """One of the codes of `SheetTrouble`."""


def main() -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(limit, (most, most))
    most_rows, most_cells, longest = map(int, sys.argv[1:])
    try:
        found = read(sys.stdin.buffer.read(), most_rows, most_cells, longest)
    except TroubleError as trouble:
        found = {"trouble": str(trouble)}
    except PasswordError:
        found = {"trouble": "protected"}
    except (CalamineError, BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        found = {"trouble": "broken"}
    except BaseException as error:  # a panic of the reader's comes as one of its own
        found = {"trouble": "too_large" if isinstance(error, MemoryError) else "broken"}
    json.dump(found, sys.stdout)


def read(content: bytes, most_rows: int, most_cells: int, longest: int) -> dict[str, Any]:
    """The sheet of the most cells. Raises TroubleError, or what the readers raise."""
    content = bare(content)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    shown = [each.name for each in book.sheets_metadata if each.visible is SheetVisibleEnum.Visible]
    covered = of_ods(content)
    sheets = {
        name: list(rows(book.get_sheet_by_name(name), covered.get(name, []), most_rows, most_cells, longest))
        for name in shown
    }
    tab = max(sheets, key=lambda name: sum(map(filled, sheets[name])), default="")
    others = sum(bool(read) for name, read in sheets.items() if name != tab)
    return {"rows": sheets.get(tab, []), "tab": tab, "other_tabs": others}


def filled(row: tuple[int, list[str]]) -> int:
    return sum(map(bool, row[1]))


def bare(content: bytes) -> bytes:
    """The same workbook, its XML alone and not compressed."""
    kept, size = BytesIO(), 0
    with ZipFile(BytesIO(content)) as source, ZipFile(kept, "w") as sink:
        names = set(source.namelist())
        if not names & {"xl/workbook.xml", "content.xml"} or "word/document.xml" in names:
            raise TroubleError("no_table")
        for member in source.infolist():
            if not member.filename.endswith((".xml", ".rels", "mimetype")):
                continue
            size += member.file_size
            if size > UNFOLDED:
                raise TroubleError("too_large")
            written = source.read(member)
            if member.filename == "META-INF/manifest.xml" and b"encryption-data" in written:
                raise TroubleError("protected")
            if member.filename == "mimetype" and b"spreadsheet" not in written:
                raise TroubleError("no_table")
            sink.writestr(member.filename, written)
    return kept.getvalue()


def of_ods(content: bytes) -> dict[str, list[Span]]:
    """By sheet, the cells that are merged downwards, which the reader does not tell of an ODS."""
    with ZipFile(BytesIO(content)) as source:
        if "content.xml" not in source.namelist():
            return {}
        root = ET.fromstring(source.read("content.xml"))  # noqa: S314 - bounded with this process
    return {table.get(f"{TABLE}name", ""): list(downwards(table)) for table in root.iter(f"{TABLE}table")}


def downwards(table: ET.Element) -> Iterator[Span]:
    row = 0
    for line in table.iter(f"{TABLE}table-row"):
        column = 0
        for cell in line:
            high, wide = (int(cell.get(f"{TABLE}number-{side}-spanned", 1)) for side in ("rows", "columns"))
            if high > 1 and wide == 1:
                yield (row, column), (row + high - 1, column)
            column += int(cell.get(f"{TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{TABLE}number-rows-repeated", 1))


def rows(
    sheet: CalamineSheet, covered: list[Span], most: int, wide: int, longest: int
) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of the rows that say something; what is merged downwards is said in each row."""
    spread = {
        (row, first[1]): first
        for first, last in sheet.merged_cell_ranges or covered
        if first[1] == last[1]
        for row in range(first[0] + 1, min(last[0], most) + 1)
    }
    values: dict[tuple[int, int], str] = {}
    skipped_rows, skipped_columns = sheet.start or (0, 0)
    for at, cells in enumerate(sheet.iter_rows()):
        written = [""] * min(skipped_columns, wide) + [said(cell)[:longest] for cell in cells[:wide]]
        row = at + skipped_rows
        for column, words in enumerate(written):
            above = spread.get((row, column))
            if above is not None:
                written[column] = values.get(above, "")
            elif words:
                values[row, column] = words
        if any(written):
            most -= 1
            yield row + 1, written
        if not most:
            return


def said(cell: Any) -> str:
    """A value as one would type it; days as 2026-12-31."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


if __name__ == "__main__":
    main()
