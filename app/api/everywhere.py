"""The programs and addresses of every committee, for the administrator: what each may do, whose it is, and a way to stop it."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.api import hooks, queries, service
from app.api.pages import blueprint
from app.db import session, transaction
from app.models.states import HookEvent, ProgramScope
from app.web import asked
from app.web.access import Who, access
from app.web.answers import done
from app.web.clock import now
from app.web.text import _
from notifications.models import State


@blueprint.get("/administration/programmes")
@access(Who.ADMINISTRATOR)
def all_tokens() -> str:
    page = queries.all_tokens(session(), asked.page())
    return render_template(
        "api/all_tokens.html",
        page=page,
        opening=service.opening(session(), [token for token, _committee, _maker in page.rows]),
        scopes={each.value: each for each in ProgramScope},
    )


@blueprint.post("/administration/programmes/<int:token_id>/revoquer")
@access(Who.ADMINISTRATOR)
def revoke_any_token(token_id: int) -> ResponseReturnValue:
    with transaction() as work:
        name = (service.revoke(work, None, token_id, now()) or abort(404)).name
    return done(
        _("Le jeton « %(name)s » ne donne plus accès à rien.", name=name), url_for("programs.all_tokens")
    )


@blueprint.get("/administration/avertissements")
@access(Who.ADMINISTRATOR)
def all_hooks() -> str:
    page = queries.all_hooks(session(), asked.page())
    return render_template(
        "api/all_hooks.html",
        page=page,
        latest=queries.latest_deliveries(session(), [hook.id for hook, _committee, _maker in page.rows]),
        events={each.value: each for each in HookEvent},
        states=State,
    )


@blueprint.post("/administration/avertissements/<int:hook_id>/arreter")
@access(Who.ADMINISTRATOR)
def stop_any_hook(hook_id: int) -> ResponseReturnValue:
    with transaction() as work:
        url = (hooks.stop(work, None, hook_id, now()) or abort(404)).url
    return done(_("%(url)s n'est plus prévenue de rien.", url=url), url_for("programs.all_hooks"))
