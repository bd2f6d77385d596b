"""An article that is not offered though its offer stands: held back, refused, withdrawn; and offered again. And an offer of which nothing is left.

Whoever calls holds the article and its offer.
"""

from datetime import datetime

from sqlmodel import Session, col, func, select

from app.dangers import to_look_at
from app.matches import queries
from app.matches.service import supersede_proposals
from app.models import Consignment, Offer, OfferedItem
from app.models.states import Aside, MatchState, OfferState, Reason, Verb
from app.public_gifts import above
from app.transitions import SYSTEM, Actor, move, note_decision


def put_aside(
    session: Session,
    offer: Offer,
    row: OfferedItem,
    aside: Aside | None,
    actor: Actor,
    now: datetime,
    *,
    reason: Reason | None = None,
    note: str = "",
) -> bool:
    """Say why an article is not offered, or with None that it is. What is promised of it stands. False where it was so.

    The offer is over where this was the last article to be had and others have been handed over; and no longer where that is offered again.
    """
    if row.aside is aside:
        return False
    if aside is not None:
        supersede_proposals(session, actor, now, item_ids=[row.id])
    data = {
        "offered_item": row.id,
        "text": row.description[:200],
        "item": row.item,
        "aside": [row.aside and row.aside.value, aside and aside.value],
    }
    row.aside = aside
    verb = Verb.PUT_BACK if aside is None else Verb.SET_ASIDE
    note_decision(
        session, offer, verb, actor, now, from_state=offer.state, reason=reason, note=note, data=data
    )
    if aside is None and offer.state is OfferState.CLOSED:
        session.flush()
        settle_offer(session, offer, now, again=True)
    elif aside in {Aside.REFUSED, Aside.WITHDRAWN}:
        session.flush()
        ids = session.exec(select(OfferedItem.id).where(OfferedItem.offer_id == offer.id)).all()
        if queries.taken_from_items(session, ids, [MatchState.COMPLETED], gone=False):
            settle_offer(session, offer, now)
    return True


def needs_a_look(session: Session, offer: Offer, row: OfferedItem, now: datetime) -> bool:
    """Whether a coordinator looks at an article before anybody is offered it: its own words make a danger of it, or bring along what nobody
    may give, or it is worth more than its giver, a public body, may give for nothing."""
    by = session.get(Consignment, offer.consignment_id) if offer.consignment_id and row.unit_value else None
    dear = by is not None and above(by.kind, row.unit_value)
    return dear or to_look_at(row.description, row.item, now.date())


def note_held(session: Session, offer: Offer, now: datetime) -> None:
    """That articles of an offer were held back when it was recorded: one decision, which names the first."""
    held = select(OfferedItem).where(OfferedItem.offer_id == offer.id, col(OfferedItem.aside) == Aside.HELD)
    row = session.exec(held.order_by(col(OfferedItem.position)).limit(1)).first()
    if row is not None:
        others = session.exec(select(func.count()).select_from(held.subquery())).one() - 1
        first = {"offered_item": row.id, "text": row.description[:200], "item": row.item}
        data = {**first, "aside": [None, Aside.HELD.value], "others": others}
        note_decision(session, offer, Verb.SET_ASIDE, SYSTEM, now, from_state=offer.state, data=data)


def hold_danger(session: Session, offer: Offer, row: OfferedItem, now: datetime) -> None:
    """Hold back an article that `needs_a_look` until a coordinator has looked."""
    if row.aside is None and needs_a_look(session, offer, row, now):
        put_aside(session, offer, row, Aside.HELD, SYSTEM, now)


def settle_offer(session: Session, offer: Offer, now: datetime, *, again: bool = False) -> None:
    """An offer is over when every piece of every article has been handed over, or is gone."""
    items = queries.pieces_of_offer(session, offer.id)
    given = queries.taken_from_items(session, list(items), [MatchState.COMPLETED])
    over = all(given.get(item, 0) >= quantity for item, quantity in items.items())
    if offer.state is OfferState.OPEN and over:
        move(session, offer, OfferState.CLOSED, Verb.CLOSE, SYSTEM, now)
        offer.closed_at = now
    elif again and offer.state is OfferState.CLOSED and not over and offer.anonymised_at is None:
        move(session, offer, OfferState.OPEN, Verb.REOPEN, SYSTEM, now)
        offer.closed_at = None
