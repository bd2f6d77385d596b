"""A paper as a PDF of A4 pages: title, language, embedded fonts, the same bytes for the same words.

Long ones are drawn by a process of their own, which runs this as a file (`app.printing.pdf`): nothing here knows the portal.
"""

import json
import resource
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

MEMORY, SECONDS = 512 * 1024 * 1024, 30
FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Atkinson", "Atkinson-Bold"
SIZE, LEADING, MARGIN, GAP = 9.5, 13, 54, 9
"""In points, as all measures here."""
INK, QUIET, LINE = "#1d2733", "#4b5a6a", "#9aa6b2"
WIDTH = A4[0] - 2 * MARGIN
STYLES = {
    "eyebrow": ParagraphStyle("eyebrow", fontName=BOLD, fontSize=SIZE, leading=LEADING, textColor=QUIET),
    "title": ParagraphStyle("title", fontName=BOLD, fontSize=19, leading=24, textColor=INK, spaceAfter=8),
    "heading": ParagraphStyle("heading", fontName=BOLD, fontSize=11, leading=15, textColor=INK, spaceBefore=9, spaceAfter=3, keepWithNext=1),
    "text": ParagraphStyle("text", fontName=REGULAR, fontSize=SIZE, leading=LEADING, textColor=INK, spaceAfter=4),
    "strong": ParagraphStyle("strong", fontName=BOLD, fontSize=SIZE, leading=LEADING, textColor=INK, spaceAfter=6),
    "small": ParagraphStyle("small", fontName=REGULAR, fontSize=8, leading=11, textColor=QUIET, spaceBefore=3, spaceAfter=3),
}  # fmt: skip


def draw(paper: Mapping[str, Any]) -> bytes:
    """The PDF of what `app.printing.paper.Paper` holds, as plain JSON."""
    for name, file in ((REGULAR, "regular"), (BOLD, "bold")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, FONTS / f"atkinson-hyperlegible-{file}.ttf"))
    written = BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=MARGIN - 6, rightMargin=MARGIN - 6, topMargin=MARGIN, bottomMargin=MARGIN + 6,
        title=paper["title"], subject=paper["reference"], author="", lang=paper["language"], invariant=1,
    )  # fmt: skip
    story = [_words("eyebrow", paper["eyebrow"]), _words("title", paper["title"])]
    for block in paper["blocks"]:
        story += _drawn(block)
    document.build(story, canvasmaker=lambda *args, **kwargs: _Numbered(paper["reference"], *args, **kwargs))
    return written.getvalue()


def _drawn(block: Mapping[str, Any]) -> list[Any]:
    kind = block["kind"]
    if kind == "table":
        return [Spacer(1, 4), _Lines(block["headings"], block["rows"], block["widths"]), Spacer(1, 8)]
    if kind == "facts":
        return [_Facts(block["rows"]), Spacer(1, 6)]
    if kind == "signatures":
        return [KeepTogether([_Signatures(block["rows"])])]
    return [_words(kind, block["words"])]


def known(words: str) -> str:
    """The words with letters that the font has: what it lacks is taken apart, and is a question mark where that does not help."""
    face = pdfmetrics.getFont(REGULAR).face.charToGlyph
    plain = words.replace("\u202f", "\u00a0").replace("\t", " ")
    if all(ord(letter) in face or letter == "\n" for letter in plain):
        return plain
    return "".join(
        letter if ord(letter) in face or letter == "\n" else _like(letter, face) for letter in plain
    )


def _like(letter: str, face: Any) -> str:
    if unicodedata.category(letter).startswith(("C", "M")):
        return ""
    apart = [
        each
        for each in unicodedata.normalize("NFKD", letter)
        if ord(each) in face and not unicodedata.combining(each)
    ]
    return "".join(apart) or "?"


def _words(kind: str, words: str) -> Any:
    return Paragraph(escape(known(words)).replace("\n", "<br/>"), STYLES[kind])


@lru_cache(2048)
def wrapped(words: str, width: float, font: str = REGULAR, size: float = SIZE) -> tuple[str, ...]:
    """The lines that words take in so many points; a word that is longer is broken."""
    found: list[str] = []
    for line in simpleSplit(known(words), font, size, width) or [""]:
        rest = line
        while stringWidth(rest, font, size) > width:
            fits = next(
                at for at in range(len(rest), 0, -1) if at == 1 or stringWidth(rest[:at], font, size) <= width
            )
            found.append(rest[:fits])
            rest = rest[fits:]
        found.append(rest)
    return tuple(found)


