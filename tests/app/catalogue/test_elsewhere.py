"""Whatever the portal does not take, it says where to go with it."""

from app.web.words import ELSEWHERE
from matching import items


def test_each_place_to_go_has_its_sentence() -> None:
    assert ELSEWHERE.keys() == items.ELSEWHERE


def test_each_thing_not_taken_has_a_place_to_go() -> None:
    refused = [item for item in items.load().values() if not item.handled]

    assert len(refused) >= 20
    assert [item.slug for item in refused if item.elsewhere not in ELSEWHERE] == []
