"""What a paper says, whoever shows it: the page (`templates/papers/paper.html`) and the PDF (`app.printing.drawing`) are made of the same."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a paper: a `heading`, a `text`, a `strong` or `small` one, in `words`; `facts`, rows of a name and what it is; a `table`
    with `headings`, whose columns share the width by `widths`, those of figures below nought; or `signatures`, a row each."""

    kind: str
    words: str = ""
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page and a PDF say. `reference` stands below every page of the PDF; `language` is "fr" or "en"."""

    title: str
    eyebrow: str
    reference: str
    language: str
    blocks: Sequence[Block]
