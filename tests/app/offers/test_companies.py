"""A company gives from several sites: asked step by step, one letter, one page that follows all of it."""

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from app.db import session
from app.listing.waiting import work_now
from app.matches import planning
from app.models import Consignment, Listing, Match, Offer, OfferedItem, OutboxMessage, Photo
from app.models.states import Aside, GiverKind, MatchState, OfferState, Role
from app.offers.companies import service
from app.offers.companies.waiting import send_now
from app.offers.service import MOST_UNCONFIRMED
from app.offers.waiting import forget_unconfirmed
from app.siret import SiretError, tidy
from app.web.links import Purpose
from tests.app.needs.test_routes import plain
from tests.app.offers.test_hostile_input import jpeg
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn, act

pytestmark = pytest.mark.databases("sqlite")

WHO = {
    "kind": "company", "company": "Exemple Logistique (exemple)", "siret": "732 829 320 00074", "contact_name": "Anne Exemple",
    "contact_function": "Responsable du site", "email": "stock@essai.example", "phone": "04 00 00 00 00",
}  # fmt: skip
GIVORS = {
    "name": "Entrepôt nord", "postal_code": "69700", "commune": "69091", "street": "1 rue du Stock", "contact": "M. Essai",
    "phone": "06 00 00 00 01", "dock": "oui", "lift_truck": "non", "transport": "sur-place", "available_from": "2026-11-24",
    "available_until": "2027-01-24", "availability": "Mardi et jeudi, de 8 h à 12 h",
}  # fmt: skip
LYON = GIVORS | {"name": "Siège", "postal_code": "69003", "commune": "69383", "dock": "non", "contact": ""}
INVENTORY = """Désignation;État;Quantité;Valeur unitaire (€);Poids (kg);Site;Lot entier
Chaises de bureau;bon;40;35;7,5;Entrepôt nord;oui
Bureaux droits;bon;12;450,00;30;Siège;non
Écrans 24 pouces;;8;60;;;
"""


def begin(client: FlaskClient, *sites: dict[str, str], **who: str) -> str:
    """The key of what is begun, with these sites."""
    sent = client.post("/entreprises", data=WHO | who)
    assert sent.status_code == 303, plain(sent.text)
    for site in sites or (GIVORS, LYON):
        kept = client.post(str(sent.location), data=site)
        assert kept.status_code == 303, plain(kept.text)
    return str(sent.location).split("/")[2]


def bring(client: FlaskClient, key: str, text: str) -> str:
    """The page of the inventory that was pasted."""
    sent = client.post(f"/entreprises/{key}/inventaire", data={"text": text})
    assert sent.status_code == 303, plain(sent.text)
    return str(sent.location)


def send(client: FlaskClient, key: str, **said: str) -> str:
    sent = client.post(f"/entreprises/{key}/envoi", data=said, follow_redirects=True)
    return plain(sent.text)


def offers() -> Sequence[Offer]:
    return session().exec(select(Offer).order_by(col(Offer.id))).all()


def articles() -> Sequence[OfferedItem]:
    return session().exec(select(OfferedItem).order_by(col(OfferedItem.id))).all()


