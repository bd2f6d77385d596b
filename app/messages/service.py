"""The verb of a message: write. It does not commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from app.models import Committee, Decision, Donor, Offer
from app.models.states import Verb
from app.refusing import RefusedError
from app.transitions import Actor, note_decision
from notifications import addresses

TWICE = timedelta(days=1)
"""The same form sent again within so long is the same message."""


class MessageRefusal(StrEnum):
    """Why nobody can be written to."""

    GONE = "gone"
    """Who it was has been forgotten."""
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    """The mail server refused that address for good."""


class MessageError(RefusedError[MessageRefusal]):
    """Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """What a coordinator writes; about an offer of the donor's, if `offer_id` names one."""

    title: str
    words: str
    key: str
    offer_id: int | None = None


def trouble(session: Session, reader: Donor | Committee) -> MessageRefusal | None:
    """Why this reader cannot be written to, if so."""
    if isinstance(reader, Donor) and reader.anonymised_at is not None:
        return MessageRefusal.GONE
    if not reader.email:
        return MessageRefusal.NO_ADDRESS
    return MessageRefusal.REFUSED if addresses.refused(session, reader.email) else None


def write(
    session: Session, reader: Donor | Committee, draft: MessageDraft, actor: Actor, now: datetime
) -> Decision:
    """The letter leaves with the decision. The form sent again gives the decision that it left first. Raises MessageError."""
    model = type(reader)
    session.exec(select(model.id).where(model.id == reader.id).with_for_update()).one()
    already = _sent(session, reader, draft.key, now)
    if already is not None:
        return already
    why = trouble(session, reader)
    if why is not None:
        raise MessageError(why)
    data = {"title": draft.title, "key": draft.key}
    offer = session.get(Offer, draft.offer_id) if draft.offer_id and isinstance(reader, Donor) else None
    if offer is not None and offer.donor_id == reader.id:
        data["offer"] = str(offer.id)
    return note_decision(session, reader, Verb.MESSAGE, actor, now, note=draft.words, data=data)


def _sent(session: Session, reader: Donor | Committee, key: str, now: datetime) -> Decision | None:
    about = Decision.donor_id if isinstance(reader, Donor) else Decision.committee_id
    query = select(Decision).where(
        about == reader.id, Decision.verb == Verb.MESSAGE, col(Decision.at) > now - TWICE
    )
    return next((each for each in session.exec(query) if each.data.get("key") == key), None)
