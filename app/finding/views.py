"""Lists that an account keeps under names of its own: an address each, which anybody may be given."""

from dataclasses import dataclass

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.finding import queries, service
from app.finding.routes import LISTS, blueprint
from app.models import SavedView
from app.models.states import Findable
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.many import still_ticked, this_list, tidy
from app.web.text import _

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class OwnViews:
    """The lists of one kind that the account keeps; `query` is this page's, `current` the one that it is."""

    kind: Findable
    query: str
    views: list[SavedView]

    @property
    def current(self) -> SavedView | None:
        return next((view for view in self.views if view.query == self.query), None)


@blueprint.app_template_global()
def kept_views(kind: str) -> OwnViews:
    return OwnViews(
        Findable(kind),
        tidy(request.query_string.decode("utf-8", "replace")),
        queries.views(session(), signed_in().id, Findable(kind)),
    )


blueprint.add_app_template_global(this_list)
blueprint.add_app_template_global(still_ticked)


@blueprint.app_template_global()
def view_address(kind: Findable, query: str) -> str:
    there = url_for(LISTS[kind][0])
    return f"{there}?{query}" if query else there


@blueprint.post("/coordination/vues/<any(offer, need, match):kind>")
@access(Who.COORDINATOR)
def keep_view(kind: str) -> ResponseReturnValue:
    query = tidy(request.form.get("adresse", ""))
    back = view_address(Findable(kind), query)
    name = " ".join(
        "".join(sign if sign.isprintable() else " " for sign in request.form.get("nom", "")).split()
    )
    if not name:
        return done(_("Donnez un nom à cette vue."), back, "error")
    name = name[:LONGEST_NAME].strip()
    with transaction() as current:
        service.save_view(current, signed_in().id, Findable(kind), name, query)
    return done(_("La vue « %(name)s » est enregistrée.", name=name), back)


@blueprint.post("/coordination/vues/<int(max=2147483647):view_id>/retirer")
@access(Who.COORDINATOR)
def remove_view(view_id: int) -> ResponseReturnValue:
    with transaction() as current:
        gone = service.remove_view(current, signed_in().id, view_id) or abort(404)
        kind, name, query = gone.kind, gone.name, gone.query
    return done(_("La vue « %(name)s » est retirée.", name=name), view_address(kind, query))
