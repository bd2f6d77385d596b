"""Letters about tax receipts: what the association refuses, and why. What it issues it sends itself."""

from datetime import datetime

from sqlmodel import Session, select

from app.models import Committee, Decision, Donor, Handover, Offer, Organisation, Receipt
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from notifications import messages


def refused(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the donor."""
    receipt = session.exec(
        select(Receipt).where(Receipt.offer_id == decision.offer_id, Receipt.settled_at == decision.at)
    ).first()
    if receipt is None:
        return
    offer = session.get_one(Offer, receipt.offer_id)
    donor = session.get_one(Donor, offer.donor_id)
    handover = session.get_one(Handover, receipt.handover_id)
    post = Post.about(session, decision, desk, now)
    letter = messages.ReceiptRefused(
        name=donor.name,
        action_url=post.link(Purpose.TRACK_OFFER, offer.id, donor),
        organisation=session.get_one(Organisation, receipt.organisation_id).name,
        committee=session.get_one(Committee, handover.committee_id).name,
        day=receipt.given_on,
        note=receipt.note,
    )
    post.send(letter, donor, offer=offer)
