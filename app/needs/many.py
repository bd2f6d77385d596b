"""Acts of coordinators for many needs of the list."""

from collections.abc import Callable, Mapping

from flask import request
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.models import Need
from app.needs import service
from app.needs.routes import blueprint, sentence
from app.web.access import Who, access, deciding
from app.web.answers import done
from app.web.clock import now
from app.web.many import Said, answer, back_to, ticked
from app.web.seen import posted
from app.web.text import _, plural

ACTS: Mapping[str, tuple[Callable[..., Need], Said]] = {
    "toujours-vrai": (
        service.confirm,
        lambda count: plural(
            "C'est noté : un besoin est toujours vrai.",
            "C'est noté : %(num)s besoins sont toujours vrais.",
            count,
        ),
    ),
    "pause": (
        service.pause,
        lambda count: plural("Un besoin est en pause.", "%(num)s besoins sont en pause.", count),
    ),
    "reprendre": (
        service.resume,
        lambda count: plural(
            "Un besoin est de nouveau ouvert.", "%(num)s besoins sont de nouveau ouverts.", count
        ),
    ),
    "retirer": (
        service.withdraw,
        lambda count: plural("Un besoin est retiré.", "%(num)s besoins sont retirés.", count),
    ),
    "retablir": (
        service.restore,
        lambda count: plural("Un besoin est rétabli.", "%(num)s besoins sont rétablis.", count),
    ),
}
"""By the value of its button: what is done to each, and the sentence about all."""


@blueprint.post("/coordination/besoins/ensemble")
@access(Who.COORDINATOR)
def act_on_many() -> ResponseReturnValue:
    ids, back = ticked(), back_to("needs.everywhere")
    act = ACTS.get(request.form.get("geste", ""))
    if not ids or act is None:
        return done(_("Cochez au moins un besoin."), back, "error")
    do, said = act
    with transaction() as current:
        actor, moment = deciding(), now()
        outcomes = service.many(current, ids, posted(), lambda key: do(current, key, actor, moment))
    return answer(outcomes, "need_id", sentence, said, left, back)


def left(count: int) -> str:
    return plural("Un besoin est resté tel quel.", "%(num)s besoins sont restés tels quels.", count)
