"""A gift that a volunteer recorded for somebody: the page after sending speaks to the volunteer, the slip to the person."""

from datetime import date, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.days import day_of
from app.db import session
from app.models import Account, Offer
from app.models.states import OfferState
from app.offers import queries
from app.offers.next_steps import ANSWERED_WITHIN
from app.photos.service import KEY
from app.post.bearers import bearer_of
from app.web.access import Who, access, current_account, signed_in
from app.web.clock import now
from app.web.current_committee import committees_of
from app.web.links import LIFETIMES, Purpose
from app.web.opening import new_link

blueprint = Blueprint("on_behalf", __name__)


def may_see(found: queries.Tracked, account: Account) -> bool:
    """Coordinators, whoever recorded it, and the committee whose address stands in for the person's."""
    if account.is_coordinator or found.offer.recorded_by_id == account.id:
        return True
    return found.donor.email in {each.email.lower() for each in committees_of(account) if each.email}


def of_another_session() -> ResponseReturnValue | None:
    """A browser sends a form again when somebody goes back to its answer: what a volunteer typed about a person is shown to
    nobody else, though the form is everybody's. Where to go instead, or None."""
    opened_by, account = request.form.get("opened_by", ""), current_account()
    if not opened_by or (account is not None and opened_by == str(account.id)):
        return None
    return redirect(url_for("security.login" if account is None else "offers.new"), 303)


def decided_by(offer: Offer, moment: datetime) -> date | None:
    """The day on which it is known where the gift goes; None of one that waits for its confirmation, and once that day is over."""
    if offer.confirmed_at is None:
        return None
    day = day_of(offer.confirmed_at + ANSWERED_WITHIN, offer.zone)
    return day if day >= day_of(moment, offer.zone) else None


def recorded(found: queries.Tracked) -> ResponseReturnValue:
    """After sending; once signed out its address shows nothing."""
    account = current_account()
    if account is None:
        return redirect(url_for("security.login", next=request.path))
    if not may_see(found, account):
        abort(404)
    return render_template("offers/recorded_for.html", **_told(found))


def _told(found: queries.Tracked) -> dict[str, object]:
    offer, donor = found.offer, found.donor
    stands_in = bool(offer.on_behalf_of)
    return {
        "found": found,
        "who": offer.contact_name or donor.name,
        "phone": offer.contact_phone or ("" if stands_in else donor.phone),
        "decided_by": decided_by(offer, now()),
        "confirm_by": day_of(offer.created_at + LIFETIMES[Purpose.CONFIRM_OFFER], offer.zone),
        "track": new_link(Purpose.TRACK_OFFER, offer.id, bearer_of(donor)) if stands_in else "",
        "stands": offer.state in queries.STANDING,
    }


@blueprint.get("/offrir/<key>/fiche")
@access(Who.MEMBER)
def slip(key: str) -> ResponseReturnValue:
    """To print and hand over at the counter: nothing on it lets a stranger act."""
    offer = queries.of_submission(session(), key) if KEY.fullmatch(key) else None
    found = queries.tracked(session(), offer.id) if offer is not None else None
    if found is None or not _to_hand_over(found):
        abort(404)
    recorder = session().get_one(Account, found.offer.recorded_by_id)
    counter, _address = queries.stand_in(session(), recorder)
    settings = current_app.extensions["settings"]
    at_the_counter = counter.phone and counter.name != recorder.name
    name, phone = (counter.name, counter.phone) if at_the_counter else (settings.portal_name, settings.phone)
    return render_template(
        "offers/slip.html",
        **_told(found),
        counter=name,
        counter_phone=phone,
        hours="" if at_the_counter else settings.phone_hours,
        contact=settings.contact_email,
        unconfirmed=found.offer.state is OfferState.UNCONFIRMED,
    )


def _to_hand_over(found: queries.Tracked) -> bool:
    recorded_for = found.offer.recorded_by_id is not None and found.offer.anonymised_at is None
    return recorded_for and found.offer.state in queries.STANDING and may_see(found, signed_in())
