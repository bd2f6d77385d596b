"""A coordinator's own words, as a letter."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.models import Account, Committee, Decision, Donor, Offer
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from app.web.text import _, speaking
from notifications import messages


def to_donor(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """With the way to the offer that it is about, or to the donor's latest."""
    donor = session.get_one(Donor, decision.donor_id)
    post = Post.about(session, decision, desk, now)
    offer = _offer(session, decision)
    with speaking(donor.language):
        letter = messages.CoordinatorWrites(
            name=donor.name,
            action_url=post.link(Purpose.TRACK_OFFER, offer.id, donor) if offer else desk.links.url("/"),
            action_label=_("Voir mon don") if offer else _("Ouvrir le portail"),
            title=decision.data["title"],
            author=session.get_one(Account, decision.account_id).name,
            note=decision.note,
        )
    post.send(letter, donor, offer=offer)


def _offer(session: Session, decision: Decision) -> Offer | None:
    about = decision.data.get("offer")
    if about:
        return session.get(Offer, int(about))
    query = select(Offer).where(Offer.donor_id == decision.donor_id, col(Offer.anonymised_at).is_(None))
    latest = session.exec(query.order_by(col(Offer.id).desc()).limit(1)).first()
    # Whoever stands in for several people is not told about one of them.
    return latest if latest is not None and not latest.contact_name else None


def to_committee(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    committee = session.get_one(Committee, decision.committee_id)
    with speaking(committee.language):
        letter = messages.CoordinatorWrites(
            name=committee.name,
            action_url=desk.links.url(f"/mon-comite?comite={committee.slug}"),
            action_label=_("Ouvrir la page du comité"),
            title=decision.data["title"],
            author=session.get_one(Account, decision.account_id).name,
            note=decision.note,
        )
    Post.about(session, decision, desk, now).send(letter, committee)
