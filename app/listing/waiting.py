"""Long lists are read by the clock, while their page says so."""

from app.catalogue.queries import sense
from app.days import day_of
from app.db import session, transaction
from app.listing import service
from app.models import Committee, Listing
from app.sheets.files import SheetError, SheetTrouble
from app.web.clock import Clock


def read_now(clock: Clock) -> int:
    """Read what waits, each in a transaction of its own that begins when it has been read; how many."""
    waiting = service.unread(session())
    for listing_id in waiting:
        listing = session().get_one(Listing, listing_id)
        committee = session().get(Committee, listing.committee_id) if listing.committee_id else None
        content, today = listing.content or b"", day_of(clock(), committee.zone) if committee else None
        found: service.Understood | SheetTrouble
        try:
            found = service.understand(content, sense(), today)
        except SheetError as error:
            found = error.code
        with transaction() as current:
            held = service.held(current, listing_id)
            if held.read_at is not None:
                continue
            if isinstance(found, SheetTrouble):
                service.give_up(held, found, clock())
            else:
                service.keep(held, found, clock())
    return len(waiting)
