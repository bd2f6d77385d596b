"""Proposing a gift: the form, its pieces while it is filled in, and the page after it."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.days import day_of
from app.db import session, transaction
from app.models import Consignment
from app.offers import on_behalf, queries, service
from app.offers.article_form import ArticleForm
from app.offers.forms import BRINGS, OfferForm, clock_of, communes_of
from app.offers.understanding import understand
from app.offers.wishes import take_along, wish_of
from app.photos.queries import drafts
from app.photos.service import (
    DRAFT_LIFETIME,
    KEY,
    forget_draft,
    forget_slot,
    keep_uploads,
    new_key,
    read_uploads,
)
from app.places import Place
from app.public.queries import seekers
from app.web.access import Who, access, current_account
from app.web.clock import now
from app.web.current_committee import chosen_committee
from app.web.devices import keep_nothing, keeps_drafts, remember_sent, sent_by_another
from app.web.guard import MEGABYTE, csrf, takes_up_to
from app.web.limits import limiter
from app.web.text import lazy, only_shown_again

blueprint = Blueprint("offers", __name__)

LARGEST_FORM = 120 * MEGABYTE
TOO_MANY_WAIT = lazy(
    "Plusieurs dons attendent déjà une confirmation à cette adresse. Ouvrez un des e-mails que nous y avons"
    " envoyés, confirmez, puis renvoyez ce formulaire."
)

TOO_MANY_ARTICLES = lazy("Dix articles au plus à la fois. Envoyez ceux-ci, puis recommencez avec les autres.")


@blueprint.get("/offrir")
@access(Who.PUBLIC)
def new() -> ResponseReturnValue:
    form = offer_form()
    return offer_page(form, problems=take_along(form))


@blueprint.after_request
def keep_for_the_back_button(response: Response) -> Response:
    """Not "no-store" as elsewhere: the back button must find what was typed, and the summary. What a volunteer types about somebody
    else, or anybody on a shared computer, is on no disk."""
    if request.endpoint in {"offers.new", "offers.submit", "offers.keep"} and keeps_drafts():
        response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("/offrir")
@access(Who.PUBLIC)
@limiter.limit("200 per hour")
@takes_up_to(LARGEST_FORM)
def submit() -> ResponseReturnValue:
    """One form, several buttons. The form checks its own CSRF token, so that an expired one loses nothing."""
    elsewhere = on_behalf.of_another_session()
    if elsewhere is not None:
        return elsewhere
    form = offer_form()
    key = form.submission_key.data
    if (answer := sent_already(form, key)) is not None:
        return answer
    keep_photos(form, key)
    before = len(form.articles_forms)
    if _changes(form, key):
        return offer_page(form, added=len(form.articles_forms) > before)
    if only_shown_again() and "review" not in request.form:
        return offer_page(form)
    if not form.validate() or form.photo_problems:
        return offer_page(form), 422
    if only_shown_again() or "send" not in request.form:
        return render_template(
            "offers/review.html",
            form=form,
            photos=drafts(session(), key),
            understood=_understood(form),
            wish=wish_of(session(), form, form.today)[0],
            draft_days=DRAFT_LIFETIME.days,
        )
    return _record(form)


csrf.exempt(submit)


def sent_already(form: OfferForm, key: str) -> ResponseReturnValue | None:
    """What a form that was sent is answered: the page of its offer, or, with articles that are not in it, the form under a new key."""
    sent = queries.of_submission(session(), key)
    if sent is None:
        return None
    if queries.is_all_of(session(), sent, form.named):
        return redirect(url_for("offers.recorded", key=key), 303)
    form.submission_key.data = new_key()
    return offer_page(form, sent=sent)


def offer_form(typed: MultiDict[str, str] | None = None) -> OfferForm:
    """The form as it was sent, or as it was `typed` before."""
    said = typed if typed is not None else request.form
    lasts: timedelta = current_app.extensions["settings"].offer_lasts
    # Where the donor says to be; in Paris until then.
    today = day_of(now(), clock_of(said.get("postal_code", "")))
    signed_in = current_account() is not None
    if typed is not None:
        form = OfferForm(today=today, lasts=lasts, signed_in=signed_in, formdata=typed)
    else:
        form = OfferForm(today=today, lasts=lasts, signed_in=signed_in)
    if said:
        for article in form.articles_forms:
            article.follow_words()
    return form


def offer_page(form: OfferForm, *, added: bool = False, problems: Sequence[str] = (), **more: object) -> str:
    """`added`: the last article is new, and to be filled in next; `problems` are those of the link that led here."""
    wish, nobodys = wish_of(session(), form, form.today)
    return render_template(
        "offers/new.html",
        form=form,
        added=added,
        # A form that is only opened anew has a key of its own, and no photos under it.
        photos=drafts(session(), form.submission_key.data) if request.method == "POST" or more else {},
        understood=_understood(form),
        wish=wish,
        link_problems=[*problems, *nobodys],
        draft_days=DRAFT_LIFETIME.days,
        **more,
    )


def _understood(form: OfferForm) -> dict[int, dict[str, object]]:
    """For each article by its slot: what it was taken for, and who is looking for that."""
    said = {
        field.name: field.data or ""
        for field in (form.postal_code, form.commune, form.transport, form.delivers_km)
    }
    where, brings = form.place or _where(said), _brings(said)
    found: dict[int, dict[str, object]] = {}
    for article in form.articles_forms:
        if article.what.data:
            read = article.understanding
            seeking = seekers(session(), read.item, where, brings)
            found[article.slot_number] = {"understanding": read, "seekers": seeking}
    return found


def keep_photos(form: OfferForm, key: str) -> None:
    """Photos are kept whatever else is wrong with the form."""
    read = {
        article.slot_number: read_uploads(article.files, current_app.extensions["photos"])
        for article in form.articles_forms
    }
    if not any(upload.pictures or upload.problems for upload in read.values()):
        return
    with transaction() as current:
        for slot, upload in read.items():
            problems = keep_uploads(current, key, slot, upload, now())
            if problems:
                form.photo_problems[slot] = problems


def _changes(form: OfferForm, key: str) -> bool:
    """Buttons that change the form and send nothing."""
    storage = current_app.extensions["photos"]
    pressed = request.form
    if "remove_photo" in pressed:
        with transaction() as current:
            forget_draft(current, key, pressed["remove_photo"], storage)
    elif "remove_article" in pressed:
        slot = form.remove_article(pressed["remove_article"])
        if slot is not None:
            with transaction() as current:
                forget_slot(current, key, slot, storage)
    elif "split" in pressed:
        if not form.split_article(pressed["split"]):
            flash(TOO_MANY_ARTICLES, "error")
    elif "add_article" in pressed:
        if not form.add_article():
            flash(TOO_MANY_ARTICLES, "error")
    elif "keep_nothing" in pressed:
        keep_nothing()
    elif "change" not in pressed:
        return False
    return True


def _record(form: OfferForm) -> ResponseReturnValue:
    account = current_account()
    stand_in, address = None, ""
    if account is not None and form.without_address:
        stand_in, address = queries.stand_in(session(), account, chosen_committee())
    draft = form.draft(
        recorded_by_id=account.id if account else None, stand_in=stand_in, stand_in_email=address
    )
    wish, _problems = wish_of(session(), form, form.today)
    try:
        with transaction() as current:
            service.record_offer(current, wish.noted(draft), now())
    except service.OfferError:
        form.email.errors = [str(TOO_MANY_WAIT)]
        return offer_page(form), 422
    remember_sent(draft.submission_key)
    return redirect(url_for("offers.recorded", key=draft.submission_key), 303)


@blueprint.get("/offrir/<key>")
@access(Who.PUBLIC)
def recorded(key: str) -> ResponseReturnValue:
    """After sending. Only who sent the form knows `key`; what was recorded for somebody is shown to whoever may see it."""
    offer = queries.of_submission(session(), key) if KEY.fullmatch(key) else None
    if offer is None or offer.anonymised_at is not None:
        abort(404)
    if offer.recorded_by_id is None and sent_by_another(key):
        abort(404)
    if offer.consignment_id is not None:
        sent = session().get_one(Consignment, offer.consignment_id)
        return redirect(url_for("companies.sent", key=sent.key), 303)
    on_behalf.close_to_strangers(offer)
    found = queries.tracked(session(), offer.id) or abort(404)
    if offer.recorded_by_id is not None:
        return on_behalf.recorded(found)
    return render_template("offers/recorded.html", found=found, draft_days=DRAFT_LIFETIME.days)


@blueprint.get("/offrir/compris")
@access(Who.PUBLIC)
def understood() -> str:
    """A piece of the form while it is filled in: what one article is taken for, and who is looking for it."""
    prefix = request.args.get("prefix", "")
    if not re.fullmatch(r"articles-[0-9]{1,3}", prefix):
        abort(404)
    words = request.args.get(f"{prefix}-what", "").strip()[:200]
    read = understand(
        words,
        request.args.get(f"{prefix}-chosen", ""),
        request.args.get(f"{prefix}-chosen_for", ""),
    )
    found = {
        "understanding": read,
        "seekers": seekers(session(), read.item, _where(request.args), _brings(request.args)),
    }
    return render_template(
        "offers/_understood_reply.html",
        prefix=prefix,
        words=words,
        found=found,
        splits="separer" in request.args,
        article=ArticleForm(formdata=request.args, prefix=f"{prefix}-"),
    )


@blueprint.get("/offrir/communes")
@access(Who.PUBLIC)
def communes() -> str:
    """A piece of the form: the communes that a postal code may mean."""
    found = communes_of(request.args.get("postal_code", ""))
    return render_template(
        "offers/_commune_reply.html", communes=found, chosen=request.args.get("commune", "")
    )


def _brings(typed: Mapping[str, str]) -> int:
    """How many kilometres the donor would go, by a form that is not finished."""
    far = typed.get("delivers_km", "").strip()
    return int(far) if typed.get("transport") == BRINGS and re.fullmatch(r"[0-9]{1,3}", far) else 0


def _where(typed: Mapping[str, str]) -> Place | None:
    found = communes_of(typed.get("postal_code", "")).places
    chosen = [place for place in found if place.insee == typed.get("commune", "")]
    return next(iter([*chosen, *found]), None)
