"""Answers by link or signed in: the committee's, the donor's. Pages show on GET, act on POST."""

from datetime import datetime

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.handovers import forms, queries, reporting, service
from app.handovers.calendar import Organizer, calendar_file
from app.handovers.entering import (
    Seat,
    answering,
    blueprint,
    by_account,
    by_link,
    case_of,
    donor_match,
    is_past,
    open_times,
    picked,
    refuse,
    tracking_url,
    valid,
)
from app.handovers.meeting import calendar_entry
from app.handovers.queries import Case
from app.handovers.slots import Span, encode, suggest
from app.handovers.trips import HandoverRefusal, collections
from app.joining import meeting_zone
from app.models.states import ENDS_THE_GIFT, ENDS_THE_NEED, MatchState, Reason, Right, Side, Transport
from app.needs import service as needs
from app.post.bearers import bearer_of
from app.transitions import DONOR
from app.web.access import Who, access
from app.web.answers import done, trying
from app.web.clock import now
from app.web.fields import PortalForm
from app.web.links import Purpose
from app.web.opening import new_link
from app.web.text import _

ALONG = "along-"
"""Before the names of what is asked about articles that may come along, beside those of the appointment."""

# The committee's side


def _proposed(case: Case, moment: datetime) -> list[Span]:
    """The times that the committee has proposed and that can still be kept."""
    return [Span(slot.starts_at, slot.ends_at) for slot in case.slots if slot.starts_at > moment]


def _by_van(case: Case) -> bool:
    """Whether the days of the committee's van are what is proposed."""
    way = (case.handover or case.asked.match).transport
    return way is Transport.COMMITTEE_COLLECTS and bool(case.committee.collection_hours)


def _suggestions(case: Case, moment: datetime) -> list[Span]:
    suggested = suggest(
        case.committee.collection_hours if _by_van(case) else case.committee.opening_hours,
        case.offer.available_from,
        case.offer.available_until,
        moment,
        case.committee.zone,
        case.committee.closures,
    )
    together = queries.fixed_with(session(), case.offer.id, case.committee.id, moment)
    return sorted({*suggested, *_proposed(case, moment), *together})


def _busy(case: Case, moment: datetime) -> forms.Busy:
    taken = collections(session(), case.committee.id, case.offer.id, moment)
    return forms.Busy(taken, case.committee.collects_at_once)


def _zones(case: Case) -> dict[Transport, str]:
    return {way: meeting_zone(way, case.offer, case.committee) for way in Transport}


def _terms_form(case: Case, moment: datetime) -> forms.TermsForm:
    """Ticked: what the committee proposed itself, unless the donor said that it does not suit. Nobody else's guess."""
    handover = case.handover
    kept = [] if handover is None or handover.donor_note else _proposed(case, moment)
    return forms.TermsForm(
        case.lines,
        _suggestions(case, moment),
        moment,
        _zones(case),
        _busy(case, moment),
        data={
            "slots": [encode(span) for span in kept],
            "transport": (handover or case.asked.match).transport.value,
            "place": handover.place if handover else "",
            "note": handover.committee_note if handover else "",
        },
    )


def _committee_page(
    seat: Seat,
    *,
    terms: forms.TermsForm | None = None,
    along: forms.CommitteeTakes | None = None,
    refusal: PortalForm | None = None,
    status: int = 200,
) -> tuple[str, int]:
    case, moment = case_of(seat.match_id), now()
    page = render_template(
        "handovers/committee.html",
        case=case,
        seat=seat,
        now=moment,
        by_van=_by_van(case),
        terms=terms or _terms_form(case, moment),
        along=along or forms.CommitteeTakes(case.new, prefix=ALONG),
        refusal=refusal or forms.CommitteeDeclines(case.lines),
        past=is_past(case, moment),
        reportable=_is_reportable(case, moment),
        proposed=_proposed(case, moment),
        report_url=_report_url(seat),
    )
    return page, status


def _is_reportable(case: Case, moment: datetime) -> bool:
    handover = case.handover
    return handover is not None and reporting.opens(handover, case.offer, case.committee, moment)


def _report_url(seat: Seat) -> str:
    """Signed in, the report is a page away; by a link, a link of its own purpose is made for the same person."""
    if seat.token is None:
        return url_for(".committee_answer_report", match_id=seat.match_id)
    party = f"committee:{case_of(seat.match_id).committee.id}"
    return new_link(Purpose.COMMITTEE_REPORT, seat.match_id, party)


def _accept(seat: Seat) -> ResponseReturnValue:
    case, moment = case_of(seat.match_id), now()
    form = forms.TermsForm(case.lines, _suggestions(case, moment), moment, _zones(case), _busy(case, moment))
    if not valid(form, seat.url()) or not form.has_place(case.committee):
        return _committee_page(seat, terms=form, status=422)
    with answering(seat.url()) as current:
        within = current_app.extensions["settings"].answer_within
        service.accept_with_times(
            current,
            seat.match_id,
            form.terms(),
            seat.actor,
            moment,
            within,
            lines=form.lines,
            without=form.without(),
        )
    return done(_("C'est noté. Le donateur reçoit vos propositions et choisit un moment."), seat.url())


