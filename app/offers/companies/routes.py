"""The entrance of companies and institutions: who gives, from which sites, what (`app.listing` reads the inventory), photos, summary."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import public_gifts
from app.days import day_of
from app.db import session, transaction
from app.listing import service as lists
from app.models import Consignment, Listing, Offer
from app.models.states import Condition
from app.offers import service as offers
from app.offers.companies import queries, service
from app.offers.companies.forms import GiverForm, SiteForm, SummaryForm
from app.offers.companies.service import ConsignmentError, ConsignmentRefusal
from app.offers.companies.sites import MOST_SITES
from app.offers.forms import clock_of
from app.offers.routes import TOO_MANY_WAIT
from app.photos import queries as photos
from app.photos.service import NotKept, forget_draft, keep_uploads, read_uploads
from app.sheets.files import MOST_ROWS
from app.web import asked
from app.web.access import Who, access
from app.web.answers import done, form_page, trying, turn_back
from app.web.clock import now
from app.web.fields import KEY, PortalForm
from app.web.guard import MEGABYTE, takes_up_to
from app.web.limits import limiter
from app.web.pages import cut
from app.web.seen import filled_with, unchanged
from app.web.text import _, plural

blueprint = Blueprint("companies", __name__)
blueprint.add_app_template_global(public_gifts.the_law)
blueprint.add_app_template_global(public_gifts.above, "above_ceiling")


@blueprint.app_template_global()
def sent_with(offer: Offer) -> Consignment | None:
    """What a company sent an offer with; read once for a page."""
    known: dict[int, Consignment | None] = g.setdefault("sent_with", {})
    if offer.id not in known:
        known[offer.id] = queries.of_offer(session(), offer)
    return known[offer.id]


PHOTOS_PAGE = 20
"""Articles for which photos are sent at once."""
LARGEST_PHOTOS = 120 * MEGABYTE


def sentence(error: ConsignmentError | offers.OfferError) -> str:
    if isinstance(error, offers.OfferError):
        return str(TOO_MANY_WAIT)
    return {
        ConsignmentRefusal.SENT: _("C'est déjà envoyé."),
        ConsignmentRefusal.TOO_MANY_SITES: _(
            "Dix lieux au plus à la fois. Envoyez ceux-ci, puis recommencez."
        ),
        ConsignmentRefusal.NO_SITE: _("Dites d'abord d'où vous donnez."),
        ConsignmentRefusal.LINES: _("Il reste des lignes à corriger, ou aucune n'est à donner."),
    }[error.code]


def _begun(key: str) -> Consignment:
    """What is being filled in; what has been sent, or is about to be, is shown instead."""
    row = queries.by_key(session(), key) if KEY.fullmatch(key) else None
    if row is None:
        abort(404)
    listing = service.inventory(session(), row)
    if row.sent_at is not None or (listing is not None and listing.wanted == lists.SEND):
        abort(redirect(url_for("companies.sent", key=key), 303))
    filled_with(consignment=row.version)
    return row


@blueprint.route("/entreprises", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("60 per hour", methods=["POST"])
def begin() -> ResponseReturnValue:
    """What will happen and by when, and the first question."""
    form = GiverForm()
    if not form.validate_on_submit():
        return form_page("companies/entrance.html", form, law=public_gifts.the_law(), lines=MOST_ROWS)
    with transaction() as current:
        key = service.begin(current, form.submission_key.data, form.values(), now()).key
    return redirect(url_for("companies.sites", key=key), 303)


@blueprint.route("/entreprises/<key>", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("120 per hour", methods=["POST"])
def who(key: str) -> ResponseReturnValue:
    row = _begun(key)
    form = GiverForm(
        data=row.model_dump()
        | {"email": row.contact_email, "phone": row.contact_phone, "submission_key": key}
    )
    if not form.validate_on_submit():
        return form_page("companies/who.html", form, giver=row)
    with trying(sentence) as current:
        held = service.held(current, row.id)
        unchanged(consignment=held.version)
        service.say_who(held, form.values())
    return redirect(url_for("companies.sites", key=key), 303)


@blueprint.route("/entreprises/<key>/lieux", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("120 per hour", methods=["POST"])
def sites(key: str) -> ResponseReturnValue:
    row = _begun(key)
    lasts: timedelta = current_app.extensions["settings"].offer_lasts
    there = clock_of(request.form.get("postal_code", ""))
    known = service.sites_of(row)
    changed = next((site for site in known if site.name == request.args.get("modifier")), None)
    taken = [site.name for site in known if site != changed]
    form = SiteForm(today=day_of(now(), there), lasts=lasts, taken=taken, changed=changed)
    if not form.validate_on_submit():
        return form_page(
            "companies/sites.html", form, giver=row, sites=known, changed=changed, most=MOST_SITES
        )
    with trying(sentence, url_for("companies.sites", key=key)) as current:
        held = service.held(current, row.id)
        unchanged(consignment=held.version)
        if changed:
            service.change_site(current, held, changed.name, form.site())
        else:
            service.add_site(current, held, form.site())
    if "more" in request.form:
        return done(_("Ce lieu est gardé."), url_for("companies.sites", key=key))
    return redirect(url_for("listing.bring_inventory", key=key), 303)


@blueprint.post("/entreprises/<key>/lieux/retirer")
@access(Who.PUBLIC)
def remove_site(key: str) -> ResponseReturnValue:
    row, back = _begun(key), url_for("companies.sites", key=key)
    with trying(sentence, back) as current:
        held = service.held(current, row.id)
        unchanged(consignment=held.version)
        service.remove_site(current, held, request.form.get("name", ""))
    return done(_("Ce lieu est retiré."), back, "info")


@blueprint.route("/entreprises/<key>/photos", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("300 per hour", methods=["POST"])
@takes_up_to(LARGEST_PHOTOS)
def pictures(key: str) -> ResponseReturnValue:
    """Photos of each lot; none is asked for."""
    row = _begun(key)
    listing = service.inventory(session(), row)
    if listing is None or listing.read_at is None or listing.trouble:
        return redirect(url_for("listing.bring_inventory", key=key), 303)
    listing_key = listing.key  # another list has other lots
    taken = [line for line in lists.lines(listing) if line.passed is None]
    page = cut(taken, asked.page(), PHOTOS_PAGE)
    form = PortalForm()
    problems: dict[int, list[NotKept]] = {}
    if form.validate_on_submit():
        storage = current_app.extensions["photos"]
        read = {
            line.number: read_uploads(request.files.getlist(f"photos-{line.number}"), storage)
            for line in page.rows
        }
        with transaction() as current:
            forget_draft(current, listing_key, request.form.get("remove_photo", ""), storage)
            for number, upload in read.items():
                if upload.pictures or upload.problems:
                    kept = keep_uploads(current, listing_key, number, upload, now(), slots=10 * MOST_ROWS)
                    problems |= {number: kept} if kept else {}
        if not problems and "remove_photo" not in request.form:
            further = page.number + (page.more and "next" in request.form)
            there = url_for("companies.pictures", key=key, page=further)
            return done(_("Les photos sont gardées."), there)
    drafts = photos.drafts(session(), listing_key)
    shown = render_template(
        "companies/photos.html",
        form=form,
        giver=row,
        listing=listing,
        page=page,
        photos=drafts,
        problems=problems,
    )
    return shown, 422 if problems else 200


@blueprint.route("/entreprises/<key>/envoi", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("60 per hour", methods=["POST"])
def summary(key: str) -> ResponseReturnValue:
    """All of it once more, what the list does not say, and the button that sends."""
    row = _begun(key)
    row_id, address = row.id, row.contact_email
    listing = service.inventory(session(), row)
    if listing is None:
        turn_back(
            sentence(ConsignmentError(ConsignmentRefusal.LINES)),
            url_for("listing.bring_inventory", key=key),
            "info",
        )
    try:
        lines = service.to_send(row, listing)
    except ConsignmentError as error:
        turn_back(sentence(error), _missing(error, key, listing), "info")
    form = SummaryForm()
    if all(line.condition for line in lines):
        del form.condition
    if all(line.lot or line.quantity == 1 for line in lines):
        del form.lots
    totals = queries.Sum()
    for line in lines:
        totals.add(line.quantity, line.item, line.value, line.grams)
    page: dict[str, Any] = {
        "giver": row,
        "listing": listing,
        "lines": lines,
        "totals": totals,
        "valued": sum(line.value is not None for line in lines),
        "sites": [(site, sum(line.site == site.name for line in lines)) for site in service.sites_of(row)],
        "above": sum(public_gifts.above(row.kind, line.value) for line in lines),
        "photos": sum(map(len, photos.drafts(session(), listing.key).values())),
        "law": public_gifts.the_law(),
        "unsent": TOO_MANY_WAIT if listing.wanted == service.UNSENT else "",
    }
    filled_with(consignment=row.version, listing=listing.version)
    if not form.validate_on_submit():
        return form_page("companies/summary.html", form, **page)
    long = len(lines) > lists.LINES_AT_ONCE
    to_hold = None if long else service.to_hold(row, lines, now())
    return _send(form, row_id, listing.id, address, key, to_hold)


def _send(
    form: SummaryForm, row_id: int, listing_id: int, address: str, key: str, to_hold: Collection[int] | None
) -> ResponseReturnValue:
    """At once, or by the clock where it is long: then what is `to_hold` is not known yet."""
    condition = Condition(form.condition.data) if "condition" in form else Condition.GOOD
    lots = form.lots.data if "lots" in form else ""
    with trying(sentence, url_for("companies.sent", key=key)) as current:
        held, inventory = service.held(current, row_id), lists.held(current, listing_id)
        unchanged(consignment=held.version, listing=inventory.version)
        offers.wait_for_confirmation(current, address, now(), row_id)
        service.answer(inventory, condition, lots)
        if to_hold is None:
            inventory.wanted = lists.SEND
        else:
            service.send(current, held, inventory, to_hold, now())
    return redirect(url_for("companies.sent", key=key), 303)


def _missing(error: ConsignmentError, key: str, listing: Listing) -> str:
    """Where what is missing is said."""
    if error.code is ConsignmentRefusal.NO_SITE:
        return url_for("companies.sites", key=key)
    if listing.trouble:
        return url_for("listing.bring_inventory", key=key)
    return url_for("listing.show", key=listing.key)


@blueprint.get("/entreprises/<key>/envoye")
@access(Who.PUBLIC)
def sent(key: str) -> ResponseReturnValue:
    """After sending. Only who filled it in knows `key`."""
    row = queries.by_key(session(), key) if KEY.fullmatch(key) else None
    if row is None or row.anonymised_at is not None:
        abort(404)
    if row.sent_at is None:
        listing = service.inventory(session(), row)
        if listing is None or listing.wanted != lists.SEND:
            return redirect(url_for("companies.summary", key=key), 303)
        page = make_response(render_template("companies/sending.html", giver=row))
        page.headers["Refresh"] = "2"  # by itself, without a script
        return page
    found = queries.followed(session(), row.id) or abort(404)
    articles = sum(line.articles for line in found.sites)
    said = plural("Un article est enregistré.", "%(num)s articles sont enregistrés.", articles)
    return render_template("companies/sent.html", giver=row, found=found, said=said)
