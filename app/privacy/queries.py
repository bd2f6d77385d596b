"""What the portal holds of one donor, table by table, as the models declare it: a new column about people is handed out by itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from app.forgetting import letter_events
from app.models import (
    Consignment,
    Decision,
    Donor,
    Earmark,
    Follower,
    Handover,
    HandoverSlot,
    KeptForm,
    Match,
    Note,
    Offer,
    OfferedItem,
    OutboxMessage,
    PhoneCall,
    Photo,
    Receipt,
)
from app.models.personal import PERSONAL, Data
from app.models.states import Verb
from app.privacy.people import DataSubject
from notifications import outbox
from notifications.models import RefusedAddress

OF_OTHERS = frozenset({"data_request", "round_stop", "search_word", "need", "listing"})
"""What tells of a gift and of nobody else than those who decide about it, or repeats what stands here; lists go within a week."""
NOT_HANDED = frozenset({Data.SECRET})
LINK = re.compile(r"https?://\S+")
TWICE = frozenset({"body_html", "attachments", "list_unsubscribe", "inputs"})
"""What says again what another column says, or carries links that act."""


@dataclass(frozen=True, slots=True)
class HeldRows:
    """The rows of a table that are about the donor: the values of its columns, by kind of data and name; nothing where it is empty."""

    table: str
    rows: Sequence[Mapping[Data, Mapping[str, Any]]]


def _without_links(value: Any) -> Any:
    """A letter's links act in the name of whom it went to, whoever reads it."""
    return LINK.sub("…", value) if type(value) is str else value


def held(session: Session, person: DataSubject) -> Iterator[HeldRows]:
    """All of it, one statement a table."""
    told = {
        table: columns for table, _treatment, columns in PERSONAL if table != "photo" or Data.PHOTO in columns
    }
    for model, which in _about(session, person).items():
        table: sa.Table = model.__table__  # type: ignore[attr-defined]
        kept = {
            data: [name for name in names.split() if name not in TWICE]
            for data, names in told[table.name].items()
            if data not in NOT_HANDED
        }
        query = sa.select(table).where(which).order_by(*table.primary_key)
        rows = [
            {
                data: {
                    name: _without_links(row[name]) for name in names if row[name] not in (None, "", [], {})
                }
                for data, names in kept.items()
            }
            for row in session.execute(query).mappings()
        ]
        if rows:
            yield HeldRows(table.name, rows)


def _about(session: Session, person: DataSubject) -> dict[type[SQLModel], sa.ColumnElement[bool]]:
    keys, emails, offers = person.keys, person.emails, person.offers
    items = select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offers))
    trips = select(Handover.id).where(col(Handover.offer_id).in_(offers))
    # What was only proposed is nobody's yet: a committee that was never asked is not named.
    matches = select(Match.id).where(col(Match.handover_id).in_(trips))
    # But what was written about it is.
    thought_of = select(Match.id).where(col(Match.offered_item_id).in_(items))
    others = select(Offer.consignment_id).where(
        col(Offer.consignment_id).is_not(None),
        col(Offer.anonymised_at).is_(None),
        col(Offer.id).not_in(offers),
    )
    sent = select(Offer.consignment_id).where(col(Offer.id).in_(offers))
    begun = sa.func.lower(col(Consignment.contact_email)).in_(emails) & col(Consignment.sent_at).is_(None)
    to_them = [f"donor:{key}" for key in (keys or [person.donor.id])]
    letters: sa.ColumnElement[bool] = col(OutboxMessage.party).in_(to_them)
    if not keys:  # of all that went to the address that stands in, what is about this gift
        about = outbox.about(letter_events(session, offers))
        letters &= about | col(OutboxMessage.handover_id).in_(trips)
    return {
        Donor: col(Donor.id).in_(keys),
        Consignment: (col(Consignment.id).in_(sent) & col(Consignment.id).not_in(others)) | begun,
        Offer: col(Offer.id).in_(offers),
        OfferedItem: col(OfferedItem.offer_id).in_(offers),
        Photo: col(Photo.offered_item_id).in_(items),
        Earmark: col(Earmark.offered_item_id).in_(items),
        Match: col(Match.id).in_(matches),
        Handover: col(Handover.offer_id).in_(offers),
        HandoverSlot: col(HandoverSlot.handover_id).in_(trips),
        Receipt: col(Receipt.offer_id).in_(offers),
        Note: sa.or_(
            col(Note.donor_id).in_(keys), col(Note.offer_id).in_(offers), col(Note.match_id).in_(thought_of)
        ),
        Decision: sa.or_(
            col(Decision.donor_id).in_(keys),
            col(Decision.offer_id).in_(offers),
            col(Decision.match_id).in_(matches),
            col(Decision.match_id).in_(thought_of) & (col(Decision.note) != ""),
            (col(Decision.verb) == Verb.MESSAGE)
            & col(Decision.data)["offer"].as_string().in_([str(key) for key in offers]),
        ),
        PhoneCall: col(PhoneCall.offer_id).in_(offers),
        OutboxMessage: letters,
        RefusedAddress: sa.func.lower(col(RefusedAddress.email)).in_(emails),
        Follower: sa.func.lower(col(Follower.email)).in_(emails),
        KeptForm: sa.func.lower(col(KeptForm.email)).in_(emails),
    }
