"""Promise 7: after the retention period nothing tells who gave, and no figure has changed."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, SQLModel, col

from app.db import transaction
from app.figures.brought import brought
from app.figures.months import Period
from app.figures.queries import Extent
from app.forgetting import forget_old
from app.ledger.letters import undeliverable
from app.matches import pairs, queries
from app.matches.queries import board
from app.messages.service import MessageDraft, write
from app.models import Account, Decision, Donor, Match, Offer
from app.models.states import MatchState, OfferState, Reason, Role, Verb
from app.offers.waiting import forget_unconfirmed
from app.transitions import DONOR, Actor, note_decision
from notifications import addresses, outbox
from notifications.models import OutboxMessage, State
from notifications.outcomes import Refused
from notifications.rendered import RenderedMessage
from tests.app.acting import Acting
from tests.builders import Builder
from tests.conftest import FrozenClock, told

YEAR = timedelta(days=365)
SECRETS = (
    "Zébulon",
    "zebulon@",
    "06 99 88 77 66",
    "impasse Secrète",
    "Zébulonnerie",
    "mot de Zébulon",
    "photo-secrete",
)


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def _told_of(session: Session, match: Match, offer: Offer, account: Account, now: datetime) -> None:
    """Decisions and letters that tell of the donor."""
    note_decision(session, match, Verb.COMPLETE, DONOR, now, note="un mot de Zébulon", reason=Reason.OTHER)
    note_decision(session, offer, Verb.EDIT, DONOR, now, data={"text": "mot de Zébulon"})
    approved = note_decision(session, match, Verb.APPROVE, DONOR, now)
    approved.actor, approved.account_id = "account", account.id  # type: ignore[assignment]
    rendered = RenderedMessage(
        "appointment_committee", "Zébulon vient", "zebulon@essai.example", "impasse Secrète"
    )
    for event in (f"match:{match.id}:appointment:0", f"offer:{offer.id}:confirmed"):
        sent = outbox.enqueue(
            session,
            rendered,
            event=event,
            party="donor:1",
            to=outbox.Recipient("Zébulon", "zebulon@essai.example"),
            now=now,
            handover_id=match.handover_id if event.startswith("match") else None,
        )
        assert sent is not None
        sent.state, sent.sent_at = State.SENT, now
    addresses.refuse_address(session, "zebulon@essai.example", "Zébulon unknown", now)


@pytest.fixture
def gift(acting: Acting, build: Builder) -> Match:
    """Everything that can tell of a donor, everywhere it is kept, on an offer that is over."""
    from app.models import Photo

    donor = build.donor(
        name="Zébulon", email="zebulon@essai.example", phone="06 99 88 77 66", company="Zébulonnerie"
    )
    now = acting.clock()
    offer = build.offer(
        donor,
        state=OfferState.CLOSED,
        closed_at=now,
        street="3 impasse Secrète",
        availability="un mot de Zébulon",
        contact_name="Zébulon",
        contact_phone="06 99 88 77 66",
    )
    item = build.offered_item(offer, description="un mot de Zébulon")
    account = build.account(Role.COORDINATOR)
    match = build.match(
        item,
        state=MatchState.COMPLETED,
        approved_at=now,
        closed_at=now,
        inputs={"offer": {"text": "un mot de Zébulon", "item": "lave-linge"}},
    )
    build.handover(
        match, place="3 impasse Secrète", served="Zébulon est ravi", committee_note="chez Zébulon", donor_note="un mot de Zébulon",
        received_quantity=1,
    )  # fmt: skip
    for about in ({"offer_id": offer.id}, {"match_id": match.id}, {"donor_id": donor.id}):
        build.note(account, words="Zébulon rappelle", earlier=[["hier", "chez Zébulon"]], **about)
    build.note(account, words="", earlier=[["hier", "chez Zébulon"]], offer_id=offer.id)
    build.earmark(item, build.committee(), account, note="Zébulon l'a promis")
    with acting.app.app_context(), transaction() as session:
        session.add(
            Photo(
                key="photo-secrete-0123456789",
                submission_key="x",
                offered_item_id=item.id,
                width=1,
                height=1,
                bytes=1,
                created_at=now,
            )
        )
        _told_of(session, session.get_one(Match, match.id), session.get_one(Offer, offer.id), account, now)
    return match


def everything(acting: Acting) -> str:
    """Every value of every table."""
    with acting.app.app_context(), transaction() as session:
        return "\n".join(
            str(tuple(row))
            for table in SQLModel.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )


def figures(acting: Acting, match: Match) -> Any:
    """What the portal counts."""
    with acting.app.app_context(), transaction() as session:
        committee = session.execute(
            sa.text(f"select committee_id from need where id = {match.need_id}")
        ).scalar_one()
        rows = {
            name: session.execute(sa.text(f"select count(*) from {name}")).scalar_one()
            for name in (
                "donor",
                "offer",
                "offered_item",
                "need",
                '"match"',
                "handover",
                "decision",
                "note",
                "outbox_message",
            )
        }
        by_place = session.execute(
            sa.text("select o.commune, i.item, i.condition, o.state, sum(i.quantity) from offer o"
                    " join offered_item i on i.offer_id = o.id group by 1, 2, 3, 4")
        ).all()  # fmt: skip
        reasons = session.execute(
            sa.text("select verb, reason, count(*) from decision group by 1, 2 order by 1, 2")
        ).all()
        return (
            rows,
            [tuple(row) for row in by_place],
            [tuple(row) for row in reasons],
            queries.taken_from_items(session, None),
            queries.taken_for_needs(session, None),
            brought(session, Extent(Period(date(2026, 1, 1), date(2027, 12, 1)), committee)).cuts,
            board.figures(session, acting.clock() - YEAR),
        )


def test_nothing_tells_who_gave_and_every_figure_stays(acting: Acting, gift: Match) -> None:
    assert all(secret in everything(acting) for secret in SECRETS)
    acting.clock.advance(days=364)
    assert acting.do(lambda session, now: forget_old(session, YEAR, now)) == 0
    assert all(secret in everything(acting) for secret in SECRETS)
    before = figures(acting, gift)

    acting.clock.advance(days=1)
    assert acting.do(lambda session, now: forget_old(session, YEAR, now)) == 1
    assert acting.do(lambda session, now: forget_old(session, YEAR, now)) == 0

    kept = everything(acting)
    assert [secret for secret in (*SECRETS, "Zébulon") if secret in kept] == []
    acting.clock.advance(days=-1)
    assert figures(acting, gift) == before


def test_a_donor_with_another_offer_is_still_known(acting: Acting, build: Builder, gift: Match) -> None:
    with acting.app.app_context(), transaction() as session:
        donor_id = session.execute(sa.select(col(Donor.id))).scalars().first()
    build.offered_item(build.offer(donor_id=donor_id))
    acting.clock.advance(days=365)
    acting.do(lambda session, now: forget_old(session, YEAR, now))

    assert acting.row(Donor, donor_id).name == "Zébulon"


def test_a_donor_whose_offers_turned_out_to_be_another_s_is_forgotten(acting: Acting, build: Builder) -> None:
    old = build.donor(name="Zébulon")
    part = build.donor(merged_into_id=build.donor(name="Réunie").id)
    build.offer(part)
    acting.clock.advance(days=364)
    acting.do(lambda session, now: forget_old(session, YEAR, now))
    assert acting.row(Donor, old.id).name == "Zébulon"

    acting.clock.advance(days=1)
    acting.do(lambda session, now: forget_old(session, YEAR, now))

    assert acting.row(Donor, old.id).anonymised_at is not None
    assert acting.row(Donor, part.merged_into_id).name == "Réunie", (
        "what comes in under the other address is theirs"
    )
    assert acting.row(Donor, part.id).name != ""


def test_messages_are_forgotten_with_their_offer_or_when_they_are_old(acting: Acting, build: Builder) -> None:
    account = build.account(Role.COORDINATOR)
    by, draft = Actor.account(account.id), MessageDraft(title="Zébulon ?", words="un mot de Zébulon", key="k")
    donor = build.donor()
    over = build.offer(donor, state=OfferState.CLOSED, closed_at=acting.clock())
    build.offer(donor)
    acting.clock.advance(days=300)
    about_it = replace(draft, key="l", offer_id=over.id)
    for one in (draft, about_it):
        acting.do(
            lambda session, now, one=one: write(session, session.get_one(Donor, donor.id), one, by, now)
        )
    kept = [acting.row(Decision, key) for key in (1, 2)]
    assert [each.note for each in kept] == ["un mot de Zébulon"] * 2

    acting.clock.advance(days=65)
    acting.do(lambda session, now: forget_old(session, YEAR, now))
    kept = [acting.row(Decision, key) for key in (1, 2)]
    assert [(each.note, "title" in each.data) for each in kept] == [("un mot de Zébulon", True), ("", False)]

    acting.clock.advance(days=300)
    acting.do(lambda session, now: forget_old(session, YEAR, now))
    assert acting.row(Decision, 1).note == ""


def test_what_is_not_over_is_not_forgotten_however_old(acting: Acting, build: Builder) -> None:
    offer = build.offer()
    acting.clock.advance(days=1000)
    assert acting.do(lambda session, now: forget_old(session, YEAR, now)) == 0
    assert acting.row(Offer, offer.id).street


def test_accounts_stay_as_they_are(acting: Acting, gift: Match) -> None:
    def accounts() -> list[Any]:
        with acting.app.app_context(), transaction() as session:
            return [tuple(row) for row in session.execute(sa.text("select * from account"))]

    before = accounts()
    acting.clock.advance(days=400)
    acting.do(lambda session, now: forget_old(session, YEAR, now))
    assert accounts() == before


def test_two_schedulers_forget_once(acting: Acting, gift: Match) -> None:
    acting.clock.advance(days=365)
    assert acting.twice_at_once(lambda session, now: forget_old(session, YEAR, now)) == 1
    assert acting.row(Decision, 1).note == ""


def test_letters_that_wait_are_not_emptied(acting: Acting, build: Builder) -> None:
    with acting.app.app_context(), transaction() as session:
        rendered = RenderedMessage("thank_you", "Merci", "texte", "html")
        outbox.enqueue(
            session,
            rendered,
            event="match:1:x",
            party="donor:1",
            to=outbox.Recipient("A", "a@essai.example"),
            now=acting.clock(),
        )
    acting.clock.advance(days=400)
    acting.do(lambda session, now: forget_old(session, YEAR, now))
    with acting.app.app_context(), transaction() as session:
        assert session.execute(sa.select(col(OutboxMessage.body_text))).scalar_one() == "texte"


def test_the_score_of_a_forgotten_gift_can_still_be_computed_again(acting: Acting, build: Builder) -> None:
    """Promise 6 outlives promise 7: no part of the score rests on the donor's words."""
    from app.matches import planning

    item = build.offered_item(build.offer(), description="un mot de Zébulon")
    build.need()
    with acting.app.app_context():
        planning.make_plan(acting.clock())
    with acting.app.app_context(), transaction() as session:
        match = session.execute(sa.select(Match)).scalars().one()
        before = pairs.replay(match)
        match.inputs = {**match.inputs, "offer": {**match.inputs["offer"], "text": ""}}
        assert item.description
        assert pairs.replay(match) == before


def test_a_donor_who_never_confirmed_is_not_kept_in_the_news_of_a_lost_letter(
    acting: Acting, build: Builder
) -> None:
    """A mistyped address is the usual reason: coordinators are told of it by name."""
    build.account(Role.COORDINATOR, password="x")
    donor = build.donor(name="Zébulon", email="zebulon@essai.example")
    offer = build.offer(donor, state=OfferState.UNCONFIRMED, contact_name="Zébulon")
    build.offered_item(offer)

    def lose(session: Session, now: datetime) -> None:
        note_decision(session, session.get_one(Offer, offer.id), Verb.RECORD, DONOR, now)
        told(session)
        (lost,) = outbox.claim(session, "w", 1, now)
        outbox.settle(session, lost, "w", Refused("550 Zébulon unknown", address=True), now, random.Random(1))
        undeliverable(acting.app.extensions["desk"], session, lost, "550 Zébulon unknown", now)

    acting.do(lose)
    assert len(acting.rows()) == 2

    acting.clock.advance(days=15)
    acting.do(forget_unconfirmed)

    assert [secret for secret in SECRETS if secret in everything(acting)] == []
