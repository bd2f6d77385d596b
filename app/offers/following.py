"""What a donor does by the links in letters: confirm, follow, withdraw, extend. GET shows, POST acts."""

from datetime import timedelta

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.around.queries import within_reach
from app.days import day_of
from app.db import session, transaction
from app.figures import service as figures
from app.history.changes import changed_fields
from app.models import Committee, Decision, Donor, Handover, Match, Offer, OfferedItem
from app.models.states import Aside, MatchState, OfferState, Reason, Verb
from app.offers import correcting, queries, service, undoing
from app.offers.forms import WithdrawalForm
from app.offers.next_steps import Asks, NextStep, next_steps
from app.offers.routes import blueprint
from app.offers.together import sent_together
from app.papers import queries as papers
from app.post.bearers import bearer_of, is_borne_by
from app.privacy import service as privacy
from app.reuse import queries as reuse
from app.transitions import DONOR
from app.web import asked
from app.web.access import Who, access
from app.web.answers import done, trying
from app.web.clock import now
from app.web.current_committee import own_committee
from app.web.limits import limiter
from app.web.links import Purpose
from app.web.opening import claim, new_link, not_good
from app.web.pages import cut
from app.web.seen import told
from app.web.text import _, full_date

MOST_TOLD = 30
ANSWERABLE = frozenset({MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED})


def claimed(purpose: Purpose, token: str) -> queries.Tracked:
    """The offer that the link is about, for the donor it was made for."""
    said = claim(purpose, token)
    undo: timedelta = current_app.extensions["settings"].undo_within
    found = queries.tracked(session(), said.subject, approved_before=now() - undo)
    if found is None or not is_borne_by(session(), said.party, found.donor):
        not_good()
    return found


def _tracking_url(offer: Offer, donor: Donor) -> str:
    return new_link(Purpose.TRACK_OFFER, offer.id, bearer_of(donor))


def _whole_url(found: queries.Tracked) -> str:
    """What follows it, or all that a company sent with it."""
    if found.offer.consignment_id is None:
        return _tracking_url(found.offer, found.donor)
    return new_link(Purpose.TRACK_CONSIGNMENT, found.offer.consignment_id, bearer_of(found.donor))


@blueprint.get("/offre/confirmer/<token>")
@access(Who.LINK)
def ask_confirmation(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.CONFIRM_OFFER, token)
    return render_template(
        "offers/confirm.html",
        found=found,
        token=token,
        track=_whole_url(found),
        before=_offered_before(found),
        sites=sent_together(session(), found.offer, MOST_TOLD),
        may_be_put_back=correcting.may_be_put_back,
    )


def _offered_before(found: queries.Tracked) -> list[tuple[Offer, str]]:
    """What the donor has offered already, each with the page that follows it."""
    return [
        (each, _tracking_url(each, found.donor)) for each in queries.offered_before(session(), found.offer)
    ]


@blueprint.post("/offre/confirmer/<token>")
@access(Who.LINK)
def confirm(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.CONFIRM_OFFER, token)
    track = _whole_url(found)
    with trying(nothing_to_confirm, track) as current:
        first = service.confirm_offer(current, found.offer.id, DONOR, now())
    if first:
        return done(_("Merci ! Votre adresse est confirmée, nous cherchons un comité."), track)
    return done(_("C'était déjà confirmé : vous n'avez rien d'autre à faire."), track)


def nothing_to_confirm(_error: service.OfferError) -> str:
    return _("Cette offre est terminée : il n'y a plus rien à confirmer.")


def not_to_extend(_error: service.OfferError | correcting.CorrectionError) -> str:
    return _("Cette offre est terminée : elle ne peut plus être prolongée.")


