"""What services need besides the rows: the links' signer, the portal's name, the delays, the photos' folder."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from app.web.links import Links


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once by `create_app`; each transaction's session carries it."""

    links: Links
    portal_name: str
    contact_email: str
    sender_email: str
    answer_within: timedelta
    undo_within: timedelta
    offer_lasts: timedelta
    photos_dir: Path


def desk(session: Session) -> Desk:
    """The desk of this unit of work. Raises KeyError outside `transaction()`."""
    found = session.info["desk"]
    if not isinstance(found, Desk):
        raise TypeError("session.info['desk'] must be a Desk")
    return found
