"""What coordinators do to many offers of the list at once."""

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.models.states import Reason
from app.offers import service
from app.offers.coordination import counted_on
from app.offers.following import not_to_extend
from app.offers.forms import RefusalForm
from app.offers.routes import blueprint
from app.web.access import Who, access, deciding
from app.web.answers import done
from app.web.clock import now
from app.web.many import answer, back_to, ticked
from app.web.seen import posted
from app.web.text import _, plural


@blueprint.post("/coordination/offres/ensemble")
@access(Who.COORDINATOR)
def act_on_many() -> ResponseReturnValue:
    ids = ticked()
    if not ids:
        return done(_("Cochez au moins une offre."), back_to("offers.index"), "error")
    return _refuse(ids) if request.form.get("geste") == "refuser" else _extend(ids)


def _extend(ids: list[int]) -> ResponseReturnValue:
    lasts = current_app.extensions["settings"].offer_lasts
    with transaction() as current:
        actor, moment = deciding(), now()
        outcomes = service.many(
            current, ids, posted(), lambda key: service.extend_offer(current, key, actor, moment, lasts)
        )
    return answer(outcomes, "offer_id", not_to_extend, _extended, _left, back_to("offers.index"))


def _refuse(ids: list[int]) -> ResponseReturnValue:
    form = RefusalForm()
    if not form.validate():
        why = [*form.reason.errors, *form.note.errors][0]
        return done(str(why), back_to("offers.index", ids), "error")
    reason, note = Reason(form.reason.data), form.note.data or ""
    with transaction() as current:
        actor, moment = deciding(), now()
        outcomes = service.many(
            current,
            ids,
            posted(),
            lambda key: service.refuse_offer(current, key, reason, note, actor, moment, together=ids),
        )
    return answer(outcomes, "offer_id", counted_on, _refused, _left, back_to("offers.index"))


def _left(count: int) -> str:
    return plural("Une offre est restée telle quelle.", "%(num)s offres sont restées telles quelles.", count)


def _extended(count: int) -> str:
    return plural("Une offre est prolongée.", "%(num)s offres sont prolongées.", count)


def _refused(count: int) -> str:
    return plural(
        "Une offre est refusée. Le donateur est prévenu, sauf pour un message indésirable.",
        "%(num)s offres sont refusées. Chaque donateur est prévenu par un seul message, sauf pour un message indésirable.",
        count,
    )
