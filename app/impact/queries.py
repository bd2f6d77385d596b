"""Reads of all that was offered and received, gift by gift: who counts them makes groups of them first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.days import day_of
from app.figures.queries import PIECES, RECEIVED_AT
from app.models import Action, Committee, Donor, Handover, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import MatchState, OfferState
from app.places.zones import zone_at

NOBODYS = ".example"
"""How the addresses of sample data end: a name that belongs to nobody (RFC 2606)."""
OFFERED = (OfferState.OPEN, OfferState.CLOSED, OfferState.WITHDRAWN, OfferState.EXPIRED)
"""States of what was confirmed and taken."""
PERSON: Any = sa.func.coalesce(col(Donor.merged_into_id), col(Donor.id))


@dataclass(frozen=True, slots=True)
class OneGift:
    """Pieces of an item that a committee received in a month of its. `trip` is the same for all that came at once, over `km` as the
    crow flies; `hours` lie between the confirmed offer and the receipt."""

    month: date
    donor: int
    committee: int
    association: int
    action: int | None
    item: str | None
    pieces: int
    trip: int
    km: float
    hours: float | None


@dataclass(frozen=True, slots=True)
class AllGifts:
    """All gifts; the donors of the offers of each month; names by key. `sample`: nothing else is there than sample data."""

    gifts: Sequence[OneGift]
    offered: Mapping[date, Sequence[int]]
    committees: Mapping[int, str]
    associations: Mapping[int, str]
    actions: Mapping[int, str]
    sample: bool


def past(session: Session) -> AllGifts:
    """Five statements. Sample data counts where there is nothing but sample data, and nowhere else."""
    places = session.execute(
        sa.select(*map(col, (Committee.id, Committee.name, Committee.organisation_id, Committee.email, Committee.country,
                             Committee.postal_code, Committee.latitude, Committee.longitude)))
    ).all()  # fmt: skip
    real = [row for row in places if not row.email.endswith(NOBODYS)]
    counted = real or places
    zones = {row.id: (row.organisation_id, zone_at(*row[4:])) for row in counted}
    return AllGifts(
        _gifts(session, zones),
        _offered(session, sample=not real),
        {row.id: row.name for row in counted},
        dict(session.execute(sa.select(col(Organisation.id), col(Organisation.name))).all()),
        dict(session.execute(sa.select(col(Action.id), col(Action.title))).all()),
        bool(places) and not real,
    )


def _gifts(session: Session, places: Mapping[int, tuple[int, str]]) -> list[OneGift]:
    query: Any = (
        sa.select(
            RECEIVED_AT.label("at"), PERSON.label("donor"), col(Need.committee_id), col(Need.action_id), col(OfferedItem.item),
            PIECES.label("pieces"), sa.func.coalesce(col(Match.handover_id), -col(Match.id)).label("trip"),
            col(Match.distance_km), col(Offer.confirmed_at),
        )
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(col(Match.state) == MatchState.COMPLETED, PIECES > 0, RECEIVED_AT.is_not(None))
    )  # fmt: skip
    return [
        OneGift(
            day_of(row.at, places[row.committee_id][1]).replace(day=1), row.donor, row.committee_id,
            places[row.committee_id][0], row.action_id, row.item, row.pieces, row.trip, row.distance_km,
            (row.at - row.confirmed_at).total_seconds() / 3600 if row.confirmed_at else None,
        )
        for row in session.execute(query)
        if row.committee_id in places
    ]  # fmt: skip


def _offered(session: Session, *, sample: bool) -> dict[date, list[int]]:
    """The donor of each offer, by the month in which it was made, in Paris."""
    query = (
        sa.select(col(Offer.created_at), PERSON)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Offer.state).in_(OFFERED))
    )
    if not sample:
        query = query.where(col(Donor.email).not_like(f"%{NOBODYS}"))
    found: dict[date, list[int]] = {}
    for at, donor in session.execute(query):
        found.setdefault(day_of(at).replace(day=1), []).append(donor)
    return found
