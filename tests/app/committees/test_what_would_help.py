"""What is missing, why, and the change that would help as one button: its effect first, saved by a second one."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session, transaction
from app.models import Account, Committee, Need
from app.models.states import Condition, Part, Role, Size
from tests.app.committees.pages import plain
from tests.app.committees.test_routes import read
from tests.app.matches.planned import plan
from tests.app.offers.steps import words
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

EDIT = "/comites/givors/modifier"
NO_BUTTON = ""


def miss(commune: str = "Vienne", other: int = 1, **detail: Any) -> dict[str, Any]:
    """As a plan keeps it: the broken rules are those that the detail names."""
    rules = (
        "condition family_condition size takes refusals dates reach floor whole_lot room barred taken waits"
    )
    return {
        "other": other,
        "broken": [rule for rule in rules.split() if rule in detail],
        "detail": detail,
        "told": {"item": "lave-linge", "commune": commune, "condition": "good"},
    }


def far(kilometres: float, other: int = 1, commune: str = "Vienne", **more: Any) -> dict[str, Any]:
    return miss(commune, other, reach=kilometres, delivers_km=0, collects_km=25, **more)


OURS: dict[str, Any] = {
    "collects_km": 25,
    "highest_floor": 2,
    "largest_size": Size.MEDIUM,
    "takes": ["meubles"],
    "refuses": ["refrigerateur"],
    "minimum_condition": Condition.GOOD,
    "minimum_conditions": {"electromenager": "very_good"},
    "room": 0,
}
HOURS = [["09:00", "12:00"]]
BESIDE: dict[str, Any] = {
    "opening_hours": {"2": HOURS},
    "collection_hours": {"3": HOURS},
    "closures": [["2026-12-24", "2027-01-02"]],
    "collects_at_once": 2,
    "presentation": "Nous aidons.\nDepuis longtemps.",
    "phone": "06 00 00 00 83",
    "email": "givors@essai.example",
    "street": "1 rue du Don",
    "postal_code": "69700",
    "commune": "Givors",
}
KEPT = {*OURS, *BESIDE}
FLOOR: dict[str, Any] = {"floor": 4, "highest_floor": 2}
# fmt: off
CASES: list[tuple[dict[str, Any], str, str, dict[str, Any]]] = [
    (far(30.2), "Élargir à 31 km", "jusqu'à 31 km", {"collects_km": 31}),
    (miss(**FLOOR), "Monter jusqu'au 4e étage", "jusqu'au 4e étage sans ascenseur", {"highest_floor": 4}),
    (miss(floor=12, highest_floor=2), "Monter à tout étage", "au moins en bon état", {"highest_floor": None}),
    (far(30.2, **FLOOR), "Élargir à 31 km et monter jusqu'au 4e étage", "jusqu'au 4e étage", {"collects_km": 31, "highest_floor": 4}),
    (miss(size="large", largest_size="medium"), "Prendre aussi plus grand", "rien qui ne tienne dans une camionnette", {"largest_size": Size.LARGE}),
    (miss(takes="lave-linge"), "Prendre aussi : Lave-linge", "meuble et lave-linge", {"takes": ["meubles", "lave-linge"]}),
    (miss(refusals="refrigerateur"), "Accepter de nouveau : Réfrigérateur", "Nous prenons : meuble,", {"refuses": []}),
    (miss(family_condition="fair", minimum_conditions="good", family=None), "Accepter l'état « Usé mais utilisable »", "même usé", {"minimum_condition": Condition.FAIR}),
    (miss(family_condition="fair", minimum_conditions="very_good", family="electromenager"), "Accepter « Usé mais utilisable » pour", "même usé", {"minimum_conditions": {"electromenager": "fair"}}),
    (miss(room=0, pieces=2), "Faire de la place pour 2 gros meubles", "de la place pour 2 gros meubles", {"room": 2}),
]
# fmt: on


@pytest.fixture
def ours(app: Flask, committee: Committee, member: Account, clock: FrozenClock) -> Committee:
    with app.app_context(), transaction() as current:
        row = current.get_one(Committee, committee.id)
        for name, value in {**OURS, **BESIDE}.items():
            setattr(row, name, value)
        row.room_stated_at = clock()
    return committee


def buttons(page: str, start: str) -> list[str]:
    """The addresses of the links that begin so."""
    return [
        part.partition('"')[0].replace("&amp;", "&")
        for part in page.split('href="')
        if part.startswith(start)
    ]


def press(client: FlaskClient, shown: Any, address: str, value: str = "enregistrer") -> Any:
    """The button of the page's form that goes to `address`."""
    form = next(each for each in Reader(shown.text).forms if (each.action or address).startswith(address))
    button = {"etape": value} if any(name for name, _value in form.buttons) else {}
    return client.post(address, data=form.filled() | button)