def _take_along(seat: Seat) -> ResponseReturnValue:
    new = case_of(seat.match_id).new
    form = forms.CommitteeTakes(new, prefix=ALONG)
    if not new:
        refuse(HandoverRefusal.TOO_LATE, seat.url())
    if not valid(form, seat.url()):
        return _committee_page(seat, along=form, status=422)
    with answering(seat.url()) as current:
        service.take_along(
            current, seat.match_id, seat.actor, now(), lines=form.lines, without=form.without()
        )
    return done(_("C'est noté : vous le prenez au même rendez-vous."), seat.url())


def _decline(seat: Seat) -> ResponseReturnValue:
    form = forms.CommitteeDeclines(case_of(seat.match_id).lines)
    if not valid(form, seat.url()):
        return _committee_page(seat, refusal=form, status=422)
    reason, note = Reason(form.reason.data), form.note.data or ""
    with answering(seat.url()) as current:
        service.decline(
            current, seat.match_id, Side.COMMITTEE, reason, note, seat.actor, now(), lines=form.lines
        )
    if reason in ENDS_THE_NEED:
        return done(
            _("C'est noté : ce don ira ailleurs, et votre besoin est retiré de la liste."), seat.url()
        )
    return done(_("C'est noté : ce don ira ailleurs. Votre besoin reste ouvert."), seat.url())


def _reopen_need(seat: Seat) -> ResponseReturnValue:
    """The committee needs it after all."""
    with trying(lambda _error: _("Ce besoin n'est plus à rétablir."), seat.url()) as current:
        needs.needed_again(current, case_of(seat.match_id).asked.need.id, seat.actor, now())
    return done(_("Le besoin est rétabli."), seat.url())


@blueprint.get("/reponse/comite/<token>")
@access(Who.LINK)
def committee_link(token: str) -> ResponseReturnValue:
    return _committee_page(by_link(token))


@blueprint.post("/reponse/comite/<token>/accepter")
@access(Who.LINK)
def committee_link_accept(token: str) -> ResponseReturnValue:
    return _accept(by_link(token))


@blueprint.post("/reponse/comite/<token>/avec")
@access(Who.LINK)
def committee_link_along(token: str) -> ResponseReturnValue:
    return _take_along(by_link(token))


@blueprint.post("/reponse/comite/<token>/decliner")
@access(Who.LINK)
def committee_link_decline(token: str) -> ResponseReturnValue:
    return _decline(by_link(token))


@blueprint.post("/reponse/comite/<token>/retablir")
@access(Who.LINK)
def committee_link_reopen(token: str) -> ResponseReturnValue:
    return _reopen_need(by_link(token))


@blueprint.post("/mon-comite/dons/<int:match_id>/retablir")
@access(Who.MEMBER, Right.RECEIVE)
def committee_answer_reopen(match_id: int) -> ResponseReturnValue:
    return _reopen_need(by_account(match_id))


@blueprint.get("/mon-comite/dons/<int:match_id>")
@access(Who.MEMBER)
def committee_answer(match_id: int) -> ResponseReturnValue:
    return _committee_page(by_account(match_id))


@blueprint.post("/mon-comite/dons/<int:match_id>/accepter")
@access(Who.MEMBER, Right.RECEIVE)
def committee_answer_accept(match_id: int) -> ResponseReturnValue:
    return _accept(by_account(match_id))


@blueprint.post("/mon-comite/dons/<int:match_id>/avec")
@access(Who.MEMBER, Right.RECEIVE)
def committee_answer_along(match_id: int) -> ResponseReturnValue:
    return _take_along(by_account(match_id))


@blueprint.post("/mon-comite/dons/<int:match_id>/decliner")
@access(Who.MEMBER, Right.RECEIVE)
def committee_answer_decline(match_id: int) -> ResponseReturnValue:
    return _decline(by_account(match_id))


# The donor's side


def _donor_page(
    token: str,
    *,
    giving: forms.DonorGives | None = None,
    refusal: PortalForm | None = None,
    other: forms.OtherTimeForm | None = None,
    unchosen: bool = False,
    status: int = 200,
) -> tuple[str, int]:
    case, moment = case_of(donor_match(token)), now()
    page = render_template(
        "handovers/donor.html",
        case=case,
        token=token,
        now=moment,
        giving=giving or forms.ChoosingForm(case),
        refusal=refusal or forms.DonorDeclines(case.lines),
        other=other or forms.OtherTimeForm(),
        past=is_past(case, moment),
        reportable=_is_reportable(case, moment),
        unchosen=unchosen,
        report_url=_donor_report_url(case),
        tracking_url=tracking_url(case),
        open_slots=open_times(case, moment),
        taken=bool(_proposed(case, moment)),
    )
    return page, status


