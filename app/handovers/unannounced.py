"""What came beside what was announced: an article, a need that it meets, and a match of both that is over at once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.handovers.trips import Trip
from app.holding import hold
from app.matches.queries import taken_for_needs
from app.models import Decision, Handover, Match, Need, OfferedItem
from app.models.states import COMMITTED, Aside, Condition, MatchState, NeedState, Verb
from app.putting_aside import put_aside
from app.transitions import SYSTEM, Actor, move, note_decision

OF_ITS_OWN = "recu-"
"""So begins the submission key of a need that was made for what came."""


@dataclass(frozen=True, slots=True)
class Unannounced:
    """So many of an article that the committee names; `item` if its words name one of the catalogue."""

    words: str
    quantity: int
    condition: Condition
    item: str | None = None


def hold_needs(session: Session, match_id: int, found: Unannounced) -> None:
    """Lock the needs that it may meet, with the trip's own articles and needs: before the trip's offer, as everybody does."""
    trip = select(Match.handover_id).where(Match.id == match_id).scalar_subquery()
    rows = session.exec(
        select(Match.offered_item_id, Match.need_id, Handover.committee_id)
        .join(Handover, col(Handover.id) == col(Match.handover_id))
        .where(col(Match.handover_id) == trip)
    ).all()
    needs = {need_id for _item, need_id, _committee in rows}
    for committee_id in {committee for *_rest, committee in rows}:
        needs.update(session.exec(_open_needs(committee_id, found)).all())
    hold(session, item_ids=[item for item, *_rest in rows], need_ids=needs)


def _open_needs(committee_id: int, found: Unannounced) -> SelectOfScalar[int]:
    return select(Need.id).where(
        Need.committee_id == committee_id, Need.item == found.item, Need.state == NeedState.OPEN
    )


def record(session: Session, trip: Trip, found: Unannounced, actor: Actor, now: datetime) -> Match:
    """Add it to the trip as received. The caller settles the need."""
    article = _article(session, trip, found)
    need = _need_for(session, trip, found) or _need_of_its_own(session, trip, found, actor, now)
    match = Match(
        offered_item_id=article.id,
        need_id=need.id,
        handover_id=trip.handover.id,
        state=MatchState.COMPLETED,
        quantity=found.quantity,
        transport=trip.handover.transport,
        received_quantity=found.quantity,
        received_condition=found.condition,
        committee_says="yes",
        proposed_at=now,
        approved_at=now,
        donor_answered_at=now,
        committee_answered_at=now,
        closed_at=now,
        came_at=trip.handover.starts_at,
    )
    session.add(match)
    session.flush()
    trip.held.items[article.id], trip.held.needs[need.id] = article, need
    note_decision(session, match, Verb.COMPLETE, actor, now, data={"unannounced": True})
    return match


def is_of_its_own(need: Need) -> bool:
    """Whether nobody had asked for it: it is never open."""
    return need.submission_key.startswith(OF_ITS_OWN)


def correct(session: Session, trip: Trip, lines: Sequence[Match], actor: Actor, now: datetime) -> None:
    """Of these lines, as they have just been corrected: of what nobody had announced there is, and was asked for, what came."""
    told = select(Decision).where(
        col(Decision.match_id).in_([match.id for match in lines]), Decision.verb == Verb.COMPLETE
    )
    extra = {decision.match_id for decision in session.exec(told) if decision.data.get("unannounced")}
    for match in lines:
        if match.id in extra:
            _correct(session, trip, match, actor, now)


def _correct(session: Session, trip: Trip, match: Match, actor: Actor, now: datetime) -> None:
    item, need = trip.held.items[match.offered_item_id], trip.held.needs[match.need_id]
    came = match.received_quantity or 0
    if item.aside in {None, Aside.WITHDRAWN}:
        aside = None if came else Aside.WITHDRAWN
        put_aside(session, trip.held.offer_of(item), item, aside, actor, now)
    if came:
        match.gone_quantity, match.quantity, item.quantity = 0, came, came
    if not is_of_its_own(need):
        return
    if came:
        need.quantity = came
    if came and need.state is NeedState.WITHDRAWN:
        move(session, need, NeedState.MET, Verb.MEET, SYSTEM, now)
    elif not came and need.state is NeedState.MET:
        move(session, need, NeedState.WITHDRAWN, Verb.WITHDRAW, actor, now)


def _article(session: Session, trip: Trip, found: Unannounced) -> OfferedItem:
    of_offer = col(OfferedItem.offer_id) == trip.handover.offer_id
    last = session.exec(select(func.max(OfferedItem.position)).where(of_offer)).one()
    article = OfferedItem(
        offer_id=trip.handover.offer_id,
        position=(last or 0) + 1,
        item=found.item,
        description=found.words,
        quantity=found.quantity,
        condition=found.condition,
    )
    session.add(article)
    session.flush()
    return article


def _need_for(session: Session, trip: Trip, found: Unannounced) -> Need | None:
    """An open need of the committee for just that, with room for it."""
    if found.item is None:
        return None
    ids = session.exec(_open_needs(trip.handover.committee_id, found)).all()
    query = select(Need).where(col(Need.id).in_(ids)).order_by(col(Need.declared_at), col(Need.id))
    needs = session.exec(query).all()
    taken = taken_for_needs(session, [need.id for need in needs], COMMITTED)
    return next(
        (
            need
            for need in needs
            if need.quantity - taken.get(need.id, 0) >= found.quantity
            and found.condition.rank <= need.minimum_condition.rank
        ),
        None,
    )


def _need_of_its_own(session: Session, trip: Trip, found: Unannounced, actor: Actor, now: datetime) -> Need:
    """Nobody had asked for it, and the committee took it: a need that was met as soon as it was known."""
    need = Need(
        committee_id=trip.handover.committee_id,
        state=NeedState.MET,
        item=found.item,
        description=found.words,
        quantity=found.quantity,
        minimum_condition=found.condition,
        submission_key=f"{OF_ITS_OWN}{secrets.token_hex(16)}",
        declared_by_id=actor.account_id,
        declared_at=now,
        confirmed_at=now,
    )
    session.add(need)
    session.flush()
    note_decision(session, need, Verb.DECLARE, actor, now)
    note_decision(session, need, Verb.MEET, SYSTEM, now)
    return need
