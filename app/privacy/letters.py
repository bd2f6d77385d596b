"""The letter with the link to one's own data."""

from datetime import datetime

from sqlmodel import Session

from app.days import day_of
from app.models import Decision, Donor
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import LIFETIMES, Purpose
from notifications import messages


def asked(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the address alone, whoever asked for it."""
    donor = session.get_one(Donor, decision.donor_id)
    post = Post.about(session, decision, desk, now)
    letter = messages.OwnData(
        name=donor.name if donor.confirmed_at else "",  # anybody may have typed it
        action_url=post.link(Purpose.OWN_DATA, donor.id, donor),
        expires_at=day_of(now + LIFETIMES[Purpose.OWN_DATA]),
    )
    post.send(letter, donor)