@blueprint.get("/offre/suivi/<token>")
@access(Who.LINK)
def track(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.TRACK_OFFER, token)
    today = day_of(now(), found.offer.zone)
    until = today + current_app.extensions["settings"].offer_lasts
    answers = {
        place.match.id: answer_url(found, place.match)
        for article in found.articles
        for place in article.places
        if place.match.state in ANSWERABLE
    }
    ends_soon = (
        found.offer.state is OfferState.OPEN
        and found.offer.available_until - today <= service.NOTICE
        and any(article.left > 0 or article.row.aside is Aside.PAUSED for article in found.articles)
    )
    return render_template(
        "offers/tracking.html",
        found=found,
        page=cut(found.articles, asked.page(), queries.ARTICLES),
        token=token,
        whole=new_link(Purpose.TRACK_CONSIGNMENT, found.offer.consignment_id, bearer_of(found.donor))
        if found.offer.consignment_id
        else "",
        until=until,
        answers=answers,
        turn=_turn,
        ends_soon=ends_soon,
        ways=_elsewhere(found, ends_soon=ends_soon),
        tried=reuse.tried(within_reach(session(), found.offer))
        if found.offer.state is OfferState.EXPIRED and any(each.left > 0 for each in found.articles)
        else "",
        steps=[(step, _asked(found, step)) for step in next_steps(found, now())],
        undoable=[(each, _did(each)) for each in undoing.undoable(session(), found.offer, now())],
        impact=_impact(found),
        remembers=_remembers(found),
        served=_served(found),
        papers=_papers(found),
        receipts=papers.receipts_of(session(), _trips(found)),
        askable=papers.askable(session(), _trips(found)),
        before=_offered_before(found),
        may_be_put_back=correcting.may_be_put_back,
        beside=[
            (each, _tracking_url(each.offer, each.donor)) for each in queries.beside(session(), found.offer)
        ],
    )


def _did(decision: Decision) -> str:
    """What the donor may undo, without what a forwarded link should not show."""
    if decision.verb is Verb.WITHDRAW:
        return _("Retiré par erreur, ou trop vite ?")
    what = changed_fields(decision, but=undoing.NOT_TO_UNDO)
    if "offered_item" not in decision.data:
        return _("Vous avez changé : %(what)s.", what=what)
    return _(
        "%(article)s, vous avez changé : %(what)s.",
        article=decision.data["text"].partition("\n")[0],
        what=what,
    )


def _asked(found: queries.Tracked, step: NextStep) -> tuple[str, str] | None:
    """Where the donor does what a step asks, and what its button says."""
    bearer = bearer_of(found.donor)
    if step.asks is Asks.CONFIRM:
        return new_link(Purpose.CONFIRM_OFFER, found.offer.id, bearer), _("Confirmer ce don")
    if step.asks is None or step.match is None:
        return None
    if step.asks is Asks.REPORT:
        there = new_link(Purpose.DONOR_REPORT, step.match.id, bearer)
        return there, _("Dire comment la remise s'est passée")
    fixed = step.match.state is MatchState.SCHEDULED
    return answer_url(found, step.match), _("Voir le rendez-vous") if fixed else _("Répondre")


def _impact(found: queries.Tracked) -> figures.Impact | None:
    """What came of it amounts to, and by whose figures; None while nothing has come."""
    came = [
        (article.row.item, pieces)
        for article in found.articles
        for place in article.places
        if place.match.state is MatchState.COMPLETED
        and (pieces := place.match.received_quantity or place.match.quantity)
    ]
    return figures.impact(came) if came else None


def _remembers(found: queries.Tracked) -> bool:
    """Whether a letter a year later would still find its donor."""
    kept = timedelta(days=current_app.extensions["settings"].retention_days)
    forgotten_on = day_of((found.offer.closed_at or now()) + kept, found.offer.zone)
    return service.a_year_later(found.offer, now()) <= forgotten_on


def _served(found: queries.Tracked) -> dict[str, str]:
    """What committees wrote of it and a coordinator has looked at, with who wrote it."""
    places = [place for article in found.articles for place in article.places]
    return {
        place.handover.served: place.committee.name
        for place in places
        if place.handover is not None and place.handover.served and place.match.state is MatchState.COMPLETED
    }


