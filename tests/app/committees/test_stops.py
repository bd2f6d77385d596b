"""« Ne plus nous proposer ceci »: the rule, the needs and what waits for an answer in one act, its effect said first, taken back
within a week."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.models import Account, Committee, Decision, Match, Need
from app.models.states import MatchState, NeedState, Part, Reason, Verb
from tests.app.committees.pages import plain
from tests.app.committees.test_routes import read
from tests.app.offers.steps import words
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

STOP = "/mon-comite/ne-plus-proposer/lave-linge"


def stop(client: FlaskClient, **changed: Any) -> Any:
    [form] = [each for each in Reader(client.get(STOP).text).forms if "ne-plus-proposer" in each.action]
    sent = {name: value for name, value in (form.filled() | changed).items() if value}
    return client.post(STOP, data=sent, follow_redirects=True)


def states(app: Flask, model: type[Any], *rows: Any) -> list[Any]:
    with app.app_context():
        return [session().get_one(model, row.id).state for row in rows]


def tell(app: Flask, committee: Committee, **columns: Any) -> None:
    with app.app_context(), transaction() as current:
        row = current.get_one(Committee, committee.id)
        for name, value in columns.items():
            setattr(row, name, value)


def lists(app: Flask) -> tuple[list[str], list[str]]:
    committee = read(app)
    return committee.refuses, committee.takes


def test_what_it_would_change_is_read_before_anything_is_changed(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    tell(app, committee, refuses=["canape"])
    need, wider = build.need(committee, quantity=3), build.need(committee, item="electromenager", quantity=3)
    for one in (need, wider):
        build.match(need=one, state=MatchState.APPROVED)
    build.match(need=need, state=MatchState.PROPOSED)
    assert "Ne plus nous proposer ceci" in plain(client.get("/mon-comite").text)

    page = words(client.get(STOP))

    assert "Rien n'est encore enregistré" in page
    assert "(sauf : canapé et lave-linge)" in page
    assert "Vous déclinez du même geste ces 2 dons, qui attendent votre réponse" in page
    assert "Une proposition qu'un coordinateur examine est retirée." in page
    assert "3 × Lave-linge, déclaré le 23 novembre 2026" in page
    assert lists(app) == (["canape"], [])


def test_one_act_refuses_the_item_withdraws_its_needs_and_declines_what_waits(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    tell(app, committee, refuses=["canape"])
    need, wider = build.need(committee, quantity=3), build.need(committee, item="electromenager", quantity=3)
    other = build.need(committee, item="chaise")
    waits = build.match(need=need, state=MatchState.APPROVED)
    wide = build.match(need=wider, state=MatchState.APPROVED)
    chair = build.match(build.offered_item(item="chaise"), other, state=MatchState.APPROVED)
    proposed = build.match(need=need, state=MatchState.PROPOSED)
    stranger = build.match(state=MatchState.APPROVED)

    after = plain(stop(client).text)

    assert "C'est noté : nous ne vous proposerons plus « Lave-linge »" in after
    assert "vous pouvez y revenir pendant une semaine" in after
    assert "« Lave-linge » ne vous est plus proposé depuis le lundi 23 novembre" in after
    assert lists(app) == (["canape", "lave-linge"], [])
    assert states(app, Match, waits, wide, proposed) == [
        MatchState.DECLINED,
        MatchState.DECLINED,
        MatchState.SUPERSEDED,
    ]
    assert states(app, Match, chair, stranger) == [MatchState.APPROVED] * 2
    assert states(app, Need, need, wider, other) == [NeedState.WITHDRAWN, NeedState.OPEN, NeedState.OPEN]
    with app.app_context():
        declined = (
            session()
            .exec(select(Decision).where(Decision.match_id == waits.id, Decision.verb == Verb.DECLINE))
            .one()
        )
        assert (declined.reason, declined.account_id) == (Reason.OTHER, member.id)
        assert plain(declined.note) == "Le comité ne prend plus : Lave-linge"
        rules = session().exec(select(Decision).where(Decision.committee_id == committee.id)).one()
        assert rules.data["changes"] == {"refuses": [["canape"], ["canape", "lave-linge"]]}
    assert "Vos règles le disent déjà" in words(client.get(STOP))

    clock.advance(days=6)
    back = plain(
        client.post(f"/mon-comite/ne-plus-proposer/{rules.id}/reprendre", follow_redirects=True).text
    )

    assert "« Lave-linge » peut de nouveau vous être proposé" in back
    assert lists(app) == (["canape"], [])
    assert states(app, Need, need) == [NeedState.OPEN]
    assert states(app, Match, waits) == [MatchState.DECLINED]
    again = plain(
        client.post(f"/mon-comite/ne-plus-proposer/{rules.id}/reprendre", follow_redirects=True).text
    )
    assert "Ce n'est plus à reprendre d'ici" in again


def test_needs_stay_where_they_are_not_ticked_and_what_is_promised_goes_on(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    kept, promised = build.need(committee), build.need(committee)
    fixed = build.match(need=promised, state=MatchState.SCHEDULED)

    stop(client, withdraws=None)
    assert states(app, Need, kept, promised) == [NeedState.OPEN] * 2
    stop(client, withdraws=["y"])

    assert states(app, Need, kept, promised) == [NeedState.WITHDRAWN, NeedState.OPEN]
    assert states(app, Match, fixed) == [MatchState.SCHEDULED]
    assert "Rien ne manque 1 pièce promise" in words(client.get("/mon-comite/besoins"))


@pytest.mark.parametrize(
    ("takes", "refuses", "after"),
    [
        ([], [], (["lave-linge"], [])),
        (["meubles", "lave-linge"], [], ([], ["meubles"])),
        (["electromenager"], [], (["lave-linge"], ["electromenager"])),
        (["electromenager", "lave-linge"], [], (["lave-linge"], ["electromenager"])),
        (["lave-linge"], [], None),
        ([], ["electromenager"], None),
        ([], ["lave-linge"], None),
        (["meubles"], [], None),
    ],
)
def test_the_item_joins_what_is_refused_or_leaves_what_is_taken(
    app: Flask,
    client: FlaskClient,
    committee: Committee,
    member: Account,
    takes: list[str],
    refuses: list[str],
    after: Any,
) -> None:
    """To take nothing more of a list would mean to take everything."""
    tell(app, committee, takes=takes, refuses=refuses)
    page = words(client.get(STOP))
    if after is None:
        assert "Ne plus nous le proposer" not in page
        said = words(client.post(STOP, follow_redirects=True))
        assert "Vos règles le disent déjà" in said or "vous ne prenez que cela" in said
        assert lists(app) == (refuses, takes)
        return

    stop(client)

    assert lists(app) == after
    with app.app_context():
        number = session().exec(select(Decision.id).where(Decision.committee_id == committee.id)).one()
    client.post(f"/mon-comite/ne-plus-proposer/{number}/reprendre")
    assert (lists(app)[0], set(lists(app)[1])) == (refuses, set(takes))


def test_it_can_be_taken_back_for_a_week_and_while_the_rules_still_say_it(
    app: Flask, client: FlaskClient, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    stop(client)
    assert "Le reprendre" in words(client.get("/mon-comite"))
    tell(app, committee, refuses=[])
    assert "Le reprendre" not in words(client.get("/mon-comite"))
    tell(app, committee, refuses=["lave-linge"])

    clock.advance(days=8)

    assert "Le reprendre" not in words(client.get("/mon-comite"))
    with app.app_context():
        number = session().exec(select(Decision.id).order_by(col(Decision.id).desc())).first()
    client.post(f"/mon-comite/ne-plus-proposer/{number}/reprendre")
    assert lists(app) == (["lave-linge"], [])


def take_again(app: Flask, client: FlaskClient) -> str:
    with app.app_context():
        [number] = [each.id for each in session().exec(select(Decision)) if "stopped" in each.data]
    path = f"/mon-comite/ne-plus-proposer/{number}/reprendre"
    return plain(client.post(path, follow_redirects=True).text)


def test_needs_come_back_as_they_were_and_those_withdrawn_on_purpose_stay_so(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    paused, given_up = build.need(committee, state=NeedState.PAUSED), build.need(committee)
    stop(client)
    client.post(f"/besoins/{given_up.id}/retablir")
    client.post(f"/besoins/{given_up.id}/retirer")

    back = take_again(app, client)

    assert "peut de nouveau vous être proposé" in back
    assert "Le besoin retiré est revenu dans votre liste." in back
    assert states(app, Need, paused, given_up) == [NeedState.PAUSED, NeedState.WITHDRAWN]


@pytest.mark.parametrize(
    ("before", "between", "said"),
    [
        ({"refuses": ["electromenager"]}, {}, "refusent « Électroménager »"),
        ({"takes": ["meubles"]}, {}, "ne prennent que d'autres articles"),
        ({}, {"refuses": ["electromenager", "lave-linge"]}, "refusent « Électroménager »"),
    ],
)
def test_what_the_rules_refuse_all_the_same_is_not_said_to_be_offered_again(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    member: Account,
    before: Any,
    between: Any,
    said: str,
) -> None:
    tell(app, committee, **before)
    need = build.need(committee)
    after = plain(stop(client).text)
    assert "vous pouvez y revenir pendant une semaine" in after
    assert "Le reprendre" in after
    assert ("Un besoin a été retiré le lundi 23 novembre, avec « Lave-linge »" in after) == bool(before)
    tell(app, committee, **between)

    back = take_again(app, client)

    assert "« Lave-linge » ne vous est toujours pas proposé" in back
    assert said in back
    assert "peut de nouveau" not in back
    assert states(app, Need, need) == [NeedState.OPEN]
    assert "Le reprendre" not in back


def test_proposals_made_by_hand_go_too_and_nothing_is_promised_that_is_not_so(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    member: Account,
    clock: FrozenClock,
) -> None:
    tell(app, committee, refuses=["electromenager"])
    need, coordinator = build.need(committee, quantity=3), build.account()
    by_hand = build.match(need=need, state=MatchState.PROPOSED, by_hand_id=coordinator.id)
    fresh = build.match(need=need, state=MatchState.APPROVED, approved_at=clock())

    after = plain(stop(client).text)

    assert states(app, Match, by_hand, fresh) == [MatchState.SUPERSEDED, MatchState.APPROVED]
    assert "Un don qu'un coordinateur vient de vous attribuer peut encore vous parvenir." in after
    assert "Vos règles le disaient déjà." in after
    assert "y revenir" not in after
    assert "Le reprendre" not in after


def test_who_may_change_the_rules_may_stop_and_nobody_else(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn
) -> None:
    match = build.match(need=build.need(committee), state=MatchState.APPROVED)
    for part in (Part.DECLARES, Part.RECEIVES, Part.READER):
        sign_in(client, build.account(committee=committee, part=part))
        for page in ("/mon-comite", "/mon-comite/besoins", f"/mon-comite/dons/{match.id}"):
            assert "Ne plus nous proposer ceci" not in words(client.get(page))
        assert client.get(STOP).status_code == 403
        assert client.post(STOP).status_code == 403
    sign_in(client, build.account(committee=committee, part=Part.MEMBER))
    for page in ("/mon-comite", "/mon-comite/besoins", f"/mon-comite/dons/{match.id}"):
        assert "Ne plus nous proposer ceci" in words(client.get(page))
    other = build.committee(slug="ailleurs")
    assert client.get(f"{STOP}?comite={other.slug}").status_code == 404
    assert client.get("/mon-comite/ne-plus-proposer/rien-de-tel").status_code == 404


def test_a_page_that_has_grown_old_declines_nothing(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee)
    [form] = [each for each in Reader(client.get(STOP).text).forms if "ne-plus-proposer" in each.action]
    late = build.match(need=need, state=MatchState.APPROVED)

    answer = client.post(STOP, data=form.filled())

    assert answer.status_code == 409
    assert states(app, Match, late) == [MatchState.APPROVED]
    assert lists(app) == ([], [])
