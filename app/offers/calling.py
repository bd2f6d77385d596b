"""Calls to make to people without an address: who waits for one, and the verbs « c'est dit » and « à redire ». None commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Account, Committee, Donor, Offer, OutboxMessage, PhoneCall
from app.offers.queries import spoken_for_by, to_call

MADE_LATELY = timedelta(days=1)
"""So long a call that was made is shown, to be taken back."""
SHOWN = 50


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with the offer that names whom to call; `by` is who made it, if anybody."""

    call: PhoneCall
    offer: Offer
    by: str


def of_committee(session: Session, committee: Committee, now: datetime) -> Sequence[CallLine]:
    """What this committee has to tell people, the oldest first, then what it told lately."""
    return _lines(session, spoken_for_by(committee) & (to_call(now) | _lately(now)))


def made_lately(session: Session, now: datetime) -> Sequence[CallLine]:
    return _lines(session, _lately(now))


def _lately(now: datetime) -> sa.ColumnElement[bool]:
    return col(PhoneCall.done_at) > now - MADE_LATELY


def _lines(session: Session, which: sa.ColumnElement[bool]) -> Sequence[CallLine]:
    query = (
        sa.select(PhoneCall, Offer, sa.func.coalesce(col(Account.name), ""))
        .join(Offer, col(Offer.id) == col(PhoneCall.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(OutboxMessage, col(OutboxMessage.id) == col(PhoneCall.letter_id))
        .join(Account, col(Account.id) == col(PhoneCall.done_by_id), isouter=True)
        .where(which)
        .order_by(col(PhoneCall.done_at).is_not(None), col(PhoneCall.id))
        .limit(SHOWN)
    )
    return [CallLine(*row) for row in session.execute(query)]


def settle(session: Session, call_id: int, told: bool, by_id: int, now: datetime) -> None:
    """The person was told, or was not after all. The first word counts."""
    call = session.get_one(PhoneCall, call_id, with_for_update=True)
    if told != (call.done_at is not None):
        call.done_at, call.done_by_id = (now, by_id) if told else (None, None)
