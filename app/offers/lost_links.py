"""Links sent again to a donor who has lost them: to the address alone, so that who asks learns nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.models import Decision, Donor, Offer
from app.models.states import Verb
from app.offers.queries import PAGE, STANDING
from app.transitions import DONOR, note_decision

TWICE = timedelta(minutes=15)
"""Within which an address is not written to again, however often and from wherever it is asked for."""


def standing(session: Session, donor: Donor) -> Sequence[Offer]:
    """What still stands of whom this address is: those of the donor that it was merged into, too; the latest first."""
    whose = [donor.id, donor.merged_into_id]
    query = select(Offer).where(col(Offer.donor_id).in_(whose), col(Offer.state).in_(STANDING))
    return session.exec(query.order_by(col(Offer.id).desc()).limit(PAGE)).all()


def ask(session: Session, email: str, now: datetime) -> bool:
    """Whether a letter leaves: not to an address with nothing that stands, nor twice at once."""
    # Held, so that of two clicks at once the second sees what the first has done.
    donor = session.exec(select(Donor).where(Donor.email == email).with_for_update()).first()
    if donor is None or not standing(session, donor):
        return False
    asked = select(Decision.id).where(
        Decision.donor_id == donor.id, Decision.verb == Verb.ASK_LINKS, col(Decision.at) > now - TWICE
    )
    if session.exec(asked.limit(1)).first() is not None:
        return False
    note_decision(session, donor, Verb.ASK_LINKS, DONOR, now)
    return True