def _papers(found: queries.Tracked) -> list[tuple[Handover, Committee, bool]]:
    """The trips that have papers, each once: with whom, and whether anything of it has come."""
    trips: dict[int, tuple[Handover, Committee, bool]] = {}
    for place in (place for article in found.articles for place in article.places):
        if place.handover is None or place.match.state is MatchState.APPROVED:
            continue
        came = place.match.state is MatchState.COMPLETED and place.match.received_quantity != 0
        before = trips.get(place.handover.id, (None, None, False))[2]
        trips[place.handover.id] = place.handover, place.committee, came or before
    return [] if found.offer.anonymised_at else list(trips.values())


def _trips(found: queries.Tracked) -> list[int]:
    return [handover.id for handover, _committee, came in _papers(found) if came]


def _elsewhere(found: queries.Tracked, *, ends_soon: bool) -> list[reuse.Alternative]:
    """Where else what nobody takes may go: once it is refused, or over, or soon so."""
    over = ends_soon or found.offer.state in {OfferState.EXPIRED, OfferState.REFUSED}
    unplaced = [
        article.row
        for article in found.articles
        if article.row.aside is Aside.REFUSED or (over and article.left > 0)
    ]
    if found.offer.anonymised_at is not None:
        return []
    unfit = queries.unfit(session(), found.offer.id) if unplaced else frozenset()
    refused = found.offer.state is OfferState.REFUSED and None in unfit
    lost = [row for row in unplaced if refused or (row.aside is Aside.REFUSED and row.id in unfit)]
    here = found.offer.latitude, found.offer.longitude
    fit = reuse.ways(session(), [row.item for row in unplaced if row not in lost], *here)
    return [*fit, *reuse.not_to_give(reuse.ways(session(), [row.item for row in lost], *here))]


def _turn(place: queries.Destination) -> tuple[str, str]:
    """Whose turn it is until an appointment is fixed, and what the button to the donor's answer says."""
    match, handover, see = place.match, place.handover, _("Voir le rendez-vous")
    if match.state not in {MatchState.APPROVED, MatchState.ACCEPTED}:
        return "", see
    wish = handover.donor_note if handover else ""
    if place.last_time is not None and place.last_time > now() and not wish:
        return _("À vous de choisir un moment"), _("Choisir un moment")
    if match.donor_answered_at is None and match.committee_answered_at is None:
        return _("À vous de dire si vous le donnez à ce comité"), _("Répondre au comité")
    return _("Au comité de vous proposer des moments"), _("Voir ma réponse")


def answer_url(found: queries.Tracked, match: Match) -> str:
    """The page where the donor answers the committee and sees the appointment."""
    return new_link(Purpose.DONOR_ANSWER, match.id, bearer_of(found.donor))


@blueprint.get("/mon-comite/offres")
@access(Who.MEMBER)
def of_committee() -> str:
    """What the committee's members recorded for people without an address, who learn by them where it stands."""
    committee = own_committee(instead="offers.index")
    page = queries.recorded_by(session(), committee.id, asked.page())
    follow = {line.offer.id: _tracking_url(line.offer, line.donor) for line in page.rows}
    return render_template("offers/of_committee.html", page=page, committee=committee, follow=follow)


@blueprint.get("/offre/suivi/<token>/retirer")
@access(Who.LINK)
def ask_withdrawal(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.TRACK_OFFER, token)
    return render_template("offers/withdraw.html", found=found, token=token, form=WithdrawalForm())


@blueprint.post("/offre/suivi/<token>/retirer")
@access(Who.LINK)
def withdraw(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.TRACK_OFFER, token)
    form = WithdrawalForm()
    if not form.validate():
        return render_template("offers/withdraw.html", found=found, token=token, form=form), 422
    reason, note, back = Reason(form.reason.data), form.note.data or "", url_for("offers.track", token=token)
    with transaction() as current:
        withdrawn = service.withdraw_offer(current, found.offer.id, reason, note, DONOR, now())
    if not withdrawn:
        return done(told() or _("Cette offre était déjà terminée : rien n'a changé."), back, "warning")
    return done(_("Votre don est retiré. Merci d'y avoir pensé."), back)


