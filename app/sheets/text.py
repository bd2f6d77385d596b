"""Text becomes rows of cells: in whatever alphabet it was saved, parted by tabulations, semicolons or commas, or by nothing."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.sheets import cells
from app.sheets.headings import named

BULLET = re.compile(r"^\s*(?:[-–—•*·▪◦☐□✓➢o]|[0-9]{1,3}[.)])\s+")
COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ALPHABETS = ("cp1252", "mac-roman", "cp850")
FRENCH = re.compile("[éèêëàâçùûîïôœÉÈÊÀÇ°€²’«»–…]")
ALIGNED = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)")
"""What parts the columns of a list that was lined up by hand."""
QUOTED = re.compile(r'^\s*"([^"]*)"\s*$')


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a list. `number` counts from 1, as the file's own lines do; `marked`: it bears the dot, dash or number of a list."""

    number: int
    cells: tuple[str, ...]
    marked: bool = False


def decoded(content: bytes) -> str:
    """The text that these bytes are; what no alphabet knows is left out."""
    for mark, alphabet in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(alphabet, "ignore")
    if content[:400].count(0) > len(content[:400]) // 4:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "ignore")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        readings = [content.decode(alphabet, "ignore") for alphabet in ALPHABETS]
        return max(readings, key=lambda reading: len(FRENCH.findall(reading)))


def bare(cell: str) -> str:
    """A cell without its line breaks, the spaces around it and what nobody sees."""
    return "".join(filter(str.isprintable, " ".join(cell.split())))


def rows(typed: str) -> list[SheetRow]:
    """The lines of a text, empty ones too."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    told = re.fullmatch(r"sep=(.)", lines[0].strip())
    if told:
        return list(_parted(["", *lines[1:]], told[1]))
    delimiter = _delimiter(lines)
    if not delimiter and _lined_up(lines):
        return [SheetRow(at, tuple(ALIGNED.split(line))) for at, line in enumerate(lines, 1)]
    if not delimiter:
        return [loose(at, line) for at, line in enumerate(lines, 1)]
    parted = _parted(lines, delimiter)
    return [row if len(row.cells) > 1 else loose(row.number, "".join(row.cells)) for row in parted]


def _delimiter(lines: Sequence[str]) -> str:
    """What parts the cells of nearly every line in the same way; "" where each line is read for itself."""
    if any("\t" in line for line in lines):
        return "\t"
    for sign in ";,|":
        parted = [row.cells for row in _parted(lines[:200], sign) if any(row.cells)]
        widths = Counter(map(len, parted))
        width, alike = widths.most_common(1)[0] if widths else (0, 0)
        if width > 1 and any(len(named(row)) > 1 and len(row) == width for row in parted):
            return sign
        if sign == ";" and width > 1 and alike >= max(2, len(parted) * 0.6):
            return sign
    return ""


def _lined_up(lines: Sequence[str]) -> bool:
    """Whether spaces part the columns of nearly every line."""
    told = [line for line in lines if line.strip()]
    widths = Counter(len(ALIGNED.split(line)) for line in told)
    width, alike = widths.most_common(1)[0] if widths else (0, 0)
    return width > 1 and alike >= max(2, len(told) * 0.6)


def _parted(lines: Sequence[str], delimiter: str) -> list[SheetRow]:
    """Read with quotation marks; without, where one is no such mark."""
    written = io.StringIO("\n".join(lines), newline="")
    with suppress(csv.Error):
        return list(_numbered(csv.reader(written, delimiter=delimiter, strict=True)))
    return [
        SheetRow(at, tuple(QUOTED.sub(r"\1", cell) for cell in line.split(delimiter)))
        for at, line in enumerate(lines, 1)
    ]


def _numbered(reader: Any) -> Iterator[SheetRow]:
    before = 0
    for read in reader:
        yield SheetRow(before + 1, tuple(read))
        before = reader.line_num


def loose(number: int, line: str) -> SheetRow:
    """A line that stands for itself."""
    bullet = BULLET.match(line)
    line = line[bullet.end() :] if bullet else line
    by_comma = COMMA.split(line)
    if ";" not in line and any(cells.number(bare(cell)) is not None for cell in by_comma[:2]):
        return SheetRow(number, tuple(by_comma), bullet is not None)
    return SheetRow(number, tuple(cell.strip().strip('"') for cell in line.split(";")), bullet is not None)
