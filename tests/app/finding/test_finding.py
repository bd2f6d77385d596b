"""A coordinator finds who telephoned, by whatever is said: the same rows on both databases."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel

from app.db import session, transaction
from app.finding.queries import find
from app.forgetting import forget
from app.models import Committee, Donor, Need, Offer, OfferedItem, Organisation
from app.models.states import Findable, OfferState
from tests.app.indexed import written_along, written_anew
from tests.builders import Builder
from tests.conftest import MOMENT


def found(app: Flask, typed: str) -> dict[str, list[int]]:
    """The numbers of what is found, by kind; kinds without any are left out."""
    with app.app_context():
        pages = find(session(), typed)
        return {kind.value: sorted(page.rows) for kind, page in pages.items() if page.rows}


@pytest.mark.parametrize(
    "typed",
    [
        "jean-francois", "JEAN-FRANÇOIS", "Jean François", "jeanfrancois", "jean‑françois", "franc jean", "lukasz",
        "anne-marie", "d’exemple", "d'exemple", "dexemple", "ANNE MARIE D EXEMPLE", "anne-marie d’exemple", "ŁUKASZ",
    ],
)  # fmt: skip
def test_search_a_name_whatever_its_case_accents_apostrophes_and_spaces(
    app: Flask, build: Builder, typed: str
) -> None:
    donor, other = build.donor(name="Jean-François Łukasz"), build.donor(name="Anne-Marie d’Exemple")
    offers, theirs = [build.offer(donor), build.offer(donor)], build.offer(other)
    build.offer(build.donor(name="Frank Jeanneret"))

    assert found(app, typed) in (
        {"donor": [donor.id], "offer": [offer.id for offer in offers]},
        {"donor": [other.id], "offer": [theirs.id]},
    )


@pytest.mark.parametrize(
    "typed",
    [
        "0600000083", "06 00 00 00 83", "06.00.00.00.83", "06-00-00-00-83", "06/00/00/00/83", "+33600000083",
        "+33 (0)6 00 00 00 83", "0033 6 00 00 00 83", "33600000083", "600000083", "00 00 83", "0083", "00 00 00 83 martine",
        "+223 20 22 33 44", "20223344", "00223 20 22", "07 11 22 33 44", "0711223344",
    ],
)  # fmt: skip
def test_telephone_by_any_of_its_digits_however_they_are_parted(
    app: Flask, build: Builder, typed: str
) -> None:
    donor = build.donor(name="Martine", phone="06 00 00 00 83 (le soir) / 07 11 22 33 44 / +223 20 22 33 44")
    offer = build.offer(donor)
    build.donor(phone="06 00 00 00 38")

    assert found(app, typed) == {"donor": [donor.id], "offer": [offer.id]}


def test_a_number_that_was_left_with_an_offer_finds_the_offer(app: Flask, build: Builder) -> None:
    offer = build.offer(contact_name="Paul Exemple", contact_phone="06 11 22 33 44")

    assert found(app, "0611223344") == found(app, "paul exemple") == {"offer": [offer.id]}


def test_whatever_else_is_said_finds_it(app: Flask, build: Builder) -> None:
    donor = build.donor(name="Ada", email="ada.exemple@Menuiserie.example", company="Menuiserie Hêtre & Fils")
    offer = build.offer(donor, reference="DK7F3QXM", commune="Saint-Étienne", postal_code="42000")
    article = build.offered_item(offer, item="refrigerateur", description="Whirlpool, blanc")
    organisation = build.organisation(name="Secours d'ici")
    committee = build.committee(
        organisation_id=organisation.id, name="Épicerie de l’Haÿ", commune="L'Haÿ-les-Roses", postal_code="94240",
        email="lhay@secours.example", phone="01 40 00 00 07",
    )  # fmt: skip
    need = build.need(committee, item="machine-coudre", description="pour l'atelier")
    match = build.match(article, need)
    build.match(build.offered_item(item="livres"), build.need(item="livres"))
    gift = {"offer": [offer.id], "match": [match.id]}
    donation = {"donor": [donor.id], **gift}
    asked = {"need": [need.id], "match": [match.id]}
    there = {**asked, "committee": [committee.id]}
    expected = {
        "ada.exemple@menuiserie.example": donation,
        "Ada.Exemple@": donation,
        "@menuiserie.example": donation,
        "menuiserie hetre": donation,
        "dk7f3qxm": gift,
        "DK7F": gift,
        "saint-etienne": gift,
        "st étienne": gift,
        "42000": gift,
        "réfrigérateur": gift,
        "frigo": gift,
        "frijo": gift,
        "électroménager": {**gift, **asked},
        "fridge": gift,
        "whirlp": gift,
        "frigo ada": gift,
        "frigo st etienne": gift,
        "ada l'hay": {"match": [match.id]},
        "machine a coudre": asked,
        "machine a coudr": asked,
        "atelier": asked,
        "epicerie": there,
        "lhay": there,
        "94240": there,
        "secours d’ici": there,
        "lhay@secours.example": {"committee": [committee.id]},
        "01 40 00 00 07": {"committee": [committee.id]},
        f"n° {match.id}": {"match": [match.id]},
        "ada vienne": {},
        "%": {},
        "_": {},
        "": {},
        "’": {},
        "\x00": {},
        "a" * 500: {},
        "0" * 500: {},
        "@": {},
    }

    assert {typed: found(app, typed) for typed in expected} == expected


def test_whole_words_stand_before_beginnings(app: Flask, build: Builder) -> None:
    jean = build.donor(name="Jean Petit")
    for name in ("Jeanne Petit", "Jean Petitjean", "Jeannette Petitot"):
        build.donor(name=name)

    with app.app_context():
        [page] = find(session(), "jean petit", [Findable.DONOR], size=2).values()

    assert page.rows[0] == jean.id
    assert page.total == 4


def test_what_is_corrected_added_or_taken_away_is_found_by_what_it_says_now(
    app: Flask, build: Builder
) -> None:
    donor, other = build.donor(name="Ancien"), build.donor(name="Autre")
    offer = build.offer(donor)
    article = build.offered_item(offer, item=None, description="bidule")
    need = build.need(build.committee(name="Vieux"))

    with app.app_context(), transaction() as work:
        work.get_one(Donor, donor.id).name = "Nouveau"
        work.get_one(OfferedItem, article.id).item = "chaise"
        work.get_one(Committee, need.committee_id).name = "Neuf"
    assert found(app, "ancien") == found(app, "vieux") == {}
    assert found(app, "nouveau chaise") == {"offer": [offer.id]}
    assert found(app, "neuf")["need"] == [need.id]

    with app.app_context(), transaction() as work:
        work.get_one(Offer, offer.id).donor_id = other.id
        work.delete(work.get_one(OfferedItem, article.id))
    assert found(app, "nouveau") == {"donor": [donor.id]}
    assert found(app, "autre") == {"donor": [other.id], "offer": [offer.id]}
    assert found(app, "bidule") == {}


def test_who_was_merged_is_found_as_whom_he_is_now(app: Flask, build: Builder) -> None:
    kept, part = build.donor(name="Ada Exemple"), build.donor(name="A. Exemple", phone="06 00 00 00 83")
    with app.app_context(), transaction() as work:
        work.get_one(Donor, part.id).merged_into_id = kept.id
    assert found(app, "0600000083") == found(app, "exemple") == {"donor": [kept.id]}

    with app.app_context(), transaction() as work:
        work.get_one(Donor, part.id).merged_into_id = None
    assert found(app, "0600000083") == {"donor": [part.id]}


def test_who_is_forgotten_is_found_no_more(app: Flask, build: Builder) -> None:
    donor = build.donor(name="Ada Exemple", phone="06 00 00 00 83", email="ada@essai.example")
    offer = build.offer(donor, state=OfferState.CLOSED, contact_name="Ada", reference="DAAA")
    build.offered_item(offer, item="chaise", description="de ma tante Zoé")

    with app.app_context(), transaction() as work:
        forget(work, [offer.id], MOMENT)

    assert [
        found(app, typed) for typed in ("ada", "exemple", "0600000083", "essai.example", "zoé", "oublie")
    ] == [{}] * 6
    assert found(app, "chaise") == found(app, "daaa") == {"offer": [offer.id]}


def test_words_are_written_with_every_column_that_gives_them(app: Flask, build: Builder) -> None:
    """After a change of each column the index is what it would be if it were made anew."""
    offer = build.offer()
    build.offered_item(offer)
    need = build.need()
    texts: dict[type[SQLModel], tuple[str, ...]] = {
        Donor: ("name", "company", "email", "phone"),
        Offer: ("reference", "contact_name", "contact_company", "contact_phone", "commune", "postal_code"),
        OfferedItem: ("item", "description"),
        Need: ("item", "description"),
        Committee: ("name", "commune", "postal_code", "email", "phone"),
        Organisation: ("name",),
    }
    for model, columns in texts.items():
        for column in columns:
            with app.app_context(), transaction() as work:
                row = work.execute(sa.select(model)).scalars().first()
                setattr(
                    row,
                    column,
                    "04 78 00 00 09" if "phone" in column else f"mot{column.replace('_', '')[:6]}",
                )
            assert written_along(app) == written_anew(app), (model, column)
    assert need.id
