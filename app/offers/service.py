"""The verbs of an offer: record, confirm, withdraw, extend, refuse, recognise. None commits.

Rows are locked in the order that all verbs keep: articles, then the offer.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from app.days import day_of
from app.db import among, inserted
from app.finding.service import at_the_end
from app.handovers import service as handovers
from app.holding import hold
from app.many import Outcomes, decided_since, for_each
from app.matches.service import supersede_proposals
from app.models import Decision, Donor, Match, Offer, OfferedItem
from app.models.states import COMMITTED, Aside, MatchState, OfferState, Reason, Side, Verb
from app.offers import kept
from app.offers.drafts import OfferDraft
from app.offers.queries import STANDING
from app.offers.recording import add_articles, new_offer
from app.putting_aside import hold_danger, note_held, put_aside
from app.refusing import RefusedError
from app.transitions import DONOR, Actor, move, note_decision

MOST_UNCONFIRMED = 10
"""Offers that an address may leave unconfirmed within a day. Each is a letter, with words of the sender's choosing, to
somebody who may never have heard of the portal."""

YEAR = timedelta(days=365)
NOTICE = timedelta(days=7)
"""The donor is asked so long before the offer ends."""


class OfferRefusal(StrEnum):
    """Why a verb does not apply to the offer as it is now."""

    OVER = "over"
    PROMISED = "promised"
    """A coordinator has approved a match, and both sides have been written to."""
    UNCONFIRMED = "unconfirmed"
    """Others wait for a confirmation by the same address."""


class OfferError(RefusedError[OfferRefusal]):
    """The verb does not apply."""


def record_offer(session: Session, draft: OfferDraft, now: datetime) -> Offer:
    """Record what the form says, once: the same form sent again gives the offer that the first one made.

    Raises OfferError where the address has MOST_UNCONFIRMED offers to confirm, unless a volunteer records it.
    """
    with at_the_end(session):
        return _record(session, draft, now)


def _record(session: Session, draft: OfferDraft, now: datetime) -> Offer:
    already = _of_submission(session, draft.submission_key)
    if already is not None:
        return already
    donor = _donor_of(session, draft, now)
    if draft.recorded_by_id is None:
        wait_for_confirmation(session, draft.email, now, draft.consignment_id)
    offer = new_offer(draft, donor.id, now)
    if not inserted(session, offer):  # another click was faster
        return _first_one(session, draft.submission_key)
    held = add_articles(session, offer, draft)
    kept.empty(session, draft.submission_key)
    recorder = DONOR if draft.recorded_by_id is None else Actor.account(draft.recorded_by_id)
    note_decision(session, offer, Verb.RECORD, recorder, now)
    if draft.recorded_by_id is not None and draft.spoken:
        _open(session, offer, donor, recorder, now, adopt=draft.stand_in is None)
    if held:
        note_held(session, offer, now)
    return offer


def _of_submission(session: Session, submission_key: str) -> Offer | None:
    return session.exec(select(Offer).where(Offer.submission_key == submission_key)).first()


def _first_one(session: Session, submission_key: str) -> Offer:
    already = _of_submission(session, submission_key)
    if already is None:
        raise RuntimeError("an offer was refused by the database, and not because it is there already")
    return already


def _donor_of(session: Session, draft: OfferDraft, now: datetime) -> Donor:
    """The donor of this address, made if need be. One that exists learns nothing new before it confirms."""
    # Held against being forgotten meanwhile, which would leave the offer without anybody to write to.
    query = select(Donor).where(Donor.email == draft.email).with_for_update(read=True, key_share=True)
    found = session.exec(query).first()
    if found is not None:
        return found
    contact = draft.stand_in or draft.contact
    made = Donor(
        name=contact.name,
        email=draft.email,
        phone=contact.phone,
        company=contact.company,
        language=draft.language,
        created_at=now,
    )
    return made if inserted(session, made) else session.exec(query).one()


def wait_for_confirmation(
    session: Session, email: str, now: datetime, consignment_id: int | None = None
) -> None:
    """Raises OfferError where this address has MOST_UNCONFIRMED offers to confirm, beside this consignment; what was sent at once is
    confirmed at once, and counts once."""
    query = (
        select(func.count(func.coalesce(-col(Offer.consignment_id), col(Offer.id)).distinct()))
        .select_from(Offer)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(
            Donor.email == email,
            Offer.state == OfferState.UNCONFIRMED,
            col(Offer.created_at) > now - timedelta(days=1),
        )
    )
    if consignment_id is not None:
        query = query.where(func.coalesce(col(Offer.consignment_id), 0) != consignment_id)
    if session.exec(query).one() >= MOST_UNCONFIRMED:
        raise OfferError(OfferRefusal.UNCONFIRMED)


def confirm_offer(session: Session, offer_id: int, actor: Actor, now: datetime) -> bool:
    """The address is the donor's: open the offer, and what a company sent with it. False if that was done before. Raises OfferError
    if it is over."""
    offers = [hold_offer(session, each)[0] for each in _sent_with(session, offer_id)]
    waiting = [offer for offer in offers if offer.state is OfferState.UNCONFIRMED]
    offer = next(each for each in offers if each.id == offer_id)
    if offer not in waiting and offer.confirmed_at is None:
        raise OfferError(OfferRefusal.OVER)
    for each in waiting:
        _open(session, each, session.get_one(Donor, each.donor_id), actor, now, adopt=True)
    return offer in waiting


def _sent_with(session: Session, offer_id: int) -> Sequence[int]:
    """The offers of the same consignment and donor, itself among them: an address that is confirmed says nothing of another."""
    sent, donor = session.exec(select(Offer.consignment_id, Offer.donor_id).where(Offer.id == offer_id)).one()
    if sent is None:
        return [offer_id]
    theirs = select(Offer.id).where(Offer.consignment_id == sent, Offer.donor_id == donor)
    return session.exec(theirs.order_by(col(Offer.id))).all()


def _open(session: Session, offer: Offer, donor: Donor, actor: Actor, now: datetime, *, adopt: bool) -> None:
    """`adopt`: what was typed with this offer is what the donor says of itself now."""
    move(session, offer, OfferState.OPEN, Verb.CONFIRM, actor, now)
    offer.confirmed_at, offer.reminded_at = now, None
    donor.confirmed_at = donor.confirmed_at or now
    offer.given_name, offer.given_company = offer.contact_name or donor.name, offer.contact_company
    if adopt:
        donor.name = offer.contact_name or donor.name
        donor.phone = offer.contact_phone or donor.phone
        donor.company = offer.contact_company
        donor.language = offer.contact_language or donor.language
        offer.contact_name = offer.contact_phone = offer.contact_company = ""
        offer.contact_language = None


def withdraw_offer(
    session: Session, offer_id: int, reason: Reason, note: str, actor: Actor, now: datetime
) -> bool:
    """The donor takes the offer back; committees that count on a part of it are told. False if it was over already."""
    offer, items = hold_offer(session, offer_id)
    if offer.state not in STANDING:
        return False
    for match_id in _counted_on(session, items):
        handovers.decline(session, match_id, Side.DONOR, reason, note, actor, now, withdraws=False)
    _give_up(session, offer, items, actor, now)
    move(session, offer, OfferState.WITHDRAWN, Verb.WITHDRAW, actor, now, reason=reason, note=note)
    return True


def withdraw_article(
    session: Session, article_id: int, reason: Reason, note: str, actor: Actor, now: datetime
) -> bool:
    """The donor takes one article back, and keeps offering the others; committees that count on it are told. False if it was so.

    Raises OfferError where the offer is over.
    """
    offer, items = hold_offer(session, session.get_one(OfferedItem, article_id).offer_id)
    if offer.state not in STANDING:
        raise OfferError(OfferRefusal.OVER)
    row = next(item for item in items if item.id == article_id)
    for match_id in _counted_on(session, [row]):
        handovers.decline(session, match_id, Side.DONOR, reason, note, actor, now, withdraws=False)
    return put_aside(session, offer, row, Aside.WITHDRAWN, actor, now, reason=reason, note=note)


def take_back(session: Session, offer_id: int, actor: Actor, now: datetime) -> int:
    """Undo an offer that was recorded by mistake: withdrawn, or, where a committee counts on a part of it, the other articles
    withdrawn from it; how many articles that was."""
    offer, items = hold_offer(session, offer_id)
    if offer.state not in STANDING:
        return 0
    query = select(Match.offered_item_id).where(
        among(Match.offered_item_id, [item.id for item in items]), col(Match.state).in_(COMMITTED)
    )
    promised = set(session.exec(query))
    free = [item for item in items if item.id not in promised and item.aside is None]
    if not promised:
        _give_up(session, offer, items, actor, now)
        move(session, offer, OfferState.WITHDRAWN, Verb.WITHDRAW, actor, now, reason=Reason.CHANGED_MIND)
    else:
        for item in free:
            put_aside(session, offer, item, Aside.WITHDRAWN, actor, now, reason=Reason.CHANGED_MIND)
    return len(free)


def refuse_offer(
    session: Session,
    offer_id: int,
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    together: Collection[int] = (),
) -> bool:
    """A coordinator says no, with a reason that the donor is told. False if it was over already.

    `together` are the offers that the same act refuses: a donor of several is told once. Raises OfferError while a
    committee counts on a part of it.
    """
    offer, items = hold_offer(session, offer_id)
    if offer.state not in STANDING:
        return False
    if _counted_on(session, items):
        raise OfferError(OfferRefusal.PROMISED)
    _give_up(session, offer, items, actor, now)
    data = {"together": sorted(together)} if together else None
    move(session, offer, OfferState.REFUSED, Verb.REFUSE, actor, now, reason=reason, note=note, data=data)
    return True


def _counted_on(session: Session, items: Sequence[OfferedItem]) -> Sequence[int]:
    """The matches by which a committee waits for a part of the offer. The articles are locked: none comes meanwhile."""
    query = select(Match.id).where(
        col(Match.offered_item_id).in_([item.id for item in items]),
        col(Match.state).in_(COMMITTED - {MatchState.COMPLETED}),
    )
    return list(session.exec(query.order_by(col(Match.id))))


def _give_up(
    session: Session, offer: Offer, items: Sequence[OfferedItem], actor: Actor, now: datetime
) -> None:
    """What was only proposed goes off the board."""
    supersede_proposals(session, actor, now, item_ids=[item.id for item in items])
    offer.closed_at = now


def extend_offer(
    session: Session, offer_id: int, actor: Actor, now: datetime, offer_lasts: timedelta
) -> bool:
    """Keep the offer open for as long as a new one would be, from today. False if it stays open longer already."""
    offer, _items = hold_offer(session, offer_id)
    extensible = offer.state in {OfferState.UNCONFIRMED, OfferState.OPEN, OfferState.EXPIRED}
    if not extensible or offer.anonymised_at is not None:
        raise OfferError(OfferRefusal.OVER)
    until = day_of(now, offer.zone) + offer_lasts
    if offer.available_until >= until and offer.state is not OfferState.EXPIRED:
        return False
    data: dict[str, Any] = {"from": offer.available_until.isoformat(), "until": until.isoformat()}
    offer.available_until = max(until, offer.available_until)
    if offer.state is not OfferState.UNCONFIRMED:
        offer.reminded_at = None
    if offer.state is OfferState.EXPIRED:
        move(session, offer, OfferState.OPEN, Verb.EXTEND, actor, now, data=data)
        offer.closed_at = None
    else:
        note_decision(session, offer, Verb.EXTEND, actor, now, data=data)
    return True


def remember_in_a_year(session: Session, offer_id: int, now: datetime, *, wanted: bool) -> None:
    """Whether its donor is written to once more, on the next day that ends a year since it was offered."""
    offer, _items = hold_offer(session, offer_id)
    offer.remember_on = a_year_later(offer, now) if wanted else None


def a_year_later(offer: Offer, now: datetime) -> date:
    """The next day that ends a year since it was offered."""
    day = day_of(offer.created_at, offer.zone) + YEAR
    while day <= day_of(now, offer.zone):
        day += YEAR
    return day


def recognise_article(
    session: Session, offered_item_id: int, item: str | None, actor: Actor, now: datetime
) -> OfferedItem:
    """A coordinator says which item of the catalogue an article is; None: nobody knows yet. Raises OfferError once
    a match is approved."""
    row = session.exec(
        select(OfferedItem)
        .where(OfferedItem.id == offered_item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    offer = session.get_one(Offer, row.offer_id)
    live = session.exec(
        select(Match.id).where(Match.offered_item_id == offered_item_id, col(Match.state).in_(COMMITTED))
    ).first()
    if live is not None:
        raise OfferError(OfferRefusal.PROMISED)
    if row.item != item:
        data = {"offered_item": offered_item_id, "from": row.item, "to": item, "text": row.description[:200]}
        row.item = item
        supersede_proposals(session, actor, now, item_ids=[offered_item_id])
        note_decision(session, offer, Verb.EDIT, actor, now, data=data)
        hold_danger(session, offer, row, now)
    return row


def many(
    session: Session, offer_ids: Collection[int], since: int | None, act: Callable[[int], bool]
) -> Outcomes:
    """One of the verbs above for each of these offers about which nothing was decided after the decision `since`."""
    items = select(OfferedItem.id).where(among(OfferedItem.offer_id, offer_ids))
    held = hold(session, item_ids=session.exec(items))
    late = decided_since(session, Decision.offer_id, held.offers, since)
    return for_each(session, held.offers, late, act)


def hold_offer(session: Session, offer_id: int) -> tuple[Offer, Sequence[OfferedItem]]:
    """The offer and its articles, locked and read anew."""
    items = session.exec(
        select(OfferedItem)
        .where(OfferedItem.offer_id == offer_id)
        .order_by(col(OfferedItem.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    # Not `get(with_for_update=True)`: it refuses a row that changed while the lock was waited for.
    offer = session.exec(
        select(Offer).where(Offer.id == offer_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    return offer, items