@blueprint.post("/offre/suivi/<token>/prolonger")
@access(Who.LINK)
def extend(token: str) -> ResponseReturnValue:
    found = claimed(Purpose.TRACK_OFFER, token)
    with trying(not_to_extend) as current:
        lasts = current_app.extensions["settings"].offer_lasts
        longer = service.extend_offer(current, found.offer.id, DONOR, now(), lasts)
    back = url_for("offers.track", token=token)
    if not longer:
        day = full_date(found.offer.available_until)
        return done(_("Vous avez déjà jusqu'au %(day)s : votre don reste proposé.", day=day), back, "info")
    return done(_("C'est noté : votre don reste proposé."), back)


@blueprint.post("/offre/suivi/<token>/articles/<int:article_id>/remettre")
@access(Who.LINK)
def give_again(token: str, article_id: int) -> ResponseReturnValue:
    """The donor has the article after all, or resumes it; what a coordinator set aside stays so."""
    found = claimed(Purpose.TRACK_OFFER, token)
    back = url_for("offers.track", token=token)
    mine = [each.row for each in found.articles if each.row.id == article_id]
    if not mine or mine[0].aside not in {None, Aside.WITHDRAWN, Aside.PAUSED}:
        abort(404)
    with trying(not_to_extend, back) as current:
        changed = correcting.put_back(current, article_id, DONOR, now())
        aside = current.get_one(OfferedItem, article_id).aside
    if aside is Aside.HELD:
        return done(_("C'est noté : un coordinateur vérifie cet article avant de le proposer."), back)
    if not changed:
        return done(_("Vous avez déjà remis cet article : il est proposé."), back, "info")
    return done(_("C'est noté : cet article est de nouveau proposé."), back)


@blueprint.post("/offre/suivi/<token>/dans-un-an")
@access(Who.LINK)
def remember(token: str) -> ResponseReturnValue:
    """The donor of what has come asks for one letter a year later, or does not want it any more."""
    found = claimed(Purpose.TRACK_OFFER, token)
    wanted = request.form.get("voulu") == "oui"
    if _impact(found) is None or found.offer.anonymised_at is not None or found.offer.on_behalf_of:
        abort(404)
    if wanted and not _remembers(found):
        abort(404)
    with transaction() as current:
        service.remember_in_a_year(current, found.offer.id, now(), wanted=wanted)
    said = (
        _("C'est noté : nous vous écrirons une fois, un an après votre don.")
        if wanted
        else _("C'est noté : nous ne vous écrirons pas.")
    )
    return done(said, url_for("offers.track", token=token))


@blueprint.post("/offre/suivi/<token>/mes-donnees")
@access(Who.LINK)
@limiter.limit("10 per hour")
def ask_data(token: str) -> ResponseReturnValue:
    """To the donor's own address: the link that follows a gift may have been forwarded."""
    found, back = claimed(Purpose.TRACK_OFFER, token), url_for("offers.track", token=token)
    with transaction() as current:
        leaves = privacy.ask(current, found.donor.email, now())
    if not leaves:
        return done(
            _(
                "Un e-mail avec ce lien est parti il y a moins d'un quart d'heure. Regardez aussi dans les courriers indésirables."
            ),
            back,
            "info",
        )
    if found.offer.on_behalf_of:
        return done(
            _(
                "Un e-mail part à l'adresse qui suit ce don pour %(name)s, avec un lien qui montre tout ce que nous gardons de cette personne et permet de l'effacer.",
                name=found.offer.contact_name,
            ),
            back,
        )
    return done(
        _(
            "Un e-mail part à votre adresse, avec un lien qui montre tout ce que nous gardons de vous et permet de l'effacer."
        ),
        back,
    )