def test_each_rule_that_stands_in_the_way_is_changed_in_two_gestures(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee, clock: FrozenClock
) -> None:
    need = build.need(ours, item="lave-linge")
    for stored, words_of_button, rule, columns in CASES:
        with app.app_context(), transaction() as current:
            current.get_one(Need, need.id).misses = [stored]
            row = current.get_one(Committee, ours.id)
            for name, value in OURS.items():
                setattr(row, name, value)
        before = read(app).model_dump()
        home = plain(client.get("/mon-comite").text)
        assert words_of_button in home, stored
        [address] = buttons(home, EDIT + "?")

        shown = client.get(address)

        assert "Rien n'est encore enregistré" in words(shown), stored
        assert words_of_button in words(shown)
        assert rule in words(shown), words(shown)[200:900]
        assert read(app).collects_km == OURS["collects_km"]
        assert press(client, shown, EDIT).status_code == 303
        after, now_said = read(app).model_dump(), {**before, **columns}
        assert {name: after[name] for name in KEPT} == {name: now_said[name] for name in KEPT}
        later = plain(client.get("/mon-comite").text)
        assert "C'est permis maintenant" in later
        assert buttons(later, EDIT + "?") == []
        assert "Vos règles le permettent déjà" in words(client.get(address, follow_redirects=True))


def test_a_coordinator_changes_a_rule_from_the_page_of_the_need(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee, sign_in: SignIn
) -> None:
    need = build.need(ours, item="lave-linge", misses=[far(30.2)])
    sign_in(client, build.account(Role.COORDINATOR))
    page = plain(client.get(f"/coordination/besoins/{need.id}").text)
    [address] = buttons(page, EDIT + "?")

    shown = client.get(address)

    assert "Élargir à 31 km" in words(shown)
    assert press(client, shown, EDIT).status_code == 303
    assert (read(app).collects_km, read(app).name) == (31, "Comité de Givors")


def test_what_the_need_itself_asks_is_changed_in_its_own_form(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee, clock: FrozenClock
) -> None:
    due = clock().date().replace(day=28)
    later = date(2026, 12, 9)
    cases: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
        (miss(condition="for_parts", minimum_condition="fair"), "Accepter « Pour pièces » pour ce besoin", {"minimum_condition": Condition.FOR_PARTS}),
        (miss(whole_lot=6, quantity=4), "En demander 6", {"quantity": 6}),
        (miss(dates=later.isoformat(), last_day=due.isoformat()), "Attendre jusqu'au 9 décembre 2026", {"needed_by": later}),
    ]  # fmt: skip
    for stored, said, columns in cases:
        need = build.need(ours, item="lave-linge", quantity=4, needed_by=due, misses=[stored])
        home = plain(client.get("/mon-comite").text)
        assert said in home
        [address] = buttons(home, f"/besoins/{need.id}/modifier?")

        shown = client.get(address)

        assert said in words(shown)
        assert "Rien n'est encore enregistré" in words(shown)
        assert "cela ne rend aucun article possible" in words(shown)
        assert press(client, shown, f"/besoins/{need.id}/modifier").status_code == 303
        with app.app_context():
            assert session().get_one(Need, need.id).model_dump().items() >= columns.items()
        assert buttons(plain(client.get("/mon-comite").text), f"/besoins/{need.id}/modifier?") == []


