"""What a donor asks an association a tax receipt with, and what the association does with it. The portal issues none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.holding import hold_matches
from app.models import Organisation, Receipt
from app.models.states import ReceiptState, Verb
from app.papers.queries import GiftTrip, trip
from app.refusing import RefusedError
from app.transitions import Actor, move, note_decision


class ReceiptRefusal(StrEnum):
    NOT_OFFERED = "not_offered"
    CHANGED = "changed"
    TOO_LATE = "too_late"


class ReceiptError(RefusedError[ReceiptRefusal]):
    pass


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """Who gives, for the tax office, and what one piece of each article (by match) is worth, in cents, as they say."""

    name: str
    street: str
    postal_code: str
    commune: str
    values: Mapping[int, int]
    siret: str = ""
    legal_form: str = ""


def told_of(receipt: Receipt) -> list[tuple[int, int]]:
    """What had come when it was asked for: matches and pieces."""
    return [(line[0], line[2]) for line in receipt.lines]


def ask(
    session: Session,
    handover_id: int,
    draft: ReceiptDraft,
    names: Mapping[int, str],
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Ask for the receipt of a trip, or correct what was asked while nobody has prepared it. `names` are what its articles are called.

    Raises ReceiptError: the association issues none, another report came, or it is prepared already.
    """
    found = _held(session, handover_id)
    if not found.may_ask:
        raise ReceiptError(ReceiptRefusal.NOT_OFFERED)
    came = found.arrived
    if {match_id for match_id, _pieces in came} != set(draft.values):
        raise ReceiptError(ReceiptRefusal.CHANGED)
    receipt = session.exec(
        select(Receipt).where(Receipt.handover_id == handover_id).execution_options(populate_existing=True)
    ).first()
    day = found.days[-1]
    told: dict[str, Any] = {
        "company": found.company, "siret": draft.siret, "legal_form": draft.legal_form, "name": draft.name, "street": draft.street,
        "postal_code": draft.postal_code, "commune": draft.commune, "asked_at": now,
        "lines": [[key, names[key], pieces, draft.values[key]] for key, pieces in came],
        "cents": sum(pieces * draft.values[key] for key, pieces in came),
    }  # fmt: skip
    if receipt is None:
        receipt = Receipt(
            handover_id=handover_id, organisation_id=found.organisation.id, offer_id=found.offer.id,
            given_on=day, year=day.year, **told,
        )  # fmt: skip
        session.add(receipt)
        session.flush()
        return _noted(session, found, receipt, actor, now)
    if receipt.state not in {ReceiptState.ASKED, ReceiptState.REFUSED}:
        raise ReceiptError(ReceiptRefusal.TOO_LATE)
    for name, value in told.items():
        setattr(receipt, name, value)
    if receipt.number is None:
        receipt.given_on, receipt.year = day, day.year
    if receipt.state is ReceiptState.REFUSED:
        receipt.note, receipt.settled_at = "", None
        move(session, receipt, ReceiptState.ASKED, Verb.ASK_RECEIPT, actor, now)
        return receipt
    return _noted(session, found, receipt, actor, now)


def _noted(session: Session, found: GiftTrip, receipt: Receipt, actor: Actor, now: datetime) -> Receipt:
    note_decision(session, found.offer, Verb.ASK_RECEIPT, actor, now, to_state=receipt.state)
    return receipt


def prepare(session: Session, receipt_id: int, actor: Actor, now: datetime) -> Receipt:
    """Give it the next number of its association and year; the one it has where it was prepared before. Raises ReceiptError."""
    receipt, found = _receipt(session, receipt_id, ReceiptState.ASKED)
    if not found.organisation.receipts:
        raise ReceiptError(ReceiptRefusal.NOT_OFFERED)
    if told_of(receipt) != found.arrived:
        raise ReceiptError(ReceiptRefusal.CHANGED)
    if receipt.number is None:
        last = select(sa.func.max(col(Receipt.number))).where(
            Receipt.organisation_id == receipt.organisation_id, Receipt.year == receipt.year
        )
        receipt.number = (session.exec(last).one() or 0) + 1
    receipt.prepared_at = now
    move(session, receipt, ReceiptState.PREPARED, Verb.PREPARE_RECEIPT, actor, now)
    return receipt


def hand_over(session: Session, receipt_id: int, actor: Actor, now: datetime) -> Receipt:
    """The association says that it has signed and handed over its receipt, of what came as it is told by now. Raises ReceiptError."""
    receipt, found = _receipt(session, receipt_id, ReceiptState.PREPARED)
    if told_of(receipt) != found.arrived:
        raise ReceiptError(ReceiptRefusal.CHANGED)
    receipt.settled_at = now
    move(session, receipt, ReceiptState.HANDED_OVER, Verb.HAND_RECEIPT, actor, now)
    return receipt


def refuse(session: Session, receipt_id: int, note: str, actor: Actor, now: datetime) -> Receipt:
    """The association issues none for this: why, in words for the donor. Raises ReceiptError."""
    receipt, _found = _receipt(session, receipt_id, ReceiptState.ASKED, ReceiptState.PREPARED)
    receipt.settled_at, receipt.note = now, note
    move(session, receipt, ReceiptState.REFUSED, Verb.REFUSE_RECEIPT, actor, now, note=note)
    return receipt


def _receipt(session: Session, receipt_id: int, *states: ReceiptState) -> tuple[Receipt, GiftTrip]:
    handover_id = session.exec(select(Receipt.handover_id).where(Receipt.id == receipt_id)).one()
    found = _held(session, handover_id)
    receipt = session.get_one(Receipt, receipt_id, populate_existing=True)
    if receipt.state not in states:
        raise ReceiptError(ReceiptRefusal.TOO_LATE)
    return receipt, found


def _held(session: Session, handover_id: int) -> GiftTrip:
    """The trip with its matches locked, then its association: whose receipts are numbered one after the other."""
    found = trip(session, handover_id)
    if found is None:
        raise ReceiptError(ReceiptRefusal.CHANGED)
    hold_matches(session, [line.match.id for line in found.lines])
    lock: Any = select(Organisation.id).where(Organisation.id == found.organisation.id).with_for_update()
    session.exec(lock).one()
    session.expire_all()
    again = trip(session, handover_id)
    if again is None:
        raise ReceiptError(ReceiptRefusal.CHANGED)
    return again
