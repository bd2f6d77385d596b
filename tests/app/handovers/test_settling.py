"""The day after: who is asked, what each answer settles, and that quantities add up."""

import pytest

from app.handovers import waiting
from app.handovers.reporting import Received, Says, complete_on_the_donor_s_word
from app.models import Match, OfferedItem
from app.models.states import Condition, MatchState, NeedState, OfferState, Reason, Side
from tests.app.handovers.pair import Pair


@pytest.fixture
def met(pair: Pair) -> Pair:
    """The appointment was two days ago."""
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)
    return pair


def test_the_day_after_both_are_asked_once(pair: Pair) -> None:
    pair.accept(1)
    pair.choose()
    pair.clock.advance(days=1, hours=9)
    assert waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock()) == 0  # the same evening

    pair.clock.advance(hours=15)
    assert waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock()) == 1
    assert waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock()) == 0

    assert pair.letters()[-2:] == [("donor", "did_it_happen"), ("committee", "did_it_happen_committee")]


def test_not_yet_is_asked_again_three_days_later(pair: Pair) -> None:
    pair.accept(1)
    pair.choose()
    pair.clock.advance(days=2)
    waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock())
    pair.clock.advance(days=1)
    assert pair.report(Side.COMMITTEE, Says.NOT_YET) is MatchState.SCHEDULED

    pair.clock.advance(days=2)
    assert waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock()) == 0
    pair.clock.advance(days=1)
    assert waiting.ask_whether_it_happened(pair.session, pair.desk, pair.clock()) == 1


def test_all_received_settles_the_need_and_the_offer(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    state = pair.report(Side.COMMITTEE, Says.YES, Received(2, Condition.GOOD))

    assert state is MatchState.COMPLETED
    assert pair.need.state is NeedState.MET
    assert (pair.offer.state, pair.offer.closed_at) == (OfferState.CLOSED, pair.clock())


def test_less_received_leaves_the_need_open_with_what_remains(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    pair.report(Side.COMMITTEE, Says.YES, Received(1, Condition.FAIR))

    assert pair.state() is MatchState.COMPLETED
    assert pair.need.state is NeedState.OPEN


def test_more_than_announced_is_recorded_and_meets_the_need(met: Pair) -> None:
    met.need.quantity = 3

    met.report(Side.COMMITTEE, Says.YES, Received(3))

    assert (met.match.received_quantity, met.match.quantity) == (3, 2)
    assert (met.need.state, met.offer.state) == (NeedState.MET, OfferState.CLOSED)


def test_no_frees_the_article(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    assert pair.report(Side.COMMITTEE, Says.NO, reason=Reason.NO_SHOW) is MatchState.FAILED
    assert pair.need.state is NeedState.OPEN


def test_the_donor_s_yes_waits_for_the_committee(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    assert pair.report(Side.DONOR, Says.YES) is MatchState.SCHEDULED
    assert pair.match.donor_says == "yes"


def article(pair: Pair, quantity: int) -> OfferedItem:
    """Another article of the same offer."""
    found = OfferedItem(
        offer_id=pair.offer.id,
        position=99,
        item="lave-linge",
        description="Article d'exemple",
        quantity=quantity,
        condition=Condition.GOOD,
    )
    pair.session.add(found)
    pair.session.flush()
    return found


def test_nothing_received_is_no_handover(met: Pair) -> None:
    state = met.report(Side.COMMITTEE, Says.YES, Received(0, reason=Reason.NOT_AS_DESCRIBED))

    assert state is MatchState.FAILED
    assert met.need.state is NeedState.OPEN
    assert met.offer.state is OfferState.OPEN


def test_what_is_only_planned_meets_no_need(met: Pair) -> None:
    met.need.quantity = 4
    another = article(met, quantity=2)
    values = met.match.model_dump(exclude={"id", "offered_item_id", "handover_id"})
    met.session.add(Match(offered_item_id=another.id, **values))

    met.report(Side.COMMITTEE, Says.YES)

    assert met.need.state is NeedState.OPEN


def test_an_offer_stays_open_until_every_article_has_gone(met: Pair) -> None:
    article(met, quantity=1)

    met.report(Side.COMMITTEE, Says.YES)

    assert met.state() is MatchState.COMPLETED
    assert (met.offer.state, met.offer.closed_at) == (OfferState.OPEN, None)


def test_what_was_withdrawn_meanwhile_stays_so_when_the_handover_happens_all_the_same(met: Pair) -> None:
    met.need.state, met.offer.state = NeedState.WITHDRAWN, OfferState.WITHDRAWN

    assert met.report(Side.COMMITTEE, Says.YES) is MatchState.COMPLETED

    assert met.need.state is NeedState.WITHDRAWN
    assert met.offer.state is OfferState.WITHDRAWN


def test_who_has_answered_is_not_asked_any_more_and_once_it_is_settled_nobody_is(met: Pair) -> None:
    waiting.ask_whether_it_happened(met.session, met.desk, met.clock())
    asked = {("donor", "did_it_happen"), ("committee", "did_it_happen_committee")}
    assert asked <= met.waiting_to_leave()

    met.report(Side.COMMITTEE, Says.NOT_YET)
    assert asked & met.waiting_to_leave() == {("donor", "did_it_happen")}

    met.report(Side.COMMITTEE, Says.YES)
    assert asked & met.waiting_to_leave() == set()


def test_the_donor_s_word_alone_settles_nothing_that_the_committee_has_spoken_of(met: Pair) -> None:
    met.report(Side.COMMITTEE, Says.NOT_YET)
    met.report(Side.DONOR, Says.YES)

    assert not complete_on_the_donor_s_word(met.session, met.match_id, met.clock())
    assert met.state() is MatchState.SCHEDULED
