"""By the link in a letter, nobody signed in: which of a committee's needs are still true? GET shows, POST acts."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.models import Committee, Need
from app.models.states import NeedState
from app.needs import queries, service
from app.needs.routes import blueprint, sentence
from app.needs.service import NeedError
from app.transitions import COMMITTEE
from app.web.access import Who, access
from app.web.answers import done, trying
from app.web.clock import now
from app.web.links import Purpose
from app.web.opening import claim, not_good
from app.web.seen import on
from app.web.text import _

SHOWN = (NeedState.OPEN, NeedState.PAUSED, NeedState.EXPIRED)

ACTS = {
    "garder": service.confirm,
    "reprendre": service.resume,
    "pause": service.pause,
    "retirer": service.withdraw,
}
"""What a button does, by the last word of its address."""


def _committee(token: str) -> Committee:
    found = claim(Purpose.COMMITTEE_NEEDS, token)
    committee = session().get(Committee, found.subject)
    if committee is None or found.party != f"committee:{committee.id}":
        not_good()
    return committee


@blueprint.get("/besoins/toujours-vrai/<token>")
@access(Who.LINK)
def standing(token: str) -> str:
    committee = _committee(token)
    lines = queries.of_committee(session(), committee.id, SHOWN)
    return render_template(
        "needs/standing.html",
        committee=committee,
        token=token,
        asked=[line for line in lines if line.need.state is NeedState.OPEN and line.need.asked_at],
        aside=[line for line in lines if line.need.state is NeedState.EXPIRED],
        others=[
            line
            for line in lines
            if line.need.state is NeedState.PAUSED
            or (line.need.state is NeedState.OPEN and not line.need.asked_at)
        ],
    )


@blueprint.post("/besoins/toujours-vrai/<token>/tous")
@access(Who.LINK)
def all_stand(token: str) -> ResponseReturnValue:
    """Everything that was asked about is still true."""
    committee = _committee(token)
    lines = queries.of_committee(session(), committee.id, [NeedState.OPEN])
    ids = [line.need.id for line in lines if line.need.asked_at]
    on(need_id=ids)
    with transaction() as current:
        for need_id in ids:
            try:
                service.confirm(current, need_id, COMMITTEE, now())
            except NeedError:
                continue  # somebody else dealt with it meanwhile
    return done(_("Merci ! Vos besoins restent ouverts."), url_for("needs.standing", token=token))


@blueprint.post(
    "/besoins/toujours-vrai/<token>/<int(max=2147483647):need_id>/<any(garder, reprendre, pause, retirer):act>"
)
@access(Who.LINK)
def stand(token: str, need_id: int, act: str) -> ResponseReturnValue:
    committee = _committee(token)
    back = url_for("needs.standing", token=token)
    need = session().get(Need, need_id)
    if need is None or need.committee_id != committee.id:
        not_good()
    with trying(sentence, back) as current:
        ACTS[act](current, need_id, COMMITTEE, now())
    said = {
        "garder": _("C'est noté : ce besoin est toujours vrai."),
        "reprendre": _("Le besoin est de nouveau ouvert."),
        "pause": _("Le besoin est en pause : plus rien ne vous sera proposé pour lui."),
        "retirer": _("Le besoin est retiré."),
    }
    return done(said[act], back)
