"""The directory, its map and the search, as a visitor uses them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.models.states import MatchState, NeedState, Role
from app.places.lookup import places
from app.places.outlines import departments, drawn_at
from app.web.colours import LEAST, contrast, darker, hexadecimal, worst
from tests.app.offers.steps import counted, words
from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")
LYON = {"postal_code": "69003", "commune": "Lyon 3e arrondissement", "latitude": 45.7571, "longitude": 4.8476}
GRENOBLE = {"postal_code": "38000", "commune": "Grenoble", "latitude": 45.1787, "longitude": 5.7148}
SAINT_DENIS = {"postal_code": "97400", "commune": "Saint-Denis", "latitude": -20.882, "longitude": 55.4504}
BAMAKO = {"postal_code": "", "commune": "Bamako", "country": "ML", "latitude": 12.65, "longitude": -8.0}


def test_every_departement_is_drawn_around_its_towns() -> None:
    for code, town in (("69", "69003"), ("75", "75001"), ("2A", "20000"), ("973", "97300"), ("974", "97400")):
        left, top, right, bottom = departments()[code].box
        x, y = drawn_at(code, places(town)[0].latitude, places(town)[0].longitude)
        assert left < x < right, code
        assert top < y < bottom, code
    assert len(departments()) == 101


def test_committees_are_found_by_place_by_association_and_by_what_they_take(
    client: FlaskClient, build: Builder
) -> None:
    secours, croix = (
        build.organisation(name="Secours (essai)", slug="secours"),
        build.organisation(name="Croix"),
    )
    build.committee(name="Lyon", organisation_id=secours.id, refuses=["meubles"], **LYON)
    build.committee(name="Grenoble", organisation_id=croix.id, takes=["canape"], **GRENOBLE)
    build.committee(name="Îles", organisation_id=croix.id, **SAINT_DENIS)
    build.committee(name="Mali", organisation_id=croix.id, **BAMAKO)
    build.committee(name="Fermé", organisation_id=croix.id, active=False)

    def named(query: str) -> list[str]:
        page = client.get(f"/comites?{query}").text
        return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', page)

    assert named("") == ["Grenoble", "Lyon", "Îles", "Mali"]
    assert named("q=69700") == ["Lyon", "Grenoble", "Mali", "Îles"]
    assert named("q=38") == ["Grenoble"]
    assert named("departement=69,974") == ["Lyon", "Îles"]
    assert named("q=canap%C3%A9+Givors") == ["Grenoble", "Mali", "Îles"]
    assert named("q=v%C3%A9lo") == ["Lyon", "Îles", "Mali"]
    assert named("q=secours") == named("association=secours") == ["Lyon"]
    assert "Aucun comité ne répond" in words(client.get("/comites?q=zorglub"))
    assert "1 comité est hors de la carte" in words(client.get("/comites"))


def test_marks_on_the_map_lead_closer_and_then_to_the_committee(client: FlaskClient, build: Builder) -> None:
    for number in range(3):
        build.committee(name=f"Lyon {number}", **LYON | {"latitude": 45.7571 + number / 1000})
    alone = build.committee(name="Grenoble", slug="grenoble", **GRENOBLE)
    for code in ("13001", "31000", "33000", "44000", "59000", "67000"):
        town = places(code)[0]
        build.committee(
            postal_code=code, commune=town.commune, latitude=town.latitude, longitude=town.longitude
        )

    def marks(path: str) -> dict[str, str]:
        page = client.get(path).text.replace("&amp;", "&")
        return {name: href for href, name in re.findall(r'<a href="([^"]+)"><title>([^<]+)</title>', page)}

    far = marks("/comites")
    [(name, closer)] = [(name, href) for name, href in far.items() if name.startswith("Rhône")]
    assert "4 comités" in name.replace("\xa0", " ")  # Grenoble is too near to stand alone
    near = marks(closer)
    assert near[f"{alone.name} (Grenoble)"] == "/comites/grenoble"
    lyon = next(href for name, href in near.items() if "3 comités" in name.replace("\xa0", " "))
    assert lyon == "/comites?q=69003"
    assert client.get(lyon).status_code == 200


def test_one_line_finds_needs_committees_and_actions(client: FlaskClient, build: Builder) -> None:
    lyon, far = build.committee(name="Comité de Lyon", **LYON), build.committee(name="Îles", **SAINT_DENIS)
    action = build.action(lyon, slug="mali", title="Un atelier à Nioro")
    build.need(lyon, item="canape", action_id=action.id)
    build.need(far, item="canape")
    build.need(lyon, item="velo")
    build.need(lyon, item="canape", state=NeedState.MET)

    page = words(client.get("/chercher?q=canapé+Vénissieux"))
    assert "Nous avons compris : Canapé, près de Vénissieux (69200)" in page
    assert page.index("Comité de Lyon") < page.index("Îles")
    assert "Vélo" not in page
    assert "Un atelier à Nioro" in page

    only = words(client.get("/chercher?q=vélo+69"))
    assert "Vélo, Rhône (69)" in only
    assert "Îles" not in only
    assert "Un atelier à Nioro" in words(client.get("/chercher?q=nioro"))
    assert "Vouliez-vous dire canapé Vénissieux (69200)" in words(client.get("/chercher?q=canapé+Venisieux"))
    unknown = words(client.get("/chercher?q=zorglub"))
    assert "Nous n'avons rien trouvé pour « zorglub »" in unknown
    assert "Îles" not in unknown


def test_public_pages_lead_to_needs_associations_and_actions(client: FlaskClient, build: Builder) -> None:
    build.committee(slug="givors")
    for path in ("/", "/comites/givors", "/comment-ca-marche"):
        page = client.get(path).text
        for goal in ("/besoins", "/comites", "/actions", "/chercher"):
            assert f'href="{goal}"' in page, (path, goal)


def test_a_page_changes_with_what_it_shows_and_asks_as_much_for_forty_committees_as_for_one(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    lyon = build.committee(name="Comité de Lyon", **LYON)
    pages = ("/comites", "/chercher?q=chaise+69003", "/associations", "/besoins", "/")
    build.need(lyon, item="table")
    counts = []
    for more in (0, 39):
        for _ in range(more):
            build.need(build.committee(**GRENOBLE), item="chaise")
        with counted(app) as asked:
            for path in pages:
                assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2  # two lists that fill their page are counted
    assert "Il en manque 2" not in words(client.get("/besoins"))
    build.need(lyon, item="chaise", quantity=2)
    assert "Il en manque 2" in words(client.get("/besoins"))
    assert "2 besoins" in words(client.get("/comites?q=69"))


def test_an_association_has_a_front_page_of_its_own(client: FlaskClient, build: Builder) -> None:
    secours = build.organisation(
        name="Secours (essai)", slug="secours", colour="#8a1c5c", website="https://essai.example"
    )
    lyon = build.committee(name="Comité de Lyon", slug="lyon", organisation_id=secours.id, **LYON)
    other = build.committee(name="Comité d'ailleurs", **GRENOBLE)
    build.need(lyon, item="chaise", quantity=2)
    build.need(other, item="velo")
    build.action(lyon, title="Un atelier à Nioro")
    for _ in range(5):  # fewer donors are told of nowhere
        build.match(need=build.need(lyon, item="table"), quantity=1, state=MatchState.COMPLETED)

    page = client.get("/associations/secours")
    assert "/couleurs/8a1c5c.css" in page.text
    said = words(page)
    for told in ("Il en manque 2", "Comité de Lyon", "Un atelier à Nioro", "5 dons remis", "essai.example"):
        assert told in said
    assert "Vélo" not in said
    assert "ailleurs" not in said
    sheet = client.get("/couleurs/8a1c5c.css")
    assert "--green: #8a1c5c" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]
    assert (
        client.get("/couleurs/ffee00.css").status_code
        == client.get("/couleurs/x%3B%7D.css").status_code
        == 404
    )
    assert client.get("/associations/nulle-part").status_code == 404

    own = words(client.get("/comites/lyon"))
    for told in (
        "rue des Essais 69003 Lyon 3e arrondissement",
        "Un atelier à Nioro",
        "nous avons reçu 5 dons",
        "Aider autrement",
    ):
        assert told in own
    assert "sont celles du comité" not in own


def test_a_committee_far_away_says_whose_hours_it_keeps(client: FlaskClient, build: Builder) -> None:
    build.committee(slug="iles", **SAINT_DENIS)

    assert "sont celles du comité (heure de La Réunion)" in words(client.get("/comites/iles"))


@given(st.integers(0, 0xFFFFFF))
def test_a_colour_is_taken_only_if_text_in_it_and_on_it_can_be_read(number: int) -> None:
    colour = f"#{number:06x}"
    assert hexadecimal(colour.upper()) == hexadecimal(colour[1:]) == colour
    assert contrast(colour, colour) == 1
    assert worst(colour) <= contrast(colour, "#ffffff") <= 21
    if worst(colour) >= LEAST:
        assert contrast(darker(colour), "#ffffff") >= contrast(colour, "#ffffff")


def test_known_contrasts() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the grey that just fails
    assert hexadecimal("1a5") == "#11aa55"
    assert hexadecimal("rouge") is None


def test_a_pale_colour_is_refused_with_a_sentence_and_a_dark_one_kept(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    build.organisation(name="Secours (essai)", slug="secours")
    sign_in(client, build.account(Role.COORDINATOR))
    path, form = "/coordination/associations/secours/modifier", {"name": "Secours (essai)"}

    for typed, told in (
        ("#ffcc00", "son contraste est de 1,2, il en faut 4,5"),
        ("rouge", "une couleur comme #14594a"),
    ):
        refused = client.post(path, data=form | {"colour": typed})
        assert refused.status_code == 422
        assert told in words(refused)
    assert client.post(path, data=form | {"colour": "8A1C5C"}).status_code == 303
    assert "/couleurs/8a1c5c.css" in client.get("/associations/secours").text
