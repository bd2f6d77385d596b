"""Did it happen? Each side says so, by a link or signed in."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.handovers import forms, reporting
from app.handovers.entering import (
    answering,
    blueprint,
    by_account,
    case_of,
    claimed,
    is_past,
    refuse,
    tracking_url,
)
from app.handovers.queries import Case
from app.handovers.trips import HandoverRefusal
from app.models.states import Side
from app.post.bearers import bearer_of
from app.transitions import COMMITTEE, DONOR, Actor
from app.web.access import Who, access
from app.web.answers import done
from app.web.clock import now
from app.web.links import Purpose
from app.web.opening import new_link
from app.web.text import _


@dataclass(frozen=True, slots=True)
class Witness:
    """Who says whether it happened."""

    match_id: int
    side: Side
    actor: Actor


def _report_form(witness: Witness, case: Case) -> forms.ReportForm:
    kind = forms.DonorReport if witness.side is Side.DONOR else forms.CommitteeReport
    return kind(case.fixed)


def _report_page(witness: Witness, back: str) -> ResponseReturnValue:
    case, moment = case_of(witness.match_id), now()
    form = _report_form(witness, case)
    if request.method == "POST":
        if not case.fixed:
            refuse(HandoverRefusal.TOO_LATE, back)
        if form.validate():
            with answering(back) as current:
                reporting.report(current, witness.match_id, witness.side, form.report(), witness.actor, now())
            return done(_("Merci, votre réponse est enregistrée."), back)
    page = render_template(
        "handovers/report.html",
        case=case,
        form=form,
        action=back,
        side=witness.side.value,
        said=_said(witness, case),
        now=moment,
        tracking_url=tracking_url(case) if witness.side is Side.DONOR else "",
        again=_answer_url(witness, case),
        silent_days=reporting.SILENT.days,
        too_early=bool(case.fixed) and not is_past(case, moment),
    )
    return page, 422 if request.method == "POST" else 200


def _said(witness: Witness, case: Case) -> str | None:
    """What this side has said of all that is at the appointment."""
    donor = witness.side is Side.DONOR
    said = {line.match.donor_says if donor else line.match.committee_says for line in case.fixed}
    return said.pop() if len(said) == 1 else None


def _answer_url(witness: Witness, case: Case) -> str:
    """Where this side fixes another time: signed in, or by a link of that purpose for the same person."""
    if witness.actor.account_id is not None:
        return url_for(".committee_answer", match_id=witness.match_id)
    if witness.side is Side.DONOR:
        return new_link(Purpose.DONOR_ANSWER, witness.match_id, bearer_of(case.donor))
    return new_link(Purpose.COMMITTEE_ANSWER, witness.match_id, f"committee:{case.committee.id}")


@blueprint.route("/bilan/donateur/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def donor_report(token: str) -> ResponseReturnValue:
    witness = Witness(claimed(Purpose.DONOR_REPORT, token, Side.DONOR), Side.DONOR, DONOR)
    return _report_page(witness, url_for(".donor_report", token=token))


@blueprint.route("/bilan/comite/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def committee_link_report(token: str) -> ResponseReturnValue:
    match_id = claimed(Purpose.COMMITTEE_REPORT, token, Side.COMMITTEE)
    witness = Witness(match_id, Side.COMMITTEE, COMMITTEE)
    return _report_page(witness, url_for(".committee_link_report", token=token))


@blueprint.route("/mon-comite/dons/<int:match_id>/bilan", methods=["GET", "POST"])
@access(Who.MEMBER)
def committee_answer_report(match_id: int) -> ResponseReturnValue:
    witness = Witness(match_id, Side.COMMITTEE, by_account(match_id).actor)
    return _report_page(witness, url_for(".committee_answer_report", match_id=match_id))
