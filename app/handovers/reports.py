"""Did it happen? Each side says so, by a link or signed in."""

from dataclasses import dataclass

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.handovers import report_forms, reporting
from app.handovers.entering import (
    answering,
    blueprint,
    by_account,
    case_of,
    claimed,
    refuse,
    tracking_url,
)
from app.handovers.queries import Case, words_of
from app.handovers.trips import HandoverRefusal
from app.models import Match, Photo
from app.models.states import MatchState, Right, Side
from app.photos.queries import as_received
from app.photos.service import NotKept, Upload, keep_received, read_uploads
from app.post.bearers import bearer_of
from app.transitions import COMMITTEE, DONOR, Actor
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.guard import MEGABYTE, takes_up_to
from app.web.links import Purpose
from app.web.opening import new_link
from app.web.text import _

LARGEST_REPORT = 120 * MEGABYTE
"""With photos of what was received."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Who says whether it happened."""

    match_id: int
    side: Side
    actor: Actor
    always: bool = False
    """May correct what was reported long ago."""


def _report_form(witness: Witness, case: Case) -> report_forms.ReportForm:
    if witness.side is Side.DONOR:
        return report_forms.DonorReport()
    wrote = words_of(session(), case.handover.id) if case.handover else ""
    return report_forms.CommitteeReport(case.at_report, wrote)


def _report_page(witness: Witness, back: str) -> ResponseReturnValue:
    case, moment = case_of(witness.match_id), now()
    form = _report_form(witness, case)
    if form.is_submitted():
        if not case.at_report:
            refuse(HandoverRefusal.TOO_LATE, back)
        if form.validate():
            return _take(witness, case, form, back)
    lines, handover = case.at_report, case.handover
    page = render_template(
        "handovers/report.html",
        case=case,
        lines=lines,
        form=form,
        action=back,
        side=witness.side.value,
        said=_said(witness, case),
        now=moment,
        photos=_photos(witness, case),
        tracking_url=tracking_url(case) if witness.side is Side.DONOR else "",
        again=_answer_url(witness, case),
        silent_days=reporting.SILENT.days,
        too_early=bool(lines)
        and handover is not None
        and not reporting.opens(handover, case.offer, case.committee, moment),
        settled=not any(line.match.state is MatchState.SCHEDULED for line in lines),
        correctable=all(reporting.may_correct(line.match, moment, always=witness.always) for line in lines),
    )
    return page, 422 if form.is_submitted() else 200


def _photos(witness: Witness, case: Case) -> dict[int, list[Photo]]:
    """Of what was received, for those who received it."""
    if witness.side is Side.DONOR:
        return {}
    return as_received(session(), [line.match.id for line in case.at_report])


def _take(witness: Witness, case: Case, form: report_forms.ReportForm, back: str) -> ResponseReturnValue:
    said, moment = form.report(), now()
    # Read before the transaction: it would hold up everybody else's writes.
    received = case.at_report if witness.side is Side.COMMITTEE else []
    pictures = {line.match.id: _pictures(line.match.id) for line in received}
    lost: list[NotKept] = []
    with answering(back) as current:
        new = reporting.report(
            current,
            witness.match_id,
            witness.side,
            said,
            witness.actor,
            moment,
            always=witness.always,
        )
        for match_id, upload in pictures.items():
            lost += keep_received(current, current.get_one(Match, match_id), upload, moment)
    if not new and not any(upload.pictures for upload in pictures.values()):
        refuse(HandoverRefusal.TOO_LATE, back)
    for each in lost:
        flash(_("Cette photo n'a pas pu être gardée : %(name)s", name=each.name), "warning")
    if said.says is not reporting.Says.NOT_YET:
        return done(_("Merci, votre réponse est enregistrée."), back)
    if witness.side is Side.DONOR:
        return done(_("C'est noté. Dites quels moments vous conviennent."), _answer_url(witness, case))
    return done(_("C'est noté. Proposez d'autres moments au donateur."), _answer_url(witness, case))


def _pictures(match_id: int) -> Upload:
    return read_uploads(request.files.getlist(f"m{match_id}-photo"), current_app.extensions["photos"])


def _said(witness: Witness, case: Case) -> str | None:
    """What this side has said of all that is, or was, at the appointment."""
    donor = witness.side is Side.DONOR
    said = {line.match.donor_says if donor else line.match.committee_says for line in case.at_report}
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
@takes_up_to(LARGEST_REPORT)
def committee_link_report(token: str) -> ResponseReturnValue:
    match_id = claimed(Purpose.COMMITTEE_REPORT, token, Side.COMMITTEE)
    witness = Witness(match_id, Side.COMMITTEE, COMMITTEE)
    return _report_page(witness, url_for(".committee_link_report", token=token))


@blueprint.route("/mon-comite/dons/<int:match_id>/bilan", methods=["GET", "POST"])
@access(Who.MEMBER, Right.RECEIVE)
@takes_up_to(LARGEST_REPORT)
def committee_answer_report(match_id: int) -> ResponseReturnValue:
    actor = by_account(match_id).actor
    witness = Witness(match_id, Side.COMMITTEE, actor, always=signed_in().is_coordinator)
    return _report_page(witness, url_for(".committee_answer_report", match_id=match_id))