def letters(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


def path_in(letter: OutboxMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body_text)
    assert found is not None
    return found[1]


def test_an_inventory_of_two_sites_becomes_two_offers_told_in_one_letter(
    app: Flask, client: FlaskClient
) -> None:
    key = begin(client)
    page = plain(client.get(bring(client, key, INVENTORY)).text)
    for told in ("35 € la pièce", "7,5 kg la pièce", "lot entier"):
        assert told in page
    asked = plain(client.get(f"/entreprises/{key}/envoi").text)
    for told in ("60 pièces", "7 280 € de valeur indiquée"):
        assert told in asked

    assert "Il reste une chose à faire" in send(client, key, condition="good", lots="shared")

    with app.app_context():
        north, head = offers()
        assert (north.site, north.dock, north.lift_truck, north.site_contact) == (
            "Entrepôt nord", True, False, "M. Essai, 06 00 00 00 01",
        )  # fmt: skip
        assert (head.site, head.postal_code, head.dock, head.site_contact) == (
            "Siège", "69003", False, "06 00 00 00 01",
        )  # fmt: skip
        assert [(row.offer_id, row.item, row.quantity, row.unit_value, row.unit_grams, row.divisible) for row in articles()] == [
            (north.id, "chaise-bureau", 40, 3500, 7500, False),
            (north.id, "ecran-ordinateur", 8, 6000, None, True),
            (head.id, "bureau", 12, 45000, 30000, True),
        ]  # fmt: skip
        [sent] = session().exec(select(Consignment)).all()
        assert (sent.siret, sent.kind, sent.sites) == ("73282932000074", GiverKind.COMPANY, [])
    [letter] = letters(app)
    assert client.post(path_in(letter)).status_code == 303
    with app.app_context():
        assert [offer.state for offer in offers()] == [OfferState.OPEN, OfferState.OPEN]
        assert {offer.contact_name for offer in offers()} == {""}
    confirmed = letters(app)[-1]
    assert len(letters(app)) == 2
    followed = client.get(path_in(confirmed))
    for told in ("Entrepôt nord", "Siège", "Rien n'est encore remis"):
        assert told in plain(followed.text)


def long_inventory(lines: int) -> str:
    things = (
        "Chaise de bureau",
        "Bureau droit",
        "Écran 24 pouces",
        "Armoire haute",
        "Ordinateur portable",
        "Lampe de bureau",
    )
    rows = [
        f"{things[number % 6]} lot {number};bon;{number % 9 + 1};{number % 200 + 1};{number % 20 + 1};Siège;oui"
        for number in range(lines)
    ]
    return "\n".join(["Désignation;État;Quantité;Valeur unitaire;Poids (kg);Site;Lot entier", *rows])


def test_a_long_inventory_is_sent_by_the_clock_and_told_in_a_short_letter(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    key = begin(client)
    where = bring(client, key, long_inventory(400))
    recorded = client.post(where, data={"record": "oui"})
    assert recorded.location == f"/entreprises/{key}/photos"

    assert "Envoi en cours" in send(client, key)
    assert client.get(f"/entreprises/{key}/envoye").headers["Refresh"] == "2"
    assert client.get(where).location == f"/entreprises/{key}/envoye"
    with app.app_context():
        assert work_now(clock) == 0
        assert [send_now(clock), send_now(clock)] == [1, 0]

    assert "400 articles" in plain(client.get(f"/entreprises/{key}/envoye").text)
    [letter] = letters(app)
    assert "370 autres articles" in plain(letter.body_text)
    assert len(letter.body_text) < 3000
    assert client.post(path_in(letter)).status_code == 303
    follow = path_in(letters(app)[-1])
    assert "400 articles" in plain(client.get(follow).text)
    site = re.search(r'href="(/offre/suivi/[^"/]+)"', client.get(follow).text)
    assert site is not None
    for page in (follow, site[1]):
        assert client.get(f"{page}?page=8").text.count("lot 399") >= 1
        assert "lot 399" not in client.get(page).text
    for verb in ("pause", "reprendre"):
        told = client.post(f"{site[1]}/{verb}", follow_redirects=True)
        assert "trop pour un seul geste" in plain(told.text)


@pytest.mark.parametrize(
    ("lot", "wanted", "served"),
    [("oui", [3, 5], []), ("oui", [3, 5, 8], [8]), ("non", [3, 5], [3, 5])],
    ids=["whole, and nobody asks for all", "whole", "shared"],
)
def test_a_lot_goes_to_one_committee_or_to_many_as_asked(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    clock: FrozenClock,
    lot: str,
    wanted: list[int],
    served: list[int],
) -> None:
    for quantity in wanted:
        near = build.committee(collects_km=30, latitude=45.59, longitude=4.77)
        build.need(near, item="chaise-bureau", quantity=quantity)
    key = begin(client, GIVORS)
    bring(client, key, f"Désignation;Quantité;Lot entier\nChaises de bureau;8;{lot}")
    send(client, key, condition="good")
    client.post(path_in(letters(app)[0]))

    with app.app_context():
        planning.make_plan(clock())
        assert sorted(session().exec(select(Match.quantity))) == served


@pytest.mark.parametrize(("kind", "held"), [("state", True), ("local", True), ("company", False)])
def test_what_a_public_body_may_not_give_is_pointed_out_and_held(
    app: Flask, client: FlaskClient, kind: str, held: bool
) -> None:
    key = begin(client, GIVORS, kind=kind)
    where = bring(client, key, "Désignation;Quantité;Valeur unitaire\nBureaux;2;300\nArmoires;1;300,01")
    for page in (where, f"/entreprises/{key}/envoi"):
        assert (
            "au-dessus du plafond" in plain(client.get(page).text)
            or "dépasse 300 €" in plain(client.get(page).text)
        ) is held
    asked = plain(client.get(f"/entreprises/{key}/envoi").text)
    assert ("L'association le distribue gratuitement" in asked) is held
    send(client, key, condition="good", lots="whole")

    with app.app_context():
        assert [row.aside for row in articles()] == [None, Aside.HELD if held else None]


def test_public_gifts_are_marked_for_those_who_decide_and_receive(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    key = begin(client, GIVORS, kind="state")
    bring(client, key, "Désignation;Quantité;Valeur unitaire\nBureaux;2;120,50")
    send(client, key, condition="good", lots="whole")
    client.post(path_in(letters(app)[0]))
    committee = build.committee()
    with app.app_context():
        [row] = articles()
    match = build.match(row, build.need(committee, item="bureau"), state=MatchState.APPROVED)
    coordinator, member = app.test_client(), app.test_client()
    sign_in(coordinator, build.account(Role.COORDINATOR))
    sign_in(member, build.account(committee=committee))

    for who, page in ((coordinator, f"/coordination/offres/{row.offer_id}"), (member, f"/mon-comite/dons/{match.id}")):  # fmt: skip
        told = plain(who.get(page).text)
        for words in (
            "La vendre est interdit, sauf un ordinateur réformé",
            "120,50 € la pièce",
            "avec quai de déchargement",
        ):
            assert words in told, page
    decided = plain(coordinator.get(f"/coordination/rapprochements/{match.id}").text)
    assert "depuis « Entrepôt nord »" in decided
    assert "M. Essai" not in member.get(f"/mon-comite/dons/{match.id}").text


def test_one_page_follows_what_was_received_by_whom_in_pieces_kilograms_and_value(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    key = begin(client)
    bring(client, key, INVENTORY)
    send(client, key, condition="good", lots="shared")
    client.post(path_in(letters(app)[0]))
    follow = path_in(letters(app)[-1])
    with app.app_context():
        chair, screen, _desk = articles()
    givors, bron = build.committee(name="Comité de Givors"), build.committee(name="Comité de Bron")
    came = build.match(chair, build.need(givors), state=MatchState.COMPLETED, quantity=40)
    build.handover(came, received_quantity=38)
    build.match(screen, build.need(bron), state=MatchState.COMPLETED, quantity=2)
    build.match(screen, build.need(bron), state=MatchState.ACCEPTED, quantity=3)

    page = plain(client.get(follow).text)
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>.*?</tr>", page, re.S)]
    told = [" ".join(row) for row in rows]
    assert any(row.startswith("Comité de Givors 38 285 kg 1 330 €") for row in told), told
    assert any(row.startswith("Comité de Bron 2") and row.endswith("120 €") for row in told), told
    assert any(row.startswith("Total 40") and row.endswith("1 450 €") for row in told), told
    shown = {
        standing: plain(client.get(f"{follow}?etat={standing}").text)
        for standing in ("recus", "promis", "cherches", "de-cote")
    }
    assert ["Bureaux droits" in shown[each] for each in shown] == [False, False, True, False]
    assert ["Écrans 24 pouces" in shown[each] for each in shown] == [True, True, True, False]
    assert "Nous cherchons un comité pour 3" in shown["cherches"]
    assert "Récapitulatifs et reçus fiscaux" in page
    file = client.get(f"{follow}/tableur?format=csv").get_data(as_text=True)
    assert "Comité de Givors;Remis;38;285;1330" in file
    assert client.get(f"{follow}/tableur?format=ods").data[:2] == b"PK"


def test_the_page_that_follows_is_for_whom_its_link_was_made(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    key = begin(client)
    bring(client, key, INVENTORY)
    send(client, key, condition="good", lots="shared")
    with app.app_context():
        [sent] = session().exec(select(Consignment)).all()
        links, now = app.extensions["links"], app.extensions["clock"]()
        other = build.donor()
        for party, status in ((f"donor:{sent.donor_id}", 200), (f"donor:{other.id}", 404)):
            token = links.token(Purpose.TRACK_CONSIGNMENT, sent.id, party, now)
            assert client.get(f"/entreprises/suivi/{token}").status_code == status


def test_a_place_that_is_not_among_them_is_asked_about_and_answered(app: Flask, client: FlaskClient) -> None:
    key = begin(client)
    where = bring(client, key, "Désignation;Quantité;Lieu\nChaises;4;Givors\nTables;2;Marseille\nLampes;1;")
    page = plain(client.get(where).text)
    assert "Vous n'avez pas donné de lieu de ce nom" in page
    assert client.get(f"/entreprises/{key}/envoi").location == where
    mended = {
        "ligne": "3", "article-3": "Tables", "quantite-3": "2", "etat-3": "good", "precisions-3": "", "valeur-3": "12,50",
        "poids-3": "8", "lieu-3": "Siège", "lot-3": "whole",
    }  # fmt: skip
    wrong = plain(client.post(where, data=mended | {"valeur-3": "cher"}, follow_redirects=True).text)
    assert "Écrivez la valeur d'une pièce en euros" in wrong
    client.post(where, data=mended | {"record": "oui"})
    send(client, key, condition="good", lots="shared")

    with app.app_context():
        sites = {offer.id: offer.site for offer in offers()}
        assert [(sites[row.offer_id], row.quantity, row.unit_value, row.divisible) for row in articles()] == [
            ("Entrepôt nord", 4, None, True), ("Entrepôt nord", 1, None, True), ("Siège", 2, 1250, False),
        ]  # fmt: skip


def test_what_stood_at_a_site_that_is_taken_out_is_asked_about(app: Flask, client: FlaskClient) -> None:
    key = begin(client)
    where = bring(client, key, INVENTORY)
    client.post(f"/entreprises/{key}/lieux/retirer", data={"name": "Siège"})
    assert "Vous n'avez pas donné de lieu de ce nom" in plain(client.get(where).text)
    client.post(f"/entreprises/{key}/lieux", data=LYON | {"name": "Ailleurs"})
    assert client.get(f"/entreprises/{key}/envoi").location == where
    client.post(f"/entreprises/{key}/lieux", data=LYON)
    send(client, key, condition="good", lots="shared")

    with app.app_context():
        assert [offer.site for offer in offers()] == ["Entrepôt nord", "Siège"]


def test_a_site_is_changed_in_its_place_and_what_stands_there_goes_along(
    app: Flask, client: FlaskClient
) -> None:
    key = begin(client)
    bring(client, key, INVENTORY)
    sites = f"/entreprises/{key}/lieux"
    [link] = re.findall(r'href="([^"]+modifier=Si[^"]+)"', client.get(sites).text)
    there = link.partition("#")[0]
    page = plain(client.get(there).text)
    for typed in ('value="Siège"', 'value="69003"', 'value="06 00 00 00 01"', 'value="2027-01-24"'):
        assert typed in page
    assert "Vous avez déjà un lieu de ce nom" in plain(client.post(there, data=GIVORS).text)
    client.post(
        there, data=LYON | {"name": "Dépôt sud", "postal_code": "69007", "commune": "", "dock": "oui"}
    )
    send(client, key, condition="good", lots="shared")

    with app.app_context():
        north, south = offers()
        assert (north.site, south.site, south.postal_code, south.dock) == (
            "Entrepôt nord",
            "Dépôt sud",
            "69007",
            True,
        )
        assert [row.quantity for row in articles() if row.offer_id == south.id] == [12]


def test_photos_go_with_their_lot(app: Flask, client: FlaskClient) -> None:
    key = begin(client)
    bring(client, key, INVENTORY)
    kept = client.post(f"/entreprises/{key}/photos", data={"photos-4": (BytesIO(jpeg()), "ecran.jpg")})
    assert kept.status_code == 303
    refused = client.post(f"/entreprises/{key}/photos", data={"photos-2": (BytesIO(b"rien"), "x.jpg")})
    assert refused.status_code == 422
    send(client, key, condition="good", lots="shared")

    with app.app_context():
        found = session().exec(select(OfferedItem.item, Photo.id).join(Photo)).all()
        assert [item for item, _photo in found] == ["ecran-ordinateur"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("siret", "732 829 320 00075", "un chiffre est faux"),
        ("siret", "732829320", "C'est un SIREN"),
        ("siret", "73282932O00074", "Un SIRET compte 14 chiffres"),
        ("company", "12345", "Écrivez un nom"),
        ("company", "contact@exemple.fr", "Écrivez un nom"),
        ("company", "", "Indiquez le nom"),
        ("kind", "", "Choisissez ce que vous êtes"),
        ("rappel", "x", "Videz ce champ"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    client: FlaskClient, field: str, typed: str, said: str
) -> None:
    answer = client.post("/entreprises", data=WHO | {field: typed})

    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert "Anne Exemple" in answer.text


def test_the_same_form_twice_begins_once_and_what_was_typed_is_found_again(
    app: Flask, client: FlaskClient
) -> None:
    first = begin(client, submission_key="a-form-key-of-its-own")
    again = client.post("/entreprises", data=WHO | {"submission_key": "a-form-key-of-its-own"})
    assert again.location == f"/entreprises/{first}/lieux"
    assert "Anne Exemple" in client.get(f"/entreprises/{first}").text
    with app.app_context():
        assert len(session().exec(select(Consignment)).all()) == 1


def test_what_is_not_sent_is_forgotten_and_what_is_sent_is_not(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    begun = begin(client)
    bring(client, begun, INVENTORY)
    sent = begin(client, submission_key="another-form-of-theirs")
    bring(client, sent, INVENTORY)
    send(client, sent, condition="good", lots="shared")

    clock.advance(days=8)
    act(app, clock, service.forget)

    assert client.get(f"/entreprises/{begun}/lieux").status_code == 404
    assert client.get(f"/entreprises/{sent}/envoye").status_code == 200
    with app.app_context():
        assert [each.consignment_id for each in session().exec(select(Listing))] == [
            session().exec(select(Consignment.id)).one()
        ]


def test_after_the_retention_period_nothing_tells_who_gave(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    key = begin(client)
    bring(client, key, INVENTORY)
    send(client, key, condition="good", lots="shared")
    clock.advance(days=15)
    act(app, clock, forget_unconfirmed)

    with app.app_context():
        [row] = session().exec(select(Consignment)).all()
        assert (
            row.company,
            row.siret,
            row.contact_name,
            row.contact_email,
            row.contact_phone,
            row.sites,
        ) == ("", "", "", "", "", [])
        assert {(offer.site, offer.site_contact, offer.street) for offer in offers()} == {("", "", "")}
    assert client.get(f"/entreprises/{key}/envoye").status_code == 404


def test_an_address_that_confirms_nothing_is_written_to_no_more(app: Flask, client: FlaskClient) -> None:
    for number in range(MOST_UNCONFIRMED + 1):
        key = begin(client, submission_key=f"form-number-{number:010d}")
        bring(client, key, INVENTORY)
        said = send(client, key, condition="good", lots="shared")
    assert "attendent déjà une confirmation" in said
    assert len(letters(app)) == MOST_UNCONFIRMED


@pytest.mark.parametrize(
    "siret", ["35600000000048", "356 000 000 00006", "73282932000074", "732.829.320.00074"]
)
def test_a_siret_is_known_by_its_key(siret: str) -> None:
    assert tidy(siret) == re.sub(r"[ .]", "", siret)


@given(st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_makes_no_siret(at: int, more: int) -> None:
    sound = "73282932000074"
    wrong = f"{sound[:at]}{(int(sound[at]) + more) % 10}{sound[at + 1 :]}"

    with pytest.raises(SiretError):
        tidy(wrong)
