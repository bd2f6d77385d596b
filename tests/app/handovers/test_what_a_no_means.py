"""A no does what its reason says, and says so beside the reason, whichever door it came by."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.holding import hold_matches
from app.joining import join
from app.matches.queries.engine import read_board
from app.models import Match, Need, Offer, OfferedItem, OutboxMessage
from app.models.states import Aside, MatchState, NeedState, Reason, Role
from app.web.links import Purpose, path_of
from tests.app.offers.steps import words
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def match(app: Flask, build: Builder, clock: FrozenClock) -> Match:
    """Approved; the committee asks for two, of which this is one, and the other of the two articles stays on offer."""
    offer = build.offer()
    build.offered_item(offer, item="refrigerateur")
    made = build.match(
        build.offered_item(offer), build.need(quantity=2), state=MatchState.APPROVED, approved_at=clock()
    )
    with app.app_context(), transaction() as current:
        join(current, hold_matches(current, [made.id]), current.get_one(Match, made.id), clock())
    return made


def kept(app: Flask, match: Match) -> tuple[MatchState, Aside | None, NeedState]:
    with app.app_context():
        now = session().get_one(Match, match.id)
        item, need = session().get_one(OfferedItem, now.offered_item_id), session().get_one(Need, now.need_id)
        return now.state, item.aside, need.state


def proposed_again(app: Flask, match: Match, clock: FrozenClock) -> bool:
    """Whether a plan may pair the two once more."""
    with app.app_context():
        board = read_board(session(), clock())
    pair = (str(match.offered_item_id), str(match.need_id))
    both = pair[0] in {each.id for each in board.offers} and pair[1] in {each.id for each in board.needs}
    return both and pair not in {(each.offer, each.need) for each in board.barred}


def donor_link(app: Flask, match: Match, clock: FrozenClock, purpose: Purpose = Purpose.DONOR_ANSWER) -> str:
    with app.app_context():
        item = session().get_one(OfferedItem, match.offered_item_id)
        donor = session().get_one(Offer, item.offer_id).donor_id
    subject = match.id if purpose is Purpose.DONOR_ANSWER else item.offer_id
    return path_of(purpose, app.extensions["links"].token(purpose, subject, f"donor:{donor}", clock()))


@pytest.fixture(params=["link", "telephone"])
def says_no(
    request: pytest.FixtureRequest,
    app: Flask,
    build: Builder,
    match: Match,
    clock: FrozenClock,
    sign_in: SignIn,
) -> Callable[[Reason], str]:
    """The donor's no by one of its doors; what the page then says."""
    client, path = app.test_client(), donor_link(app, match, clock)
    if request.param == "telephone":
        sign_in(client, build.account(Role.COORDINATOR))
        path = f"/coordination/rapprochements/{match.id}/donateur"

    def no(reason: Reason) -> str:
        answer = client.post(f"{path}/non", data={"reason": reason.value}, follow_redirects=True)
        return words(answer)

    return no


@pytest.mark.parametrize("reason", [Reason.GIVEN_ELSEWHERE, Reason.CHANGED_MIND])
def test_what_is_gone_or_kept_is_offered_to_nobody(
    app: Flask, match: Match, says_no: Callable[[Reason], str], clock: FrozenClock, reason: Reason
) -> None:
    told = says_no(reason)

    assert kept(app, match) == (MatchState.DECLINED, Aside.WITHDRAWN, NeedState.OPEN)
    assert not proposed_again(app, match, clock)
    assert "est retiré" in told
    with app.app_context():
        assert len(read_board(session(), clock()).offers) == 1, "the other article stays"

    app.test_client().post(
        f"{donor_link(app, match, clock, Purpose.TRACK_OFFER)}/articles/{match.offered_item_id}/remettre"
    )

    assert kept(app, match)[1] is None
    assert proposed_again(app, match, clock), "it was not this committee that was refused"


@pytest.mark.parametrize("reason", [Reason.TOO_FAR, Reason.NOT_THEM, Reason.NOT_NOW, Reason.OTHER])
def test_any_other_no_leaves_it_to_others_and_bars_the_pair(
    app: Flask, match: Match, says_no: Callable[[Reason], str], clock: FrozenClock, reason: Reason
) -> None:
    says_no(reason)

    assert kept(app, match) == (MatchState.DECLINED, None, NeedState.OPEN)
    assert not proposed_again(app, match, clock)
    with app.app_context():
        assert len(read_board(session(), clock()).offers) == 2
        [letter] = session().exec(
            select(OutboxMessage.body_text).where(col(OutboxMessage.party).startswith("committee"))
        )
    if reason is Reason.NOT_THEM:
        assert "Le donateur préfère donner à quelqu’un d’autre" in letter


@pytest.mark.parametrize(("others", "state"), [(False, NeedState.WITHDRAWN), (True, NeedState.PAUSED)])
def test_a_committee_that_needs_it_no_more_closes_its_need_and_can_undo(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    match: Match,
    clock: FrozenClock,
    others: bool,
    state: NeedState,
) -> None:
    with app.app_context():
        need = session().get_one(Need, match.need_id)
    if others:
        build.match(build.offered_item(), need, state=MatchState.ACCEPTED)
    proposed = build.match(build.offered_item(), need)
    token = app.extensions["links"].token(
        Purpose.COMMITTEE_ANSWER, match.id, f"committee:{need.committee_id}", clock()
    )
    path = path_of(Purpose.COMMITTEE_ANSWER, token)

    page = words(client.post(f"{path}/decliner", data={"reason": "no_longer_needed"}, follow_redirects=True))

    assert kept(app, match) == (MatchState.DECLINED, None, state)
    assert kept(app, proposed)[0] is MatchState.SUPERSEDED
    assert "Rétablir ce besoin" in page

    client.post(f"{path}/retablir")
    assert kept(app, match)[2] is NeedState.OPEN


def test_each_reason_says_what_follows_before_it_is_chosen(
    app: Flask, client: FlaskClient, build: Builder, match: Match, clock: FrozenClock, sign_in: SignIn
) -> None:
    desk = app.test_client()
    sign_in(desk, build.account(Role.COORDINATOR))
    pages = {
        "link": client.get(donor_link(app, match, clock)),
        "telephone": desk.get(f"/coordination/rapprochements/{match.id}/donateur"),
        "committee": desk.get(f"/mon-comite/dons/{match.id}"),
    }
    for door, page in pages.items():
        reasons = next(
            [one.value for one in form.fields if one.name == "reason"]
            for form in Reader(page.text).forms
            if form.action.endswith(("/non", "/decliner"))
        )
        assert page.text.count('name="reason"') == len(reasons) >= 6, door
        said = words(page)
        if door == "committee":
            assert "Votre besoin est retiré de la liste" in said
            assert "Votre besoin reste ouvert." in said
        else:
            assert "L'article est retiré : il n'est plus proposé à personne." in said
            assert "L'article reste proposé aux autres comités, plus à celui-ci." in said
