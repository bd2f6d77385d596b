"""What was pasted or sent becomes rows of cells, whatever it is called: text, CSV, TSV, XLSX or ODS.

Workbooks are opened by a process of their own, with little memory and little time: an archive of a few kilobytes may unfold into
gigabytes, and one stray cell may ask for a million rows.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from app.refusing import RefusedError
from app.sheets import text
from app.sheets.text import SheetRow

LARGEST = 5 * 1024 * 1024
"""Bytes of a file."""
MOST_ROWS, MOST_CELLS, LONGEST_CELL = 6_000, 60, 2_000
SECONDS = 20

CHILD = Path(__file__).with_name("child.py")
ARCHIVE, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
"""How files begin that hold no rows."""


class SheetTrouble(StrEnum):
    """Why a file gives no rows."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    OLD = "old"
    PROTECTED = "protected"
    NO_TABLE = "no_table"
    BROKEN = "broken"


class SheetError(RefusedError[SheetTrouble]):
    """The file gives no rows."""


@dataclass(frozen=True, slots=True)
class Table:
    """`tab` is the sheet that was read, the fullest of those that are shown; "" where a file has no sheets."""

    rows: Sequence[SheetRow]
    tab: str = ""
    other_tabs: int = 0


def pasted(typed: str) -> Table:
    """Raises SheetError."""
    return _table(text.rows(typed))


def table(content: bytes) -> Table:
    """The rows of a file. Raises SheetError."""
    if len(content) > LARGEST:
        raise SheetError(SheetTrouble.TOO_LARGE)
    if content.startswith(ARCHIVE):
        return _workbook(content)
    if content.startswith(OLD_OFFICE):
        raise SheetError(SheetTrouble.PROTECTED if ENCRYPTED in content else SheetTrouble.OLD)
    if content.startswith(OTHERS) or content.lstrip()[:5].lower() in {b"<html", b"<!doc", b"<?xml"}:
        raise SheetError(SheetTrouble.NO_TABLE)
    written = text.decoded(content)
    if written.count("\0") or sum(sign < " " and sign not in "\r\n\t\f" for sign in written[:5000]) > 20:
        raise SheetError(SheetTrouble.NO_TABLE)
    return pasted(written)


def _table(read: Iterable[SheetRow], tab: str = "", other_tabs: int = 0) -> Table:
    rows = []
    for row in read:
        bare = tuple(text.bare(cell)[:LONGEST_CELL] for cell in row.cells[:MOST_CELLS])
        if any(map(str.isalnum, "".join(bare))):
            rows.append(replace(row, cells=bare))
        if len(rows) > MOST_ROWS:
            raise SheetError(SheetTrouble.TOO_LONG)
    if not rows:
        raise SheetError(SheetTrouble.EMPTY)
    return Table(rows, tab, other_tabs)


def _workbook(content: bytes) -> Table:
    try:
        done = subprocess.run(  # noqa: S603 - our own file
            [sys.executable, str(CHILD), str(MOST_ROWS + 1), str(MOST_CELLS), str(LONGEST_CELL)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env={"PATH": os.environ.get("PATH", "")},
            check=False,
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise SheetError(SheetTrouble.TOO_LARGE) from None
    if "trouble" in found:
        raise SheetError(SheetTrouble(found["trouble"]))
    return _table(
        (SheetRow(number, tuple(cells)) for number, cells in found["rows"]), found["tab"], found["other_tabs"]
    )
