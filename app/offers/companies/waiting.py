"""What the clock does about long inventories, while their page says so: send them."""

from app.db import session, transaction
from app.listing import service as lists
from app.listing.service import SEND
from app.models import Consignment, Listing
from app.offers.companies import service
from app.offers.companies.service import UNSENT, ConsignmentError
from app.offers.service import OfferError
from app.web.clock import Clock


def send_now(clock: Clock) -> int:
    """Each in a transaction of its own; how many. What cannot be sent any more is shown again, with the reason."""
    waiting = service.waiting(session())
    for listing_id in waiting:
        listing = session().get_one(Listing, listing_id)
        giver = session().get_one(Consignment, listing.consignment_id)
        now, giver_id = clock(), giver.id
        looked_at = service.to_hold(giver, lists.lines(listing), now)
        try:
            with transaction() as current:
                row, listing = (
                    service.held(current, giver_id, sending=True),
                    lists.held(current, listing_id),
                )
                if listing.wanted == SEND:
                    service.send(current, row, listing, looked_at, now)
        except (ConsignmentError, OfferError) as error:
            with transaction() as current:
                service.let_go(current, listing_id, UNSENT if isinstance(error, OfferError) else "")
    return len(waiting)
