"""A gift that a volunteer recorded for somebody: the page after sending speaks to the volunteer, the slip to the person."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import select

from app.days import day_of
from app.db import seen_by, session, transaction
from app.models import Account, Committee, Donor, Offer, PhoneCall
from app.models.states import OfferState, Right
from app.offers import calling, queries
from app.offers.next_steps import ANSWERED_WITHIN
from app.photos.service import KEY
from app.post.bearers import bearer_of
from app.web import asked
from app.web.access import Who, access, current_account, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.current_committee import chosen_committee, committees_of, may, may_act_for
from app.web.links import LIFETIMES, Purpose
from app.web.opening import new_link
from app.web.text import _

blueprint = Blueprint("on_behalf", __name__)


def may_see(offer: Offer, account: Account) -> bool:
    """Coordinators, whoever recorded it, and the committee that stands in for the person."""
    if offer.recorded_by_id == account.id or _standing_in(offer, account):
        return True
    with seen_by(account.organisation_id):
        return (
            account.is_coordinator
            and session().scalar(select(Offer.id).where(Offer.id == offer.id)) is not None
        )


def _standing_in(offer: Offer, account: Account) -> list[Committee]:
    """The account's committees whose address, or a member's own, stands in for the person's."""
    return [each for each in committees_of(account) if queries.speaks_for(session(), each, offer.id)]


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


def close_to_strangers(offer: Offer) -> None:
    """End the request where the offer was recorded for somebody, and whoever looks may not see it or has signed out."""
    if offer.recorded_by_id is None:
        return
    account = current_account()
    if account is None:
        abort(redirect(url_for("security.login", next=request.path)))
    if not may_see(offer, account):
        abort(404)


def recorded(found: queries.Tracked) -> ResponseReturnValue:
    """After sending."""
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
    stands_in = [each.slug for each in committees_of(recorder) if each.email.lower() == found.donor.email]
    counter, _address = queries.stand_in(session(), recorder, (*stands_in, chosen_committee())[0])
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
    return recorded_for and found.offer.state in queries.STANDING and may_see(found.offer, signed_in())


@blueprint.post("/appels/<int:call_id>/<any(dit, 'a-redire'):act>")
@access(Who.MEMBER, Right.RECEIVE)
def settle_call(call_id: int, act: str) -> ResponseReturnValue:
    call = session().get(PhoneCall, call_id) or abort(404)
    offer = session().get_one(Offer, call.offer_id)
    account = signed_in()
    if not may_see(offer, account):
        abort(404)
    if not account.is_coordinator and offer.recorded_by_id != account.id:
        standing_in = _standing_in(offer, account)
        may_act_for(account, max(standing_in, key=lambda each: may(account, each.id, Right.RECEIVE)).id)
    told = act == "dit"
    with transaction() as current:
        calling.settle(current, call_id, told, account.id, now())
    home = "todo.index" if account.is_coordinator else "committees.home"
    who = offer.contact_name
    said = _("C'est noté : %(who)s le sait.", who=who) if told else _("Cet appel est de nouveau à faire.")
    return done(said, asked.back(url_for(home)))


@blueprint.app_template_global()
def calls_of(committee: Committee) -> Sequence[calling.CallLine]:
    """For the committee's own pages. One query."""
    return calling.of_committee(session(), committee, now())


@blueprint.app_template_global()
def calls_made() -> Sequence[calling.CallLine]:
    """For a coordinator's page. One query."""
    return calling.made_lately(session(), now())


@blueprint.app_template_global()
def follow_for(offer: Offer) -> str:
    """Where whoever stands in for somebody follows the gift and answers."""
    return new_link(Purpose.TRACK_OFFER, offer.id, bearer_of(session().get_one(Donor, offer.donor_id)))
