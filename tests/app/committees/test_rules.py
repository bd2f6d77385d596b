"""A committee says what it takes: read back as sentences, obeyed by plans, its effect shown before it is saved, kept in its history."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.committees.sentences import rules_in_words
from app.db import session
from app.models import Account, Committee, Decision
from app.models.states import Condition, Size, Verb
from app.web.text import speaking
from tests.app.committees.pages import plain
from tests.app.committees.test_routes import RULES as SAVED
from tests.app.committees.test_routes import read
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock

RULES = {name: value for name, value in SAVED.items() if name != "etape"}
TODAY = date(2026, 11, 23)
HOURS = [["09:00", "12:00"]]
VAN = {"collects_km": 25}
SITUATIONS: list[tuple[dict[str, Any], int | None, list[str], list[str]]] = [
    (
        {},
        None,
        ["Nous prenons : tout ce que le portail accepte.", "Nous ne venons pas chercher les dons : il faut nous les apporter."],
        ["We take: everything that the portal accepts.", "We do not collect donations: please bring them to us."],
    ),
    (
        {
            **VAN,
            "takes": ["meubles", "vaisselle"],
            "refuses": ["canape"],
            "minimum_condition": Condition.GOOD,
            "highest_floor": 2,
            "opening_hours": {"2": HOURS, "4": HOURS},
            "collection_hours": {"3": HOURS},
        },
        5,
        [
            "Nous prenons : meuble et vaisselle (sauf : canapé), au moins en bon état, jusqu'au 2e étage sans ascenseur,"
            " tant qu'il reste de la place pour 5 gros meubles, les mardis et jeudis, avec un fourgon le mercredi.",
            "Nous venons chercher les dons jusqu'à 25 km.",
        ],
        [
            "We take: furniture and tableware (except: sofa), in good condition at least, up to the 2nd floor without a lift,"
            " while there is room for 5 large pieces, on Tuesdays and Thursdays, with a van on Wednesdays.",
            "We collect donations up to 25 km away.",
        ],
    ),
    (
        {
            **VAN,
            "refuses": ["canape", "matelas", "armoire"],
            "minimum_conditions": {"matelas": "new", "disparu": "new"},
            "largest_size": Size.MEDIUM,
            "highest_floor": 0,
            "opening_hours": {"6": HOURS},
            "collection_hours": {"1": HOURS, "5": HOURS},
            "closures": [["2026-11-20", "2026-11-22"], ["2026-12-24", "2027-01-02"], ["2027-05-01", "2027-05-01"]],
        },
        1,
        [
            "Nous prenons : tout ce que le portail accepte (sauf : canapé, matelas et armoire), seulement ce qui tient dans un"
            " coffre de voiture, jusqu'au rez-de-chaussée sans ascenseur, tant qu'il reste de la place pour 1 gros meuble,"
            " le samedi, avec un fourgon les lundis et vendredis.",
            "Pour « Matelas » : à l'état neuf seulement.",
            "Nous venons chercher les dons jusqu'à 25 km.",
            "Fermé du 24 décembre 2026 au 2 janvier 2027.",
            "Fermé le 1er mai 2027.",
        ],
        [],
    ),
    (
        {"highest_floor": 1, "collection_hours": {"3": HOURS}, "minimum_condition": Condition.NEW},
        0,
        [
            "Nous prenons : tout ce que le portail accepte, à l'état neuf seulement, plus aucun gros meuble, faute de place.",
            "Nous ne venons pas chercher les dons : il faut nous les apporter.",
        ],
        [],
    ),
]  # fmt: skip


@pytest.fixture
def french(app: Flask) -> Iterator[None]:
    with app.app_context(), speaking("fr"):
        yield


def test_the_rules_are_read_back_in_sentences(french: None, clock: FrozenClock) -> None:
    for columns, left, said, english in SITUATIONS:
        committee = Committee(
            **{"organisation_id": 1, "latitude": 45.6, "longitude": 4.8, "created_at": clock(), **columns}
        )
        assert [plain(each) for each in rules_in_words(committee, left, TODAY)] == said
        with speaking("en"):
            assert not english or [plain(each) for each in rules_in_words(committee, left, TODAY)] == english


EDIT = "/comites/givors/modifier"
STRICT = {
    "takes": "meubles\nlave-linge",
    "refuses": "matelas",
    "minimum_condition": "good",
    "family_1": "lave-linge",
    "least_1": "new",
    "highest_floor": "2",
    "room": "5",
    "collection_days": ["3"],
    "collection_hours": "9h-12h",
}


def test_rules_are_typed_shown_and_saved_with_what_they_replace_in_the_history(
    app: Flask, client: FlaskClient, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    shown = client.post(EDIT, data=RULES | STRICT)

    assert shown.status_code == 200
    assert "Rien n'est encore enregistré" in words(shown)
    assert (
        "au moins en bon état, rien qui ne tienne dans une camionnette, jusqu'au 2e étage sans ascenseur"
        in words(shown)
    )
    assert read(app).takes == []

    saved = client.post(EDIT, data=RULES | STRICT | {"etape": "enregistrer"})

    assert saved.status_code == 303
    after = read(app)
    assert (after.takes, after.minimum_condition) == (["meubles", "lave-linge"], Condition.GOOD)
    assert (after.minimum_conditions, after.highest_floor) == ({"lave-linge": "new"}, 2)
    assert (after.room, after.room_stated_at, after.collection_hours) == (5, clock(), {"3": HOURS})
    with app.app_context():
        [decision] = session().exec(select(Decision).order_by(col(Decision.id).desc()).limit(1)).all()
        assert (decision.committee_id, decision.verb, decision.account_id) == (
            committee.id,
            Verb.EDIT,
            member.id,
        )
        assert decision.data["changes"]["highest_floor"] == [None, 2]
        assert decision.data["changes"]["room"] == [None, 5]
    form = words(client.get(EDIT))
    assert "Lave-linge" in client.get(EDIT).text
    assert "À tout étage" in form
    public = words(client.get("/comites/givors"))
    assert "Nous prenons : meuble et lave-linge (sauf : matelas)" in public
    assert "Nous prenons : meuble et lave-linge" in words(client.get("/mon-comite"))


def test_the_history_tells_the_rules_before_and_after(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    own = {"name": "Comité de Givors", "organisation_id": str(committee.organisation_id)}
    assert client.post(EDIT, data=RULES | STRICT | own | {"etape": "enregistrer"}).status_code == 303

    told = words(client.get(f"/coordination/comites/{committee.id}"))

    assert "Règles changées par" in told
    assert "étage sans ascenseur : rien → 2e étage" in told
    assert "prend seulement : rien → Meuble" in told
    assert "état voulu par famille : rien → Lave-linge : Neuf" in told
    assert "mercredi 09:00-12:00" in told
    assert "Ses règles, comme il les dit" in told


def test_what_was_typed_comes_back_to_the_form(
    client: FlaskClient, committee: Committee, member: Account
) -> None:
    back = client.post(EDIT, data=RULES | STRICT | {"presentation": "Un mot gardé.", "etape": "revenir"})

    assert back.status_code == 200
    page = plain(back.text)
    for typed in ("Un mot gardé.", "meubles\nlave-linge", 'value="lave-linge"', 'selected value="2"'):
        assert typed in page
    assert 'checked id="collection_days-2"' in page


def test_what_is_no_rule_is_saved_at_once(
    app: Flask, client: FlaskClient, committee: Committee, member: Account
) -> None:
    assert client.post(EDIT, data=RULES | {"etape": "enregistrer"}).status_code == 303

    assert client.post(EDIT, data=RULES | {"presentation": "Autrement dit."}).status_code == 303
    assert read(app).presentation == "Autrement dit."


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("takes", "truc bleu", "ne reconnaissons pas"),
        ("takes", "canapé", "que vous prenez « Canapé », et que non"),
        ("family_2", "truc bleu", "ne reconnaissons pas cet article"),
        ("family_2", "lave linge", "déjà plus haut"),
        ("least_1", "parfait", "Choisissez un état"),
        ("minimum_condition", "for_parts", "Choisissez un état"),
        ("highest_floor", "99", "Choisissez un étage"),
        ("room", "beaucoup", "nombre entier"),
        ("room", "-1", "nombre entier"),
        ("collection_hours", "", "à quelles heures votre fourgon"),
        ("collection_hours", "le soir", "9 h-12 h"),
    ],
)
def test_a_rule_that_cannot_be_read_gets_a_sentence(
    app: Flask, client: FlaskClient, committee: Committee, member: Account, field: str, value: str, said: str
) -> None:
    refused = client.post(
        EDIT, data=RULES | STRICT | {"refuses": "canapé", field: value, "etape": "enregistrer"}
    )

    assert refused.status_code == 422
    assert said in words(refused)
    assert read(app).highest_floor is None


def test_before_saving_it_is_shown_which_proposals_fall_and_what_comes_near_or_goes(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee, quantity=9)
    high = build.offer(floor=4, lift=False)
    build.match(build.offered_item(high), need)
    build.match(build.offered_item(), need, score=0.9), build.match(build.offered_item(), need, score=0.5)
    far = build.offered_item(
        build.offer(latitude=45.9, longitude=4.77, commune="Villefranche"), size=Size.MEDIUM
    )
    build.offered_item(build.offer(commune="Mornant"), item="lave-linge", condition=Condition.FAIR)
    typed = RULES | {"highest_floor": "2", "room": "1", "minimum_condition": "good", "collects_km": "60"}

    shown = words(client.post(EDIT, data=typed))

    assert "2 propositions tomberaient" in shown
    assert "c'est au 4e étage, et le comité ne monte pas au-delà du 2e étage sans ascenseur" in shown
    assert "le comité n'a plus de place pour les gros meubles" in shown
    assert (
        "1 article deviendrait possible. Jusqu'ici : Lave-linge, Villefranche (35 km) : c'est à 35 km"
        in shown
    )
    assert "1 article ne serait plus possible : Lave-linge, Mornant" in shown
    assert far.description not in shown
    assert high.street not in shown


def test_a_room_that_is_left_as_it_stands_is_not_stated_anew(
    app: Flask, client: FlaskClient, build: Builder, member: Account, committee: Committee, clock: FrozenClock
) -> None:
    client.post(EDIT, data=RULES | {"room": "5", "etape": "enregistrer"})
    stated = clock()
    clock.advance(days=1)

    client.post(EDIT, data=RULES | {"room": "5", "presentation": "Nous.", "etape": "enregistrer"})
    assert read(app).room_stated_at == stated
    client.post(EDIT, data=RULES | {"room": "4", "etape": "enregistrer"})
    assert read(app).room_stated_at == stated + timedelta(days=1)
    client.post(EDIT, data=RULES | {"room": "", "etape": "enregistrer"})
    assert (read(app).room, read(app).room_stated_at) == (None, None)
