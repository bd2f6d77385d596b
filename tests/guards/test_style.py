"""The look stays one: a class that templates name is in a style sheet and the other way round, and a colour is written once."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
STATIC = APP / "static"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHEETS = {each.name: COMMENT.sub("", each.read_text()) for each in sorted(STATIC.glob("*.css"))}
TEMPLATES = {each: each.read_text() for each in sorted((APP / "templates").rglob("*.html"))}
SCRIPTS = "".join(each.read_text() for each in sorted(STATIC.glob("*.js")))
CLASS = re.compile(r'(?<![\w-])class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\}|\{(?![{%]))*)"')
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
COMPARED = re.compile(r"""[=!]= (?:'[^']*'|"[^"]*")|in \([^)]*\)""")
CHOSEN = re.compile("['\"]([\\w -]+)['\"]")
OF_A_LIBRARY = {"htmx-request"}
WITHIN_ANOTHER = {"rooms", "turn"}
"""Drawn as tabs are, and by the pager."""
PIECES = {
    "empty": "lists.html", "pages": "lists.html", "tabs": "parts.html", "table-wrap": "parts.html",
}  # fmt: skip
"""Pieces that a macro draws, by their class, and where that is: no page writes them by hand."""


def defined() -> set[str]:
    """The classes that style sheets select."""
    selectors = " ".join(re.sub(r"\{[^{}]*\}", " ", sheet) for sheet in SHEETS.values())
    return set(re.findall(r"\.([a-zA-Z_][\w-]*)", re.sub(r'"[^"]*"', "", selectors)))


def named(source: str) -> set[str]:
    """The classes that a template's elements are given."""
    found = set()
    for value in CLASS.findall(source):
        chosen = " ".join(
            " ".join(CHOSEN.findall(COMPARED.sub("", tag)))
            for tag in TAG.findall(value)
            if tag.startswith("{{")
        )
        found |= set(re.findall(r"[\w-]+", TAG.sub(" ", value) + " " + chosen))
    return found


def test_each_class_of_a_template_is_in_a_style_sheet_or_found_by_a_script() -> None:
    known = defined()
    lost = {
        f"{template.name}: {one}"
        for template, source in TEMPLATES.items()
        for one in named(source) - known
        if f".{one}" not in SCRIPTS and f'".{one}"' not in source and f"find .{one}" not in source
    }

    assert lost == set()


def test_each_class_of_a_style_sheet_is_used() -> None:
    sources = " ".join([*TEMPLATES.values(), SCRIPTS])
    words = set(re.findall(r"[\w-]+", sources))

    assert defined() - words - OF_A_LIBRARY == set()


def test_a_colour_is_written_once_as_a_token_and_each_token_is_used() -> None:
    loose = {
        f"{name}: {found}"
        for name, sheet in SHEETS.items()
        for found in re.findall(r"[\w-]+: [^;{}]*(?:#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\()[^;{}]*", sheet)
        if not found.startswith("--")
    }
    tokens = set(re.findall(r"(?<!var\()--(?!pico)([\w-]+):", SHEETS["portail.css"]))
    used = set(re.findall(r"var\(--([\w-]+)\)", " ".join(SHEETS.values())))

    assert loose == set()
    assert tokens - used == set()


def test_each_piece_stands_on_the_page_of_the_design_system() -> None:
    shown = (APP / "templates" / "public" / "style.html").read_text()
    macros = {
        name
        for home in ("parts.html", "lists.html")
        for name in re.findall(r"\{% macro (\w+)\(", (APP / "templates" / "macros" / home).read_text())
    }

    assert {name for name in macros - WITHIN_ANOTHER if not re.search(rf"\b{name}\(", shown)} == set()


def test_no_page_writes_by_hand_what_a_macro_draws() -> None:
    by_hand = {
        f"{template.name}: {piece}"
        for template, source in TEMPLATES.items()
        for piece, home in PIECES.items()
        if template.name != home and re.search(rf'class="{piece}["\s]', source)
    }

    assert by_hand == set()
