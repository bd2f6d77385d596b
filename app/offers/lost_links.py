"""Links sent again to a donor who has lost them: to the address alone, so that who asks learns nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.models import Decision, Donor, Offer
from app.models.states import OfferState, Verb
from app.offers.queries import PAGE, STANDING
from app.transitions import DONOR, note_decision

TWICE = timedelta(minutes=15)
"""Within which an address is not written to again, however often and from wherever it is asked for."""
UNKNOWN, MOST = timedelta(days=1), 3
"""The same for an address that nobody has confirmed, and how many letters it gets in all: its owner may have offered nothing."""


def standing(session: Session, donor: Donor) -> Sequence[Offer]:
    """What still stands of whom this address is: those of the donor that it was merged into, too; the latest first."""
    whose = [donor.id, donor.merged_into_id]
    query = select(Offer).where(col(Offer.donor_id).in_(whose), col(Offer.state).in_(STANDING))
    return session.exec(query.order_by(col(Offer.id).desc()).limit(PAGE)).all()


def ask(session: Session, email: str, now: datetime) -> bool:
    """Whether a letter leaves: not to an address with nothing that stands, nor twice at once."""
    # Held, so that of two clicks at once the second sees what the first has done.
    donor = session.exec(select(Donor).where(Donor.email == email).with_for_update()).first()
    offers = standing(session, donor) if donor is not None else ()
    if donor is None or not offers:
        return False
    asked = select(Decision.at).where(Decision.donor_id == donor.id, Decision.verb == Verb.ASK_LINKS)
    latest = session.exec(asked.order_by(col(Decision.id).desc()).limit(MOST)).all()
    unknown = all(each.state is OfferState.UNCONFIRMED for each in offers)
    if latest and latest[0] > now - (UNKNOWN if unknown else TWICE):
        return False
    if unknown and donor.confirmed_at is None and len(latest) == MOST:
        return False
    note_decision(session, donor, Verb.ASK_LINKS, DONOR, now)
    return True
