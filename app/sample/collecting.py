"""A round that the sample committee is about to propose: gifts that both sides have agreed on, and no hour yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.days import day_of, start_of
from app.hand.judging import Scene
from app.handovers.rounds import planning, queries, service
from app.handovers.rounds.service import RoundDraft
from app.handovers.slots import Span
from app.models import Account, Committee, Decision, Handover, Match, Need, Offer, OfferedItem
from app.models.states import ActorKind, MatchState, OfferState, Transport, Verb
from app.transitions import Actor
from matching.rounds import Route, Stop, Van, follow, left_out

TRIPS, AROUND = 4, 0.2
"""How many, and how far from the committee they go, in degrees."""


def add_round(session: Session, committee: Committee, account: Account, now: datetime) -> None:
    """On the evening of a working day, when some are there and some are not."""
    for offer, item, need in _pairs(session, committee):
        _agree(session, offer, item, need, account, now - timedelta(days=1))
    soon = day_of(now) + timedelta(days=2)
    day = start_of(soon + timedelta(days=8 - soon.isoweekday() if soon.isoweekday() > 5 else 0))
    span = Span(day + timedelta(hours=17, minutes=30), day + timedelta(hours=21))
    this = service.sketch(committee.id, RoundDraft("exemple-tournee", span, 9_000, 40), now)
    found = queries.pickups(session, committee, Span(day, day + timedelta(days=1)), now)
    plan = planning.plan(this, committee, found, None, one_after_the_other, now)
    service.draw_up(session, this, plan, Actor.account(account.id), now)


def one_after_the_other(van: Van, stops: Sequence[Stop]) -> Route:
    """Nobody waits for sample data: the page offers to search for the best order."""
    taken: list[Stop] = []
    for stop in stops:
        if follow(van, [*taken, stop]) is not None:
            taken.append(stop)
    found = follow(van, taken)
    if found is None:
        raise RuntimeError("the sample round keeps no hours")
    return replace(found, left_out=left_out(van, stops, taken))


def _pairs(session: Session, committee: Committee) -> list[tuple[Offer, OfferedItem, Need]]:
    """Articles near the committee that it needs and is to fetch: one of each offer, one for each need."""
    query = (
        select(Offer, OfferedItem, Need)
        .join(OfferedItem, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Need, col(Need.item) == col(OfferedItem.item))
        .where(
            Need.committee_id == committee.id,
            Offer.state == OfferState.OPEN,
            # Of the present alone: what the past left is promised, or answered for, already.
            col(Offer.submission_key).startswith("exemple-"),
            col(Need.submission_key).startswith("exemple-"),
            Offer.delivers_km == 0,
            col(Offer.latitude).between(committee.latitude - AROUND, committee.latitude + AROUND),
            col(Offer.longitude).between(committee.longitude - AROUND, committee.longitude + AROUND),
        )
        .order_by(col(Offer.id), col(OfferedItem.id), col(Need.id))
    )
    found: list[tuple[Offer, OfferedItem, Need]] = []
    for offer, item, need in session.exec(query):
        if all(offer != row[0] and need != row[2] for row in found):
            found.append((offer, item, need))
    return found[:TRIPS]


def _agree(
    session: Session, offer: Offer, item: OfferedItem, need: Need, account: Account, at: datetime
) -> None:
    """A match that both sides have said yes to, as the past would have left it; told to nobody."""
    handover = Handover(
        offer_id=offer.id, committee_id=need.committee_id, uid=f"remise-exemple-{item.id}", created_at=at
    )
    session.add(handover)
    session.flush()
    quantity = min(item.quantity, need.quantity)
    scene = Scene.read(session, at, [item.id], [need.id])
    judged = scene.judged(item.id, need.id)
    if judged is None:
        raise RuntimeError("the sample round collects what is on offer")
    match = Match(
        offered_item_id=item.id, need_id=need.id, handover_id=handover.id, quantity=quantity, state=MatchState.ACCEPTED,
        proposed_at=at, approved_at=at, donor_answered_at=at, committee_answered_at=at, answer_by=at + timedelta(days=6),
        **scene.figures(judged, quantity, 0) | {"by_hand_id": None, "transport": Transport.COMMITTEE_COLLECTS},
    )  # fmt: skip
    session.add(match)
    session.flush()
    steps = (
        (Verb.APPROVE, ActorKind.ACCOUNT, MatchState.PROPOSED, MatchState.APPROVED),
        (Verb.ACCEPT, ActorKind.DONOR, MatchState.APPROVED, MatchState.ACCEPTED),
    )
    for verb, actor, before, after in steps:
        session.add(
            Decision(
                at=at, actor=actor, account_id=account.id if actor is ActorKind.ACCOUNT else None, verb=verb, match_id=match.id,
                from_state=before, to_state=after,
            )
        )  # fmt: skip
