"""The words of each message: one file in `templates/`, French; English is in `translations/en.po`, line by line.

A file begins with its `subject:`, `action:` (the button) and `reason:` (why it was sent); after an empty line comes the
body, in Markdown with Jinja: a paragraph is one line, `> ` begins a line of the facts set apart, `- ` one of a list. A tag
of Jinja on a line of its own stands between paragraphs; one that includes `_part` stands for the lines of `_part.md`, which
letters share. `one || several` says the second when the message is about several things.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
TEMPLATES = FOLDER / "templates"
TRANSLATIONS = FOLDER / "translations"

_TAGS = re.compile(r"(?:\{%.*?%\}\s*)+")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_MARK = re.compile(r"(?:subject: |action: |reason: |> |- )?")
_INCLUDED = re.compile(r'^\{% include "(\w+)" %\}$', re.MULTILINE)
_SEVERAL = " || "


class Line(NamedTuple):
    """`words`, empty if there is nothing to translate, follow a `mark` that is the same in each language."""

    number: int
    mark: str
    words: str


def lines(source: str) -> Iterator[Line]:
    for number, text in enumerate(source.splitlines(), 1):
        mark = text if _TAGS.fullmatch(text) else _MARK.match(text)[0]  # type: ignore[index]
        words = text.removeprefix(mark)
        if re.search(r"\w", _JINJA.sub("", words)):
            yield Line(number, mark, words)
        else:
            yield Line(number, text, "")


def extract(file: IO[bytes], *_given: object, **_named: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """What is to be translated, as Babel's extraction asks for it (`translations/babel.cfg`)."""
    for line in lines(file.read().decode()):
        if line.words:
            yield line.number, None, line.words, []


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The words of a language by the French ones; nothing for French itself."""
    file = TRANSLATIONS / f"{language}.po"
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        return {str(each.id): str(each.string) for each in read_po(opened) if each.id and each.string}


def template(message: str, language: str) -> str:
    """The source of `message` in `language`, as a template of Jinja that gives Markdown under its three headers."""
    said = catalogue(language)
    source = _INCLUDED.sub(lambda found: _source(found[1]).rstrip(), _source(message))
    written = [line.mark + said.get(line.words, line.words) for line in lines(source)]
    return "".join(
        line + _gap(after) if _TAGS.fullmatch(line) else _counted(line) + "\n"
        for line, after in zip(written, [*written[1:], ""], strict=True)
    )


def _source(name: str) -> str:
    return (TEMPLATES / f"{name}.md").read_text(encoding="utf-8")


def _gap(after: str) -> str:
    """A tag on its own line ends a paragraph, but not the facts or the list that go on after it."""
    return "" if after.startswith(("> ", "- ")) else "\n"


def _counted(line: str) -> str:
    mark = _MARK.match(line)[0]  # type: ignore[index]
    one, both, several = line.removeprefix(mark).partition(_SEVERAL)
    return f"{mark}{{% if several %}}{several}{{% else %}}{one}{{% endif %}}" if both else line
