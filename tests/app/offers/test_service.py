"""The verbs of an offer, and who learns what."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, select

from app.db import transaction
from app.forgetting import forget
from app.models import Decision, Donor, Match, Offer, OfferedItem, OutboxMessage
from app.models.states import Condition, Language, MatchState, OfferState, Reason, Role, Verb
from app.offers import service
from app.offers.drafts import ArticleDraft, DonorContact, OfferDraft
from app.offers.service import OfferError, OfferRefusal
from app.places import place
from app.transitions import DONOR, Actor
from tests.builders import Builder
from tests.conftest import OFFER_LASTS, FrozenClock, told


def draft(**changed: Any) -> OfferDraft:
    values: dict[str, Any] = {
        "submission_key": "a" * 32,
        "articles": [
            ArticleDraft(
                slot=0,
                item="chaise",
                description="4 chaises",
                quantity=4,
                condition=Condition.GOOD,
                divisible=True,
            )
        ],
        "contact": DonorContact("Donatrice", "06 12 34 56 78", ""),
        "email": "jeanne@essai.example",
        "language": Language.FRENCH,
        "place": place("69700"),
        "street": "",
        "available_from": date(2026, 11, 23),
        "available_until": date(2027, 1, 22),
        "availability": "",
        "delivers_km": 0,
    }
    return OfferDraft(**values | changed)


def coordinator_of(build: Builder) -> Actor:
    return Actor.account(build.account(Role.COORDINATOR).id)


Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def work(app: Flask) -> Work:
    """A unit of work that is rolled back unless it is committed; to be opened after the rows are built."""

    @contextmanager
    def open_one() -> Iterator[Session]:
        with app.app_context(), transaction() as session:
            yield session

    return open_one


def messages(session: Session) -> list[str]:
    return [str(row.message) for row in told(session).exec(select(OutboxMessage).order_by(OutboxMessage.id))]  # type: ignore[arg-type]


def test_two_offers_of_one_address_have_one_donor(session: Session, clock: FrozenClock) -> None:
    one = service.record_offer(session, draft(), clock())
    two = service.record_offer(session, draft(submission_key="b" * 32), clock())

    assert one.donor_id == two.donor_id
    assert one.reference != two.reference
    assert messages(session) == ["confirm_address", "confirm_address"]


def test_a_stranger_changes_nothing_of_a_donor_before_the_address_is_confirmed(
    work: Work, clock: FrozenClock, build: Builder
) -> None:
    known = build.donor(name="Donatrice", phone="06 00 00 00 00", email="jeanne@essai.example")

    with work() as session:
        typed = draft(contact=DonorContact("Un autre", "07 99", "Société"), language=Language.ENGLISH)
        offer = service.record_offer(session, typed, clock())
        donor = session.get_one(Donor, known.id)
        assert (donor.name, donor.phone, donor.company) == ("Donatrice", "06 00 00 00 00", "")
        assert donor.language == "fr"
        letter = told(session).exec(select(OutboxMessage)).one()
        assert (letter.language, letter.subject) == (
            "en",
            "Please confirm your address so that we can offer your donation",
        )

        service.confirm_offer(session, offer.id, DONOR, clock())
        assert donor.language == "en"
        assert (donor.name, donor.phone, donor.company) == ("Un autre", "07 99", "Société")
        assert (offer.contact_name, offer.contact_phone, offer.contact_company) == ("", "", "")
        assert (offer.given_name, offer.given_company) == ("Un autre", "Société")

        private = service.record_offer(session, draft(submission_key="b" * 32), clock())
        service.confirm_offer(session, private.id, DONOR, clock())
        assert (donor.name, donor.company) == ("Donatrice", ""), (
            "who gives for oneself is no company any more"
        )
        assert (private.given_name, private.given_company) == ("Donatrice", "")
        assert (offer.given_name, offer.given_company) == ("Un autre", "Société")

        forget(session, [offer.id], clock())
        session.refresh(offer)
        assert (offer.given_name, offer.given_company) == ("", "")


def test_what_a_volunteer_heard_is_open_at_once(work: Work, clock: FrozenClock, build: Builder) -> None:
    volunteer = build.account()

    with work() as session:
        offer = service.record_offer(session, draft(recorded_by_id=volunteer.id, spoken=True), clock())

        assert (offer.state, offer.recorded_by_id) == (OfferState.OPEN, volunteer.id)
        assert offer.contact_language is None
        assert messages(session) == ["offer_recorded"]
        verbs = [decision.verb for decision in session.exec(select(Decision).order_by(Decision.id))]  # type: ignore[arg-type]
        assert verbs == [Verb.RECORD, Verb.CONFIRM]


def test_nobody_opens_an_offer_by_ticking_a_box_without_signing_in(
    session: Session, clock: FrozenClock
) -> None:
    assert service.record_offer(session, draft(spoken=True), clock()).state is OfferState.UNCONFIRMED


def test_a_person_without_an_address_keeps_their_name_beside_the_committees(
    work: Work, clock: FrozenClock, build: Builder
) -> None:
    volunteer = build.account()
    stands_in = DonorContact("Comité de Givors", "04 00 00 00 00", "")
    by_committee = {"email": "givors@essai.example", "stand_in": stands_in, "spoken": True}

    with work() as session:
        one = service.record_offer(session, draft(recorded_by_id=volunteer.id, **by_committee), clock())
        two = service.record_offer(
            session,
            draft(
                recorded_by_id=volunteer.id,
                submission_key="b" * 32,
                contact=DonorContact("Donateur", "07 00 00 00 00", ""),
                **by_committee,
            ),
            clock(),
        )

        donor = session.get_one(Donor, one.donor_id)
        assert (donor.name, donor.phone) == ("Comité de Givors", "04 00 00 00 00")
        assert (one.contact_name, two.contact_name, two.contact_phone) == (
            "Donatrice",
            "Donateur",
            "07 00 00 00 00",
        )


def test_a_withdrawn_offer_leaves_the_board_and_tells_who_counted_on_it(
    work: Work, clock: FrozenClock, build: Builder
) -> None:
    offer = build.offer()
    proposed = build.match(build.offered_item(offer))
    approved = build.match(build.offered_item(offer), state=MatchState.APPROVED, approved_at=clock())

    with work() as session:
        assert service.withdraw_offer(session, offer.id, Reason.GIVEN_ELSEWHERE, "", DONOR, clock())

        assert session.get_one(Match, proposed.id).state is MatchState.SUPERSEDED
        assert session.get_one(Match, approved.id).state is MatchState.DECLINED
        assert session.get_one(Offer, offer.id).state is OfferState.WITHDRAWN
        assert messages(session) == ["donor_declined"]
        assert not service.withdraw_offer(session, offer.id, Reason.OTHER, "", DONOR, clock())


def test_an_offer_that_a_committee_counts_on_is_not_refused(
    work: Work, clock: FrozenClock, build: Builder
) -> None:
    offer = build.offer()
    build.match(build.offered_item(offer), state=MatchState.ACCEPTED)
    coordinator = coordinator_of(build)

    with work() as session:
        with pytest.raises(OfferError) as refused:
            service.refuse_offer(session, offer.id, Reason.CONDITION, "", coordinator, clock())

        assert refused.value.code is OfferRefusal.PROMISED
        assert messages(session) == []


@pytest.mark.parametrize(("reason", "letters"), [(Reason.CONDITION, ["offer_refused"]), (Reason.SPAM, [])])
def test_a_refusal_is_told_except_to_who_sends_rubbish(
    work: Work, clock: FrozenClock, build: Builder, reason: Reason, letters: list[str]
) -> None:
    offer = build.offer()
    build.offered_item(offer)
    coordinator = coordinator_of(build)

    with work() as session:
        service.refuse_offer(session, offer.id, reason, "vu", coordinator, clock())

        assert messages(session) == letters


def test_confirming_what_is_over_is_refused(session: Session, clock: FrozenClock) -> None:
    offer = service.record_offer(session, draft(), clock())
    told(session)
    service.withdraw_offer(session, offer.id, Reason.OTHER, "", DONOR, clock())

    with pytest.raises(OfferError):
        service.confirm_offer(session, offer.id, DONOR, clock())

    [letter] = told(session).exec(select(OutboxMessage)).all()
    session.refresh(letter)
    assert letter.state == "cancelled"


def test_extending_twice_on_one_day_extends_once(work: Work, clock: FrozenClock, build: Builder) -> None:
    offer = build.offer(available_until=date(2026, 11, 30))

    with work() as session:
        assert service.extend_offer(session, offer.id, DONOR, clock(), OFFER_LASTS)
        assert not service.extend_offer(session, offer.id, DONOR, clock(), OFFER_LASTS)

        assert session.get_one(Offer, offer.id).available_until == date(2027, 1, 22)


def test_extending_brings_an_expired_offer_back(work: Work, clock: FrozenClock, build: Builder) -> None:
    offer = build.offer(
        state=OfferState.EXPIRED, available_from=date(2026, 9, 1), available_until=date(2026, 10, 1)
    )

    with work() as session:
        assert service.extend_offer(session, offer.id, DONOR, clock(), OFFER_LASTS)

        assert session.get_one(Offer, offer.id).state is OfferState.OPEN


def test_a_recognised_article_takes_its_old_proposals_off_the_board(
    work: Work, clock: FrozenClock, build: Builder
) -> None:
    article = build.offered_item(item="table-basse")
    match = build.match(article)
    coordinator = coordinator_of(build)

    with work() as session:
        service.recognise_article(session, article.id, "chaise", coordinator, clock())

        assert session.get_one(OfferedItem, article.id).item == "chaise"
        assert session.get_one(Match, match.id).state is MatchState.SUPERSEDED
        [edit] = session.exec(select(Decision).where(Decision.verb == Verb.EDIT)).all()
        assert (edit.data["from"], edit.data["to"]) == ("table-basse", "chaise")
