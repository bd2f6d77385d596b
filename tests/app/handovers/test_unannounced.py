"""What nobody had announced, corrected later: nothing that nobody offered or asked for is on offer or open."""

import pytest
from flask import Flask
from sqlmodel import col, select

from app.db import transaction
from app.handovers import reporting
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.unannounced import Unannounced
from app.matches.queries.engine import read_board
from app.models import Match, Need, Offer, OfferedItem
from app.models.states import Aside, Condition, NeedState, OfferState, Reason, Side
from app.transitions import COMMITTEE
from tests.app.handovers.trip import Company
from tests.builders import Builder
from tests.conftest import FrozenClock

GONE_AGAIN = (OfferState.CLOSED, Aside.WITHDRAWN, NeedState.WITHDRAWN)
HERE = (OfferState.CLOSED, None, NeedState.MET)


@pytest.fixture
def company(app: Flask, clock: FrozenClock, build: Builder) -> Company:
    """Four lamps came beside the three articles of a trip, and all of the offer is over."""
    company = Company(app, clock, build)
    company.fix()
    company.clock.advance(days=3)
    tell(company, HandoverReport(Says.YES, extra=Unannounced("Lampe", 4, Condition.GOOD, "lampe")))
    return company


def tell(company: Company, said: HandoverReport) -> None:
    company.do(reporting.report, company.ids[0], Side.COMMITTEE, said, COMMITTEE)


def last_match(company: Company) -> int:
    with company.app.app_context(), transaction() as session:
        return session.exec(select(Match.id).order_by(col(Match.id).desc())).first() or 0


@pytest.mark.parametrize(
    ("corrections", "stands", "lamps"),
    [
        ([Received(0, reason=Reason.OTHER)], GONE_AGAIN, 4),
        ([Received(2, Condition.GOOD)], HERE, 2),
        ([Received(2, Condition.GOOD, gone=2)], HERE, 2),
        ([Received(7, Condition.GOOD)], HERE, 7),
        ([Received(4, Condition.FOR_PARTS, meets_need=False)], HERE, 4),
        ([Received(0, reason=Reason.OTHER), Received(3, Condition.GOOD)], HERE, 3),
    ],
    ids=["none", "fewer", "fewer-the-rest-gone", "more", "worse", "none-then-some"],
)
def test_what_was_not_announced_and_is_corrected_leaves_nothing_on_offer_or_open(
    company: Company,
    corrections: list[Received],
    stands: tuple[OfferState, Aside | None, NeedState],
    lamps: int,
) -> None:
    extra = last_match(company)
    for received in corrections:
        company.clock.advance(minutes=1)
        tell(company, HandoverReport(Says.YES, {extra: received}))

    with company.app.app_context(), transaction() as session:
        match = session.get_one(Match, extra)
        item, need = session.get_one(OfferedItem, match.offered_item_id), session.get_one(Need, match.need_id)
        offer = session.get_one(Offer, item.offer_id)
        assert (offer.state, item.aside, need.state) == stands
        assert (item.quantity, need.quantity) == (lamps, lamps)
        board = read_board(session, company.clock())
        assert str(item.id) not in {each.id for each in board.offers}
        assert str(need.id) not in {each.id for each in board.needs}
