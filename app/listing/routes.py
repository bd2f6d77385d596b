"""A list from elsewhere: sent, read, put right line by line, recorded all or nothing, taken back for a day."""

from functools import partial
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import public_gifts
from app.actions import queries as actions
from app.catalogue.queries import alternatives, said_of, sense, several
from app.days import day_of
from app.db import session
from app.listing import queries, service
from app.listing.forms import (
    COLUMNS,
    OF_GIFTS,
    PASSED,
    ListForm,
    columns_sent,
    mends_sent,
    trouble_of_file,
    trouble_of_line,
    words_of,
)
from app.listing.queries import ListPart
from app.listing.service import AT_ONCE, LINES_AT_ONCE, ListingError, ListingRefusal, ListTask
from app.models import Action, Committee, Consignment, Listing
from app.models.states import Right, Urgency
from app.needs import queries as needs
from app.photos.queries import drafts
from app.sheets.files import LARGEST, SheetError, SheetTrouble
from app.transitions import DONOR
from app.web import asked
from app.web.access import Who, access, current_account, deciding, signed_in
from app.web.answers import done, form_page, trying, turn_back
from app.web.asked import whole
from app.web.clock import now
from app.web.current_committee import committees_of, may_act_for, own_committee
from app.web.fields import KEY
from app.web.guard import MEGABYTE, takes_up_to
from app.web.limits import limiter
from app.web.seen import filled_with, unchanged
from app.web.text import _, plural
from app.web.words import CONDITIONS

blueprint = Blueprint("listing", __name__)

LARGEST_FORM = LARGEST + 2 * MEGABYTE


def sentence(error: ListingError) -> str:
    """Why not, and what to do."""
    return {
        ListingRefusal.TO_MEND: _(
            "Rien n'est enregistré encore : corrigez les lignes signalées, ou laissez-les de côté."
        ),
        ListingRefusal.NOTHING: _("Toutes les lignes sont laissées de côté : il n'y a rien à enregistrer."),
        ListingRefusal.RECORDED: _("Cette liste est déjà enregistrée."),
        ListingRefusal.UNDER_WAY: _("L'envoi est en cours : rien ne change plus, attendez qu'il soit fini."),
        ListingRefusal.TOO_LATE: _("Une liste s'annule une fois, et pendant un jour."),
        ListingRefusal.TOO_MANY: _(
            "Une offre compte 300 articles au plus. Laissez des lignes de côté, ou envoyez la liste en plusieurs fois."
        ),
    }[error.code]


@blueprint.route("/besoins/coller", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DECLARE)
@takes_up_to(LARGEST_FORM)
def bring_needs() -> ResponseReturnValue:
    """What a committee lacks."""
    committee = own_committee()
    form = ListForm(actions=needs.actions(session()))
    if not form.validate_on_submit():
        return form_page(
            "listing/new.html", form, committee=committee, giver=None, others=committees_of(signed_in())
        )
    action = session().get(Action, int(form.action_id.data)) if form.action_id.data else None
    return _bring(form, committee, action)


@blueprint.route("/coordination/actions/<slug:slug>/liste", methods=["GET", "POST"])
@access(Who.COORDINATOR)
@takes_up_to(LARGEST_FORM)
def bring_for_action(slug: str) -> ResponseReturnValue:
    """What an action asks for, in the name of the committee that collects."""
    action = actions.by_slug(session(), slug) or abort(404)
    committee = session().get_one(Committee, action.committee_id)
    form = ListForm(actions=[])
    if not form.validate_on_submit():
        return form_page("listing/new.html", form, committee=committee, action=action, giver=None)
    return _bring(form, committee, action)


