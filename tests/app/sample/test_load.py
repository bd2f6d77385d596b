"""Sample data: enough to click through, plainly sample, and never beside anything real."""

from datetime import datetime

import pytest
from sqlmodel import Session, col, func, select

from app import sample
from app.handovers.rounds.queries import Standing, drive
from app.models import Action, Committee, Donor, Need, Offer, OfferedItem, Organisation, Round
from app.models.states import OfferState
from tests.conftest import MOMENT


@pytest.fixture
def filled(session: Session) -> Session:
    sample.load(session, MOMENT, "not-a-hash")
    return session


def count(session: Session, model: type) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def test_there_is_enough_to_click_through(filled: Session) -> None:
    assert count(filled, Organisation) >= 5
    assert count(filled, Committee) >= 12
    assert count(filled, Need) == 60
    assert count(filled, Offer) == 152
    assert count(filled, OfferedItem) >= 150
    assert {action.slug for action in filled.exec(select(Action))} == {
        "salle-informatique",
        "multimedia-nioro",
        "premier-envoi-nioro",
        "serveur-partage",
    }


def test_most_of_it_is_recognised_and_some_is_not(filled: Session) -> None:
    for model in (Need, OfferedItem):
        known = filled.exec(select(func.count()).where(col(model.item).is_not(None))).one()
        total = count(filled, model)
        assert 0.9 * total <= known < total, model


def test_names_are_awkward_and_plainly_sample(filled: Session) -> None:
    names = list(filled.exec(select(Donor.name)))

    assert all(any(word in name for word in ("xemple", "مثال", "דוגמה", "Exemple")) for name in names)
    assert any("O'Neill-Ñandú" in name for name in names)
    assert any("🎁" in name for name in names)
    assert any("مثال" in name for name in names)
    addresses = [*filled.exec(select(Donor.email)), *filled.exec(select(Committee.email))]
    assert all(address.endswith(".example") for address in addresses)


def test_some_offers_wait_for_their_address_to_be_confirmed(filled: Session) -> None:
    states = set(filled.exec(select(Offer.state)))

    assert states == {OfferState.OPEN, OfferState.UNCONFIRMED}


def test_a_committee_is_about_to_propose_a_round(filled: Session) -> None:
    (this,) = filled.exec(select(Round))
    found = drive(filled, this)

    assert len(found.stops) >= 2
    assert found.outside
    assert all(line.standing is Standing.TO_ASK for line in found.stops)
    assert this.leaves_at is not None


def test_it_never_joins_anything_real(session: Session) -> None:
    session.add(Organisation(slug="vraie", name="Vraie", created_at=MOMENT))
    session.flush()

    assert not sample.is_empty(session)
    with pytest.raises(sample.NotEmptyError):
        sample.load(session, MOMENT, "not-a-hash")


def test_it_is_the_same_each_time(filled: Session) -> None:
    assert [offer.reference for offer in filled.exec(select(Offer).order_by(col(Offer.id)).limit(2))] == [
        "EX00001",
        "EX00002",
    ]
    assert isinstance(filled.exec(select(Offer.created_at)).first(), datetime)
