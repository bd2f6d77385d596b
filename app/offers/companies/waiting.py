"""What the clock does about long inventories, while their page says so: send them."""

from app.db import session, transaction
from app.listing import service as lists
from app.offers.companies import service
from app.offers.companies.service import ConsignmentError
from app.offers.service import OfferError
from app.web.clock import Clock


def send_now(clock: Clock) -> int:
    """Each in a transaction of its own; how many. What cannot be sent any more is shown again instead."""
    waiting = service.waiting(session())
    for listing_id in waiting:
        try:
            with transaction() as current:
                listing = lists.held(current, listing_id)
                service.send(current, service.held(current, listing.consignment_id or 0), listing, clock())
        except (ConsignmentError, OfferError):
            with transaction() as current:
                lists.held(current, listing_id).wanted = ""
    return len(waiting)
