"""What a donor changes by the link that follows an offer: each article, where and when; paused, withdrawn, undone. Narrower
than what coordinators may (`app.offers.corrections`): what a committee counts on stays as it was promised."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.days import day_of
from app.db import session, transaction
from app.models import OfferedItem
from app.models.states import Aside, Reason
from app.offers import correcting, service, undoing
from app.offers.correcting import CorrectionError, CorrectionRefusal
from app.offers.correction_forms import ArticleCorrectionForm, DonorTermsForm
from app.offers.corrections import LARGEST_FORM, article_page, blamed, keep_photos
from app.offers.following import ANSWERABLE, answer_url, claimed
from app.offers.forms import WithdrawalForm
from app.offers.queries import MOST_AT_ONCE, STANDING, Article, Destination, Tracked
from app.offers.routes import blueprint
from app.transitions import DONOR
from app.web.access import Who, access
from app.web.answers import done, form_page, trying, turn_back
from app.web.clock import now
from app.web.guard import takes_up_to
from app.web.limits import limiter
from app.web.links import Purpose
from app.web.seen import told
from app.web.text import _, at, lazy, plural

PAGE = "/offre/suivi/<token>"
ARTICLE = f"{PAGE}/articles/<int:article_id>"
CHANGEABLE = frozenset({None, Aside.PAUSED, Aside.HELD})
WHY_NOT = {
    CorrectionRefusal.OVER: lazy("Ce don est terminé : il ne se change plus."),
    CorrectionRefusal.UNDONE: lazy(
        "Cela ne s'annule plus : autre chose a changé depuis, ou le jour est passé."
    ),
    CorrectionRefusal.QUANTITY: lazy("Le nombre ne peut pas descendre plus bas."),
    CorrectionRefusal.ITEM: lazy("L'article ne change plus."),
    CorrectionRefusal.CONDITION: lazy("Ce comité demande mieux."),
    CorrectionRefusal.SIZE: lazy("Ce comité ne prend rien d'aussi grand."),
    CorrectionRefusal.LOT: lazy("Le lot est déjà partagé."),
    CorrectionRefusal.DATES: lazy(
        "Un rendez-vous est fixé un autre jour : demandez d'abord un autre moment."
    ),
    CorrectionRefusal.PLACE: lazy("La commune ne change plus : la rue, si."),
    CorrectionRefusal.ASIDE: lazy("Dites d'abord non à ce comité."),
}


def _sentence(found: Tracked, error: CorrectionError | service.OfferError) -> Markup:
    """Why not: whom it was promised to, with the page to answer them; what a coordinator may still undo is not told."""
    why = error.code if isinstance(error, CorrectionError) else CorrectionRefusal.OVER
    known = {place.match.id for article in found.articles for place in article.places}
    whose = [each for each in getattr(error, "promises", ()) if each.match.id in known]
    said = [
        Markup('<a href="{}">{}</a>').format(
            answer_url(found, each.match),
            _("C'est promis %(to_committee)s.", to_committee=at(each.committee.name)),
        )
        for each in whose
    ]
    return Markup(" ").join([*said, Markup.escape(WHY_NOT[why])])


def _open(token: str) -> tuple[Tracked, str]:
    """The offer, while it stands, and the page that follows it."""
    found, back = claimed(Purpose.TRACK_OFFER, token), url_for("offers.track", token=token)
    if found.offer.state not in STANDING:
        turn_back(told() or str(WHY_NOT[CorrectionRefusal.OVER]), back)
    return found, back


def _article(token: str, article_id: int) -> tuple[Tracked, Article, str]:
    found, back = _open(token)
    mine = [each for each in found.articles if each.row.id == article_id]
    if not mine:
        abort(404)
    if mine[0].row.aside not in CHANGEABLE:
        turn_back(told() or _("Cet article n'est plus proposé : il ne se change plus."), back)
    return found, mine[0], back


def _counting(found: Tracked) -> list[tuple[Destination, str]]:
    """The committees that count on a part of it, each with the page to answer it."""
    return [
        (place, answer_url(found, place.match))
        for article in found.articles
        for place in article.places
        if place.match.state in ANSWERABLE
    ]


@blueprint.route(f"{PAGE}/corriger", methods=["GET", "POST"])
@access(Who.LINK)
def change(token: str) -> ResponseReturnValue:
    """Where it is and when it can be had. The street and the telephone are not shown: the link may have been forwarded."""
    found, back = _open(token)
    offer, donor = found.offer, found.donor
    form = DonorTermsForm(offer, correcting.contact_of(offer, donor), today=day_of(now(), offer.zone))
    page = {"back": back, "offer": offer, "promised": _counting(found)}
    if not form.validate_on_submit():
        return form_page("offers/change.html", form, **page)
    try:
        with transaction() as current:
            changed = correcting.correct_offer(current, offer.id, form.terms_of(offer, donor), DONOR, now())
    except CorrectionError as error:
        if error.code is CorrectionRefusal.OVER:
            return done(told() or _sentence(found, error), back, "warning")
        field = form.postal_code if error.code is CorrectionRefusal.PLACE else form.available_until
        field.errors = [_sentence(found, error)]
        return form_page("offers/change.html", form, **page)
    return _done(found, changed, back)


def _done(
    found: Tracked, changed: bool, back: str, article_id: int | None = None, *, photos_off: bool = False
) -> ResponseReturnValue:
    if not changed:
        return done(_("Rien n'a changé."), back, "info")
    said, undoable = [_("C'est changé.")], undoing.undoable(session(), found.offer, now())
    if any(each.data.get("offered_item") == article_id for each in undoable):
        said.append(_("Vous pouvez l'annuler ici pendant un jour."))
    if photos_off:
        said.append(_("Les photos retirées ne reviennent pas."))
    return done(" ".join(said), back)


@blueprint.route(f"{ARTICLE}/corriger", methods=["GET", "POST"])
@access(Who.LINK)
@limiter.limit("300 per hour", methods=["POST"])
@takes_up_to(LARGEST_FORM)
def change_article(token: str, article_id: int) -> ResponseReturnValue:
    found, article, back = _article(token, article_id)
    row = article.row
    form = ArticleCorrectionForm(row, of_company=found.offer.consignment_id is not None)
    problems = keep_photos(form, row.id)
    promises = [(place.match, place.committee, answer_url(found, place.match)) for place in article.places]
    if problems or "remove_photo" in request.form or not form.validate_on_submit():
        return article_page(row, form, problems, back, promises)
    taken_off = request.form.getlist("taken_off")[:50]
    try:
        with transaction() as current:
            changed = correcting.correct_article(
                current, row.id, form.corrected(), form.key, taken_off, DONOR, now()
            )
    except CorrectionError as error:
        if error.code is CorrectionRefusal.OVER:
            return done(told() or _sentence(found, error), back, "warning")
        blamed(form, error).errors = [_sentence(found, error)]
        return article_page(row, form, [], back, promises)
    return _done(found, changed, back, article_id, photos_off=bool(taken_off))


@blueprint.post(f"{ARTICLE}/pause")
@access(Who.LINK)
def pause_article(token: str, article_id: int) -> ResponseReturnValue:
    found, mine, back = _article(token, article_id)
    if mine.row.aside is Aside.HELD:
        turn_back(told() or _("Un coordinateur vérifie cet article avant de le proposer."), back)
    with trying(lambda error: _sentence(found, error), back) as current:
        changed = correcting.set_aside(current, article_id, Aside.PAUSED, None, "", DONOR, now())
    if not changed:
        return done(_("Vous avez déjà mis cet article en pause."), back, "info")
    if mine.places:
        return done(
            _("En pause : ce qui reste n'est proposé à personne d'autre jusqu'à ce que vous le repreniez."),
            back,
        )
    return done(
        _("En pause : cet article n'est plus proposé à d'autres comités jusqu'à ce que vous le repreniez."),
        back,
    )


def _few_enough(found: Tracked, back: str) -> None:
    if len(found.articles) > MOST_AT_ONCE:
        turn_back(
            _(
                "Il y en a trop pour un seul geste : changez les dates, ou mettez en pause article par article."
            ),
            back,
        )


@blueprint.post(f"{PAGE}/pause")
@access(Who.LINK)
def pause_all(token: str) -> ResponseReturnValue:
    found, back = _open(token)
    _few_enough(found, back)
    with trying(lambda error: _sentence(found, error), back) as current:
        changed = [
            correcting.set_aside(current, article.row.id, Aside.PAUSED, None, "", DONOR, now())
            for article in found.articles
            if article.left > 0
        ]
    if not any(changed):
        return done(_("Vous avez déjà tout mis en pause."), back, "info")
    return done(
        _("En pause : rien n'est plus proposé à d'autres comités jusqu'à ce que vous le repreniez."), back
    )


@blueprint.post(f"{PAGE}/reprendre")
@access(Who.LINK)
def resume_all(token: str) -> ResponseReturnValue:
    found, back = _open(token)
    _few_enough(found, back)
    paused = [article.row.id for article in found.articles if article.row.aside is Aside.PAUSED]
    with trying(lambda error: _sentence(found, error), back) as current:
        changed = [correcting.put_back(current, each, DONOR, now()) for each in paused]
        held = [current.get_one(OfferedItem, each).aside is Aside.HELD for each in paused]
    if not any(changed):
        return done(_("Vous avez déjà tout repris."), back, "info")
    if all(held):
        return done(
            _("C'est noté : un coordinateur vérifie ce qui était en pause avant de le proposer."), back
        )
    if any(held):
        return done(
            _(
                "C'est noté : ce qui était en pause est de nouveau proposé, sauf ce qu'un coordinateur vérifie d'abord."
            ),
            back,
        )
    return done(_("C'est noté : ce qui était en pause est de nouveau proposé."), back)


@blueprint.get(f"{ARTICLE}/retirer")
@access(Who.LINK)
def ask_article_withdrawal(token: str, article_id: int) -> ResponseReturnValue:
    """One of several; of the last one, it is the offer that is withdrawn."""
    found, article, _back = _article(token, article_id)
    others = (each.row.aside for each in found.articles if each is not article)
    if all(aside in {Aside.WITHDRAWN, Aside.REFUSED} for aside in others):
        return redirect(url_for("offers.ask_withdrawal", token=token), 303)
    return _withdrawal_page(WithdrawalForm(), found, article, token)


def _withdrawal_page(
    form: WithdrawalForm, found: Tracked, article: Article, token: str
) -> ResponseReturnValue:
    rest = _rest(found, article)
    return form_page("offers/withdraw.html", form, found=found, token=token, article=article, rest=rest)


def _rest(found: Tracked, article: Article) -> str:
    """What is said of the other articles, where something of them still looks for a place."""
    others = sum(each.left > 0 for each in found.articles if each is not article)
    return plural("L'autre reste proposé.", "Les autres restent proposés.", others) if others else ""


@blueprint.post(f"{ARTICLE}/retirer")
@access(Who.LINK)
def withdraw_article(token: str, article_id: int) -> ResponseReturnValue:
    found, article, back = _article(token, article_id)
    form = WithdrawalForm()
    if not form.validate():
        return _withdrawal_page(form, found, article, token)
    reason, note, rest = Reason(form.reason.data), form.note.data or "", _rest(found, article)
    with trying(lambda error: _sentence(found, error), back) as current:
        service.withdraw_article(current, article_id, reason, note, DONOR, now())
    said = _("Cet article est retiré.")
    return done(f"{said} {rest}".strip(), back)


@blueprint.post(f"{PAGE}/annuler/<int:decision>")
@access(Who.LINK)
def undo(token: str, decision: int) -> ResponseReturnValue:
    """What the donor did within a day."""
    found, back = claimed(Purpose.TRACK_OFFER, token), url_for("offers.track", token=token)
    with trying(lambda error: _sentence(found, error), back) as current:
        undoing.undo(current, found.offer.id, decision, DONOR, now())
    return done(_("C'est annulé."), back)
