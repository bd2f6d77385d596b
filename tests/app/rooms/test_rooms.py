"""The computer room: what a committee says of it, who finds it, and a start page on whose computer nothing stays."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.models import Committee
from app.rooms.shortcuts import MOST, BadAddressError, address, shortcuts, usual
from tests.app.offers.steps import fill, words
from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")
PAGE, START = "/comites/givors/espace-numerique", "/comites/givors/accueil-poste"
OURS, SITES = "/mon-comite/espace-numerique", "/mon-comite/espace-numerique/accueil"


@pytest.fixture
def givors(build: Builder) -> Committee:
    return build.committee(slug="givors", name="Comité de Givors", closures=[["2026-12-24", "2027-01-02"]])


def test_a_committee_opens_its_room_and_people_find_it(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, givors: Committee) -> None:  # fmt: skip
    visitor = app.test_client()
    build.committee(slug="autre", name="Comité sans salle")
    assert visitor.get(PAGE).status_code == visitor.get(START).status_code == 404
    sign_in(client, build.account(committee=givors))
    assert client.get(SITES).location.startswith(OURS)

    said = {"uses": ["print", "zorglub"], "helps": "paperwork", "access": "step_free", "computers": "8", "words": "Gratuit",
            "phone": "0612345678", "day_3": "9h-12h"}  # fmt: skip
    assert client.post(OURS, data=said).status_code == 303
    assert visitor.get(PAGE).status_code == 404, "not shown yet"
    assert (
        client.post(OURS, data={**said, "shown": "y", "day_3": "9h-8h", "computers": "-2"}).status_code == 422
    )
    assert client.post(OURS, data={**said, "shown": "y"}).status_code == 303

    page = words(visitor.get(PAGE))
    for each in ("8 ordinateurs ouverts à tous", "Imprimer", "Faire une démarche administrative", "Gratuit", "06 12 34 56 78", "Mercredi 9 h-12 h", "Fermé du 24 décembre 2026"):  # fmt: skip
        assert each in page, each
    assert "Mardi" not in page, "its own hours, not the committee's"
    data = json.loads(re.search(r'ld\+json">(.+?)</script>', visitor.get(PAGE).text)[1])  # type: ignore[index]
    assert (data["@type"], data["openingHoursSpecification"][0]["opens"]) == ("CivicStructure", "09:00")
    for path in ("/comites/givors", "/chercher?q=ordinateur+Givors", "/chercher?q=espace+numérique+69700", "/sitemap.xml"):  # fmt: skip
        assert PAGE in visitor.get(path).text, path
    assert PAGE not in visitor.get("/chercher?q=canapé+Givors").text
    listed = words(visitor.get("/comites?espace=oui"))
    assert "Comité de Givors" in listed
    assert "Comité sans salle" not in listed


def test_a_committee_chooses_orders_and_adds_the_sites_of_its_computers(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, givors: Committee) -> None:  # fmt: skip
    build.computer_room(givors, sites=["caf", "ameli", "msa"])
    sign_in(client, build.account(committee=givors))

    def shown() -> list[str]:
        return re.findall(r'href="https://([^/"]+)/" target', app.test_client().get(START).text)

    assert shown() == ["www.caf.fr", "www.ameli.fr", "www.msa.fr"]
    assert (
        client.post(SITES, data={"shown": ["caf", "msa", "impots", "zorglub"], "up": "msa"}).status_code
        == 303
    )
    assert shown() == ["www.msa.fr", "www.caf.fr", "www.impots.gouv.fr"]
    ticked = ["msa", "caf", "impots"]
    for bad in ({"title": "Ville", "address": "http://ville.example"}, {"title": "Ville"}, {"address": "ville.example"},
                {"title": "x", "address": "javascript:alert(1)"}):  # fmt: skip
        assert client.post(SITES, data={"shown": ticked, **bad}).status_code == 422, bad
    assert (
        client.post(SITES, data={"shown": ticked, "title": "Ville", "address": "ville.example"}).status_code
        == 303
    )
    assert shown()[-1] == "ville.example"
    assert (
        client.post(SITES, data={"shown": ticked, "title": "Ville", "address": "ville.example"}).status_code
        == 303
    )
    assert shown().count("ville.example") == 1
    assert client.post(SITES, data={"shown": ["https://ville.example/"]}).status_code == 303
    assert shown() == ["ville.example"]
    for number in range(MOST - 1):
        kept = [f"https://{each}/" for each in shown()]
        client.post(SITES, data={"shown": kept, "title": f"{number}", "address": f"n{number}.example"})
    assert len(shown()) == MOST
    kept = [f"https://{each}/" for each in shown()]
    refused = client.post(SITES, data={"shown": kept, "title": "De trop", "address": "trop.example"})
    assert refused.status_code == 422
    assert f"{MOST} sites au plus" in words(refused)


def test_nothing_stays_on_a_computer_of_the_room(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, givors: Committee) -> None:  # fmt: skip
    build.computer_room(givors)
    assert "data-draft-days" in client.get("/offrir").text
    client.get(START, headers={"Sec-Fetch-Dest": "image"})
    assert client.get_cookie("poste_partage") is None, "a picture on another site says nothing of this device"

    client.get(START, headers={"Sec-Fetch-Dest": "document"})
    form = client.get("/offrir").text
    assert "data-draft-days" not in form
    assert set(re.findall(r'autocomplete="([^"]*)"', form)) == {"off"}
    assert "still-there" in form
    assert "effacer mes traces" in form
    client.post("/offrir", data={"add_article": "1", "email": "quelqu.un@essai.example"})
    left = client.post("/deconnexion")
    assert (left.location, left.headers["Clear-Site-Data"]) == (START, '"cache", "storage"')
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"language", "fs_cc", "_remember", "_flashes"}
    assert "Rien de ce que vous avez fait ici ne reste" in words(client.get(START))

    member = app.test_client()
    sign_in(member, build.account(committee=givors))
    assert "sans rien changer à cet appareil" in words(member.get(START))
    assert member.get_cookie("poste_partage") is None

    client.post("/poste-partage/arreter")
    assert "data-draft-days" in client.get("/offrir").text


def test_the_next_at_a_shared_computer_is_not_shown_what_was_sent_there(app: Flask, client: FlaskClient, build: Builder, givors: Committee) -> None:  # fmt: skip
    build.computer_room(givors)
    client.get(START, headers={"Sec-Fetch-Dest": "document"})
    page = client.post("/offrir", data=fill(client) | {"send": "1"}).location
    assert client.get(page).status_code == client.get(f"{page}/adresse").status_code == 200
    other = app.test_client()
    assert other.get(page).status_code == 200, "on a computer of one's own the key is enough"

    client.post("/deconnexion")
    assert client.get(page).status_code == client.get(f"{page}/adresse").status_code == 404
    sent = client.post(f"{page}/adresse", data={"email": "pirate@essai.example"})
    assert sent.status_code == 404


def test_whoever_leaves_is_let_go_from_a_page_that_lay_open(app: Flask, client: FlaskClient, build: Builder, givors: Committee) -> None:  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = True
    build.computer_room(givors)
    client.get(START, headers={"Sec-Fetch-Dest": "document"})
    left = client.post("/deconnexion", data={"csrf_token": "d'avant"})
    assert (left.status_code, left.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')


def test_the_usual_sites_are_public_and_each_has_one_name() -> None:
    found = shortcuts(usual())
    assert len(found) >= 8
    assert all(address(each.address) == each.address and each.does for each in found)


@pytest.mark.parametrize(
    "typed",
    ["", "http://caf.fr", "ftp://caf.fr", "javascript:alert(1)", "https://localhost/", "https://10.0.0.1/", "https://[::1]/",
     "https://caf.fr:8443/", "https://a:b@caf.fr/", "https://caf.fr/ x", "data:text/html,x", "https://poste/", "https://2130706433/"],
)  # fmt: skip
def test_what_is_no_public_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddressError):
        address(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_leads_to_a_public_site_or_nowhere(typed: str) -> None:
    try:
        found = address(typed)
    except BadAddressError:
        return
    assert re.fullmatch(r"https://[a-z0-9_~-]+(\.[a-z0-9_~-]+)+/[^\s\"<>]*|https://.+/.*", found)
    assert address(found) == found
