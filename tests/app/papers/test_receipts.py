"""What a donor asks a tax receipt with, how an association numbers and settles it, and that the portal issues none."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.forgetting import forget
from app.models import Consignment, Match, Offer, Organisation, OutboxMessage, Receipt
from app.models.states import GiverKind, MatchState, ReceiptState, Role
from app.papers import service
from app.papers.rules import known, rule
from app.papers.service import ReceiptDraft, ReceiptError, ReceiptRefusal
from app.transitions import DONOR, Actor
from tests.app.offers.test_following import link
from tests.app.papers.gift import Gift, read, said, words
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock, SignIn, act
from tests.reading import plain

ISSUES: dict[str, object] = {
    "receipts": True, "kind": "interet-general", "registered_as": "W691234567", "seat": "1 rue du Siège, 69001 Lyon", "purpose": "Venir en aide",
}  # fmt: skip
WHO = {"name": "Łucja Exemple", "street": "2 rue du Don", "postal_code": "69700", "commune": "Givors"}
LIST = "/coordination/recus-fiscaux"


@pytest.fixture
def gift(app: Flask, build: Builder) -> Gift:
    return Gift(app, build, ISSUES)


@pytest.fixture
def desk(app: Flask, build: Builder, sign_in: SignIn) -> FlaskClient:
    client = app.test_client()
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def ask_page(gift: Gift, number: int) -> str:
    return f"{link(gift.app, gift.offer)}/recu/{number}"


def values(gift: Gift, number: int, *euros: str) -> dict[str, str]:
    with gift.app.app_context(), transaction() as current:
        query = select(Match.id).where(Match.handover_id == number).order_by(Match.offered_item_id)  # type: ignore[arg-type]
        return dict(zip((f"value_{key}" for key in current.exec(query)), euros, strict=True))


def asked(gift: Gift, client: FlaskClient, number: int, **more: str) -> Receipt:
    sent = client.post(ask_page(gift, number), data={**WHO, **values(gift, number, "125,50", "10"), **more})
    assert sent.status_code == 303, plain(sent.text)
    return receipts(gift.app)[-1]


def receipts(app: Flask) -> list[Receipt]:
    with app.app_context(), transaction() as current:
        found = list(current.exec(select(Receipt).order_by(Receipt.id)))  # type: ignore[arg-type]
        current.expunge_all()
    return found


sqlite = pytest.mark.databases("sqlite")


@sqlite
def test_nobody_is_offered_what_an_association_does_not_say_it_may_issue(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    gift = Gift(app, build)
    number = gift.arrives()

    assert "reçu fiscal" not in said(client, link(app, gift.offer)).lower()
    assert client.get(ask_page(gift, number)).status_code == 404
    assert not gift.association.receipts, "off until somebody says so"


@sqlite
def test_a_donor_asks_at_their_own_valuation_and_a_coordinator_finds_the_data_and_no_receipt(
    client: FlaskClient, desk: FlaskClient, gift: Gift
) -> None:
    number = gift.arrives()
    tracking = link(gift.app, gift.offer)
    assert "Demander un reçu fiscal" in said(client, tracking)
    page = said(client, ask_page(gift, number))
    for code in ("eligibilite-particulier", "valeur-particulier", "formulaire-particulier"):
        assert plain(rule(code)) in page

    receipt = asked(gift, client, number)

    assert (receipt.cents, receipt.number, receipt.year) == (12550 + 3 * 1000, None, 2026)
    assert "Reçu fiscal</a> : demandé" in said(client, tracking)
    waiting = said(desk, "/coordination/a-faire")
    assert "Reçu fiscal pour le don du 21 novembre 2026" in waiting
    assert f'href="{LIST}/{receipt.id}"' in desk.get("/coordination/a-faire").text
    assert "155,50 €" in said(desk, LIST)
    page, file = said(desk, f"{LIST}/{receipt.id}"), read(desk, f"{LIST}/{receipt.id}.pdf")
    for text in (page, words(file)):
        for expected in (
            "Données pour le reçu fiscal – à vérifier et à signer par l'association", "Ce document n'est pas un reçu fiscal", "N° d'ordre : à donner",
            "Secours d'exemple", "W691234567", "1 rue du Siège, 69001 Lyon", "Venir en aide", "Œuvre ou organisme d'intérêt général",
            "Łucja Exemple", "2 rue du Don, 69700 Givors", "*** 155,50 € ***", "21 novembre 2026", "Lave-linge", "Don en nature",
            "11580*05", "article 1740 A", "30 novembre 2026",
        ):  # fmt: skip
            assert expected in text, expected


@sqlite
def test_what_was_typed_is_kept_and_asked_for_in_words(client: FlaskClient, gift: Gift) -> None:
    number = gift.arrives()
    sent = {**WHO, "street": "", **values(gift, number, "beaucoup", "")}

    page = client.post(ask_page(gift, number), data=sent)

    assert page.status_code == 422
    text = plain(page.text)
    assert "adresse complète" in text
    assert "Écrivez un montant en euros" in text
    assert "Écrivez ce que vaut une pièce" in text
    assert 'value="beaucoup"' in text
    nothing = client.post(ask_page(gift, number), data={**WHO, **values(gift, number, "0", "0")})
    assert "sans valeur" in plain(nothing.text)
    assert receipts(gift.app) == []


@sqlite
def test_the_record_tells_the_value_that_was_declared_then(client: FlaskClient, gift: Gift) -> None:
    number = gift.arrives()
    asked(gift, client, number)

    assert "155,50 € de valeur déclarée par le donateur" in said(client, gift.path(number))


def prepared(gift: Gift, app: Flask, clock: FrozenClock, receipt: Receipt) -> Receipt:
    account = gift.build.account(Role.COORDINATOR)
    act(app, clock, lambda session, now: service.prepare(session, receipt.id, Actor.account(account.id), now))
    return next(each for each in receipts(app) if each.id == receipt.id)


def more_gifts(app: Flask, build: Builder, first: Gift, count: int, clock: FrozenClock) -> list[int]:
    """As many trips to the same committee, each with a receipt asked for; the numbers of those."""
    found = []
    for _ in range(count):
        item = build.offered_item(build.offer())
        match = build.match(item, build.need(first.committee), state=MatchState.COMPLETED)
        build.handover(match, starts_at=MOMENT)
        draft = ReceiptDraft("Une personne", "1 rue", "69700", "Givors", {match.id: 500})
        done: Any = act(
            app, clock, lambda session, now, match=match, draft=draft: service.ask(session, match.handover_id, draft, {match.id: "Lave-linge"}, DONOR, now).id
        )  # fmt: skip
        found.append(done)
    return found


def test_two_who_prepare_at_once_do_not_get_one_number_and_the_series_has_no_gap(
    app: Flask, build: Builder, gift: Gift, clock: FrozenClock
) -> None:
    keys, together = more_gifts(app, build, gift, 4, clock), Barrier(4)
    account = build.account(Role.COORDINATOR)

    def one(key: int) -> None:
        together.wait()
        act(app, clock, lambda session, now: service.prepare(session, key, Actor.account(account.id), now))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, keys))

    assert sorted(each.number or 0 for each in receipts(app)) == [1, 2, 3, 4]


@sqlite
def test_each_association_and_year_counts_for_itself_and_a_refused_number_stays(
    app: Flask, client: FlaskClient, build: Builder, desk: FlaskClient, gift: Gift, clock: FrozenClock
) -> None:
    other = Gift(app, build, ISSUES)
    mine = asked(gift, client, gift.arrives())
    theirs = asked(other, client, other.arrives())
    assert [prepared(gift, app, clock, each).number for each in (mine, theirs)] == [1, 1]
    desk.post(f"{LIST}/{mine.id}/refuser", data={"note": "Valeur à revoir."})

    [next_one] = more_gifts(app, build, gift, 1, clock)
    following = next(each for each in receipts(app) if each.id == next_one)
    assert prepared(gift, app, clock, following).number == 2
    with app.app_context(), transaction() as current:
        row = current.get_one(Receipt, next_one)
        row.year, row.given_on, row.number = 2027, date(2027, 1, 2), None
    asked(gift, client, mine.handover_id)  # again, with other figures
    assert prepared(gift, app, clock, mine).number == 1


def corrected(app: Flask, number: int, pieces: int) -> None:
    """The committee says that this many of the four came."""
    with app.app_context(), transaction() as current:
        for match in current.exec(select(Match).where(Match.handover_id == number, Match.quantity == 4)):
            match.received_quantity = pieces


@sqlite
def test_a_receipt_of_a_report_that_was_corrected_since_is_not_handed_over_and_one_that_was_warns(
    app: Flask, client: FlaskClient, desk: FlaskClient, gift: Gift
) -> None:
    number = gift.arrives()
    receipt = asked(gift, client, number)
    page = f"{LIST}/{receipt.id}"
    desk.post(f"{page}/preparer")
    corrected(app, number, 1)

    assert "L'association a remis son reçu" not in said(desk, page)
    desk.post(f"{page}/remis")
    assert receipts(app)[-1].state is ReceiptState.PREPARED

    corrected(app, number, 3)
    desk.post(f"{page}/remis")
    assert receipts(app)[-1].state is ReceiptState.HANDED_OVER
    corrected(app, number, 1)
    assert "a changé après la remise" in said(desk, page)


@sqlite
def test_a_report_that_was_corrected_since_stops_the_receipt(
    app: Flask, client: FlaskClient, desk: FlaskClient, gift: Gift, clock: FrozenClock
) -> None:
    number = gift.arrives()
    receipt = asked(gift, client, number)
    corrected(app, number, 1)

    with pytest.raises(ReceiptError) as refused:
        prepared(gift, app, clock, receipt)

    assert refused.value.code is ReceiptRefusal.CHANGED
    assert "Le compte rendu a changé depuis la demande" in said(desk, f"{LIST}/{receipt.id}")
    asked(gift, client, number)
    assert prepared(gift, app, clock, receipt).number == 1


@sqlite
def test_a_coordinator_prepares_and_says_it_was_handed_over_and_the_donor_sees_it(
    client: FlaskClient, desk: FlaskClient, gift: Gift
) -> None:
    receipt = asked(gift, client, gift.arrives())
    page = f"{LIST}/{receipt.id}"

    desk.post(f"{page}/preparer")
    assert "2026-0001" in words(read(desk, f"{page}.pdf"))
    assert "signe le reçu" in said(client, ask_page(gift, receipt.handover_id))
    desk.post(f"{page}/remis")

    assert "dit vous avoir remis son reçu" in said(client, ask_page(gift, receipt.handover_id))
    assert "Reçu fiscal pour" not in said(desk, "/coordination/a-faire")
    history = said(desk, f"/coordination/offres/{receipt.offer_id}")
    for deed in ("Reçu fiscal demandé", "Données du reçu fiscal préparées", "Reçu fiscal remis au donateur"):
        assert deed in history


@sqlite
def test_a_refusal_is_told_to_the_donor_with_its_reason_who_may_ask_again(
    app: Flask, client: FlaskClient, desk: FlaskClient, gift: Gift
) -> None:
    receipt = asked(gift, client, gift.arrives())
    assert desk.post(f"{LIST}/{receipt.id}/refuser", data={"note": ""}).status_code == 422

    desk.post(f"{LIST}/{receipt.id}/refuser", data={"note": "Cette valeur est trop haute."})

    with app.app_context(), transaction() as current:
        [letter] = current.exec(select(OutboxMessage).where(OutboxMessage.message == "receipt_refused"))
        assert "Cette valeur est trop haute." in letter.body_text
        assert "Pas de reçu fiscal" in plain(letter.subject)
    assert "Cette valeur est trop haute." in said(client, ask_page(gift, receipt.handover_id))
    assert asked(gift, client, receipt.handover_id).state is ReceiptState.ASKED


@sqlite
def test_a_company_is_asked_what_its_form_asks_and_a_public_body_is_not_offered_any(
    app: Flask, client: FlaskClient, build: Builder, desk: FlaskClient
) -> None:
    company = Gift(app, build, ISSUES, company="Société Exemple")
    number = company.arrives()
    wrong = client.post(
        ask_page(company, number), data={**WHO, **values(company, number, "1", "1"), "siret": "123"}
    )
    assert "quatorze chiffres" in plain(wrong.text)
    for none in ("00000000000000", "73282932000075"):
        wrong = client.post(
            ask_page(company, number), data={**WHO, **values(company, number, "1", "1"), "siret": none}
        )
        assert "Ce SIRET n'existe pas" in plain(wrong.text)
    receipt = asked(company, client, number, siret="732 829 320 00074", legal_form="SAS")
    text = words(read(desk, f"{LIST}/{receipt.id}.pdf"))
    for expected in (
        "2041-MEC-SD",
        "Société Exemple",
        "SAS",
        "732 829 320 00074",
        "238 bis",
        "coût de revient",
    ):
        assert expected in text

    public = Gift(app, build, ISSUES, company="Mairie d'exemple")
    with app.app_context(), transaction() as current:
        sent = Consignment(key="k" * 20, kind=GiverKind.LOCAL, company="Mairie d'exemple", started_at=MOMENT)
        current.add(sent)
        current.flush()
        current.get_one(Offer, public.offer.id).consignment_id = sent.id
    assert client.get(ask_page(public, public.arrives())).status_code == 404


@sqlite
def test_the_file_has_what_the_form_asks_and_says_that_nothing_was_issued(
    client: FlaskClient, desk: FlaskClient, gift: Gift
) -> None:
    receipt = asked(gift, client, gift.arrives())
    desk.post(f"{LIST}/{receipt.id}/preparer")

    rows = list(
        csv.reader(StringIO(desk.get(f"{LIST}/fichier?annee=2026").text.lstrip("\ufeff")), delimiter=";")
    )

    row = dict(zip(rows[0], rows[1], strict=True))
    assert plain(row["Numéro d’ordre"]) == "2026-0001"
    assert row["Montant en euros"] == "155,5"
    assert (row["Date du don"], row["SIREN ou RNA"], row["Formulaire"]) == (
        "2026-11-21",
        "W691234567",
        "11580",
    )
    assert (row["Donateur"], row["Code postal"]) == ("Łucja Exemple", "69700")
    assert "3 × Chaise" in row["Description"]
    assert "n'émet aucun reçu" in plain(str(rows[-2:]))
    assert desk.get(f"{LIST}/fichier?annee=2025").text.count("\n") == 4, (
        "headings, a blank line and the notes"
    )
    assert desk.get(f"{LIST}/fichier?format=ods").data[:2] == b"PK"


@sqlite
def test_an_association_that_says_it_may_issue_them_says_all_that_the_form_asks(
    app: Flask, desk: FlaskClient, build: Builder
) -> None:
    row = build.organisation()
    page = f"/coordination/associations/{row.slug}/modifier"
    assert plain(rule("amende")) in said(desk, page)

    missing = desk.post(page, data={"name": row.name, "receipts": "y", "registered_as": "12"})

    assert missing.status_code == 422
    assert "numéro RNA" in plain(missing.text)
    assert plain(missing.text).count("aucun reçu n'est valable") >= 3
    told = {name: str(value) for name, value in ISSUES.items() if name != "receipts"}
    assert desk.post(page, data={"name": row.name, "receipts": "y", **told}).status_code == 303
    with app.app_context(), transaction() as current:
        assert current.get_one(Organisation, row.id).receipts


@sqlite
def test_forgetting_takes_who_gave_and_leaves_number_and_sum(
    app: Flask, client: FlaskClient, gift: Gift
) -> None:
    receipt = asked(gift, client, gift.arrives())
    with app.app_context(), transaction() as current:
        forget(current, [gift.offer.id], MOMENT)

    [left] = receipts(app)
    assert (left.name, left.street, left.postal_code, left.lines) == ("", "", "", [])
    assert left.cents == receipt.cents


def test_every_rule_names_its_source_and_date() -> None:
    for code, each in known()["rules"].items():
        assert all(each[name] for name in ("said", "in_english", "source", "date", "address")), code
    assert isinstance(known()["checked"]["on"], date)
