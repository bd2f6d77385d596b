"""What a coordinator puts right in an offer and its articles. Each change keeps what was there before; none undercuts a promise.

None commits. Rows are locked as `app.offers.service` does: articles, then the offer.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.days import day_of
from app.matches.service import supersede_proposals
from app.models import (
    Action,
    Committee,
    Decision,
    Donor,
    Handover,
    Match,
    Need,
    Offer,
    OfferedItem,
)
from app.models.offers import usual_size
from app.models.states import COMMITTED, ActorKind, Aside, MatchState, OfferState, Reason, Size, Verb
from app.offers.addressing import correct_address
from app.offers.drafts import ArticleDraft, DonorContact, OfferCorrection
from app.offers.queries import STANDING
from app.offers.service import hold_offer, wait_for_confirmation
from app.photos.service import attach, forget_of_item
from app.putting_aside import hold_danger, needs_a_look, put_aside
from app.refusing import RefusedError
from app.transitions import DONOR, Actor, note_decision

MOST_ADDRESSES = 3
"""Times that who sent an offer may say that its address was wrong: each sends a letter to whoever has that address."""


class CorrectionRefusal(StrEnum):
    """What stands in the way of a correction; each is a promise but the first."""

    OVER = "over"
    QUANTITY = "quantity"
    ITEM = "item"
    CONDITION = "condition"
    SIZE = "size"
    LOT = "lot"
    DATES = "dates"
    ASIDE = "aside"
    PLACE = "place"
    ADDRESSES = "addresses"
    UNDONE = "undone"
    """There is nothing to undo any more."""


@dataclass(frozen=True, slots=True)
class Promise:
    """So many pieces of an article that a committee counts on, or has received; `largest` is what its van takes, or the action's."""

    match: Match
    need: Need
    committee: Committee
    largest: Size

    @property
    def begun(self) -> bool:
        return self.match.state is not MatchState.COMPLETED


class CorrectionError(RefusedError[CorrectionRefusal]):
    """Nothing was corrected. `promises` are those in the way."""

    def __init__(self, code: CorrectionRefusal, promises: Sequence[Promise] = ()) -> None:
        super().__init__(code)
        self.promises = tuple(promises)


def promises_of(session: Session, item_ids: Collection[int]) -> list[Promise]:
    """What is promised or handed over of these articles. One query."""
    collector = aliased(Committee)
    query = (
        select(
            Match, Need, Committee, func.coalesce(col(collector.largest_size), col(Committee.largest_size))
        )
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Action, col(Action.id) == col(Need.action_id), isouter=True)
        .join(collector, col(collector.id) == col(Action.committee_id), isouter=True)
        .where(col(Match.offered_item_id).in_(item_ids), col(Match.state).in_(COMMITTED))
        .order_by(col(Match.id))
    )
    return [Promise(*row) for row in session.exec(query)]


def contact_of(offer: Offer, donor: Donor) -> DonorContact:
    """Who gives: what was typed with this offer, else what the donor's row says."""
    if _own_contact(offer):
        return DonorContact(offer.contact_name, offer.contact_phone, offer.contact_company)
    return DonorContact(donor.name, offer.contact_phone or donor.phone, donor.company)


def _own_contact(offer: Offer) -> bool:
    """Whether the contact stands in the offer: not confirmed yet, or somebody else reads its letters."""
    return bool(offer.contact_name)


def correct_offer(
    session: Session, offer_id: int, terms: OfferCorrection, actor: Actor, now: datetime
) -> bool:
    """Put right where, when, how and from whom. False where nothing changes. Raises CorrectionError."""
    offer, items = hold_offer(session, offer_id)
    if offer.anonymised_at is not None:
        raise CorrectionError(CorrectionRefusal.OVER)
    _keep_appointments(session, offer, items, terms)
    if actor == DONOR:
        _keep_place(session, offer, items, terms)
    new: dict[str, Any] = {
        "street": terms.street,
        "available_from": terms.available_from,
        "available_until": terms.available_until,
        "availability": terms.availability,
        "delivers_km": terms.delivers_km,
    }
    if terms.place is not None and (terms.place.postal_code, terms.place.commune) != (
        offer.postal_code,
        offer.commune,
    ):
        new |= {"postal_code": terms.place.postal_code, "commune": terms.place.commune}
        offer.latitude, offer.longitude = terms.place.latitude, terms.place.longitude
        offer.approximate = terms.place.approximate
    changes = _set(offer, new)
    if "available_until" in changes and offer.state is OfferState.OPEN:
        offer.reminded_at = None
    if changes.keys() - {"street", "availability"}:
        supersede_proposals(session, actor, now, item_ids=[item.id for item in items])
    contact, along = _correct_contact(session, offer, terms)
    changes |= contact
    if changes:
        note_decision(
            session, offer, Verb.CORRECT, actor, now, from_state=offer.state, data={"changes": changes}
        )
    for other in along:
        address = {"changes": {"email": contact["email"]}}
        note_decision(session, other, Verb.CORRECT, actor, now, from_state=other.state, data=address)
    return bool(changes)


