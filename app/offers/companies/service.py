"""The verbs of a consignment: begun, said who, sites added and taken out, an inventory brought, sent, forgotten. None commits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from app import lasting, public_gifts
from app.dangers import to_look_at
from app.listing import service as lists
from app.listing.queries import inventory as inventory
from app.listing.service import SEND
from app.models import Consignment, Listing, Offer
from app.models.states import Condition
from app.offers import service as offers
from app.offers.companies.sites import MOST_SITES, Site
from app.offers.drafts import DonorContact, InventoryDraft, OfferDraft
from app.refusing import RefusedError
from app.sheets import mending
from app.sheets.cells import IN_ONE
from app.sheets.lines import LineTrouble, SheetLine

UNSENT = "unsent"
"""What a long inventory is `wanted` for where its address had too much to confirm when the clock was to send it."""


class ConsignmentRefusal(StrEnum):
    """Why it is not as asked."""

    SENT = "sent"
    TOO_MANY_SITES = "too_many_sites"
    NO_SITE = "no_site"
    LINES = "lines"
    """The inventory has lines to mend, or none."""


class ConsignmentError(RefusedError[ConsignmentRefusal]):
    """Nothing was changed."""


def begin(session: Session, key: str, values: dict[str, Any], now: datetime) -> Consignment:
    """The same form sent again gives what the first one began."""
    row = Consignment(key=key, started_at=now, **values)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.exec(select(Consignment).where(Consignment.key == key)).one()
    return row


def held(session: Session, consignment_id: int, *, sending: bool = False) -> Consignment:
    """Locked until the transaction ends, before its inventory is. Raises ConsignmentError where it has been sent, or, unless this is the
    `sending`, is about to be."""
    row = session.get_one(Consignment, consignment_id, with_for_update=True, populate_existing=True)
    listing = None if sending else inventory(session, row)
    if row.sent_at is not None or (listing is not None and listing.wanted == SEND):
        raise ConsignmentError(ConsignmentRefusal.SENT)
    return row


def sites_of(row: Consignment) -> list[Site]:
    return [Site.again(kept) for kept in row.sites]


def say_who(row: Consignment, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def add_site(session: Session, row: Consignment, site: Site) -> None:
    """What the inventory says of places is read again. Raises ConsignmentError where there are enough."""
    if len(row.sites) >= MOST_SITES:
        raise ConsignmentError(ConsignmentRefusal.TOO_MANY_SITES)
    row.sites = [*row.sites, site.kept()]
    _place_again(session, row)


def change_site(session: Session, row: Consignment, name: str, site: Site) -> None:
    """The one of this name is as `site` says by now; what the inventory has there goes along."""
    row.sites = [site.kept() if kept["name"] == name else kept for kept in row.sites]
    listing = inventory(session, row)
    if listing is not None:
        lines = mending.again(listing.lines)
        listing.lines = mending.kept(
            replace(line, site=site.name) if line.site == name else line for line in lines
        )
    _place_again(session, row)


def remove_site(session: Session, row: Consignment, name: str) -> None:
    """What stood there is asked about again."""
    row.sites = [kept for kept in row.sites if kept["name"] != name]
    _place_again(session, row, gone=name)


def _place_again(session: Session, row: Consignment, gone: str = "") -> None:
    """The lines of the inventory at the sites as they are by now; those of the one that is `gone` are asked about."""
    listing = inventory(session, row)
    if listing is not None:
        sites = {kept["name"]: kept["place"]["commune"] for kept in row.sites}
        listing.lines = mending.kept(
            replace(line, trouble=LineTrouble.SITE, typed=gone)
            if gone and sites and line.site == gone and line.counts
            else mending.placed(line, sites)
            for line in mending.again(listing.lines)
        )


def to_send(row: Consignment, listing: Listing | None) -> list[SheetLine]:
    """The lines that would be sent. Raises ConsignmentError where something is missing."""
    if not row.sites:
        raise ConsignmentError(ConsignmentRefusal.NO_SITE)
    if listing is None or listing.read_at is None or listing.trouble:
        raise ConsignmentError(ConsignmentRefusal.LINES)
    try:
        return lists.to_record(listing)
    except lists.ListingError:
        raise ConsignmentError(ConsignmentRefusal.LINES) from None


def answer(listing: Listing, condition: Condition, lots: str) -> None:
    """What the list does not say of a line is this."""
    listing.lines = mending.kept(
        line if line.passed else replace(line, condition=line.condition or condition, lot=line.lot or lots)
        for line in mending.again(listing.lines)
    )


def to_hold(row: Consignment, lines: Iterable[SheetLine], now: datetime) -> frozenset[int]:
    """The numbers of the lines that a coordinator has to look at first: their words ask for that, or it is what a public body may not give
    for nothing. Seconds where there are thousands: for before the transaction."""
    return frozenset(
        each.slot
        for each in map(_article, lines)
        if public_gifts.above(row.kind, each.unit_value)
        or to_look_at(each.description, each.item, now.date())
    )


def send(
    session: Session, row: Consignment, listing: Listing, held: Collection[int], now: datetime
) -> list[int]:
    """Make an offer of what stands at each site; their numbers. All of it or nothing. `held` is as `to_hold` says. Raises ConsignmentError,
    or OfferError where this address has too much to confirm."""
    lines = to_send(row, listing)
    made: list[Offer] = []
    for number, site in enumerate(sites_of(row)):
        here = [line for line in lines if line.site == site.name]
        if here:
            draft = replace(_draft(row, site, number, here), photos_key=listing.key, held=held)
            made.append(offers.record_offer(session, draft, now))
    row.donor_id, row.sent_at, row.sites = made[0].donor_id, now, []
    listing.made, listing.recorded_at, listing.wanted = [offer.id for offer in made], now, ""
    return [offer.id for offer in made]


def _draft(row: Consignment, site: Site, number: int, lines: Sequence[SheetLine]) -> OfferDraft:
    return OfferDraft(
        submission_key=f"{row.key}-{number}",
        articles=[_article(line) for line in lines],
        contact=DonorContact(row.contact_name, row.contact_phone, row.company),
        email=row.contact_email,
        language=row.language,
        place=site.place,
        street=site.street,
        available_from=site.available_from,
        available_until=site.available_until,
        availability=site.availability,
        delivers_km=site.delivers_km,
        consignment_id=row.id,
        site=site.name,
        site_contact=site.contact,
        dock=site.dock,
        lift_truck=site.lift_truck,
    )


def _article(line: SheetLine) -> InventoryDraft:
    return InventoryDraft(
        slot=line.number,
        item=line.item,
        description=f"{line.name}\n{line.details}".strip(),
        quantity=line.quantity,
        condition=line.condition or Condition.GOOD,
        divisible=line.lot != IN_ONE or line.quantity == 1,
        unit_value=line.value,
        unit_grams=line.grams,
    )


def let_go(session: Session, listing_id: int, wanted: str) -> None:
    """It was not sent: it may be changed and sent again. `wanted` says why, UNSENT or nothing."""
    listing = lists.held(session, listing_id)
    if listing.wanted == SEND:
        listing.wanted = wanted


def waiting(session: Session) -> list[int]:
    """The inventories that the clock is to send, the oldest first."""
    query = select(Listing.id).where(col(Listing.wanted) == SEND, col(Listing.recorded_at).is_(None))
    return list(session.exec(query.order_by(col(Listing.id))))


def forget(session: Session, now: datetime) -> int:
    """What was begun and not sent within `lasting.LISTS` goes, with its inventory; how many."""
    old = (col(Consignment.started_at) < now - lasting.LISTS) & col(Consignment.sent_at).is_(None)
    theirs = col(Listing.consignment_id).in_(select(Consignment.id).where(old))
    session.connection().execute(delete(Listing).where(theirs))
    return session.connection().execute(delete(Consignment).where(old)).rowcount
