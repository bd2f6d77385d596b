"""The addresses that are told what happens to a committee, for who manages it."""

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.api import hooks, queries
from app.api.forms import HookForm
from app.api.pages import blueprint
from app.committees import service as committees
from app.db import session, transaction
from app.models.states import HookEvent, Right
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.text import _
from notifications.models import State


@blueprint.get("/mon-comite/avertissements")
@access(Who.MEMBER, Right.MANAGE)
def hooked() -> str:
    return _page(HookForm())


@blueprint.post("/mon-comite/avertissements")
@access(Who.MEMBER, Right.MANAGE)
def make_hook() -> ResponseReturnValue:
    """The answer alone shows what signs."""
    form, key = HookForm(), own_committee("committees.index").id
    if not form.validate():
        return _page(form), 422
    with transaction() as work:
        committees.held(work, key)
        made = hooks.make(work, key, signed_in(), form.url.data or "", form.wanted, now())
        secret = hooks.secret_of(current_app.extensions["settings"], made) if made else ""
    if not secret:
        form.url.errors = [_("Le comité a dix adresses : arrêtez celles qui ne servent plus.")]
        return _page(form), 422
    return _page(HookForm(formdata=None), secret=secret)


@blueprint.post("/mon-comite/avertissements/<int:hook_id>/arreter")
@access(Who.MEMBER, Right.MANAGE)
def stop_hook(hook_id: int) -> ResponseReturnValue:
    key = own_committee("committees.index").id
    with transaction() as work:
        url = (hooks.stop(work, key, hook_id, now()) or abort(404)).url
    return done(_("%(url)s n'est plus prévenue de rien.", url=url), _back())


@blueprint.post("/mon-comite/avertissements/<int:delivery_id>/renvoyer")
@access(Who.MEMBER, Right.MANAGE)
def send_hook_again(delivery_id: int) -> ResponseReturnValue:
    key = own_committee("committees.index").id
    with transaction() as work:
        if not hooks.send_again(work, key, delivery_id, now()):
            abort(404)
    return done(_("L'avertissement repart dans la minute."), _back())


def _back() -> str:
    return url_for("programs.hooked", comite=own_committee("committees.index").slug)


def _page(form: HookForm, secret: str = "") -> str:
    committee = own_committee("committees.index")
    return render_template(
        "api/told.html",
        committee=committee,
        others=committees_of(signed_in()),
        form=form,
        secret=secret,
        hooks=queries.hooks(session(), committee.id),
        events={each.value: each for each in HookEvent},
        states=State,
        page=queries.deliveries(session(), committee.id, asked.page()),
    )
