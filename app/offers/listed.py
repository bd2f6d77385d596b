"""A list that was sent becomes an offer: where it is, when it can be had and from whom is asked once for all of it."""

from datetime import timedelta

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.days import day_of
from app.db import session, transaction
from app.listing import queries as lists
from app.listing import service as listing
from app.offers import on_behalf, queries, service
from app.offers.forms import ListedForm, clock_of
from app.offers.routes import TOO_MANY_WAIT, blueprint
from app.photos.service import KEY
from app.web.access import Who, access, current_account
from app.web.answers import form_page
from app.web.clock import now
from app.web.current_committee import chosen_committee
from app.web.limits import limiter


@blueprint.route("/offrir/liste/<key>", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("200 per hour", methods=["POST"])
def give_list(key: str) -> ResponseReturnValue:
    elsewhere = on_behalf.of_another_session()
    if elsewhere is not None:
        return elsewhere
    account = current_account()
    found = lists.of_gifts(session(), key, account) if KEY.fullmatch(key) else None
    if found is None or found.read_at is None:
        abort(404)
    if found.consignment_id is not None:
        return redirect(url_for("listing.show", key=key), 303)
    if found.recorded_at is not None:
        return redirect(url_for("offers.recorded", key=key), 303)
    try:
        lines = listing.to_record(found)
    except listing.ListingError:
        return redirect(url_for("listing.show", key=key), 303)
    lasts: timedelta = current_app.extensions["settings"].offer_lasts
    there = clock_of(request.form.get("postal_code", ""))
    form = ListedForm(today=day_of(now(), there), lasts=lasts, signed_in=account is not None)
    form.submission_key.data = key
    if all(line.condition for line in lines):
        del form.condition
    if not form.validate_on_submit():
        return form_page("offers/give_list.html", form, listing=found, articles=len(lines))
    stand_in, address = (
        queries.stand_in(session(), account, chosen_committee())
        if account and form.without_address
        else (None, "")
    )
    draft = form.draft_of(
        form.articles(lines),
        recorded_by_id=account.id if account else None,
        stand_in=stand_in,
        stand_in_email=address,
    )
    try:
        with transaction() as current:
            held = listing.held(current, found.id)
            listing.recorded_as(held, service.record_offer(current, draft, now()).id, now())
    except service.OfferError:
        form.email.errors = [str(TOO_MANY_WAIT)]
        return form_page("offers/give_list.html", form, listing=found, articles=len(lines))
    return redirect(url_for("offers.recorded", key=key), 303)