def _keep_appointments(
    session: Session, offer: Offer, items: Sequence[OfferedItem], terms: OfferCorrection
) -> None:
    """The days may not leave out one on which somebody comes."""
    if (terms.available_from, terms.available_until) == (offer.available_from, offer.available_until):
        return
    promises = [each for each in promises_of(session, [item.id for item in items]) if each.begun]
    trips = select(Handover).where(Handover.offer_id == offer.id)
    fixed = {handover.id: handover for handover in session.exec(trips)}
    left_out = [
        each
        for each in promises
        if (handover := fixed.get(each.match.handover_id or 0)) is not None
        and handover.starts_at is not None
        and not terms.available_from <= day_of(handover.starts_at, offer.zone) <= terms.available_until
    ]
    if left_out:
        raise CorrectionError(CorrectionRefusal.DATES, left_out)


def _keep_place(session: Session, offer: Offer, items: Sequence[OfferedItem], terms: OfferCorrection) -> None:
    """A committee counts on it where it is: how far away was part of what it said yes to."""
    if terms.place is None or (terms.place.postal_code, terms.place.commune) == (
        offer.postal_code,
        offer.commune,
    ):
        return
    begun = [each for each in promises_of(session, [item.id for item in items]) if each.begun]
    if begun:
        raise CorrectionError(CorrectionRefusal.PLACE, begun)


def _correct_contact(
    session: Session, offer: Offer, terms: OfferCorrection
) -> tuple[dict[str, list[Any]], Sequence[Offer]]:
    """The address; then what else was corrected, where this offer keeps it or on the row of whoever has it now.

    With the other standing offers whose address was corrected by this.
    """
    donor = _held_donor(session, offer.donor_id)
    shown, said = asdict(contact_of(offer, donor)), asdict(terms.contact)
    new = {name: value for name, value in said.items() if value != shown[name]}
    changes = {name: [shown[name], value] for name, value in new.items()}
    along: Sequence[Offer] = ()
    if terms.email and terms.email != donor.email.lower():
        changes["email"] = [donor.email, terms.email]
        along = correct_address(session, offer, donor, terms)
    _set(offer, {f"given_{name}": value for name, value in new.items() if name != "phone"})
    if _own_contact(offer):
        _set(offer, {f"contact_{name}": value for name, value in new.items()})
    elif new:
        _set(_held_donor(session, offer.donor_id), new)
        if "phone" in new:
            offer.contact_phone = ""
    return changes, along


def readdress(session: Session, offer_id: int, email: str, actor: Actor, now: datetime) -> bool:
    """The address of an offer that nobody has confirmed was wrong, and of what a company sent with it; False where it is this one.

    Raises CorrectionError once it is confirmed or over, or for the fourth time, OfferError where too many wait at that address already.
    """
    offer, _items = hold_offer(session, offer_id)
    if offer.state is not OfferState.UNCONFIRMED:
        raise CorrectionError(CorrectionRefusal.OVER)
    moved = select(Decision).where(
        Decision.offer_id == offer.id, Decision.verb == Verb.CORRECT, Decision.actor == ActorKind.DONOR
    )
    times = sum("email" in each.data.get("changes", {}) for each in session.exec(moved))
    if actor == DONOR and times >= MOST_ADDRESSES:
        raise CorrectionError(CorrectionRefusal.ADDRESSES)
    wait_for_confirmation(session, email, now)
    donor = session.get_one(Donor, offer.donor_id)
    return correct_offer(session, offer_id, standing_terms(offer, donor, email=email), actor, now)


def standing_terms(offer: Offer, donor: Donor, **changed: Any) -> OfferCorrection:
    """What an offer says, but for what is `changed` of it."""
    said: dict[str, Any] = {
        "contact": contact_of(offer, donor),
        "email": donor.email,
        "place": None,
        "street": offer.street,
        "available_from": offer.available_from,
        "available_until": offer.available_until,
        "availability": offer.availability,
        "delivers_km": offer.delivers_km,
    }
    return OfferCorrection(**said | changed)


