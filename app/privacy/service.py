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
from app.transitions import DONOR, Actor, note_decision
from notifications import forgetting as letters

TWICE = timedelta(minutes=15)
"""Within which an address is not written to again, however often and from wherever it is asked for."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a donor does: offers that are withdrawn, appointments that are called off, receipts of which a number stays."""

    withdrawn: int
    appointments: int
    receipts: int


def ask(session: Session, email: str, now: datetime) -> bool:
    """Whether a letter with the link to their data leaves: not to an address that nobody has given, nor twice at once."""
    donor = session.exec(
        select(Donor).where(sa.func.lower(col(Donor.email)) == email.lower()).with_for_update()
    ).first()
    if donor is None or donor.anonymised_at is not None:
        return False
    asked = select(Decision.at).where(Decision.donor_id == donor.id, Decision.verb == Verb.ASK_DATA)
    latest = session.exec(asked.order_by(col(Decision.id).desc()).limit(1)).first()
    if latest is not None and latest > now - TWICE:
        return False
    note_decision(session, donor, Verb.ASK_DATA, DONOR, now)
    return True


def _whole(session: Session, donor: Donor) -> list[int]:
    """The donor, whom it was merged into and all that were."""
    root = donor.merged_into_id or donor.id
    found = select(Donor.id).where((col(Donor.id) == root) | (col(Donor.merged_into_id) == root))
    return list(session.exec(found.order_by(col(Donor.id))))


def foreseen(session: Session, donor: Donor) -> Erasure:
    """What erasing would do now."""
    keys = _whole(session, donor)
    mine = select(Offer.id).where(col(Offer.donor_id).in_(keys))
    open_ = session.exec(mine.where(col(Offer.state).in_(STANDING))).all()
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


def erase(session: Session, donor_id: int, actor: Actor, now: datetime) -> Erasure:
    """Withdraw what stands, tell the committees that counted on it, and forget who gave: at once what `app.forgetting` does in the end.

    What is counted stays. Nothing about people who are forgotten already.
    """
    donor = session.get_one(Donor, donor_id)
    keys = _whole(session, donor)
    mine = select(Offer.id).where(col(Offer.donor_id).in_(keys), col(Offer.anonymised_at).is_(None))
    hold(session, item_ids=session.exec(select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(mine))))
    # Read under their locks: of two who ask at once the second finds nothing left.
    known = select(Donor.email).where(col(Donor.id).in_(keys), col(Donor.anonymised_at).is_(None))
    emails = session.exec(known.order_by(col(Donor.id)).with_for_update()).all()
    if not emails:
        return Erasure(0, 0, 0)
    done, given = foreseen(session, donor), list(session.exec(mine.order_by(col(Offer.id))))
    for offer_id in given:
        offers.withdraw_offer(session, offer_id, Reason.CHANGED_MIND, "", actor, now)
    session.flush()
    forgetting.forget(session, given, now)
    forgetting.forget_donors(session, col(Donor.id).in_(keys), now)
    _forget_address(session, keys, [email.lower() for email in emails])
    blank(
        session, Donor, col(Donor.id).in_(keys), corrected=col(Donor.corrected) + 1
    )  # no link of theirs leads on
    session.expire_all()
    note_decision(session, session.get_one(Donor, donor_id), Verb.ERASE, actor, now)
    return done


def _forget_address(session: Session, keys: list[int], emails: list[str]) -> None:
    """What goes by the address alone: followed actions, forms that were begun, letters that tell of no gift."""
    run = session.connection().execute
    parties = [f"donor:{key}" for key in keys]
    for model in (Follower, KeptForm):
        theirs = sa.func.lower(col(model.email)).in_(emails)
        parties += [f"{model.__tablename__}:{key}" for key in session.exec(select(model.id).where(theirs))]
        run(sa.delete(model).where(theirs))
    begun = sa.func.lower(col(Consignment.contact_email)).in_(emails) & col(Consignment.sent_at).is_(None)
    run(sa.delete(Listing).where(col(Listing.consignment_id).in_(select(Consignment.id).where(begun))))
    run(sa.delete(Consignment).where(begun))
    letters.forget_letters(session, col(OutboxMessage.party).in_(parties))
