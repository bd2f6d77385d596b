"""A coordinator writes down what a donor says on the telephone: yes, which time suits, or that none does, or no."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.handovers import forms, service
from app.handovers.entering import answering, blueprint, case_of, is_past, open_times, picked
from app.models.states import ENDS_THE_GIFT, ActorKind, LookupKind, Reason, Side
from app.transitions import Actor
from app.web.access import Who, access, signed_in
from app.web.answers import done, turn_back
from app.web.clock import now
from app.web.fields import PortalForm
from app.web.lookups import looked_at
from app.web.text import _

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


def _page(
    match_id: int,
    *,
    giving: PortalForm | None = None,
    refusal: PortalForm | None = None,
    other: PortalForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    case, moment = case_of(match_id), now()
    if not case.goes_on:
        turn_back(
            _("Ce rapprochement n'est plus en cours : il n'y a plus rien à répondre."), _match_url(match_id)
        )
    looked_at(LookupKind.OFFER, [case.donor.id])
    page = render_template(
        "handovers/telephone.html",
        case=case,
        past=is_past(case, moment),
        giving=giving or forms.ChoosingForm(case),
        refusal=refusal or forms.DonorDeclines(case.lines),
        other=other or forms.OtherTimeOnThePhone(),
        open_slots=open_times(case, moment),
    )
    return page, status


@blueprint.post(f"{PLACE}/oui")
@access(Who.COORDINATOR)
def phone_yes(match_id: int) -> ResponseReturnValue:
    form = forms.DonorGives(case_of(match_id).to_give)
    if not form.validate_on_submit():
        return _page(match_id, giving=form, status=422)
    with answering(_match_url(match_id)) as current:
        service.donor_says_yes(
            current, match_id, now(), actor=_donor(), lines=form.lines, without=form.without()
        )
    return done(_("C'est noté : le donateur est d'accord."), _match_url(match_id))


@blueprint.post(f"{PLACE}/moment")
@access(Who.COORDINATOR)
def phone_chooses(match_id: int) -> ResponseReturnValue:
    form, moment = forms.ChoosingForm(case_of(match_id)), now()
    if not form.validate_on_submit():
        return _page(match_id, giving=form, status=422)
    span = picked(moment, url_for(".donor_on_the_phone", match_id=match_id))
    with answering(_match_url(match_id)) as current:
        service.choose_time(
            current,
            match_id,
            span,
            moment,
            actor=_donor(),
            lines=form.lines,
            without=form.without(),
            doorstep=form.doorstep(),
        )
    return done(_("Rendez-vous fixé. Les deux reçoivent une confirmation par e-mail."), _match_url(match_id))


@blueprint.post(f"{PLACE}/autre-moment")
@access(Who.COORDINATOR)
def phone_suggests(match_id: int) -> ResponseReturnValue:
    form = forms.OtherTimeOnThePhone()
    if not form.validate_on_submit():
        return _page(match_id, other=form, status=422)
    with answering(_match_url(match_id)) as current:
        within = current_app.extensions["settings"].answer_within
        service.suggest_other_time(current, match_id, form.words.data or "", now(), within, actor=_donor())
    return done(_("C'est transmis : le comité proposera d'autres moments."), _match_url(match_id))


@blueprint.post(f"{PLACE}/non")
@access(Who.COORDINATOR)
def phone_no(match_id: int) -> ResponseReturnValue:
    form = forms.DonorDeclines(case_of(match_id).lines)
    if not form.validate_on_submit():
        return _page(match_id, refusal=form, status=422)
    reason, note = Reason(form.reason.data), form.note.data or ""
    with answering(_match_url(match_id)) as current:
        service.decline(current, match_id, Side.DONOR, reason, note, _donor(), now(), lines=form.lines)
    if reason in ENDS_THE_GIFT:
        said = _(
            "C'est noté : le rapprochement est terminé et l'article est retiré de l'offre, où il peut être remis."
        )
        return done(said, _match_url(match_id))
    return done(
        _("C'est noté : le rapprochement est terminé. Le comité est prévenu s'il en avait entendu parler."),
        _match_url(match_id),
    )
