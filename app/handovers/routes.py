"""Answers by link or signed in: the donor's, the committee's. Pages show on GET, act on POST."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.handovers import forms, queries, service
from app.handovers.calendar import calendar_file
from app.handovers.queries import Case
from app.handovers.service import HandoverError, Refusal, Side
from app.handovers.slots import BadSpanError, Span, decode, encode, suggest
from app.handovers.waiting import SILENT
from app.letters.desk import Desk
from app.letters.handovers import calendar_entry
from app.letters.sides import giver, meeting_place, place_for_donor
from app.models.states import MatchState, Occasion, Reason
from app.transitions import COMMITTEE, DONOR, Actor
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.fields import PortalForm
from app.web.links import Purpose
from app.web.opening import claim
from app.web.text import _, lazy

blueprint = Blueprint("handovers", __name__)
blueprint.add_app_template_global(giver)
blueprint.add_app_template_global(meeting_place)
blueprint.add_app_template_global(place_for_donor)

REFUSALS = {
    Refusal.TOO_LATE: lazy(
        "Vous avez déjà répondu, ou ce don a changé de situation entre-temps. Voici où il en est."
    ),
    Refusal.NO_SLOT: lazy("Proposez au moins un moment."),
    Refusal.SLOT_GONE: lazy("Ce moment n'est plus proposé. Choisissez-en un autre."),
    Refusal.TOO_MANY_SLOTS: lazy("Proposez moins de moments à la fois."),
    Refusal.TOO_MUCH: lazy("Vous ne pouvez pas avoir reçu plus que ce qui était prévu."),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """From where a committee answers: by a link (`token`) or signed in."""

    match_id: int
    actor: Actor
    token: str | None = None

    def url(self, verb: str = "") -> str:
        """The address of the page, or of one of its acts."""
        suffix = f"_{verb}" if verb else ""
        if self.token is not None:
            return url_for(f"handovers.committee_link{suffix}", token=self.token)
        return url_for(f"handovers.committee_answer{suffix}", match_id=self.match_id)


def _by_link(token: str) -> Seat:
    found = claim(Purpose.COMMITTEE_ANSWER, token)
    case = _case(found.subject)
    if found.party != f"committee:{case.committee.id}":
        abort(404)
    return Seat(found.subject, COMMITTEE, token)


def _by_account(match_id: int) -> Seat:
    account = signed_in()
    case = _case(match_id)
    member = queries.belongs(session(), account.id or 0, case.committee.id or 0)
    if not (member or account.is_coordinator):
        abort(404)
    return Seat(match_id, Actor.account(account.id or 0))


def _case(match_id: int) -> Case:
    return queries.case(session(), match_id) or abort(404)


def _donor_match(token: str) -> int:
    found = claim(Purpose.DONOR_ANSWER, token)
    if found.party != f"donor:{_case(found.subject).donor.id}":
        abort(404)
    return found.subject


def _refused(error: HandoverError, back: str) -> ResponseReturnValue:
    flash(str(REFUSALS[error.refusal]), "warning")
    return redirect(back, 303)


# The committee's side


def _suggestions(case: Case, moment: datetime) -> list[Span]:
    return suggest(
        case.committee.opening_hours, case.offer.available_from, case.offer.available_until, moment
    )


def _terms_form(case: Case, moment: datetime) -> forms.TermsForm:
    suggested = _suggestions(case, moment)
    handover = case.handover
    return forms.TermsForm(
        suggested,
        moment,
        data={
            "slots": [encode(span) for span in suggested[:3]],
            "transport": (handover.transport if handover else case.match.transport).value,
            "place": handover.place if handover else "",
            "note": handover.committee_note if handover else "",
        },
    )


def _committee_page(
    seat: Seat,
    *,
    terms: forms.TermsForm | None = None,
    refusal: PortalForm | None = None,
    status: int = 200,
) -> tuple[str, int]:
    case, moment = _case(seat.match_id), now()
    page = render_template(
        "handovers/committee.html",
        case=case,
        seat=seat,
        now=moment,
        terms=terms or _terms_form(case, moment),
        refusal=refusal or forms.CommitteeDeclines(),
        past=_is_past(case, moment),
        report_url=_report_url(seat),
    )
    return page, status


def _report_url(seat: Seat) -> str:
    """Signed in, the report is a page away; by a link, a link of its own purpose is made for the same person."""
    if seat.token is None:
        return url_for(".committee_answer_report", match_id=seat.match_id)
    desk: Desk = current_app.extensions["desk"]
    party = f"committee:{_case(seat.match_id).committee.id}"
    token = desk.links.token(Purpose.COMMITTEE_REPORT, seat.match_id, party, now())
    return url_for(".committee_link_report", token=token)


def _is_past(case: Case, moment: datetime) -> bool:
    ends = case.handover.ends_at if case.handover else None
    return ends is not None and ends < moment


def _accept(seat: Seat) -> ResponseReturnValue:
    case, moment = _case(seat.match_id), now()
    form = forms.TermsForm(_suggestions(case, moment), moment)
    if not form.validate_on_submit():
        return _committee_page(seat, terms=form, status=422)
    try:
        with transaction() as current:
            service.accept_with_times(current, seat.match_id, form.terms(), seat.actor, moment)
    except HandoverError as error:
        return _refused(error, seat.url())
    flash(_("C'est noté. Le donateur reçoit vos propositions et choisit un moment."), "success")
    return redirect(seat.url(), 303)


def _decline(seat: Seat) -> ResponseReturnValue:
    form = forms.CommitteeDeclines()
    if not form.validate_on_submit():
        return _committee_page(seat, refusal=form, status=422)
    reason, note = Reason(form.reason.data), form.note.data or ""
    try:
        with transaction() as current:
            service.decline(current, seat.match_id, Side.COMMITTEE, reason, note, seat.actor, now())
    except HandoverError as error:
        return _refused(error, seat.url())
    flash(_("C'est noté : ce don ira ailleurs. Votre besoin reste ouvert."), "success")
    return redirect(seat.url(), 303)


@blueprint.get("/reponse/comite/<token>")
@access(Who.LINK)
def committee_link(token: str) -> ResponseReturnValue:
    return _committee_page(_by_link(token))


@blueprint.post("/reponse/comite/<token>/accepter")
@access(Who.LINK)
def committee_link_accept(token: str) -> ResponseReturnValue:
    return _accept(_by_link(token))


@blueprint.post("/reponse/comite/<token>/decliner")
@access(Who.LINK)
def committee_link_decline(token: str) -> ResponseReturnValue:
    return _decline(_by_link(token))


@blueprint.get("/mon-comite/dons/<int:match_id>")
@access(Who.MEMBER)
def committee_answer(match_id: int) -> ResponseReturnValue:
    return _committee_page(_by_account(match_id))


@blueprint.post("/mon-comite/dons/<int:match_id>/accepter")
@access(Who.MEMBER)
def committee_answer_accept(match_id: int) -> ResponseReturnValue:
    return _accept(_by_account(match_id))


@blueprint.post("/mon-comite/dons/<int:match_id>/decliner")
@access(Who.MEMBER)
def committee_answer_decline(match_id: int) -> ResponseReturnValue:
    return _decline(_by_account(match_id))


# The donor's side


def _donor_page(
    token: str,
    *,
    refusal: PortalForm | None = None,
    other: forms.OtherTimeForm | None = None,
    status: int = 200,
) -> tuple[str, int]:
    case, moment = _case(_donor_match(token)), now()
    page = render_template(
        "handovers/donor.html",
        case=case,
        token=token,
        now=moment,
        refusal=refusal or forms.DonorDeclines(),
        other=other or forms.OtherTimeForm(),
        past=_is_past(case, moment),
        open_slots=[
            (encode(Span(slot.starts_at, slot.ends_at)), slot)
            for slot in case.slots
            if slot.starts_at > moment
        ],
    )
    return page, status


@blueprint.get("/reponse/donateur/<token>")
@access(Who.LINK)
def donor_answer(token: str) -> ResponseReturnValue:
    return _donor_page(token)


@blueprint.post("/reponse/donateur/<token>/oui")
@access(Who.LINK)
def donor_yes(token: str) -> ResponseReturnValue:
    match_id = _donor_match(token)
    if _case(match_id).match.donor_answered_at is not None:
        flash(_("Vous avez déjà répondu, merci. Voici où en est votre don."), "success")
        return redirect(url_for(".donor_answer", token=token), 303)
    try:
        with transaction() as current:
            service.donor_says_yes(current, match_id, now())
    except HandoverError as error:
        return _refused(error, url_for(".donor_answer", token=token))
    flash(_("Merci ! Le comité va vous proposer des moments. Vous les recevrez par e-mail."), "success")
    return redirect(url_for(".donor_answer", token=token), 303)


@blueprint.post("/reponse/donateur/<token>/moment")
@access(Who.LINK)
def donor_chooses(token: str) -> ResponseReturnValue:
    match_id, back = _donor_match(token), url_for(".donor_answer", token=token)
    moment = now()
    try:
        span = decode(request.form.get("slot", ""), moment)
    except BadSpanError:
        return _refused(HandoverError(Refusal.SLOT_GONE), back)
    try:
        with transaction() as current:
            service.choose_time(current, match_id, span, moment)
    except HandoverError as error:
        return _refused(error, back)
    flash(_("Rendez-vous fixé. Vous recevez une confirmation par e-mail."), "success")
    return redirect(back, 303)


@blueprint.post("/reponse/donateur/<token>/autre-moment")
@access(Who.LINK)
def donor_suggests(token: str) -> ResponseReturnValue:
    match_id, form = _donor_match(token), forms.OtherTimeForm()
    if not form.validate_on_submit():
        return _donor_page(token, other=form, status=422)
    try:
        with transaction() as current:
            service.suggest_other_time(current, match_id, form.words.data or "", now())
    except HandoverError as error:
        return _refused(error, url_for(".donor_answer", token=token))
    flash(_("C'est transmis. Le comité vous proposera d'autres moments."), "success")
    return redirect(url_for(".donor_answer", token=token), 303)


@blueprint.post("/reponse/donateur/<token>/non")
@access(Who.LINK)
def donor_no(token: str) -> ResponseReturnValue:
    match_id, form = _donor_match(token), forms.DonorDeclines()
    if not form.validate_on_submit():
        return _donor_page(token, refusal=form, status=422)
    reason, note = Reason(form.reason.data), form.note.data or ""
    try:
        with transaction() as current:
            service.decline(current, match_id, Side.DONOR, reason, note, DONOR, now())
    except HandoverError as error:
        return _refused(error, url_for(".donor_answer", token=token))
    flash(_("C'est noté, le comité est prévenu. Merci de nous l'avoir dit."), "success")
    return redirect(url_for(".donor_answer", token=token), 303)


@blueprint.get("/reponse/donateur/<token>/remise.ics")
@access(Who.LINK)
def donor_calendar(token: str) -> Response:
    return _calendar(_case(_donor_match(token)), Side.DONOR)


@blueprint.get("/reponse/comite/<token>/remise.ics")
@access(Who.LINK)
def committee_link_calendar(token: str) -> Response:
    return _calendar(_case(_by_link(token).match_id), Side.COMMITTEE)


@blueprint.get("/mon-comite/dons/<int:match_id>/remise.ics")
@access(Who.MEMBER)
def committee_answer_calendar(match_id: int) -> Response:
    return _calendar(_case(_by_account(match_id).match_id), Side.COMMITTEE)


def _calendar(case: Case, side: Side) -> Response:
    """The appointment; its cancellation once it is off, for the side that gave it up and gets no letter about that."""
    if case.handover is None or (case.handover.starts_at is None and not case.handover.sequence):
        abort(404)
    off = case.handover.starts_at is None or case.match.state is MatchState.FAILED
    entry = calendar_entry(current_app.extensions["desk"], case, case.handover, side.value, now())
    response = Response(calendar_file(entry, cancelled=off), content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="remise.ics")
    return response


# Did it happen?


@dataclass(frozen=True, slots=True)
class Witness:
    """Who says whether it happened."""

    match_id: int
    side: Side
    actor: Actor


def _witness(side: Side, token: str) -> Witness:
    purpose = Purpose.DONOR_REPORT if side is Side.DONOR else Purpose.COMMITTEE_REPORT
    found = claim(purpose, token)
    case = _case(found.subject)
    party = f"donor:{case.donor.id}" if side is Side.DONOR else f"committee:{case.committee.id}"
    if found.party != party:
        abort(404)
    return Witness(found.subject, side, DONOR if side is Side.DONOR else COMMITTEE)


def _report_form(witness: Witness, case: Case) -> PortalForm:
    occasion = (
        Occasion.DONOR_REPORTS_FAILURE if witness.side is Side.DONOR else Occasion.COMMITTEE_REPORTS_FAILURE
    )
    return forms.report_form(occasion, case.match.quantity)(
        data={
            "received_quantity": str(case.match.quantity),
            "received_condition": case.item.condition.value,
        }
    )


def _report_page(witness: Witness, back: str) -> ResponseReturnValue:
    case, moment = _case(witness.match_id), now()
    form = _report_form(witness, case)
    if request.method == "POST":
        if case.match.state is not MatchState.SCHEDULED:
            return _refused(HandoverError(Refusal.TOO_LATE), back)
        if form.validate():
            return _take_report(witness, form, back)
    done = case.match.state in {MatchState.COMPLETED, MatchState.FAILED}
    said = case.handover and (
        case.handover.donor_says if witness.side is Side.DONOR else case.handover.committee_says
    )
    page = render_template(
        "handovers/report.html",
        case=case,
        form=form,
        action=back,
        side=witness.side.value,
        done=done,
        said=said,
        now=moment,
        again=_answer_url(witness, case),
        silent_days=SILENT.days,
        too_early=not done and not _is_past(case, moment),
    )
    return page, 422 if request.method == "POST" else 200


def _answer_url(witness: Witness, case: Case) -> str:
    """Where this side fixes another time: signed in, or by a link of that purpose for the same person."""
    if witness.actor.account_id is not None:
        return url_for(".committee_answer", match_id=witness.match_id)
    desk: Desk = current_app.extensions["desk"]
    if witness.side is Side.DONOR:
        party, purpose, view = f"donor:{case.donor.id}", Purpose.DONOR_ANSWER, ".donor_answer"
    else:
        party, purpose, view = (
            f"committee:{case.committee.id}",
            Purpose.COMMITTEE_ANSWER,
            ".committee_link",
        )
    return url_for(view, token=desk.links.token(purpose, witness.match_id, party, now()))


def _take_report(witness: Witness, form: PortalForm, back: str) -> ResponseReturnValue:
    try:
        with transaction() as current:
            service.report(current, witness.match_id, witness.side, form.report(), witness.actor, now())
    except HandoverError as error:
        return _refused(error, back)
    flash(_("Merci, votre réponse est enregistrée."), "success")
    return redirect(back, 303)


@blueprint.route("/bilan/donateur/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def donor_report(token: str) -> ResponseReturnValue:
    return _report_page(_witness(Side.DONOR, token), url_for(".donor_report", token=token))


@blueprint.route("/bilan/comite/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def committee_link_report(token: str) -> ResponseReturnValue:
    return _report_page(_witness(Side.COMMITTEE, token), url_for(".committee_link_report", token=token))


@blueprint.route("/mon-comite/dons/<int:match_id>/bilan", methods=["GET", "POST"])
@access(Who.MEMBER)
def committee_answer_report(match_id: int) -> ResponseReturnValue:
    seat = _by_account(match_id)
    witness = Witness(match_id, Side.COMMITTEE, seat.actor)
    return _report_page(witness, url_for(".committee_answer_report", match_id=match_id))
