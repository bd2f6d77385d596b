"""The record of a gift and the agreement of a company: what they say, to whom, and that the PDF says what the page says."""

from datetime import timedelta
from io import BytesIO
from resource import RUSAGE_CHILDREN, getrusage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from app.db import transaction
from app.models import Consignment, Donor, Handover, Offer
from app.models.states import GiverKind, MatchState, Role
from app.papers.rules import known
from app.printing import drawing, pdf
from app.printing.paper import Block, Paper
from tests.app.offers.test_following import link
from tests.app.papers.gift import Gift, read, said, words
from tests.builders import Builder
from tests.conftest import MOMENT, SignIn
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")
NO_RECEIPT = "Ce récapitulatif n'est pas un reçu fiscal"


@pytest.fixture
def gift(app: Flask, build: Builder) -> Gift:
    return Gift(app, build)


@pytest.fixture
def of_company(app: Flask, build: Builder) -> Gift:
    return Gift(app, build, company="Société Exemple & Fils")


def test_the_record_says_what_came_by_whom_and_when_and_that_it_is_no_receipt(
    client: FlaskClient, gift: Gift
) -> None:
    number = gift.arrives()
    assert gift.path(number) in client.get(link(gift.app, gift.offer)).text

    page, file = said(client, gift.path(number)), read(client, f"{gift.path(number)}.pdf")

    for text in (page, words(file)):
        for expected in (
            f"Référence {gift.offer.reference}, remise n° {number}", "Łucja Exemple-Œuvré", "Comité de Givors (Secours d'exemple)",
            "21 novembre 2026", "Lave-linge", "Chaise", "125,50 €", "15 kg", "Usé mais utilisable", NO_RECEIPT,
        ):  # fmt: skip
            assert expected in text, expected
        assert "4 pièces" in text, "one machine and three chairs: what came, not what was announced"
    assert file.metadata is not None
    assert file.metadata.title == "Récapitulatif de don"
    assert str(file.root_object["/Lang"]) == "fr"


def test_there_is_no_record_of_what_has_not_come_nor_of_pieces_that_did_not(
    client: FlaskClient, gift: Gift
) -> None:
    coming = gift.goes(MatchState.SCHEDULED, gift.machine)
    nothing = gift.goes(MatchState.COMPLETED, gift.chairs, received_quantity=0)

    for match in (coming, nothing):
        assert client.get(gift.path(match.handover_id or 0)).status_code == 404
    assert "recapitulatif" not in client.get(link(gift.app, gift.offer)).text.replace(
        gift.path(nothing.handover_id or 0), ""
    )


def test_a_record_is_its_donor_s_its_committee_s_and_the_coordinators(
    app: Flask, client: FlaskClient, build: Builder, gift: Gift, sign_in: SignIn
) -> None:
    number, other = gift.arrives(), build.offer()
    assert client.get(gift.path(number, offer=other)).status_code == 404
    path = f"/mon-comite/papiers/{number}/recapitulatif"
    for account, status in (
        (build.account(committee=gift.committee), 200),
        (build.account(committee=build.committee()), 404),
        (build.account(Role.COORDINATOR), 200),
    ):
        reader = app.test_client()
        sign_in(reader, account)
        assert reader.get(path).status_code == status
        assert reader.get(f"{path}.pdf").status_code == status


def test_what_was_forgotten_has_no_papers_any_more(app: Flask, client: FlaskClient, gift: Gift) -> None:
    number = gift.arrives()
    with app.app_context(), transaction() as current:
        current.get_one(Offer, gift.offer.id).anonymised_at = MOMENT

    assert client.get(gift.path(number)).status_code == 404


def test_a_company_s_agreement_names_both_sides_and_is_never_shown_as_signed(
    app: Flask, client: FlaskClient, of_company: Gift
) -> None:
    with app.app_context(), transaction() as current:
        sent = Consignment(
            key="k" * 20, kind=GiverKind.COMPANY, company="Société Exemple & Fils", siret="73282932000074",
            contact_name="Camille Exemple", contact_function="Directrice", started_at=MOMENT,
        )  # fmt: skip
        current.add(sent)
        current.flush()
        current.get_one(Offer, of_company.offer.id).consignment_id = sent.id
    screen = of_company.build.offered_item(
        of_company.offer, item="ordinateur-portable", quantity=2, erased=True
    )
    number = of_company.goes(MatchState.SCHEDULED, of_company.machine).handover_id or 0
    of_company.goes(MatchState.SCHEDULED, screen, quantity=2, handover_id=number)
    path = of_company.path(number, "convention")
    assert path in client.get(link(app, of_company.offer)).text

    page, file = said(client, path), words(read(client, f"{path}.pdf"))

    for text in (page.replace("&amp;", "&"), file):
        for expected in (
            "Société Exemple & Fils", "732 829 320 00074", "Camille Exemple, Directrice", "Secours d'exemple", "Projet à relire, à compléter et à signer",
            "Transport : ", "propriété", "2 lignes", "125,50 €", "pour 1 des 2 lignes", "coût de revient",
            "2 appareils gardent des données. Le donateur déclare les avoir effacées", "Signature :", "Rien n'est signé", "Annexe",
        ):  # fmt: skip
            assert expected in text, expected