def _held_donor(session: Session, donor_id: int) -> Donor:
    query = select(Donor).where(Donor.id == donor_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def correct_article(
    session: Session,
    article_id: int,
    draft: ArticleDraft,
    submission_key: str,
    taken_off: Collection[str],
    actor: Actor,
    now: datetime,
) -> bool:
    """Put an article right: its words, what it is, how many, in what state, its photos (`taken_off` are keys).

    The photos that wait under `submission_key` join it. False where nothing changes. Raises CorrectionError.
    """
    offer, row = _hold_article(session, article_id)
    if offer.state not in STANDING or offer.anonymised_at is not None:
        raise CorrectionError(CorrectionRefusal.OVER)
    _keep_promises(row, draft, promises_of(session, [row.id]))
    said = asdict(draft)
    slot = said.pop("slot")
    known = needs_a_look(session, offer, row, now)
    changes = _set(row, said)
    if changes:
        supersede_proposals(session, actor, now, item_ids=[row.id])
    off = forget_of_item(session, row.id, taken_off)
    added = attach(session, submission_key, slot, row.id)
    if off or added:
        changes["photos"] = [f"-{off}", f"+{added}"]
    if changes:
        data = {"offered_item": row.id, "text": row.description[:200], "changes": changes}
        note_decision(session, offer, Verb.CORRECT, actor, now, from_state=offer.state, data=data)
    if not known:
        hold_danger(session, offer, row, now)
    return bool(changes)


def _keep_promises(row: OfferedItem, draft: ArticleDraft, promises: Sequence[Promise]) -> None:
    """What a committee counts on is still there, and still what it asked for."""
    if draft.quantity < sum(each.match.held for each in promises):
        raise CorrectionError(CorrectionRefusal.QUANTITY, promises)
    if promises and draft.item != row.item:
        raise CorrectionError(CorrectionRefusal.ITEM, promises)
    waiting = [each for each in promises if each.begun]
    worse = [each for each in waiting if draft.condition.rank > each.need.minimum_condition.rank]
    if worse and draft.condition.rank > row.condition.rank:
        raise CorrectionError(CorrectionRefusal.CONDITION, worse)
    before, size = row.size_or_usual, draft.size or usual_size(draft.item)
    if size is not None and (before is None or size.rank > before.rank):
        too_large = [each for each in waiting if not size.fits(each.largest)]
        if too_large:
            raise CorrectionError(CorrectionRefusal.SIZE, too_large)
    if (
        not draft.divisible
        and row.divisible
        and any(each.match.quantity < draft.quantity for each in waiting)
    ):
        raise CorrectionError(CorrectionRefusal.LOT, waiting)


def set_aside(
    session: Session,
    article_id: int,
    aside: Aside,
    reason: Reason | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Hold an article back, pause it, refuse it or withdraw it; the rest of its offer stands. False where that is so already,
    and to a donor where it is set aside otherwise.

    Raises CorrectionError while a committee counts on it, unless it is only held back or paused.
    """
    offer, row = _hold_article(session, article_id)
    if offer.state not in STANDING:
        raise CorrectionError(CorrectionRefusal.OVER)
    if actor == DONOR and row.aside not in {None, Aside.PAUSED}:
        return False
    waiting = [each for each in promises_of(session, [row.id]) if each.begun]
    if waiting and row.aside is not aside and aside not in {Aside.HELD, Aside.PAUSED}:
        raise CorrectionError(CorrectionRefusal.ASIDE, waiting)
    return put_aside(session, offer, row, aside, actor, now, reason=reason, note=note)


def put_back(session: Session, article_id: int, actor: Actor, now: datetime) -> bool:
    """Offer an article again, and its offer where that was over with it. False where it is offered. Raises CorrectionError where its
    offer is over otherwise.

    A donor lifts no coordinator's hold: what was held or refused before it was withdrawn is held again.
    """
    offer, row = _hold_article(session, article_id)
    if not may_be_put_back(offer, row):
        raise CorrectionError(CorrectionRefusal.OVER)
    if actor == DONOR and row.aside in {Aside.HELD, Aside.REFUSED}:
        return False
    held = actor == DONOR and _aside_before(session, row) in {Aside.HELD, Aside.REFUSED}
    back = put_aside(session, offer, row, Aside.HELD if held else None, actor, now)
    if actor == DONOR:
        hold_danger(session, offer, row, now)  # its words may have changed meanwhile
    return back


def may_be_put_back(offer: Offer, row: OfferedItem) -> bool:
    """Whether its offer stands, or is over only since the article is set aside."""
    closed = offer.state is OfferState.CLOSED and offer.anonymised_at is None
    return offer.state in STANDING or (closed and row.aside in {Aside.REFUSED, Aside.WITHDRAWN})


def _aside_before(session: Session, row: OfferedItem) -> str | None:
    """What an article was before it was set aside as it is."""
    query = select(Decision).where(Decision.offer_id == row.offer_id, Decision.verb == Verb.SET_ASIDE)
    recent = session.exec(query.order_by(col(Decision.id).desc()))
    mine = (each.data["aside"] for each in recent if each.data.get("offered_item") == row.id)
    before, after = next(mine, (None, None))
    return before if after == row.aside else None


def _hold_article(session: Session, article_id: int) -> tuple[Offer, OfferedItem]:
    offer, items = hold_offer(session, session.get_one(OfferedItem, article_id).offer_id)
    return offer, next(item for item in items if item.id == article_id)


def _set(row: Any, new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write what differs; each as it was and as it is."""
    changes = {}
    for name, value in new.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [plain(before), plain(value)]
            setattr(row, name, value)
    return changes


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
