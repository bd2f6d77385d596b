"""Every code of the engine has its sentence, in plain French."""

from collections.abc import Iterator
from typing import Any

import pytest

from app import create_app
from app.explaining import why, why_not
from app.health import results
from app.matches import wording
from app.matches.service import MatchRefusal
from app.models.states import Urgency
from app.web.text import speaking
from config import Settings
from matching.explanation import REASONS
from matching.said import Said
from matching.types import RULES, LessonKind, Parts
from tests.reading import plain

DETAILS: dict[str, list[dict[str, Any]]] = {
    "handled": [{"handled": "lave-linge"}],
    "item": [
        {"item": "chaise", "wanted": "lave-linge"},
        {"item": "chaise", "wanted": "lave-linge", "lesson": "wrong_item-tous-chaise"},
    ],
    "safe": [{"safe": said.value, "offered": "siege-auto"} for said in Said],
    "condition": [
        {"condition": "fair", "minimum_condition": "good"},
        {"condition": "for_parts", "minimum_condition": "good", "said": "broken"},
    ],
    "family_condition": [
        {"family_condition": "fair", "minimum_conditions": "good", "family": "meubles"},
        {"family_condition": "fair", "minimum_conditions": "good", "family": None},
    ],
    "size": [{"size": "large", "largest_size": "small"}],
    "takes": [{"takes": "lave-linge"}],
    "refusals": [{"refusals": "lave-linge"}],
    "dates": [{"dates": "2026-12-15", "last_day": "2026-12-05"}, {"dates": "2026-12-15", "last_day": None}],
    "reach": [
        {"reach": 52.3, "delivers_km": 0.0, "collects_km": 30.0},
        {"reach": 52.3, "delivers_km": 10.0, "collects_km": 30.0},
        {"reach": 52.3, "delivers_km": 10.0, "collects_km": 0.0},
        {"reach": 52.3, "delivers_km": 0.0, "collects_km": 0.0},
        {"reach": None, "delivers_km": 0.0, "collects_km": 0.0},
    ],
    "floor": [{"floor": 4, "highest_floor": 2}, {"floor": 1, "highest_floor": 0}],
    "whole_lot": [{"whole_lot": 12, "quantity": 4}],
    "room": [{"room": 0, "pieces": 1}, {"room": 2, "pieces": 6}],
    "barred": [{"barred": True}],
    "taken": [{"taken": ["4"], "taken_by": ["Comité de Vienne"]}, {"taken": ["4"], "taken_by": []}],
    "met": [{"met": 3}],
    "waits": [{"waits": 5}, {"usual": 1.9}, {"days": 1}, {"days": 3}],
    "not_worth": [{"not_worth": 2}],
}
VALUES: dict[str, Any] = {
    "same_item": "lave-linge",
    "narrower_item": "lave-linge",
    "substitute_item": "lave-linge",
    "distance_km": 4.2,
    "said": "broken",
    "urgency": "critical",
    "waiting_days": 22,
    "needed_by": "2026-12-15",
    "available_until": "2026-12-15",
    "without": 6,
    "received": 0.8,
    "fills_need": 2,
    "empties_offer": 2,
    "kept": 2,
    "committee_answers": 0.3,
    "chance": 0.4,
}


