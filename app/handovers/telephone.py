"""A coordinator writes down what a donor says on the telephone: yes, which time suits, or that the gift is gone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.handovers import forms, service
from app.handovers.entering import blueprint, case_of, is_past, refused
from app.handovers.service import HandoverError, HandoverRefusal
from app.handovers.slots import BadSpanError, Span, decode, encode
from app.models.states import ActorKind, MatchState, Reason, Side
from app.transitions import Actor
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.fields import PortalForm
from app.web.text import _

GOING_ON = frozenset({MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED})
PLACE = "/coordination/rapprochements/<int(max=2147483647):match_id>/donateur"


def _donor() -> Actor:
    """The word is the donor's, as if it had come by the link; the account tells who wrote it down."""
    return Actor(ActorKind.DONOR, signed_in().id)


def _match_url(match_id: int) -> str:
    return url_for("matches.show", match_id=match_id)


@blueprint.get(PLACE)
@access(Who.COORDINATOR)
def donor_on_the_phone(match_id: int) -> ResponseReturnValue:
    return _page(match_id)


def _page(match_id: int, refusal: PortalForm | None = None, status: int = 200) -> ResponseReturnValue:
    case, moment = case_of(match_id), now()
    if case.match.state not in GOING_ON:
        flash(_("Ce rapprochement n'est plus en cours : il n'y a plus rien à répondre."), "warning")
        return redirect(_match_url(match_id), 303)
    page = render_template(
        "handovers/telephone.html",
        case=case,
        past=is_past(case, moment),
        refusal=refusal or forms.DonorDeclines(formdata=None),
        open_slots=[
            (encode(Span(slot.starts_at, slot.ends_at)), slot)
            for slot in case.slots
            if slot.starts_at > moment
        ],
    )
    return page, status


@blueprint.post(f"{PLACE}/oui")
@access(Who.COORDINATOR)
def phone_yes(match_id: int) -> ResponseReturnValue:
    case_of(match_id)
    try:
        with transaction() as current:
            service.donor_says_yes(current, match_id, now(), actor=_donor())
    except HandoverError as error:
        return refused(error, _match_url(match_id))
    flash(_("C'est noté : le donateur est d'accord."), "success")
    return redirect(_match_url(match_id), 303)


@blueprint.post(f"{PLACE}/moment")
@access(Who.COORDINATOR)
def phone_chooses(match_id: int) -> ResponseReturnValue:
    case_of(match_id)
    moment = now()
    try:
        span = decode(request.form.get("slot", ""), moment)
    except BadSpanError:
        return refused(
            HandoverError(HandoverRefusal.SLOT_GONE), url_for(".donor_on_the_phone", match_id=match_id)
        )
    try:
        with transaction() as current:
            service.choose_time(current, match_id, span, moment, actor=_donor())
    except HandoverError as error:
        return refused(error, _match_url(match_id))
    flash(_("Rendez-vous fixé. Les deux reçoivent une confirmation par e-mail."), "success")
    return redirect(_match_url(match_id), 303)


@blueprint.post(f"{PLACE}/non")
@access(Who.COORDINATOR)
def phone_no(match_id: int) -> ResponseReturnValue:
    case_of(match_id)
    form = forms.DonorDeclines()
    if not form.validate_on_submit():
        return _page(match_id, form, 422)
    reason, note = Reason(form.reason.data), form.note.data or ""
    try:
        with transaction() as current:
            service.decline(current, match_id, Side.DONOR, reason, note, _donor(), now())
    except HandoverError as error:
        return refused(error, _match_url(match_id))
    flash(
        _("C'est noté : le rapprochement est terminé. Le comité est prévenu s'il en avait entendu parler."),
        "success",
    )
    return redirect(_match_url(match_id), 303)