class _Numbered(Canvas):
    """Below each page the reference, and which page of how many it is: known once all are drawn."""

    def __init__(self, reference: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reference, self._drawn = reference, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802 - the canvas's own name
        self._drawn.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._drawn, 1):
            self.__dict__.update(page)
            self.setFont(REGULAR, 8)
            self.setFillColor(QUIET)
            self.drawString(MARGIN, MARGIN - 18, known(self._reference))
            self.drawRightString(A4[0] - MARGIN, MARGIN - 18, f"{number} / {len(self._drawn)}")
            super().showPage()
        super().save()


class _Lines(Flowable):
    """The rows of a table, as many as fit on each page, below its headings."""

    def __init__(
        self,
        headings: Sequence[Any],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        cut: bool = False,
    ) -> None:
        super().__init__()
        whole = sum(map(abs, widths))
        self.columns = [(WIDTH * abs(each) / whole - GAP, each < 0) for each in widths]
        self.head = (
            [wrapped(words, wide, BOLD) for words, (wide, _right) in zip(headings, self.columns, strict=True)]
            if not cut
            else headings
        )
        self.widths = widths
        self.rows: Sequence[Any] = rows if cut else [
            [wrapped(words, wide) for words, (wide, _right) in zip(row, self.columns, strict=True)] for row in rows
        ]  # fmt: skip

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        self.height = sum(map(_height_of, (self.head, *self.rows)))
        return WIDTH, self.height

    def split(self, _width: float, height: float) -> list["_Lines"]:
        room, fits = height - _height_of(self.head), 0
        for row in self.rows:
            room -= _height_of(row)
            if room < 0:
                break
            fits += 1
        if not fits:
            return []
        return [
            _Lines(self.head, part, self.widths, cut=True) for part in (self.rows[:fits], self.rows[fits:])
        ]

    def draw(self) -> None:
        top = self._row(self.head, self.height, BOLD)
        for row in self.rows:
            top = self._row(row, top, REGULAR)

    def _row(self, cells: Any, top: float, font: str) -> float:
        canvas, left = self.canv, 0.0
        canvas.setFont(font, SIZE)
        canvas.setFillColor(INK)
        for lines, (wide, right) in zip(cells, self.columns, strict=True):
            for number, line in enumerate(lines):
                base = top - LEADING * (number + 1) + 1
                if right:
                    canvas.drawRightString(left + wide, base, line)
                else:
                    canvas.drawString(left, base, line)
            left += wide + GAP
        bottom = top - _height_of(cells)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(0, bottom, WIDTH, bottom)
        return bottom


def _height_of(cells: Any) -> float:
    return float(LEADING * max(map(len, cells)) + 4)


class _Facts(Flowable):
    """Names, and beside each what it is."""

    NAMES = 140

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self.rows = [
            (wrapped(name, self.NAMES - GAP, BOLD), wrapped(said, WIDTH - self.NAMES)) for name, said in rows
        ]

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        self.height = sum(map(_height_of, self.rows))
        return WIDTH, self.height

    def draw(self) -> None:
        top = self.height
        for row in self.rows:
            for lines, left, font in zip(row, (0, self.NAMES), (BOLD, REGULAR), strict=True):
                self.canv.setFont(font, SIZE)
                self.canv.setFillColor(INK)
                for number, line in enumerate(lines, 1):
                    self.canv.drawString(left, top - LEADING * number + 1, line)
            top -= _height_of(row)


class _Signatures(Flowable):
    """A box for each who signs, with what is to be written in it."""

    HEIGHT = 112

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self.wide = (WIDTH - 12 * (len(rows) - 1)) / len(rows)
        self.rows = [[line for words in row for line in wrapped(words, self.wide - 12)] for row in rows]

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, self.HEIGHT + 10

    def draw(self) -> None:
        for at, lines in enumerate(self.rows):
            left = at * (self.wide + 12)
            self.canv.setStrokeColor(LINE)
            self.canv.rect(left, 0, self.wide, self.HEIGHT)
            self.canv.setFillColor(INK)
            for number, line in enumerate(lines, 1):
                self.canv.setFont(REGULAR if number > 1 else BOLD, SIZE)
                self.canv.drawString(left + 6, self.HEIGHT - LEADING * number - 2, line)


def main() -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(limit, (most, most))
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
