"""A letter is whole: its class, its source and its English, no value that its words do not use, and a decision that it answers."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.letters import LETTERS
from app.models import Account, Match, Need, Offer
from app.models.states import Verb
from notifications import sources
from notifications.messages import MESSAGES
from notifications.rendered import LANGUAGES

ROOT = Path(__file__).parents[2]
OWN_WORDS = {"AccountNotice", "CoordinatorWrites"}
"""Messages whose subject is a value."""
EVERYWHERE = {"name", "action_url", "unsubscribe_url", "calendar"}
"""What the layout and the envelope use."""


def test_each_message_has_a_source_and_each_source_a_message() -> None:
    assert {file.stem for file in sources.TEMPLATES.glob("[!_]*.md")} == set(MESSAGES)


def test_a_source_has_its_three_headers_and_a_body() -> None:
    for file in sources.TEMPLATES.glob("[!_]*.md"):
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
            assert french.subject != english.subject or kind.__name__ in OWN_WORDS
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


def calls(*names: str) -> list[tuple[Path, ast.Call]]:
    """Every call in the application of a function of one of these names."""
    return [
        (path, node)
        for path in sorted((ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in names
    ]


def test_every_verb_has_its_letters_or_says_that_there_are_none() -> None:
    assert set(Verb) - {verb for _aggregate, verb in LETTERS} == set()


def test_whatever_the_code_notes_about_a_row_is_in_the_table_of_letters() -> None:
    """As far as it can be read: `move(session, match, …, Verb.APPROVE, …)`. The rest is found when it is done first."""
    aggregates = {"offer": Offer, "need": Need, "match": Match, "account": Account}
    noted = {
        (aggregates[subject.id if isinstance(subject, ast.Name) else subject.attr], Verb[verb.attr])
        for _path, node in calls("move", "note_decision")
        for subject in node.args[1:2]
        for verb in node.args[2:4]
        if isinstance(verb, ast.Attribute) and getattr(verb.value, "id", "") == "Verb"
        if isinstance(subject, ast.Name | ast.Attribute)
        and (getattr(subject, "id", None) or getattr(subject, "attr", None)) in aggregates
    }

    assert len(noted) > 25
    assert noted - set(LETTERS) == set()


def test_letters_are_handed_to_the_outbox_in_one_place_and_written_in_few() -> None:
    handed = {str(path.relative_to(ROOT)) for path, _node in calls("enqueue")}
    written = {str(path.relative_to(ROOT / "app")) for path, _node in calls("Post", "readers")}

    assert handed == {"app/post/sending.py"}
    assert {
        path
        for path in written
        if not re.fullmatch(r"\w+/letters\.py|digests/\w+\.py|post/(sides|opening)\.py", path)
    } == set()
