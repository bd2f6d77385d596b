"""Whose an offer is once its address is corrected."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.models import Consignment, Donor, Offer
from app.models.states import OfferState
from app.offers.drafts import OfferCorrection
from app.offers.queries import STANDING


def correct_address(session: Session, offer: Offer, donor: Donor, terms: OfferCorrection) -> Sequence[Offer]:
    """The offer is whoever's has this address. Links that were sent to the other one lead nowhere from now on.

    A donor who is known under it gets the offer, with what a company sent with it. Where the wrong address is another donor's, that one keeps it, and what else
    was offered under it; else the row is this donor's and learns the address, with the other standing offers under it, which are given back.
    """
    known = session.exec(select(Donor).where(Donor.email == terms.email).with_for_update()).first()
    others = select(Offer).where(Offer.donor_id == donor.id, Offer.id != offer.id)
    together = _sent_together(session, offer)
    elsewhere = others.where(col(Offer.id).not_in([each.id for each in together]))
    theirs = donor.confirmed_at is not None or session.exec(elsewhere.limit(1)).first() is not None
    shared = offer.state is OfferState.UNCONFIRMED and theirs
    if known is None and not shared:
        donor.email, donor.corrected = terms.email, donor.corrected + 1
        _address_consignment(session, offer, donor)
        session.flush()
        return session.exec(others.where(col(Offer.state).in_(STANDING)).order_by(col(Offer.id))).all()
    if not known:
        known = Donor(
            name=terms.contact.name,
            email=terms.email,
            phone=terms.contact.phone,
            company=terms.contact.company,
            language=offer.contact_language or donor.language,
            created_at=offer.created_at,
        )
        session.add(known)
        session.flush()
    if offer.state is not OfferState.UNCONFIRMED and known.confirmed_at is None:
        known.confirmed_at = donor.confirmed_at
    for each in (offer, *together):
        each.donor_id = known.id
    _address_consignment(session, offer, known)
    session.flush()
    return together


def _sent_together(session: Session, offer: Offer) -> Sequence[Offer]:
    """The other standing offers that a company sent with this one: one address is theirs in common."""
    if offer.consignment_id is None:
        return ()
    query = select(Offer).where(
        Offer.consignment_id == offer.consignment_id,
        Offer.donor_id == offer.donor_id,
        Offer.id != offer.id,
        col(Offer.state).in_(STANDING),
    )
    return session.exec(query.order_by(col(Offer.id)).with_for_update()).all()


def _address_consignment(session: Session, offer: Offer, donor: Donor) -> None:
    if offer.consignment_id is not None:
        sent = session.get_one(Consignment, offer.consignment_id)
        sent.donor_id, sent.contact_email = donor.id, donor.email