def _donor_report_url(case: Case) -> str:
    return new_link(Purpose.DONOR_REPORT, case.asked.match.id, bearer_of(case.donor))


@blueprint.get("/reponse/donateur/<token>")
@access(Who.LINK)
def donor_answer(token: str) -> ResponseReturnValue:
    return _donor_page(token)


@blueprint.post("/reponse/donateur/<token>/oui")
@access(Who.LINK)
def donor_yes(token: str) -> ResponseReturnValue:
    match_id, back = donor_match(token), url_for(".donor_answer", token=token)
    case = case_of(match_id)
    if not case.unasked and case.asked.match.donor_answered_at is not None:
        return done(_("Vous avez déjà répondu, merci. Voici où en est votre don."), back)
    form = forms.DonorGives(case.to_give)
    if not valid(form, back):
        return _donor_page(token, giving=form, status=422)
    with answering(back) as current:
        service.donor_says_yes(current, match_id, now(), lines=form.lines, without=form.without())
    return done(_("C'est noté : vous le donnez à ce comité."), back)


@blueprint.post("/reponse/donateur/<token>/moment")
@access(Who.LINK)
def donor_chooses(token: str) -> ResponseReturnValue:
    match_id, back = donor_match(token), url_for(".donor_answer", token=token)
    moment, form = now(), forms.ChoosingForm(case_of(match_id))
    if not valid(form, back) or not request.form.get("slot"):
        return _donor_page(token, giving=form, unchosen=not request.form.get("slot"), status=422)
    span = picked(moment, back)
    with answering(back) as current:
        service.choose_time(
            current,
            match_id,
            span,
            moment,
            lines=form.lines,
            without=form.without(),
            doorstep=form.doorstep(),
        )
    return done(_("Rendez-vous fixé. Vous recevez une confirmation par e-mail."), back)


@blueprint.post("/reponse/donateur/<token>/autre-moment")
@access(Who.LINK)
def donor_suggests(token: str) -> ResponseReturnValue:
    match_id, form = donor_match(token), forms.OtherTimeForm()
    if not form.validate_on_submit():
        return _donor_page(token, other=form, status=422)
    back = url_for(".donor_answer", token=token)
    with answering(back) as current:
        within = current_app.extensions["settings"].answer_within
        service.suggest_other_time(current, match_id, form.words.data or "", now(), within)
    return done(_("C'est transmis. Le comité vous proposera d'autres moments."), back)


@blueprint.post("/reponse/donateur/<token>/non")
@access(Who.LINK)
def donor_no(token: str) -> ResponseReturnValue:
    match_id = donor_match(token)
    form = forms.DonorDeclines(case_of(match_id).lines)
    if not valid(form, url_for(".donor_answer", token=token)):
        return _donor_page(token, refusal=form, status=422)
    reason, note, back = Reason(form.reason.data), form.note.data or "", url_for(".donor_answer", token=token)
    with answering(back) as current:
        service.decline(current, match_id, Side.DONOR, reason, note, DONOR, now(), lines=form.lines)
    if reason in ENDS_THE_GIFT:
        said = _(
            "C'est noté : ce que vous ne donnez plus est retiré. Vous pouvez annuler ce retrait ci-dessous."
        )
        return done(said, tracking_url(case_of(match_id)))
    return done(_("C'est noté, le comité est prévenu. Merci de nous l'avoir dit."), back)


@blueprint.get("/reponse/donateur/<token>/remise.ics")
@access(Who.LINK)
def donor_calendar(token: str) -> Response:
    return _calendar(case_of(donor_match(token)), Side.DONOR)


@blueprint.get("/reponse/comite/<token>/remise.ics")
@access(Who.LINK)
def committee_link_calendar(token: str) -> Response:
    return _calendar(case_of(by_link(token).match_id), Side.COMMITTEE)


@blueprint.get("/mon-comite/dons/<int:match_id>/remise.ics")
@access(Who.MEMBER)
def committee_answer_calendar(match_id: int) -> Response:
    return _calendar(case_of(by_account(match_id).match_id), Side.COMMITTEE)


def _calendar(case: Case, side: Side) -> Response:
    """The appointment; its cancellation once it is off, for the side that gave it up and gets no letter about that."""
    handover = case.handover
    if handover is None or (handover.starts_at is None and not handover.sequence):
        abort(404)
    off = not case.fixed
    if off and handover.starts_at is not None and case.state is not MatchState.FAILED:
        abort(404)
    settings = current_app.extensions["settings"]
    organizer = Organizer(settings.portal_name, settings.mail_sender)
    entry = calendar_entry(organizer, case.at_appointment, handover, side, now())
    response = Response(calendar_file(entry, cancelled=off), content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="remise.ics")
    return response
