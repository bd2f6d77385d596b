"""What a company and a coordinator put right of an offer once it is sent; how coordinators find it."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import session, transaction
from app.listing import service as lists
from app.models import Listing, OfferedItem, Photo
from app.models.states import Aside, OfferState, Role
from app.offers.companies import queries
from app.offers.companies.queries import ArticleStage
from tests.app.needs.test_routes import plain
from tests.app.offers.test_companies import (
    GIVORS,
    INVENTORY,
    articles,
    begin,
    bring,
    letters,
    long_inventory,
    offers,
    path_in,
    send,
)
from tests.app.offers.test_hostile_input import jpeg
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")


def sent(app: Flask, client: FlaskClient, text: str = INVENTORY, **who: str) -> str:
    """The page that follows what was sent and confirmed."""
    key = begin(client, **who)
    bring(client, key, text)
    send(client, key, condition="good", lots="shared")
    client.post(path_in(letters(app)[0]))
    return path_in(letters(app)[-1])


@pytest.fixture
def desk(app: Flask, build: Builder, sign_in: SignIn) -> FlaskClient:
    found = app.test_client()
    sign_in(found, build.account(Role.COORDINATOR))
    return found


def correct(client: FlaskClient, page: str, **said: str) -> str:
    """Send the form of an article with this typed into it."""
    form = client.get(page).text
    assert 'name="articles-0-unit_value"' in form
    typed = {
        "what": "Chaises de bureau", "slot": "0", "quantity": "40", "condition": "good", "divisible": "y", "size": "",
        "unit_value": "35", "unit_weight": "7,5",
    }  # fmt: skip
    data = {f"articles-0-{name}": value for name, value in (typed | said).items()}
    return plain(client.post(page, data=data, follow_redirects=True).text)


def chair(app: Flask) -> OfferedItem:
    with app.app_context():
        return articles()[0]


@pytest.mark.parametrize("kind", ["state", "company"])
def test_a_value_is_corrected_by_who_gave_and_the_ceiling_judged_again(
    app: Flask, client: FlaskClient, kind: str
) -> None:
    follow = sent(app, client, kind=kind)
    found = re.search(
        rf'href="(/offre/suivi/[^"]+/articles/{chair(app).id}/corriger)"', client.get(follow).text
    )
    assert found is not None

    assert "Écrivez le poids d'une pièce" in correct(client, found[1], unit_weight="lourd")
    assert "Écrivez un montant en euros" in correct(client, found[1], unit_value="cher")
    correct(client, found[1], unit_value="350", unit_weight="8,25")

    row = chair(app)
    assert (row.unit_value, row.unit_grams) == (35000, 8250)
    assert row.aside is (Aside.HELD if kind == "state" else None)
    assert ("Sa valeur dépasse ce qu'un organisme public peut donner" in plain(client.get(follow).text)) is (
        kind == "state"
    )


def test_a_coordinator_corrects_a_value_and_what_they_offered_again_stays_so(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    sent(app, client, kind="state")
    page = f"/coordination/articles/{chair(app).id}/corriger"

    correct(desk, page, unit_value="350")
    assert chair(app).aside is Aside.HELD
    assert "valeur d'une pièce : 35 € → 350 €" in plain(
        desk.get(f"/coordination/offres/{chair(app).offer_id}").text
    )
    desk.post(f"/coordination/articles/{chair(app).id}/remettre")
    correct(desk, page, unit_value="350", quantity="30")
    assert (chair(app).aside, chair(app).quantity) == (None, 30)
    correct(desk, page, unit_value="", quantity="30")
    assert chair(app).unit_value is None


def test_nobody_else_is_asked_what_a_piece_is_worth(app: Flask, build: Builder, desk: FlaskClient) -> None:
    item = build.offered_item(build.offer())

    assert "unit_value" not in desk.get(f"/coordination/articles/{item.id}/corriger").text


def test_coordinators_find_a_company_by_what_it_said_and_its_other_sites_from_one(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    sent(app, client)
    with app.app_context():
        north, head = offers()

    for typed in (
        "73282932000074",
        "732 829 320 00074",
        "732829320",
        "Entrepôt nord",
        "06 00 00 00 01",
        "Exemple Logistique",
    ):
        found = desk.get("/coordination/chercher", query_string={"q": typed}, follow_redirects=True)
        assert north.reference in found.text, typed
    for mine, other in ((north, head), (head, north)):
        assert f'href="/coordination/offres/{other.id}"' in desk.get(f"/coordination/offres/{mine.id}").text


def test_a_public_gift_without_a_value_is_marked_for_the_coordinator(
    app: Flask, client: FlaskClient, desk: FlaskClient
) -> None:
    sent(app, client, "Désignation;Quantité;Valeur\nChaises;4;", kind="local")

    assert "plafond de 300 € à vérifier" in plain(
        desk.get(f"/coordination/offres/{chair(app).offer_id}").text
    )


def test_what_is_offered_no_more_is_not_sought(app: Flask, client: FlaskClient, clock: FrozenClock) -> None:
    sent(app, client)
    with app.app_context(), transaction() as current:
        offer = current.get_one(type(offers()[0]), offers()[0].id)
        offer.state = OfferState.WITHDRAWN

    with app.app_context():
        number = session().exec(select(OfferedItem)).first()
        assert number is not None
        followed = queries.followed(session(), offers()[0].consignment_id or 0)
        assert followed is not None
        page = queries.articles(session(), followed, 1, clock(), standing=ArticleStage.SOUGHT)
        assert [given.row.item for given in page.rows] == ["bureau"]


def lines(app: Flask) -> list[tuple[str, str]]:
    """Of each line that is taken, the site and the details."""
    with app.app_context():
        listing = session().exec(select(Listing)).one()
        return [(line.site, line.details) for line in lists.lines(listing) if line.passed is None]


PLACES = "Désignation;Quantité;Emplacement\nChaises;4;{0}\nTables;2;{0}\nLampes;x;{0}\nLits;1;Siège, cave\n"


def test_the_place_that_was_typed_is_kept_where_there_is_one_site(app: Flask, client: FlaskClient) -> None:
    key = begin(client, GIVORS)
    bring(client, key, PLACES.format("Bâtiment B 2e étage").replace("x", "3"))

    assert lines(app) == [
        ("Entrepôt nord", "Bâtiment B 2e étage"),
        ("Entrepôt nord", "Bâtiment B 2e étage"),
        ("Entrepôt nord", "Bâtiment B 2e étage"),
        ("Entrepôt nord", "Siège, cave"),
    ]


def test_a_place_is_asked_about_once_and_its_answer_is_for_all_its_lines(
    app: Flask, client: FlaskClient
) -> None:
    key = begin(client)
    where = bring(client, key, PLACES.format("Bâtiment B"))
    page = plain(client.get(where).text)
    assert page.count("Vous n'avez pas donné de lieu de ce nom") == 1
    assert page.count('<option value="Bâtiment B" selected>') == 2, "no site is chosen for what has no number"

    client.post(where, data={
        "ligne": "2", "article-2": "Chaises", "quantite-2": "4", "precisions-2": "", "valeur-2": "", "poids-2": "", "lieu-2": "Siège",
    })  # fmt: skip

    assert lines(app) == [("Siège", "Bâtiment B")] * 3 + [("Siège", "Siège, cave")]


def test_photos_of_a_lot_go_one_by_one_as_those_of_any_offer(app: Flask, client: FlaskClient) -> None:
    key = begin(client)
    where = bring(client, key, long_inventory(30))
    step = client.post(where, data={"record": "oui"})
    assert step.location == f"/entreprises/{key}/photos", "nobody passes them by unseen"
    inventory = where.rpartition("/")[2]
    page = client.get(f"/entreprises/{key}/photos").text
    for needed in (
        "uploads.js",
        'id="offer-form"',
        f'name="submission_key" value="{inventory}"',
        'data-slot="20"',
        "upload-words",
    ):
        assert needed in page

    def sent(slot: str, under: str = inventory) -> int:
        photo = {"submission_key": under, "slot": slot, "photos": (BytesIO(jpeg()), "lot.jpg")}
        return client.post("/offrir/photos", data=photo).status_code

    assert [sent("25"), sent("60000"), sent("25", "k" * 32), sent("x")] == [200, 400, 400, 400]
    send(client, key, condition="good", lots="shared")
    with app.app_context():
        found = session().exec(select(OfferedItem.description, Photo.id).join(Photo)).all()
        assert ["lot 23" in words for words, _photo in found] == [True]
    assert sent("25") == 400, "what is sent takes no more"


def test_the_summary_shows_what_goes_and_of_how_many_lines_the_value_is_known(client: FlaskClient) -> None:
    key = begin(client, kind="state")
    bring(client, key, INVENTORY.replace("8;60;", "8;;"))

    page = plain(client.get(f"/entreprises/{key}/envoi").text)
    assert "(pour 2 lignes sur 3)" in page
    assert "service ou établissement public de l'État" in page
    assert "12 × Bureau : 450 € la pièce" in page
    english = plain(client.get(f"/entreprises/{key}/envoi?lire_en=en").text)
    assert "€450" in english