def test_a_private_person_is_asked_to_sign_nothing_and_data_are_named_where_there_are_some(
    client: FlaskClient, gift: Gift, of_company: Gift
) -> None:
    assert client.get(gift.path(gift.arrives(), "convention")).status_code == 404
    assert "Données" not in said(client, of_company.path(of_company.arrives(), "convention"))


def test_a_long_agreement_is_drawn_by_a_process_of_its_own_and_says_every_line(
    client: FlaskClient, of_company: Gift
) -> None:
    number = of_company.arrives()
    lines = pdf.LONG + 50
    for at in range(lines):
        item = of_company.build.offered_item(
            of_company.offer, position=at + 10, item=None, description=f"Lampe {at:04d}"
        )
        of_company.goes(MatchState.SCHEDULED, item, handover_id=number)

    with pdf.AT_ONCE:
        later = client.get(f"{of_company.path(number, 'convention')}.pdf")
    assert (later.status_code, later.headers["Retry-After"]) == (503, "60"), "another is being drawn"
    assert "Réessayez dans une minute." in plain(later.text)

    before = getrusage(RUSAGE_CHILDREN).ru_utime
    file = read(client, f"{of_company.path(number, 'convention')}.pdf")
    assert getrusage(RUSAGE_CHILDREN).ru_utime > before, "no worker draws it itself"

    text = words(file)
    assert all(f"Lampe {at:04d}" in text for at in range(lines))
    assert f"1 / {len(file.pages)}" in text
    assert len(file.pages) > 5


def test_a_paper_is_the_same_bytes_again_and_breaks_what_is_too_wide() -> None:
    row = ("W" * 400, "\u4e2d İstanbul\u202e <b>&", "1\u202f250 €")
    blocks = [Block("table", headings=("Article", "Où", "Valeur"), widths=(3, 2, -1), rows=[row] * 3)]
    paper = Paper("Titre", "n° 1", "Référence", "fr", blocks)

    first = pdf.pdf(paper)

    assert first == pdf.pdf(paper)
    text = PdfReader(BytesIO(first)).pages[0].extract_text().replace("\n", "")
    assert "? Istanbul <b>&" in text
    assert text.count("W") >= 1200
    assert max(map(len, drawing.wrapped("W" * 400, 100))) < 20


def test_papers_name_who_gave_whatever_the_same_address_calls_itself_later(
    app: Flask, client: FlaskClient, gift: Gift, of_company: Gift
) -> None:
    private, company = gift.arrives(), of_company.arrives()
    with app.app_context(), transaction() as current:
        for each, named in ((gift, "Entreprise Nouvelle"), (of_company, "")):
            donor = current.get_one(Donor, each.offer.donor_id)
            donor.name, donor.company = "Autre Personne", named

    assert "Łucja Exemple-Œuvré" in said(client, gift.path(private))
    assert client.get(gift.path(private, "convention")).status_code == 404
    assert "Société Exemple" in said(client, of_company.path(company, "convention"))


def test_the_day_of_a_gift_is_not_moved_by_a_time_fixed_for_the_rest(
    app: Flask, client: FlaskClient, gift: Gift
) -> None:
    number = gift.arrives()
    for starts_at in (MOMENT + timedelta(days=12), None):
        with app.app_context(), transaction() as current:
            trip = current.get_one(Handover, number)
            trip.starts_at, trip.ends_at = starts_at, starts_at and starts_at + timedelta(hours=1)
        assert "Remis le</dt><dd>21 novembre 2026<" in said(client, gift.path(number))

    gift.goes(MatchState.COMPLETED, gift.build.offered_item(gift.offer), handover_id=number, came_at=MOMENT)
    assert "Remis le</dt><dd>21 novembre 2026, 23 novembre 2026<" in said(client, gift.path(number))


def test_an_agreement_promises_no_erasing_that_nobody_was_asked_about_or_after_it_came(
    client: FlaskClient, of_company: Gift
) -> None:
    def laptop(erased: bool | None, state: MatchState, trip: int | None = None) -> int:
        item = of_company.build.offered_item(of_company.offer, item="ordinateur-portable", erased=erased)
        return of_company.goes(state, item, **({"handover_id": trip} if trip else {})).handover_id or 0

    came = laptop(False, MatchState.COMPLETED)
    assert "garde des données. L'effacement des données reste à dire." in said(
        client, of_company.path(came, "convention")
    )
    coming = laptop(False, MatchState.SCHEDULED)
    assert "garde des données. Le donateur les efface avant la remise." in said(
        client, of_company.path(coming, "convention")
    )
    for erased in (None, True):
        laptop(erased, MatchState.SCHEDULED, coming)
    page = said(client, of_company.path(coming, "convention"))
    assert (
        "effacées de 1. Le donateur les efface de 1 avant la remise. L'effacement des données de 1 reste à dire."
        in page
    )


def test_an_english_agreement_dates_its_rules_in_english(client: FlaskClient, of_company: Gift) -> None:
    path = of_company.path(of_company.arrives(), "convention")
    page = client.get(path, headers={"Accept-Language": "en"}).text

    assert "since 2017" in page
    assert "depuis 2017" not in page
    assert all(rule["date_in_english"] for rule in known()["rules"].values())
