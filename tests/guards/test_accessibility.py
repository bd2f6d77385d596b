"""The criteria of accessibility that a look at the sources decides, and that what is said of all 106 is said alike."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))
DOCUMENT = (ROOT / "docs" / "accessibility.md").read_text()
STATEMENT = (ROOT / "app" / "templates" / "public" / "accessibility.html").read_text()
STYLE = (ROOT / "app" / "static" / "portail.css").read_text()
THEMES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""Criteria of each of the 13 themes of RGAA 4.1."""
ROW = re.compile(r"^\| (\d+)\.(\d+) \| [^|]+ \| (met|not met|n/a) \| [^|]+ \|$", re.MULTILINE)


def test_all_criteria_are_gone_through() -> None:
    found = ROW.findall(DOCUMENT)

    assert [(int(theme), int(number)) for theme, number, _state in found] == [
        (theme, number) for theme, most in enumerate(THEMES, 1) for number in range(1, most + 1)
    ]
    states = [state for *_, state in found]
    counts = f"Met: {states.count('met')}. Not met: {states.count('not met')}. Not applicable: {states.count('n/a')}."
    assert counts in DOCUMENT
    assert f"met={states.count('met')}, asked={len(states) - states.count('n/a')}" in STATEMENT
    missing = STATEMENT.split("Ce qui n'est pas respecté")[1].split("</ul>")[0]
    assert missing.count("<li>") == states.count("not met")


def test_what_it_names_exists() -> None:
    named = re.findall(r"`((?:app|tests)/[^`]+)`", DOCUMENT)

    assert len(named) > 10
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_every_table_has_its_title_and_every_heading_its_scope() -> None:
    wrong = []
    for template in TEMPLATES:
        source = template.read_text()
        wrong += [
            f"{template.name}: {found}"
            for found in re.findall(r"<table[^>]*>(?!\s*<caption)|<th(?![^>]*scope)[ >][^>]*", source)
        ]

    assert wrong == []


def tokens(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour: str) -> float:
    """Relative, after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


BY_DAY = tokens(STYLE.split("@media screen and (prefers-color-scheme: dark)")[0])
IN_THE_DARK = BY_DAY | tokens(
    STYLE.split("@media screen and (prefers-color-scheme: dark)")[1].split("\n}\n")[0]
)


@pytest.mark.parametrize("colours", [BY_DAY, IN_THE_DARK], ids=["day", "dark"])
def test_controls_and_the_focus_stand_out(colours: dict[str, str]) -> None:
    pairs = [
        (control, ground)
        for control in ("field-line", "green", "orange", "red")
        for ground in ("paper", "card")
    ]

    assert {pair: round(contrast(*(colours[each] for each in pair)), 2) for pair in pairs
            if contrast(*(colours[each] for each in pair)) < 3} == {}  # fmt: skip
