"""What the clock does about long lists, while their page says so: read them, record them, take them back."""

from datetime import datetime

from app.catalogue.queries import sense
from app.days import day_of
from app.db import session, transaction
from app.listing import service
from app.listing.service import ListingError, ListTask
from app.models import Committee, Listing
from app.sheets.files import SheetError, SheetTrouble
from app.transitions import Actor
from app.web.clock import Clock

TOGETHER = 200
"""Needs that are withdrawn in one transaction: whoever else writes waits no longer."""


def work_now(clock: Clock) -> int:
    """What is due of each list; how many lists."""
    waiting = service.waiting(session())
    for listing_id in waiting:
        listing = session().get_one(Listing, listing_id)
        if listing.read_at is None:
            _read(listing, clock())
        elif listing.wanted == ListTask.RECORD:
            _record(listing_id, Actor.account(listing.wanted_by_id or 0), clock())
        else:
            _take_back(listing_id, Actor.account(listing.wanted_by_id or 0), clock())
    return len(waiting)


def _read(listing: Listing, now: datetime) -> None:
    """In a transaction that begins when it has been read."""
    committee = session().get(Committee, listing.committee_id) if listing.committee_id else None
    listing_id, content, sites = listing.id, listing.content or b"", service.sites_of(session(), listing)
    found: service.Understood | SheetTrouble
    try:
        found = service.understand(
            content, sense(), day_of(now, committee.zone) if committee else None, sites
        )
    except SheetError as error:
        found = error.code
    with transaction() as current:
        held = service.held(current, listing_id)
        if held.read_at is not None:
            return  # another scheduler was quicker
        if isinstance(found, SheetTrouble):
            service.give_up(held, found, now)
        else:
            service.keep(held, found, now)


def _record(listing_id: int, actor: Actor, now: datetime) -> None:
    """All of it in one transaction. One that is not sound any more is shown again instead."""
    with transaction() as current:
        held = service.held(current, listing_id)
        held.wanted = ""
        try:
            service.record_needs(current, held, actor, now)
        except ListingError:
            return


def _take_back(listing_id: int, actor: Actor, now: datetime) -> None:
    """Some at a time; who ends in between goes on with those that are left."""
    made = session().get_one(Listing, listing_id).made
    for first in range(0, len(made), TOGETHER):
        with transaction() as current:
            held = service.held(current, listing_id)
            service.take_back(current, held, made[first : first + TOGETHER], actor, now)
    with transaction() as current:
        service.held(current, listing_id).wanted = ""
