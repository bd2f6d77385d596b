"""What a gift served: the committee's words of its report, which a coordinator reads, mends and shows to the donor."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.handovers.entering import blueprint, case_of
from app.handovers.queries import words_of
from app.models import Handover
from app.models.states import MatchState
from app.web.access import Who, access
from app.web.answers import done, form_page
from app.web.fields import PortalForm, paragraph
from app.web.seen import filled_with, unchanged
from app.web.text import _, lazy


class ServedForm(PortalForm):
    words = paragraph(lazy("Ce que le donateur lira"))


@blueprint.route("/coordination/rapprochements/<int(max=2147483647):match_id>/mots", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def served(match_id: int) -> ResponseReturnValue:
    """Empty words are shown to nobody."""
    case = case_of(match_id)
    if case.handover is None or case.asked.match.state is not MatchState.COMPLETED:
        abort(404)
    written, shown, handover_id = (
        words_of(session(), case.handover.id),
        case.handover.served,
        case.handover.id,
    )
    said_last = str(case.handover.words_at)
    filled_with(served=shown, said_last=said_last)
    form = ServedForm(data={"words": written if case.handover.words_at else shown or written})
    if not form.validate_on_submit():
        return form_page(
            "handovers/served.html", form, case=case, match_id=match_id, written=written, shown=shown
        )
    with transaction() as current:
        handover = current.get_one(Handover, handover_id, with_for_update=True)
        unchanged(served=handover.served, said_last=str(handover.words_at))
        handover.served, handover.words_at = form.words.data or "", None
    said = (
        _("Le donateur lit ces mots sur la page de son don.")
        if form.words.data
        else _("Rien n'est montré au donateur.")
    )
    return done(said, url_for("matches.show", match_id=match_id))