@pytest.fixture(autouse=True, scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Words need an application, and no database."""
    app = create_app(Settings.from_environ({"DATA_DIR": str(tmp_path_factory.mktemp("wording"))}))
    with app.app_context(), speaking("fr"):
        yield


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(VALUES) == set(why.REASONS) - {"despite"}
    for code, value in VALUES.items():
        [sentence] = why.sentences([{"code": code, "value": value}])
        assert sentence.endswith(".")
        assert "%" not in sentence
        assert sentence[0].isupper() or sentence[0] == "«"


def test_a_code_of_an_older_engine_is_passed_over() -> None:
    assert why.sentences([{"code": "once_upon_a_time", "value": 1}]) == []


def test_every_broken_rule_and_every_outcome_has_a_clause() -> None:
    assert {*RULES, "taken", "met", "waits", "not_worth"} == set(DETAILS) == set(why_not.MISSES)
    for rule, details in DETAILS.items():
        for detail in details:
            clause = why_not.clause(rule, detail)
            assert "%" not in clause
            assert not clause.endswith(".")


def test_every_broken_rule_and_every_outcome_says_what_would_have_to_change() -> None:
    assert set(why_not.CHANGES) == set(why_not.MISSES)
    for rule, details in DETAILS.items():
        for detail in details:
            told = why_not.what_it_takes({"broken": [rule], "detail": detail})
            assert told.startswith("Il faudrait ")
            assert told.endswith(".")
            assert "%" not in told


def test_a_lesson_is_named_by_the_rule_that_it_broke_and_by_no_other() -> None:
    kinds = {"reach": "too_far", "condition": "condition", "dates": "not_now", "item": "wrong_item"}
    assert kinds == dict(why_not.TAUGHT)
    assert set(kinds.values()) == {kind.value for kind in LessonKind}
    for rule, kind in kinds.items():
        for other, details in DETAILS.items():
            detail = {**details[0], "lesson": f"{kind}-7-lave-linge"}
            told = "appris d'un refus" in plain(why_not.clause(other, detail))
            assert told == (other == rule)
            takes = plain(why_not.what_it_takes({"broken": [other], "detail": detail}))
            assert ("la leçon" in takes) == (other == rule)


def test_two_lessons_are_told_each_by_its_own_rule() -> None:
    lessons = ["condition-7-a", "too_far-7-a"]
    detail = {**DETAILS["condition"][0], **DETAILS["reach"][0], "lesson": lessons[0], "lessons": lessons}
    for rule in ("condition", "reach"):
        assert "appris d'un refus" in plain(why_not.clause(rule, detail))
    takes = why_not.what_it_takes({"broken": ["condition", "reach"], "detail": detail})
    assert plain(takes) == "Il faudrait que la leçon apprise d'un refus soit retirée."


def test_a_day_that_a_lesson_set_is_told_as_the_committees_wish() -> None:
    detail = {"dates": "2026-12-15", "last_day": "2027-01-22", "lesson": "not_now-7-lave-linge"}
    assert plain(why_not.clause("dates", detail)) == (
        "le comité n'en veut pas avant le 15 décembre 2026 (appris d'un refus précédent)"
    )


def test_a_miss_tells_all_that_is_wrong_and_what_it_would_take() -> None:
    [sentence] = why_not.explain_misses(
        [
            {
                "other": 7,
                "broken": ["condition", "reach"],
                "detail": {**DETAILS["condition"][0], **DETAILS["reach"][0]},
                "told": {"item": "lave-linge", "commune": "Lille", "condition": "fair"},
            }
        ]
    )

    assert sentence.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") == (
        "Lave-linge à Lille : l'état est « Usé mais utilisable » et il faut au moins « Bon état » ;"
        " c'est à 52 km, et le comité va chercher jusqu'à 30 km."
        " Il faudrait que le comité accepte l'état « Usé mais utilisable » et que le comité aille jusqu'à 53 km,"
        " ou que le donateur l'apporte."
    )


@pytest.mark.parametrize(
    ("apart", "collects", "delivers", "said"),
    [
        (52.3, 30, 0, "c'est à 52 km, et le comité va chercher jusqu'à 30 km"),
        (30.4321, 30, 0, "c'est à 30,4 km, et le comité va chercher jusqu'à 30 km"),
        (30.0432, 30, 0, "c'est à 30,04 km, et le comité va chercher jusqu'à 30 km"),
        (30.00001, 30, 0, "c'est à 30,001 km, et le comité va chercher jusqu'à 30 km"),
        (24.8, 24.6, 0, "c'est à 24,8 km, et le comité va chercher jusqu'à 24,6 km"),
        (10.2, 0, 10, "c'est à 10,2 km, et le donateur apporte jusqu'à 10 km"),
        (
            30.4,
            30,
            12,
            "c'est à 30,4 km, le comité va chercher jusqu'à 30 km et le donateur apporte jusqu'à 12 km",
        ),
        (0.6, 0, 0, "c'est à moins de 1 km, et personne ne peut faire le trajet"),
        (0.4, 0, 0, "c'est à moins de 1 km, et personne ne peut faire le trajet"),
    ],
)
def test_a_distance_is_told_apart_from_the_limit_that_it_passes(
    apart: float, collects: float, delivers: float, said: str
) -> None:
    """« C'est à 30 km, et le comité va chercher jusqu'à 30 km »."""
    detail = {"reach": apart, "collects_km": collects, "delivers_km": delivers}
    assert plain(why_not.clause("reach", detail)) == said


def test_a_donor_who_brings_too_near_is_not_asked_to_bring() -> None:
    """« Le donateur apporte jusqu'à 30 km. Il faudrait […] que le donateur l'apporte »."""
    detail = {"reach": 30.1, "collects_km": 25, "delivers_km": 30}
    assert plain(why_not.CHANGES["reach"](detail)) == "que l'un des deux aille jusqu'à 31 km"
    assert "que le donateur l'apporte" in plain(why_not.CHANGES["reach"](detail | {"delivers_km": 0}))


@pytest.mark.parametrize(
    ("slug", "description", "said"),
    [
        ("chaise", "", "Chaise"),
        (None, "Un objet\nen deux lignes", "Un objet"),
        (None, "", "Article"),
        (None, "\nsuite", "Article"),
    ],
)
def test_a_thing_always_has_a_name(slug: str | None, description: str, said: str) -> None:
    """« 6 × pour »: nothing was named between the count and the committee."""
    assert plain(wording.title(slug, description)) == said


def test_a_pair_that_lapsed_is_not_told_as_a_refusal() -> None:
    """Nobody had answered, and the page said that somebody had declined."""
    assert plain(why_not.clause("barred", {"barred": True})) == "cela a déjà été proposé et n'a pas abouti"


def test_a_committee_that_takes_twice_is_named_once() -> None:
    detail = {"taken": ["1", "2"], "taken_by": ["Comité de Vienne", "Comité de Vienne"]}
    assert plain(why_not.clause("taken", detail)) == "c'est déjà proposé au Comité de Vienne"


def test_an_item_that_left_the_catalogue_is_told_by_its_slug() -> None:
    assert "machine-a-vapeur" in why.sentences([{"code": "narrower_item", "value": "machine-a-vapeur"}])[0]


def test_both_urgencies_are_told_apart() -> None:
    said = {
        why.sentences([{"code": "urgency", "value": each.value}])[0]
        for each in (Urgency.HIGH, Urgency.CRITICAL)
    }
    assert len(said) == 2


def test_the_closed_lists_have_a_word_each() -> None:
    assert all(wording.refusal(code) for code in MatchRefusal)
    assert set(Parts.__slots__) == {*why.PARTS, "chance"}
    assert all(why.part_name(part) for part in (*why.PARTS, "chance"))


def test_plans_are_told_in_one_sentence() -> None:
    figures = {"seconds": 0.25, "offers": 3, "needs": 1, "proposed": 1, "superseded": 0}
    assert results.plan_sentence(figures).replace("\u00a0", " ") == (
        "Plan fait en 0,25 s sur 3 articles et 1 besoin : 1 proposition nouvelle, 0 retirée."
    )
    assert "Rien de nouveau" in results.plan_sentence({})
    assert "2 rapprochements libérés" in results.lapse_sentence({"lapsed": 2})
