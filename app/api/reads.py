"""What is public, for programs, and the document that describes the interface."""

from flask import abort, jsonify
from flask.typing import ResponseReturnValue

from app.actions.queries import by_slug as action_by_slug
from app.actions.queries import campaign
from app.api import queries, written
from app.api.doors import base, blueprint, cut, document, door
from app.api.shapes import (
    ApiAction,
    ApiActions,
    ApiAssociation,
    ApiAssociations,
    ApiCommittee,
    ApiCommittees,
    ApiCommitteesAsked,
    ApiItem,
    ApiItems,
    ApiListed,
    ApiNeed,
    ApiNeeds,
    ApiNeedsAsked,
)
from app.db import session
from app.models.worded import french
from app.web.access import Who, access
from app.web.clock import now, paris
from matching.items import load


@blueprint.get("/openapi.json")
@access(Who.PUBLIC)
def openapi() -> ResponseReturnValue:
    """This interface described in OpenAPI 3.1, in the language of the request."""
    return jsonify(document(base()))


@blueprint.get("/needs")
@door(french("Ce qui manque aux comités, besoin par besoin"), ApiNeeds)
def needs(query: ApiNeedsAsked) -> ApiNeeds:
    rows = queries.needs(session(), query)
    shown = rows[: query.limit]
    told = cut(rows, query, shown[-1].id if shown else 0)
    return ApiNeeds(data=[written.need(row, base()) for row in shown], next=told)


@blueprint.get("/needs/<int:need_id>")
@door(french("Un besoin"), ApiNeed, 404)
def need(need_id: int) -> ApiNeed:
    return written.need(queries.need(session(), need_id) or abort(404), base())


@blueprint.get("/committees")
@door(french("Les comités qui reçoivent des dons"), ApiCommittees)
def committees(query: ApiCommitteesAsked) -> ApiCommittees:
    rows = queries.committees(session(), query)
    shown = rows[: query.limit]
    told = cut(rows, query, shown[-1][0].id if shown else 0)
    return ApiCommittees(data=[written.committee(*row, base()) for row in shown], next=told)


@blueprint.get("/committees/<slug:slug>")
@door(french("Un comité"), ApiCommittee, 404)
def committee(slug: str) -> ApiCommittee:
    return written.committee(*(queries.committee(session(), slug) or abort(404)), base())


@blueprint.get("/associations")
@door(french("Les associations"), ApiAssociations)
def associations(query: ApiListed) -> ApiAssociations:
    rows = queries.associations(session(), query)
    shown = rows[: query.limit]
    told = cut(rows, query, shown[-1].id if shown else 0)
    return ApiAssociations(data=[written.association(row, base()) for row in shown], next=told)


@blueprint.get("/associations/<slug:slug>")
@door(french("Une association"), ApiAssociation, 404)
def association(slug: str) -> ApiAssociation:
    return written.association(queries.association(session(), slug) or abort(404), base())


@blueprint.get("/actions")
@door(french("Les actions solidaires en cours"), ApiActions)
def actions(query: ApiListed) -> ApiActions:
    rows = queries.action_ids(session(), query, paris(now()).date())
    shown = rows[: query.limit]
    told = cut(rows, query, shown[-1] if shown else 0)
    return ApiActions(
        data=[written.action(row, base()) for row in queries.actions(session(), shown)], next=told
    )


@blueprint.get("/actions/<slug:slug>")
@door(french("Une action"), ApiAction, 404)
def action(slug: str) -> ApiAction:
    current = session()
    row = action_by_slug(current, slug) or abort(404)
    return written.action(campaign(current, row), base())


@blueprint.get("/catalogue")
@door(french("Le catalogue : les articles que l'on donne et que l'on demande"), ApiItems)
def catalogue(query: ApiListed) -> ApiItems:
    begin = int(query.cursor, 36)
    rows = list(load().values())[begin : begin + query.limit + 1]
    told = cut(rows, query, begin + query.limit)
    return ApiItems(data=[written.item(row) for row in rows[: query.limit]], next=told)


@blueprint.get("/catalogue/<slug:slug>")
@door(french("Un article du catalogue"), ApiItem, 404)
def article(slug: str) -> ApiItem:
    return written.item(load().get(slug) or abort(404))