@blueprint.route("/offrir/liste", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("60 per hour", methods=["POST"])
@takes_up_to(LARGEST_FORM)
def bring_offer() -> ResponseReturnValue:
    """What a company, a school or a town hall gives."""
    form = ListForm(actions=[])
    if not form.validate_on_submit():
        return form_page("listing/new.html", form, committee=None, giver=None)
    return _bring(form, None)


@blueprint.route("/entreprises/<key>/inventaire", methods=["GET", "POST"])
@access(Who.PUBLIC)
@limiter.limit("60 per hour", methods=["POST"])
@takes_up_to(LARGEST_FORM)
def bring_inventory(key: str) -> ResponseReturnValue:
    """What a company gives from its sites; another one takes the place of the first."""
    giver = queries.consignment(session(), key) if KEY.fullmatch(key) else None
    if giver is None:
        abort(404)
    current_list = queries.inventory(session(), giver)
    if giver.sent_at is not None or (current_list is not None and current_list.wanted == service.SEND):
        return redirect(url_for("companies.sent", key=key), 303)
    if not giver.sites:
        return done(_("Dites d'abord d'où vous donnez."), url_for("companies.sites", key=key), "info")
    form = ListForm(actions=[])
    if not form.validate_on_submit():
        return form_page("listing/new.html", form, committee=None, giver=giver)
    return _bring(form, None, giver=giver)


def _bring(
    form: ListForm,
    committee: Committee | None,
    action: Action | None = None,
    giver: Consignment | None = None,
) -> ResponseReturnValue:
    """Keep the list, read it if that takes a moment, and go to its page."""
    sites = {site["name"]: site["place"]["commune"] for site in giver.sites} if giver else None
    today = day_of(now(), committee.zone) if committee else None
    understood = None
    try:
        if len(form.content) <= AT_ONCE:
            understood = service.understand(form.content, sense(), today, sites)
    except SheetError as error:
        form.file.errors = [trouble_of_file(error.code)]
        page = render_template("listing/new.html", form=form, committee=committee, action=action, giver=giver)
        return page, 422
    account, giver_id = current_account(), giver.id if giver else 0
    listing = Listing(
        key=form.submission_key.data,
        committee_id=committee.id if committee else None,
        action_id=action.id if action else None,
        account_id=account.id if account and not giver else None,
        consignment_id=giver.id if giver else None,
        name=form.name,
        content=form.content,
        brought_at=now(),
    )
    if understood is not None:
        service.keep(listing, understood, now())
    with trying(sentence, url_for("companies.sent", key=giver.key) if giver else None) as current:
        before = queries.inventory(current, service.giver_of_new(current, giver_id)) if giver else None
        key = service.bring(current, listing).key
        lost = before is not None and before.key != key and bool(drafts(current, before.key))
    said = _("Rien n'est enregistré encore : voici ce que nous avons compris.")
    if lost:
        again = _("Les photos étaient celles de la liste d'avant : ajoutez-les de nouveau.")
        said = f"{said} {again}"
    return done(
        said,
        url_for("listing.show", key=key),
        "info",
    )


def _listing(key: str) -> Listing:
    """A list that whoever asks may deal with; any other does not exist."""
    account, found = current_account(), queries.by_key(session(), key) if KEY.fullmatch(key) else None
    if found is not None and found.committee_id is None:
        found = queries.of_gifts(session(), key, account)
    elif found is not None and account is None:
        abort(redirect(url_for("security.login", next=request.path)))
    elif found is not None and not may_act_for(signed_in(), found.committee_id or 0):
        found = None
    return found or abort(404)


@blueprint.get("/listes/<key>")
@access(Who.PUBLIC, Right.DECLARE)
def show(key: str) -> ResponseReturnValue:
    listing = _listing(key)
    part = request.args.get("voir", "")
    return _page(listing, ListPart(part) if part in set(ListPart) else None)


def _page(listing: Listing, part: ListPart | None = None) -> ResponseReturnValue:
    """Where the list is by now: to be read, unreadable, to be looked through, or recorded."""
    committee = session().get(Committee, listing.committee_id) if listing.committee_id else None
    about: dict[str, Any] = {"listing": listing, "committee": committee, "action": _action(listing)}
    filled_with(listing=listing.version)
    giver = session().get(Consignment, listing.consignment_id) if listing.consignment_id else None
    about["giver"] = giver
    _not_replaced(listing, giver)
    if giver is not None and (listing.wanted == service.SEND or listing.recorded_at is not None):
        return redirect(url_for("companies.sent", key=giver.key), 303)
    if listing.read_at is None or (listing.wanted and giver is None):
        page = make_response(render_template("listing/waiting.html", **about))
        page.headers["Refresh"] = "2"  # by itself, without a script
        return page
    if listing.trouble:
        trouble = trouble_of_file(SheetTrouble(listing.trouble))
        return render_template("listing/unreadable.html", trouble=trouble, **about)
    if listing.recorded_at is not None:
        undone = listing.taken_back_at is None and now() <= listing.recorded_at + service.UNDONE_WITHIN
        return render_template("listing/recorded.html", can_undo=undone, **about)
    already = needs.open_already(session(), committee.id) if committee else {}
    above = partial(public_gifts.above, giver.kind) if giver else None
    found = queries.reading(listing, part, asked.page(), already, above)
    return render_template(
        "listing/preview.html",
        found=found,
        already=already,
        alternatives=alternatives,
        several=several,
        said_of=said_of,
        trouble=trouble_of_line,
        passed=PASSED,
        columns=queries.columns(listing),
        kinds=words_of(OF_GIFTS if giver else COLUMNS),
        above=above,
        ceiling=public_gifts.ceiling(),
        holds=service.columns_of(listing),
        conditions=[(each, str(words)) for each, words in CONDITIONS],
        urgencies=list(Urgency),
        **about,
    )


def _action(listing: Listing) -> Action | None:
    return session().get(Action, listing.action_id) if listing.action_id else None


def _not_replaced(listing: Listing, giver: Consignment | None) -> None:
    """Only the inventory that was brought last is sent: the page of an earlier one leads to it."""
    last = queries.inventory(session(), giver) if giver else None
    if last is not None and last.id != listing.id:
        turn_back(
            _("Une autre liste a remplacé celle-là : voici celle qui sera envoyée."),
            url_for("listing.show", key=last.key),
            "info",
        )


@blueprint.post("/listes/<key>")
@access(Who.PUBLIC, Right.DECLARE)
def mend(key: str) -> ResponseReturnValue:
    """Keep what was put right on this page; with the button that says so, record the whole list."""
    listing = _listing(key)
    listing_id = listing.id
    _not_replaced(listing, session().get(Consignment, listing.consignment_id or 0))
    here = url_for("listing.show", key=key, voir=request.args.get("voir"), page=request.args.get("page"))
    if listing.recorded_at is not None:
        return done(sentence(ListingError(ListingRefusal.RECORDED)), here, "info")
    with trying(sentence, here) as current:
        held = service.to_change(current, listing_id)
        unchanged(listing=held.version)
        service.mend(held, mends_sent(), sense(), _today(held), service.sites_of(current, held))
        if (number := whole(request.form.get("split", ""))) is not None:
            service.split(held, number, several, sense())
    if "record" not in request.form:
        return done(_("C'est relu."), here)
    page = url_for("listing.show", key=key)
    with trying(sentence, page) as current:
        held = service.held(current, listing_id)
        taken = service.to_record(held)
        if held.consignment_id is not None:
            giver = current.get_one(Consignment, held.consignment_id)
            return redirect(url_for("companies.pictures", key=giver.key), 303)
        if held.committee_id is None:
            return redirect(url_for("offers.give_list", key=key), 303)
        if len(taken) > LINES_AT_ONCE:
            service.want(held, ListTask.RECORD, deciding())
            return redirect(page, 303)
        count = service.record_needs(current, held, deciding(), now())
    return done(plural("Un besoin est déclaré.", "%(num)s besoins sont déclarés.", count), page)


def _today(listing: Listing) -> Any:
    committee = session().get(Committee, listing.committee_id) if listing.committee_id else None
    return day_of(now(), committee.zone) if committee else None


@blueprint.post("/listes/<key>/colonnes")
@access(Who.PUBLIC, Right.DECLARE)
def assign(key: str) -> ResponseReturnValue:
    """What the columns hold, where the portal took one for another."""
    listing = _listing(key)
    back, listing_id = url_for("listing.show", key=key), listing.id
    _not_replaced(listing, session().get(Consignment, listing.consignment_id or 0))
    if listing.recorded_at is not None:
        return done(sentence(ListingError(ListingRefusal.RECORDED)), back, "info")
    try:
        with trying(sentence, back) as current:
            held = service.to_change(current, listing_id)
            unchanged(listing=held.version)
            sites = service.sites_of(current, held)
            service.assign(held, columns_sent(), sense(), _today(held), sites)
    except SheetError:
        return done(
            _("Avec ces colonnes, il ne reste aucun article. Dites laquelle nomme les articles."),
            back,
            "warning",
        )
    return done(_("La liste est relue avec ces colonnes."), back)


@blueprint.post("/listes/<key>/annuler")
@access(Who.PUBLIC, Right.DECLARE)
def take_back(key: str) -> ResponseReturnValue:
    listing = _listing(key)
    back, listing_id = url_for("listing.show", key=key), listing.id
    if listing.consignment_id is not None:
        return redirect(back, 303)  # a company withdraws from the page that follows what it sent
    with trying(sentence, back) as current:
        held = service.held(current, listing_id)
        unchanged(listing=held.version)
        made = service.to_take_back(held, now())
        if len(made) > LINES_AT_ONCE:
            service.want(held, ListTask.TAKE_BACK, deciding())
            return redirect(back, 303)
        gifts, actor = held.committee_id is None, deciding() if current_account() else DONOR
        count = service.take_back(current, held, made, actor, now())
    if gifts:
        return done(_taken_back(count), back)
    said = plural("Un besoin est retiré.", "%(num)s besoins sont retirés.", count)
    if count < len(made):
        left = plural(
            "Un autre reste : un don lui est promis, ou il a déjà changé d'état.",
            "%(num)s autres restent : un don leur est promis, ou ils ont déjà changé d'état.",
            len(made) - count,
        )
        said = f"{said} {left}"
    return done(said, back)


def _taken_back(count: int) -> str:
    if not count:
        return _("Rien n'a été retiré : tout est déjà promis, ou l'offre est terminée.")
    return plural("Un article est retiré.", "%(num)s articles sont retirés.", count)
