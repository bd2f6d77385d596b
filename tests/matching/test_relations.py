"""How the things of one family answer for one another: whoever asked for sheets is offered a fitted one, not a duvet cover."""

from pathlib import Path

import pytest

from matching.items import load, to_jsonable
from matching.rules import relation

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("relations.tsv").read_text(encoding="utf-8").splitlines()[1:]
]


@pytest.mark.parametrize(("asked", "offered", "expected"), ROWS)
def test_what_is_offered_answers_what_is_asked_as_a_committee_would_say(
    asked: str, offered: str, expected: str
) -> None:
    assert relation(load(), offered, asked).name.lower() == expected


def test_every_family_that_the_portal_takes_is_gone_through() -> None:
    catalogue = load()
    families = {slug for slug in catalogue if not catalogue.ancestors(slug) and catalogue.descendants(slug)}
    told = {(catalogue.ancestors(slug) or (slug,))[-1] for row in ROWS for slug in row[:2]}
    # What belongs to a thing, or is building material, is asked for by its own name.
    alone = {slug for slug in families if slug.startswith("accessoires-")}

    assert {slug for slug in families - alone if catalogue[slug].handled} - told == set()


def test_the_door_prints_what_may_stand_in_for_an_item_and_what_belongs_to_it() -> None:
    catalogue = load()

    printed = {slug: to_jsonable(catalogue[slug], catalogue) for slug in ("draps", "ordinateur-portable")}

    assert printed["draps"]["substitutes"] == ["drap-housse"]
    assert printed["ordinateur-portable"]["accessories"] == "accessoires-informatiques"
