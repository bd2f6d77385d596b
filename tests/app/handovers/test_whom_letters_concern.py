"""A letter to somebody who stands in says for whom; an answer to it goes to the other side once both know each other."""

import pytest
from sqlmodel import select

from app.handovers.reporting import Says
from app.models import Account, Committee, Donor, OutboxMessage
from app.models.states import Side
from tests.app.handovers.pair import Pair
from tests.builders import Builder


@pytest.fixture
def volunteer(build: Builder) -> Account:
    return build.account()


def letters_by_side(pair: Pair) -> dict[str, list[OutboxMessage]]:
    sides: dict[str, list[OutboxMessage]] = {"donor": [], "committee": []}
    for row in pair.session.exec(select(OutboxMessage)):
        sides[row.party.split(":")[0]].append(row)
    return sides


def through(pair: Pair) -> dict[str, list[OutboxMessage]]:
    """From times to thanks."""
    pair.accept(1)
    pair.choose()
    pair.clock.advance(days=2)
    pair.report(Side.COMMITTEE, Says.YES)
    return letters_by_side(pair)


def test_stand_in_each_letter_names_the_person_and_the_telephone_first(
    volunteer: Account, pair: Pair
) -> None:
    offer = pair.offer
    offer.recorded_by_id, offer.confirmed_at = volunteer.id, pair.clock()
    offer.contact_name, offer.contact_phone = "Paul Exemple", "06 11 22 33 44"

    letters = through(pair)

    assert {row.message for row in letters["donor"]} >= {"times_proposed", "appointment", "thank_you"}
    for row in letters["donor"]:
        plain = row.body_text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
        subject = row.subject.replace("\u00a0", " ").replace("\u202f", " ")
        assert subject.startswith("Pour Paul Exemple, 06 11 22 33 44 : "), row.message
        assert plain.splitlines()[0].endswith("Paul Exemple, 06 11 22 33 44"), row.message
        assert "Paul Exemple" in row.body_html
    assert not any("Pour Paul" in row.subject for row in letters["committee"])


def test_a_donor_s_own_letters_name_nobody_else(pair: Pair) -> None:
    assert not any("Prévenez cette personne" in row.body_text for row in through(pair)["donor"])


def test_an_answer_goes_to_the_other_side_once_both_know_each_other(pair: Pair) -> None:
    committee = pair.session.get_one(Committee, pair.need.committee_id)
    donor = pair.session.get_one(Donor, pair.offer.donor_id)

    letters = through(pair)

    answers = {row.message: row.reply_to for rows in letters.values() for row in rows}
    # The portal of the tests has no contact address; before the appointment nobody is revealed.
    assert answers["times_proposed"] is None
    assert answers["appointment"] == answers["thank_you"] == committee.email
    assert answers["appointment_committee"] == donor.email
