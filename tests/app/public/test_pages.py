"""What anybody sees."""

import dataclasses

from flask import Flask
from flask.testing import FlaskClient

from app.models.states import Condition, MatchState, NeedState, Urgency
from tests.app.offers.steps import counted, words
from tests.builders import Builder


def test_the_front_page_names_what_is_lacking_most(client: FlaskClient, build: Builder) -> None:
    givors, lyon = build.committee(commune="Givors"), build.committee(commune="Lyon")
    build.need(givors, item="lave-linge", quantity=2)
    build.need(lyon, item="lave-linge", quantity=3)
    build.need(givors, item="chaise")
    build.need(lyon, item="table", state=NeedState.MET)

    page = words(client.get("/"))

    assert "Lave-linge 2 comités en cherchent , 5 en tout Givors, Lyon" in page
    assert page.index("Lave-linge") < page.index("Chaise")
    assert "Table" not in page
    assert "don remis" not in page


def test_what_approved_matches_bring_is_not_lacking_any_more(client: FlaskClient, build: Builder) -> None:
    promised, partly = build.need(item="lave-linge", quantity=2), build.need(item="chaise", quantity=5)
    build.match(need=promised, quantity=2, state=MatchState.APPROVED)
    build.match(need=partly, quantity=3, state=MatchState.COMPLETED)

    page = words(client.get("/"))

    assert "Lave-linge" not in page
    assert "Chaise" in page
    assert "1 don remis" in page
    assert "3 objets qui servent à nouveau" in page


def test_the_front_page_of_an_empty_portal_invites(client: FlaskClient) -> None:
    page = words(client.get("/"))

    assert "Proposer un don" in page
    assert "Aucun comité n'a encore dit ce qui lui manque" in page


def needs_page(client: FlaskClient, **query: str) -> str:
    answer = client.get("/besoins", query_string=query)
    assert answer.status_code == 200
    return words(answer)


def test_needs_are_found_by_what_one_has_to_give(client: FlaskClient, build: Builder) -> None:
    build.need(item="electromenager")
    build.need(item="refrigerateur")
    build.need(item="chaise")

    page = needs_page(client, q="frigo")

    assert "2 besoins" in page
    assert "Réfrigérateur" in page
    assert "Chaise" not in page
    assert "Personne ne cherche « zzzxqj »" in needs_page(client, q="zzzxqj")


def test_a_committee_s_needs_for_one_item_are_one_and_words_nobody_read_are_held_back(
    client: FlaskClient, build: Builder
) -> None:
    givors = build.committee(name="Comité de Givors")
    build.need(givors, item="chaise", quantity=3, minimum_condition=Condition.GOOD)
    build.need(givors, item="chaise", quantity=4, minimum_condition=Condition.FAIR, urgency=Urgency.HIGH)
    build.need(item="chaise", quantity=2)
    build.need(item=None, description="truc bizarre xyz")

    page = needs_page(client)

    assert "2 besoins" in page
    assert "Il en manque 7 Pressé" in page
    assert "Il en manque 2" in page
    assert "usé mais utilisable, ou mieux" in page
    assert "truc bizarre" not in page
    assert "Personne ne cherche « truc bizarre »" in needs_page(client, q="truc bizarre")


def test_needs_are_sorted_by_distance(client: FlaskClient, build: Builder) -> None:
    lyon = build.committee(name="Comité de Lyon", commune="Lyon", latitude=45.76, longitude=4.84)
    givors = build.committee(name="Comité de Givors")
    build.need(lyon, item="chaise")
    build.need(givors, item="chaise")

    near_givors, near_lyon = needs_page(client, code_postal="69700"), needs_page(client, code_postal="69 001")

    assert near_givors.index("Comité de Givors") < near_givors.index("Comité de Lyon")
    assert near_lyon.index("Comité de Lyon") < near_lyon.index("Comité de Givors")
    assert "moins de 1 km" in near_givors
    assert "Écrivez un code postal de cinq chiffres" in needs_page(client, code_postal="ABCDE")
    assert "Nous ne connaissons pas ce code postal" in needs_page(client, code_postal="00000")


def test_needs_of_a_committee_that_stopped_are_not_shown(client: FlaskClient, build: Builder) -> None:
    build.need(build.committee(active=False), item="chaise")

    assert "Chaise" not in needs_page(client)


def test_public_pages_ask_as_much_for_forty_needs_as_for_one(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    build.need(item="chaise")
    counts = []
    for more in (0, 39):
        for _ in range(more):
            build.need(item="chaise")
        with counted(app) as asked:
            client.get("/")
            client.get("/besoins?q=chaise&code_postal=69700")
            client.get("/offrir/compris?prefix=articles-0&articles-0-what=chaise&postal_code=69700")
        counts.append(len(asked))

    assert counts[1] <= counts[0] + 1  # a list that fills its page is counted


def test_no_public_page_tells_anything_of_a_donor(client: FlaskClient, build: Builder) -> None:
    donor = build.donor(name="Donatrice Secrète", email="secrete@essai.example", phone="06 99 99 99 99")
    offer = build.offer(donor, street="12 rue Secrète")
    build.match(build.offered_item(offer), build.need(), state=MatchState.COMPLETED)

    for path in ("/", "/besoins", "/comment-ca-marche", "/vos-donnees", "/accessibilite", "/offrir"):
        page = client.get(path)
        assert page.status_code == 200
        for secret in ("Secrète", "secrete@", "06 99"):
            assert secret not in page.text


def test_every_public_page_in_english(client: FlaskClient) -> None:
    for path in ("/", "/besoins", "/comment-ca-marche", "/vos-donnees", "/accessibilite", "/offrir"):
        assert client.get(path, headers={"Accept-Language": "en"}).status_code == 200


def test_small_files_that_machines_ask_for(client: FlaskClient, app: Flask) -> None:
    assert "Disallow: /offre/" in client.get("/robots.txt").text
    assert client.get("/favicon.ico").status_code == 302
    assert client.get("/.well-known/security.txt").status_code == 404

    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, contact_email="contact@essai.example")
    assert "mailto:contact@essai.example" in client.get("/.well-known/security.txt").text


def test_a_name_that_is_not_ours_gets_a_plain_refusal(client: FlaskClient) -> None:
    for path in ("/", "/offrir", "/nulle-part", "/static/portail.css"):
        page = client.get(path, headers={"Host": "ailleurs.example"})

        assert page.status_code == 400, path
        assert page.mimetype == "text/plain"


def test_who_reads_english_reads_english(client: FlaskClient) -> None:
    english = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert "Give what you no longer use: a committee near you needs it" in english
    assert '<html lang="en"' in english
    assert "Donnez du matériel" in client.get("/", headers={"Accept-Language": "de"}).text

    client.post("/langue", data={"language": "fr", "back": "/"})
    assert "Donnez du matériel" in client.get("/", headers={"Accept-Language": "en-GB"}).text
