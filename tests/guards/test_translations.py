"""Everything on the screen and in a letter is said in English too, and nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
PAGES, LETTERS = ROOT / "app", ROOT / "notifications"
WRITTEN = {
    PAGES: PAGES / "translations" / "en" / "LC_MESSAGES" / "messages.po",
    LETTERS: LETTERS / "translations" / "en.po",
}
KEYWORDS = DEFAULT_KEYWORDS | {"lazy": None, "french": None, "plural": (1, 2)}
"""As `make messages` names them."""
JINJA = Environment(autoescape=True)
FRENCH = re.compile(r"[«»]|\b(?:le|la|les|des|une|vous|votre|vos|est|sont|avec|aux)\b|[àèùçêîôœ]")


@pytest.fixture(scope="module", params=WRITTEN, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture(scope="module")
def written(folder: Path) -> Catalog:
    with WRITTEN[folder].open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def said(folder: Path) -> Catalog:
    """What the code, the templates and the letters say, extracted anew."""
    with (folder / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    methods = [(pattern.removeprefix(f"{folder.name}/"), method) for pattern, method in methods]
    catalog = Catalog()
    for _file, _line, words, _comments, _context in extract_from_dir(folder, methods, options, KEYWORDS):
        catalog.add(words)
    return catalog


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def test_each_sentence_has_its_translation_and_no_other_is_kept(written: Catalog, said: Catalog) -> None:
    there, asked = {m.id for m in messages(written)}, {m.id for m in messages(said)}

    assert len(asked) > 100
    assert asked - there == set(), "run `make messages`, then translate what it added"
    assert there - asked == set(), "run `make messages`: nobody says this any more"
    assert written.obsolete == {}


def test_every_translation_is_written_and_sure(written: Catalog) -> None:
    empty = [m.id for m in messages(written) if not all(forms(m.string))]
    unsure = [m.id for m in messages(written) if m.fuzzy]

    assert (empty, unsure) == ([], [])


def test_translations_keep_the_placeholders(written: Catalog) -> None:
    wrong = [
        (french, english)
        for message in messages(written)
        for french, english in zip(forms(message.id), forms(message.string), strict=True)
        if placeholders(french) != placeholders(english)
    ]

    assert wrong == []


def placeholders(words: str) -> list[str]:
    """Of a page's sentence each as often as it stands there; of a letter's the values and the filters in it."""
    if "{%" in words or "{{" in words:
        parsed = JINJA.parse(words)
        filters = {f"|{node.name}" for node in parsed.find_all(nodes.Filter)}
        return sorted(filters | {node.name for node in parsed.find_all(nodes.Name)})
    return sorted(re.findall(r"%\(\w+\)[sd]|%%", words))


def test_no_french_is_left_in_english(written: Catalog) -> None:
    left = [
        english
        for message in messages(written)
        for english in forms(message.string)
        if FRENCH.search(english.replace("Défenseur des droits", ""))
    ]

    assert left == []


def test_french_has_one_word_for_an_e_mail(said: Catalog) -> None:
    words = [form for message in messages(said) for form in forms(message.id)]

    assert len(words) > 100
    assert [
        each for each in words if re.search(r"courriel|\bmails?\b(?<!e-mail)(?<!e-mails)", each, re.I)
    ] == []
