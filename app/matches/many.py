"""Acts of coordinators for many matches of the list."""

from flask import request
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.many import Outcomes
from app.matches import service, wording
from app.matches.forms import RejectForm
from app.matches.room import blueprint, settings
from app.matches.service import MatchError
from app.models.states import Reason
from app.web.access import Who, access, deciding
from app.web.answers import done
from app.web.clock import now
from app.web.many import Said, answer, back_to, ticked
from app.web.seen import posted
from app.web.text import _, plural


def _left(count: int) -> str:
    return plural(
        "Un rapprochement est resté tel quel.", "%(num)s rapprochements sont restés tels quels.", count
    )


def _why(error: MatchError) -> str:
    return wording.refusal(error.code)


def _gathered(outcomes: list[service.ActOutcome]) -> Outcomes:
    found = Outcomes()
    for each in outcomes:
        if each.refused is None:
            found.done.append(each.match_id)
        else:
            found.refused[each.match_id] = MatchError(each.refused)
    return found


@blueprint.post("/coordination/rapprochements/ensemble")
@access(Who.COORDINATOR)
def act_on_many() -> ResponseReturnValue:
    ids = ticked()
    if not ids:
        return done(_("Cochez au moins un rapprochement."), back_to("matches.index"), "error")
    act = {"ecarter": _reject, "annuler": _undo}.get(request.form.get("geste", ""), _approve)
    return act(ids)


def _approve(ids: list[int]) -> ResponseReturnValue:
    with transaction() as work:
        within = settings().answer_within
        outcomes = service.approve_many(work, ids, deciding(), now(), within, since=posted())
    return _answer(_gathered(outcomes), _approved)


def _approved(count: int) -> str:
    return plural(
        "Un rapprochement est approuvé. Cochez-le encore pour annuler, avant le départ des messages.",
        "%(num)s rapprochements sont approuvés. Cochez-les encore pour annuler, avant le départ des messages.",
        count,
    )


def _undo(ids: list[int]) -> ResponseReturnValue:
    with transaction() as work:
        within = settings().undo_within
        outcomes = service.undo_many(work, ids, deciding(), now(), within, since=posted())
    return _answer(_gathered(outcomes), _undone)


def _undone(count: int) -> str:
    return plural("%(num)s décision annulée.", "%(num)s décisions annulées.", count)


def _reject(ids: list[int]) -> ResponseReturnValue:
    form = RejectForm(0, request.form)
    if not form.validate():
        why = [*form.reason.errors, *form.note.errors][0]
        return done(str(why), back_to("matches.index", ids), "error")
    reason, note = Reason(form.reason.data), form.note.data or ""
    with transaction() as work:
        outcomes = service.reject_many(work, ids, reason, note, deciding(), now(), since=posted())
    return _answer(outcomes, _rejected)


def _rejected(count: int) -> str:
    return plural("Un rapprochement est écarté.", "%(num)s rapprochements sont écartés.", count)


def _answer(outcomes: Outcomes, said: Said) -> ResponseReturnValue:
    return answer(outcomes, "match_id", _why, said, _left, back_to("matches.index"))
