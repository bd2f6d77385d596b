"""A letter is whole: its class, its source and its English, and no value that its words do not use."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from notifications import sources
from notifications.messages import MESSAGES
from notifications.rendered import LANGUAGES

ROOT = Path(__file__).parents[2]
EVERYWHERE = {"name", "action_url", "unsubscribe_url", "calendar"}
"""What the layout and the envelope use."""


def test_each_message_has_a_source_and_each_source_a_message() -> None:
    assert {file.stem for file in sources.TEMPLATES.glob("*.md")} == set(MESSAGES)


def test_a_source_has_its_three_headers_and_a_body() -> None:
    for file in sources.TEMPLATES.glob("*.md"):
        headers, _, body = file.read_text(encoding="utf-8").partition("\n\n")

        assert [line.partition(": ")[0] for line in headers.splitlines()] == [
            "subject",
            "action",
            "reason",
        ], file
        assert body.strip(), file


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_use_the_values_that_the_class_holds(language: str) -> None:
    for message, kind in MESSAGES.items():
        parsed = Environment(autoescape=True).parse(sources.template(message, language))
        used = {name.name for name in parsed.find_all(nodes.Name) if name.ctx == "load"}
        made = {name.name for name in parsed.find_all(nodes.Name) if name.ctx == "store"}
        held = {field.name for field in fields(kind)}

        assert used - made - {"several", "portal"} <= held, message
        assert held - EVERYWHERE <= used, f"nobody reads a value of {message}"


def test_every_variant_is_rendered_in_both_languages() -> None:
    for kind in MESSAGES.values():
        for letter in kind.variants():
            french, english = letter.render("fr"), letter.render("en")
            assert french.subject != english.subject or kind.__name__ == "AccountNotice"
            assert not re.search(r"[\ue000\ue001]|\{[{%]|\|\|", french.text + english.text + french.html)


def test_somebody_sends_each_message() -> None:
    written = "".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "app").rglob("*.py")
        if "gallery" not in file.parts
    )

    assert [
        kind.__name__ for kind in MESSAGES.values() if not re.search(rf"\b{kind.__name__}\b", written)
    ] == []


def test_contributing_names_the_files_of_a_new_letter() -> None:
    row = next(
        line
        for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| message |")
    )

    files = re.findall(r"`((?:notifications|app)/[^`]+)`", row)
    assert len(files) <= 4
    assert [name for name in files if "<" not in name and not (ROOT / name).exists()] == []
