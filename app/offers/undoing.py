"""What a donor did can be undone for a day: a withdrawal, a change. A pause, and an article's withdrawal, end whenever the donor
wants (`correcting.put_back`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.models import Decision, Donor, Offer, OfferedItem
from app.models.states import ActorKind, Condition, OfferState, Size, Verb
from app.offers.correcting import (
    CorrectionError,
    CorrectionRefusal,
    contact_of,
    correct_article,
    correct_offer,
    plain,
    standing_terms,
)
from app.offers.drafts import CorrectedDraft, DonorContact
from app.offers.queries import STANDING
from app.offers.service import hold_offer
from app.photos.service import new_key
from app.places import Place, UnknownPostalCode, places
from app.transitions import Actor, move

WITHIN = timedelta(days=1)
TYPES: Mapping[str, Any] = {
    "condition": Condition,
    "size": Size,
    "available_from": date.fromisoformat,
    "available_until": date.fromisoformat,
}
"""How a value is read again that a decision keeps as JSON."""
OF_CONTACT = frozenset(each.name for each in fields(DonorContact))
NOT_TO_UNDO = frozenset({"photos", "email"})
"""A photo that was taken off is gone; where letters go is not the donor's to change any more."""


def undoable(session: Session, offer: Offer, now: datetime) -> Sequence[Decision]:
    """What the donor did to this offer within a day, and that nothing has overtaken nor undone. One query."""
    query = select(Decision).where(Decision.offer_id == offer.id, col(Decision.at) > now - WITHIN)
    recent = session.exec(query.order_by(col(Decision.id).desc())).all()
    if offer.state is OfferState.WITHDRAWN and recent:
        last = recent[0]
        return [last] if last.verb is Verb.WITHDRAW and last.actor is ActorKind.DONOR else []
    if offer.state not in STANDING or offer.anonymised_at is not None:
        return []
    of_one: dict[object, list[Decision]] = {}
    for each in recent:
        if each.verb in {Verb.CORRECT, Verb.EDIT, Verb.EXTEND}:
            of_one.setdefault(each.data.get("offered_item"), []).append(each)
    return [
        last
        for last, *earlier in of_one.values()
        if last.verb is Verb.CORRECT
        and last.actor is ActorKind.DONOR
        and (what := _changes(last))
        and not (earlier and what == {name: pair[::-1] for name, pair in _changes(earlier[0]).items()})
    ]


def _changes(decision: Decision) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = decision.data.get("changes", {})
    return {name: pair for name, pair in changes.items() if name not in NOT_TO_UNDO}


def undo(session: Session, offer_id: int, decision_id: int, actor: Actor, now: datetime) -> None:
    """Put back what this decision changed; what was promised meanwhile stands. Raises CorrectionError where it cannot be."""
    offer, items = hold_offer(session, offer_id)
    found = [each for each in undoable(session, offer, now) if each.id == decision_id]
    if not found:
        raise CorrectionError(CorrectionRefusal.UNDONE)
    data = found[0].data
    if found[0].verb is Verb.WITHDRAW:
        move(session, offer, OfferState(found[0].from_state), Verb.UNDO, actor, now)
        offer.closed_at = None
    elif "offered_item" in data:
        row = next(item for item in items if item.id == data["offered_item"])
        correct_article(session, row.id, _article_before(row, data["changes"]), new_key(), (), actor, now)
    else:
        donor = session.get_one(Donor, offer.donor_id)
        terms = standing_terms(offer, donor, **_terms_before(offer, donor, data["changes"]))
        correct_offer(session, offer_id, terms, actor, now)


def _article_before(row: OfferedItem, changes: Mapping[str, list[Any]]) -> CorrectedDraft:
    said = {each.name: getattr(row, each.name) for each in fields(CorrectedDraft) if each.name != "slot"}
    return CorrectedDraft(slot=0, **said | _before(changes, said))


def _terms_before(offer: Offer, donor: Donor, changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    contact = contact_of(offer, donor)
    of_contact = {name: each for name, each in changes.items() if name in OF_CONTACT}
    there = {name: each for name, each in changes.items() if name in {"postal_code", "commune"}}
    rest = {name: each for name, each in changes.items() if name not in {*of_contact, *there}}
    before = _before(rest, {name: getattr(offer, name) for name in rest if name not in NOT_TO_UNDO})
    if there:
        old = {"postal_code": offer.postal_code, "commune": offer.commune}
        before["place"] = _place(**old | _before(there, old))
    return before | {"contact": replace(contact, **_before(of_contact, asdict(contact)))}


def _before(changes: Mapping[str, list[Any]], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The values before, as the rows hold them. Raises CorrectionError where they are not any more what they were changed to."""
    found = {}
    for name, (before, after) in changes.items():
        if name in NOT_TO_UNDO:
            continue
        if plain(standing[name]) != after:
            raise CorrectionError(CorrectionRefusal.UNDONE)
        found[name] = TYPES[name](before) if name in TYPES and before is not None else before
    return found


def _place(postal_code: str, commune: str) -> Place:
    try:
        return next(each for each in places(postal_code) if each.commune == commune)
    except (UnknownPostalCode, StopIteration):
        raise CorrectionError(CorrectionRefusal.UNDONE) from None
