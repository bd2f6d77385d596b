"""The coordinators' pages that put an offer right: where, when and from whom; each article; whether it is still offered."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.days import day_of
from app.db import session, transaction
from app.models import Committee, Donor, Match, Offer, OfferedItem
from app.models.states import Aside, LookupKind, Reason
from app.offers import correcting
from app.offers.correcting import CorrectionError, CorrectionRefusal, Promise
from app.offers.correction_forms import ArticleCorrectionForm, AsideForm, CorrectionForm
from app.offers.routes import blueprint
from app.photos.queries import drafts, of_items
from app.photos.service import forget_beyond, forget_draft, keep_uploads, read_uploads
from app.web import seen
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.guard import MEGABYTE, takes_up_to
from app.web.lookups import looked_at
from app.web.text import _, at, plural

LARGEST_FORM = 120 * MEGABYTE


def sentence(error: CorrectionError) -> Markup:
    """Why not: what is promised to whom, with a link, and what to undo first."""
    if error.code is CorrectionRefusal.OVER:
        return Markup.escape(_("Cette offre est terminée : elle ne se corrige plus."))
    what = {
        CorrectionRefusal.QUANTITY: _("Le nombre ne peut pas descendre plus bas."),
        CorrectionRefusal.ITEM: _("L'article ne change plus : mettez d'abord fin à ce rapprochement."),
        CorrectionRefusal.CONDITION: _(
            "Ce comité demande mieux : prévenez-le et mettez d'abord fin à ce rapprochement."
        ),
        CorrectionRefusal.SIZE: _(
            "Ce comité ne prend rien d'aussi grand : prévenez-le et mettez d'abord fin à ce rapprochement."
        ),
        CorrectionRefusal.LOT: _("Le lot est déjà partagé : mettez d'abord fin à ce rapprochement."),
        CorrectionRefusal.DATES: _("Un rendez-vous est fixé un autre jour : déplacez-le d'abord."),
        CorrectionRefusal.ASIDE: _("Mettez d'abord fin à ce rapprochement."),
    }[error.code]
    return Markup(" ").join([*map(_promised, error.promises), Markup.escape(what)])


def _promised(promise: Promise) -> Markup:
    """« 2 sont promis au Comité de Givors. », or remis, with a link to the match."""
    held, where = promise.match.held, at(promise.committee.name)
    if promise.begun:
        said = plural(
            "%(num)s pièce est promise %(to_committee)s.",
            "%(num)s pièces sont promises %(to_committee)s.",
            held,
            to_committee=where,
        )
    else:
        said = plural(
            "%(num)s pièce a été remise %(to_committee)s.",
            "%(num)s pièces ont été remises %(to_committee)s.",
            held,
            to_committee=where,
        )
    there = url_for("matches.show", match_id=promise.match.id)
    return Markup('<a href="{}">{}</a>').format(there, said)


@blueprint.route("/coordination/offres/<int:offer_id>/corriger", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def correct(offer_id: int) -> ResponseReturnValue:
    offer = session().get(Offer, offer_id) or abort(404)
    if offer.anonymised_at is not None:
        abort(404)
    donor = session().get_one(Donor, offer.donor_id)
    form = CorrectionForm(
        offer, correcting.contact_of(offer, donor), donor.email, today=day_of(now(), offer.zone)
    )
    back = url_for("offers.show", offer_id=offer_id)
    looked_at(LookupKind.OFFER, [donor.id])
    if not form.validate_on_submit():
        return form_page("offers/correct.html", form, offer=offer, back=back)
    moved = form.email.data != donor.email.lower()
    try:
        with transaction() as current:
            changed = correcting.correct_offer(current, offer_id, form.terms(), deciding(), now())
    except CorrectionError as error:
        if error.code is CorrectionRefusal.OVER:
            return done(seen.told() or sentence(error), back, "warning")
        form.available_until.errors = [sentence(error)]
        return form_page("offers/correct.html", form, offer=offer, back=back)
    if not changed:
        return done(_("Rien n'a changé."), back, "info")
    if moved:
        return done(
            _("L'offre est corrigée. Les liens envoyés à l'ancienne adresse ne mènent plus nulle part."), back
        )
    return done(_("L'offre est corrigée."), back)


def _article(article_id: int) -> OfferedItem:
    row = session().get(OfferedItem, article_id) or abort(404)
    offer = session().get_one(Offer, row.offer_id)
    if offer.anonymised_at is not None:
        abort(404)
    seen.on(offer_id=row.offer_id)
    return row


@blueprint.route("/coordination/articles/<int:article_id>/corriger", methods=["GET", "POST"])
@access(Who.COORDINATOR)
@takes_up_to(LARGEST_FORM)
def correct_article(article_id: int) -> ResponseReturnValue:
    row = _article(article_id)
    offer = session().get_one(Offer, row.offer_id)
    form = ArticleCorrectionForm(row, of_company=offer.consignment_id is not None)
    problems, back = keep_photos(form, row.id), url_for("offers.show", offer_id=row.offer_id)
    promises = [
        (each.match, each.committee, url_for("matches.show", match_id=each.match.id))
        for each in correcting.promises_of(session(), [row.id])
    ]
    if problems or "remove_photo" in request.form or not form.validate_on_submit():
        return article_page(row, form, problems, back, promises)
    taken_off, key = request.form.getlist("taken_off")[:50], form.key
    try:
        with transaction() as current:
            changed = correcting.correct_article(
                current, article_id, form.corrected(), key, taken_off, deciding(), now()
            )
    except CorrectionError as error:
        if error.code is CorrectionRefusal.OVER:
            return done(seen.told() or sentence(error), back, "warning")
        blamed(form, error).errors = [sentence(error)]
        return article_page(row, form, [], back, promises)
    return done(_("L'article est corrigé.") if changed else _("Rien n'a changé."), back)


def blamed(form: ArticleCorrectionForm, error: CorrectionError) -> Any:
    """The field that a refusal stands beside."""
    fields = {
        CorrectionRefusal.QUANTITY: form.quantity,
        CorrectionRefusal.CONDITION: form.condition,
        CorrectionRefusal.SIZE: form.size,
    }
    return fields.get(error.code, form.what)


def keep_photos(form: ArticleCorrectionForm, article_id: int) -> list[Any]:
    """What could not be kept. Photos are kept, or taken back, whatever else is wrong with the form."""
    storage, unwanted = current_app.extensions["photos"], request.form.get("remove_photo")
    if unwanted:
        with transaction() as current:
            forget_draft(current, form.key, unwanted, storage)
    if request.method != "POST" or "late" in g:
        return []
    upload, taken_off = read_uploads(form.files, storage), request.form.getlist("taken_off")
    with transaction() as current:
        problems = keep_uploads(current, form.key, form.slot_number, upload, now())
        kept = [
            each for each in of_items(current, [article_id]).get(article_id, []) if each.key not in taken_off
        ]
        return problems + forget_beyond(current, form.key, form.slot_number, len(kept), storage)


def article_page(
    row: OfferedItem,
    form: ArticleCorrectionForm,
    problems: list[Any],
    back: str,
    promises: Sequence[tuple[Match, Committee, str]],
) -> tuple[str, int]:
    """`promises` are those of the article that its reader may know, each with its page."""
    return form_page(
        "offers/correct_article.html",
        form,
        row=row,
        back=back,
        kept=of_items(session(), [row.id]).get(row.id, []),
        photos=drafts(session(), form.key).get(form.slot_number, []),
        problems=problems,
        found={"understanding": form.understanding, "seekers": None},
        promises=promises,
    )


@blueprint.route("/coordination/articles/<int:article_id>/mettre-de-cote", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def set_aside(article_id: int) -> ResponseReturnValue:
    """Hold one article back, refuse it, or withdraw it."""
    row, form = _article(article_id), AsideForm()
    back = url_for("offers.show", offer_id=row.offer_id)
    if not form.validate_on_submit():
        return form_page("offers/set_aside.html", form, row=row, back=back)
    aside = Aside(form.aside.data)
    reason = Reason(form.reason.data) if aside is Aside.REFUSED else None
    with trying(sentence, url_for(".set_aside", article_id=article_id)) as current:
        correcting.set_aside(current, article_id, aside, reason, form.note.data or "", deciding(), now())
    said = {
        Aside.HELD: _(
            "L'article est mis en attente : il n'est plus proposé jusqu'à ce que vous le remettiez."
        ),
        Aside.REFUSED: _("L'article est refusé. Le donateur est prévenu, sauf pour un message indésirable."),
        Aside.WITHDRAWN: _("L'article est retiré de l'offre."),
    }
    return done(said[aside], back)


@blueprint.post("/coordination/articles/<int:article_id>/remettre")
@access(Who.COORDINATOR)
def put_back(article_id: int) -> ResponseReturnValue:
    row = _article(article_id)
    back = url_for("offers.show", offer_id=row.offer_id)
    with trying(sentence, back) as current:
        correcting.put_back(current, article_id, deciding(), now())
    return done(_("L'article est de nouveau proposé."), back)
