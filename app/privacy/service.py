"""What somebody may ask about their own data: to be sent a link to them, and to be forgotten. None commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import forgetting
from app.blanking import blank
from app.holding import hold
from app.models import (
    Consignment,
    DataRequest,
    Decision,
    Donor,
    Follower,
    Handover,
    KeptForm,
    Listing,
    Match,
    Offer,
    OfferedItem,
    OutboxMessage,
    Receipt,
)
from app.models.states import MatchState, Reason, ReceiptState, Verb
from app.offers import service as offers
from app.offers.queries import STANDING
from app.privacy.people import DataSubject, person, root
from app.transitions import DONOR, Actor, note_decision
from notifications import forgetting as letters
from notifications.types import insert

BATCH = 50
"""Requests that one tick answers."""
TWICE = timedelta(minutes=15)
"""Within which an address is not written to again, however often and from wherever it is asked for."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a donor does: offers that are withdrawn, appointments that are called off, receipts of which a number stays."""

    withdrawn: int
    appointments: int
    receipts: int


def want(session: Session, email: str, now: datetime) -> None:
    """Somebody asks for what is kept of this address. The same whether anything is: the clock looks."""
    table = DataRequest.__table__  # type: ignore[attr-defined]
    row = insert(table, session.get_bind().dialect).values(email=email.lower(), asked_at=now)
    session.connection().execute(row.on_conflict_do_nothing(index_elements=[table.c.email]))


def answer_requests(session: Session, now: datetime) -> int:
    """Send the link to those of whom something is kept; how many requests there were."""
    query = select(DataRequest).order_by(col(DataRequest.id)).limit(BATCH)
    asked = session.exec(query.with_for_update(skip_locked=True)).all()
    for request in asked:
        ask(session, request.email, now)
        session.delete(request)
    session.flush()
    return len(asked)


def ask(session: Session, email: str, now: datetime) -> bool:
    """Whether a letter with the link to their data leaves: not to an address that nobody has given, nor twice at once.

    For an address that was merged into another it leaves to that one, as all letters do: what the link shows is what both gave.
    """
    query = select(Donor).where(sa.func.lower(col(Donor.email)) == email.lower())
    known = session.exec(query).first()
    if known is None:
        return False
    held = select(Donor).where(Donor.id == root(session, known).id).with_for_update()
    donor = session.exec(held, execution_options={"populate_existing": True}).one()
    if donor.anonymised_at is not None:
        return False
    asked = select(Decision.at).where(Decision.donor_id == donor.id, Decision.verb == Verb.ASK_DATA)
    latest = session.exec(asked.order_by(col(Decision.id).desc()).limit(1)).first()
    if latest is not None and latest > now - TWICE:
        return False
    note_decision(session, donor, Verb.ASK_DATA, DONOR, now)
    return True


def foreseen(session: Session, person: DataSubject) -> Erasure:
    """What erasing would do now."""
    mine = person.offers
    open_ = session.exec(
        select(Offer.id).where(col(Offer.id).in_(mine), col(Offer.state).in_(STANDING))
    ).all()
    fixed = (
        select(sa.func.count(sa.distinct(col(Match.handover_id))))
        .join(Handover, col(Handover.id) == col(Match.handover_id))
        .where(col(Handover.offer_id).in_(mine), Match.state == MatchState.SCHEDULED)
    )
    given = (
        select(sa.func.count())
        .select_from(Receipt)
        .where(col(Receipt.offer_id).in_(mine), Receipt.state == ReceiptState.HANDED_OVER)
    )
    return Erasure(len(open_), session.exec(fixed).one(), session.exec(given).one())


def erase(
    session: Session, donor_id: int, actor: Actor, now: datetime, offer_id: int | None = None
) -> Erasure | None:
    """Withdraw what stands, tell the committees that counted on it, and forget who gave: at once what `app.forgetting` does in the end.

    With `offer_id` of the one person who gave that, by an address that stands in for them and stays. What is counted stays. None, and
    nothing done, where nobody is meant (`app.privacy.people`): who is forgotten already, or all for whom an address stands in.
    """
    given = person(session, session.get_one(Donor, donor_id), offer_id)
    if given is None:
        return None
    items = select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(given.offers))
    hold(session, item_ids=session.exec(items))
    keys = select(Donor.id).where(col(Donor.id).in_(given.keys)).order_by(col(Donor.id))
    session.exec(keys.with_for_update()).all()
    # Read under their locks: of two who ask at once the second finds nothing left.
    session.expire_all()
    meant = person(session, session.get_one(Donor, donor_id), offer_id)
    if meant is None or (meant.donors and all(each.anonymised_at is not None for each in meant.donors)):
        return None
    done, keys_of, emails = foreseen(session, meant), meant.keys, meant.emails
    known = select(Offer.id).where(col(Offer.id).in_(meant.offers), col(Offer.anonymised_at).is_(None))
    offer_ids = list(session.exec(known.order_by(col(Offer.id))))
    for each in offer_ids:
        offers.withdraw_offer(session, each, Reason.ERASED, "", actor, now)
    session.flush()
    forgetting.forget(session, offer_ids, now, whom=meant.stood_in_for is None)
    if meant.stood_in_for is None:
        _forget_donors(session, keys_of, emails, now)
    session.expire_all()
    data = {} if offer_id is None else {"offer": offer_id}
    note_decision(session, session.get_one(Donor, donor_id), Verb.ERASE, actor, now, data=data)
    return done


def _forget_donors(session: Session, keys: list[int], emails: list[str], now: datetime) -> None:
    theirs = col(Donor.id).in_(keys)
    forgetting.forget_donors(session, theirs, now)
    _forget_address(session, keys, emails)
    blank(session, Donor, theirs, corrected=col(Donor.corrected) + 1)  # no link of theirs leads on


def _forget_address(session: Session, keys: list[int], emails: list[str]) -> None:
    """What goes by the address alone: followed actions, forms that were begun, letters that tell of no gift."""
    run = session.connection().execute
    parties = [f"donor:{key}" for key in keys]
    for model in (Follower, KeptForm):
        theirs = sa.func.lower(col(model.email)).in_(emails)
        parties += [f"{model.__tablename__}:{key}" for key in session.exec(select(model.id).where(theirs))]
        run(sa.delete(model).where(theirs))
    begun = sa.func.lower(col(Consignment.contact_email)).in_(emails) & col(Consignment.sent_at).is_(None)
    listed = select(Consignment.id).where(begun | col(Consignment.donor_id).in_(keys))
    run(sa.delete(Listing).where(col(Listing.consignment_id).in_(listed)))
    run(sa.delete(Consignment).where(begun))
    letters.forget_letters(session, col(OutboxMessage.party).in_(parties))
