"""A committee's programs, for who manages it: their tokens and what they asked."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app import lasting
from app.api import queries, service
from app.api.forms import TokenForm
from app.api.pages import blueprint
from app.api.service import TokenError, TokenRefusal
from app.committees import service as committees
from app.db import session, transaction
from app.models.states import ProgramScope, Right
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.text import _, lazy

REFUSED = {
    TokenRefusal.NAMED: lazy("Un jeton du comité porte déjà ce nom. Donnez-en un autre, ou révoquez-le."),
    TokenRefusal.ENOUGH: lazy("Le comité a vingt jetons : révoquez ceux qui ne servent plus."),
}


@blueprint.get("/mon-comite/programmes")
@access(Who.MEMBER, Right.MANAGE)
def ours() -> str:
    return _page(TokenForm())


@blueprint.post("/mon-comite/programmes")
@access(Who.MEMBER, Right.MANAGE)
def make_token() -> ResponseReturnValue:
    """The answer alone shows the token: what is kept of it is its digest."""
    form, key = TokenForm(), own_committee("committees.index").id
    if not form.validate():
        return _page(form), 422
    try:
        with transaction() as work:
            committees.held(work, key)
            secret = service.make(work, key, signed_in(), form.name.data or "", form.allowed, now())
    except TokenError as error:
        form.name.errors = [str(REFUSED[error.code])]
        return _page(form), 422
    return _page(TokenForm(formdata=None), secret=secret)


@blueprint.post("/mon-comite/programmes/<int:token_id>/revoquer")
@access(Who.MEMBER, Right.MANAGE)
def revoke_token(token_id: int) -> ResponseReturnValue:
    committee = own_committee("committees.index")
    back = url_for("programs.ours", comite=committee.slug)
    with transaction() as work:
        row = service.revoke(work, committee.id, token_id, now()) or abort(404)
        name = row.name
    return done(_("Le jeton « %(name)s » ne donne plus accès à rien.", name=name), back)


def _page(form: TokenForm, secret: str = "") -> str:
    committee = own_committee("committees.index")
    tokens = queries.tokens(session(), committee.id)
    return render_template(
        "api/ours.html",
        committee=committee,
        others=committees_of(signed_in()),
        form=form,
        secret=secret,
        tokens=tokens,
        opening=service.opening(session(), tokens),
        scopes={each.value: each for each in ProgramScope},
        page=queries.calls(session(), committee.id, asked.page()),
        kept_days=lasting.CALLS.days,
    )
