"""What the portal holds of one donor, table by table, as the models declare it: a new column about people is handed out by itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from app.models import (
    Consignment,
    Decision,
    Donor,
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
from notifications.models import RefusedAddress

OF_OTHERS = frozenset({"earmark", "round_stop", "search_word", "need", "listing"})
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


def everybody(session: Session, donor: Donor) -> list[Donor]:
    """The donor with those who were merged into it."""
    parts = session.exec(select(Donor).where(Donor.merged_into_id == donor.id).order_by(col(Donor.id))).all()
    return [donor, *parts]


def held(session: Session, donor: Donor) -> Iterator[HeldRows]:
    """All of it, one statement a table."""
    told = {
        table: columns for table, _treatment, columns in PERSONAL if table != "photo" or Data.PHOTO in columns
    }
    for model, which in _about(everybody(session, donor)).items():
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


def _about(people: Sequence[Donor]) -> dict[type[SQLModel], sa.ColumnElement[bool]]:
    keys = [each.id for each in people]
    emails = [each.email.lower() for each in people]
    offers = select(Offer.id).where(col(Offer.donor_id).in_(keys))
    items = select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offers))
    trips = select(Handover.id).where(col(Handover.offer_id).in_(offers))
    # What was only proposed is nobody's yet: a committee that was never asked is not named.
    matches = select(Match.id).where(col(Match.handover_id).in_(trips))
    return {
        Donor: col(Donor.id).in_(keys),
        Consignment: col(Consignment.donor_id).in_(keys),
        Offer: col(Offer.donor_id).in_(keys),
        OfferedItem: col(OfferedItem.offer_id).in_(offers),
        Photo: col(Photo.offered_item_id).in_(items),
        Match: col(Match.id).in_(matches),
        Handover: col(Handover.offer_id).in_(offers),
        HandoverSlot: col(HandoverSlot.handover_id).in_(trips),
        Receipt: col(Receipt.offer_id).in_(offers),
        Note: sa.or_(
            col(Note.donor_id).in_(keys), col(Note.offer_id).in_(offers), col(Note.match_id).in_(matches)
        ),
        Decision: sa.or_(
            col(Decision.donor_id).in_(keys),
            col(Decision.offer_id).in_(offers),
            col(Decision.match_id).in_(matches),
        ),
        PhoneCall: col(PhoneCall.offer_id).in_(offers),
        OutboxMessage: col(OutboxMessage.party).in_([f"donor:{key}" for key in keys]),
        RefusedAddress: sa.func.lower(col(RefusedAddress.email)).in_(emails),
        Follower: sa.func.lower(col(Follower.email)).in_(emails),
        KeptForm: sa.func.lower(col(KeptForm.email)).in_(emails),
    }