def test_the_article_that_a_change_of_the_need_opens_is_named_before(
    client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    item = build.offered_item(
        build.offer(commune="Mornant"), item="lave-linge", condition=Condition.FOR_PARTS
    )
    stored = miss("Mornant", item.id, condition="for_parts", minimum_condition="fair")
    need = build.need(committee, item="lave-linge", misses=[stored])

    shown = words(client.get(f"/besoins/{need.id}/modifier?minimum_condition=for_parts"))

    assert "1 article deviendrait possible : Lave-linge, Mornant." in shown


def test_a_change_that_helps_several_is_one_button(
    client: FlaskClient, build: Builder, ours: Committee
) -> None:
    build.need(ours, item="lave-linge", misses=[far(26.6, 1), far(30.2, 2, "Lyon")])
    build.need(ours, item="refrigerateur", misses=[far(30.7, 3), far(400, 4, "Lille")])
    build.need(ours, item="chaise", misses=[miss("Lyon", 5, **FLOOR)])
    build.need(ours, item="table", misses=[miss("Lyon", 6, **FLOOR)])

    home = plain(client.get("/mon-comite").text)

    assert "Élargir à 31 km : 3 articles" in home
    assert "Monter jusqu'au 4e étage : 2 articles" in home
    assert home.count(f'href="{EDIT}?collects_km=31"') == 1
    assert home.count(f'href="{EDIT}?highest_floor=4"') == 1
    assert "c'est à 27 km" in home


def test_where_nothing_of_ours_would_do_it_is_said_and_no_button_shown(
    client: FlaskClient, build: Builder, ours: Committee, clock: FrozenClock
) -> None:
    for number, stored in enumerate(
        (
            miss(taken=["7"], taken_by=["Comité de Vienne"]),
            miss(waits=3),
            miss(barred=True),
            far(2000),
            far(12, lesson="too_far-7"),
            miss(dates="2026-12-09", last_day="2026-12-01"),
            far(30, taken=["7"]),
        )
    ):
        build.need(ours, item="lave-linge", misses=[stored])
        home = plain(client.get("/mon-comite").text)
        assert home.count("Rien de ce que le comité peut changer n'y suffirait.") == number + 1, stored
        assert buttons(home, EDIT + "?") == []
        assert "modifier?" not in home


def test_rules_and_need_that_stand_in_the_way_together_are_two_buttons(
    client: FlaskClient, build: Builder, ours: Committee
) -> None:
    need = build.need(
        ours, item="lave-linge", misses=[far(30, condition="for_parts", minimum_condition="fair")]
    )

    home = plain(client.get("/mon-comite").text)

    assert "Il faut les deux :" in home
    assert buttons(home, EDIT + "?") == [f"{EDIT}?collects_km=30"]
    assert buttons(home, f"/besoins/{need.id}/modifier?") == [
        f"/besoins/{need.id}/modifier?minimum_condition=for_parts"
    ]


def test_of_an_action_it_is_the_van_of_who_collects_that_would_have_to_go(
    client: FlaskClient, build: Builder, ours: Committee
) -> None:
    action = build.action(build.committee(name="Comité de Vienne", collects_km=10))
    build.need(ours, item="lave-linge", action_id=action.id, misses=[far(30)])

    home = plain(client.get("/mon-comite").text)

    assert "Cette règle est celle de « Comité de Vienne », qui collecte pour cette action." in home
    assert buttons(home, EDIT + "?") == []


def test_who_may_not_change_rules_reads_who_may(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee, sign_in: SignIn
) -> None:
    stored = [far(30), miss("Lyon", 2, whole_lot=6, quantity=1)]
    build.need(ours, item="lave-linge", misses=stored)
    sign_in(client, build.account(committee=ours, part=Part.DECLARES))

    home = plain(client.get("/mon-comite").text)

    assert "La personne responsable du comité peut choisir : « Élargir à 30 km »." in home
    assert "modifier?collects" not in home
    assert "modifier?quantity=6" in home
    assert client.get(f"{EDIT}?collects_km=30").status_code == 403
    sign_in(client, build.account(committee=ours, part=Part.READER))
    home = plain(client.get("/mon-comite").text)
    assert "« En demander 6 »" in home
    assert "modifier?" not in home


def test_an_address_that_was_made_up_asks_for_nothing(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee
) -> None:
    need = build.need(ours, item="lave-linge")
    for name in (
        "collects_km",
        "highest_floor",
        "room",
        "largest_size",
        "takes",
        "refuses",
        "minimum_conditions",
    ):
        for value in ("", "-1", "0", "1e9", "9" * 400, "٣", "a\0b", "canape:neuf", ":", "x:good", "small"):
            shown = client.get(f"{EDIT}?{urlencode({name: value})}", follow_redirects=True)
            assert shown.status_code == 200
            assert "Rien n'est encore enregistré" not in words(shown)
    for name in ("quantity", "minimum_condition", "needed_by"):
        for value in ("", "0", "9" * 400, "a\0b", "new", "9999-99-99", "1990-01-01"):
            shown = client.get(f"/besoins/{need.id}/modifier?{urlencode({name: value})}")
            assert shown.status_code == 200
            assert "Rien n'est encore enregistré" not in words(shown)
    assert {name: read(app).model_dump()[name] for name in OURS} == OURS


def test_a_preview_that_has_grown_old_saves_nothing(app: Flask, client: FlaskClient, ours: Committee) -> None:
    shown = client.get(f"{EDIT}?collects_km=31")
    with app.app_context(), transaction() as current:
        current.get_one(Committee, ours.id).highest_floor = 5

    late = press(client, shown, EDIT)

    assert "pendant que vous la remplissiez" in words(late)
    assert (read(app).collects_km, read(app).highest_floor) == (25, 5)


def test_what_is_proposed_already_counts_in_what_would_have_to_be_asked_for(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    need = build.need(committee, quantity=5)
    for pieces in (4, 3):
        build.offered_item(quantity=pieces, divisible=False)
    plan(app, clock)

    home = plain(client.get("/mon-comite").text)

    assert "il en manque 1" in home
    assert "C'est permis maintenant" not in home
    assert "En demander 7" in home
    shown = words(client.get(f"/besoins/{need.id}/modifier?quantity=7"))
    assert "1 article deviendrait possible" in shown


def test_what_is_proposed_already_takes_room(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as current:
        row = current.get_one(Committee, committee.id)
        row.room, row.room_stated_at = 1, clock()
    build.need(committee, quantity=5, item="armoire")
    for _each in range(2):
        build.offered_item(item="armoire", quantity=1)
    plan(app, clock)

    home = plain(client.get("/mon-comite").text)

    assert "le comité n'a plus de place" in home
    assert "C'est permis maintenant" not in home
    assert "Faire de la place pour 2 gros meubles" in home
    assert "1 article deviendrait possible" in words(client.get(f"{EDIT}?room=2"))


def test_what_has_been_changed_is_not_asked_for_again(
    app: Flask, client: FlaskClient, build: Builder, ours: Committee
) -> None:
    stored = far(30, condition="for_parts", minimum_condition="fair")
    need = build.need(ours, item="lave-linge", misses=[stored])
    with app.app_context(), transaction() as current:
        current.get_one(Committee, ours.id).collects_km = 50

    home = plain(client.get("/mon-comite").text)

    assert "Il faut les deux" not in home
    assert "Élargir" not in home
    assert "c'est à 30 km" not in home
    assert buttons(home, EDIT + "?") == []
    assert buttons(home, f"/besoins/{need.id}/modifier?")


def test_only_what_changes_is_announced(client: FlaskClient, build: Builder, ours: Committee) -> None:
    need = build.need(ours, item="lave-linge", quantity=5)
    cases = (
        (f"/besoins/{need.id}/modifier?quantity=8&minimum_condition=new", "En demander 8"),
        (
            f"/besoins/{need.id}/modifier?minimum_condition=for_parts&quantity=3",
            "Accepter « Pour pièces » pour ce besoin",
        ),
        (f"/besoins/{need.id}/modifier?quantity=1000000", "En demander 1 000 000"),
        (f"{EDIT}?collects_km=3&highest_floor=4", "Monter jusqu'au 4e étage"),
        (f"{EDIT}?room=9000", "Faire de la place pour 9 000 gros meubles"),
    )
    for address, said in cases:
        assert f"<strong>{said}</strong>" in plain(client.get(address).text), address
