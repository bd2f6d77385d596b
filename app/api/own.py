"""What a committee's own programs may ask: the gifts for it, a plan that is only tried, and what texts name."""

from flask import Response, abort, url_for
from sqlmodel import Session

from app.api import queries, service
from app.api.callers import caller, once
from app.api.doors import base, blueprint, cut, door
from app.api.shapes import (
    ApiMatch,
    ApiMatches,
    ApiMatchesAsked,
    ApiReadText,
    ApiReadTexts,
    ApiTexts,
    ApiThing,
    ApiTried,
    ApiTriedPair,
    ApiTry,
)
from app.api.written import item_named
from app.catalogue.queries import recognise
from app.db import session
from app.models import DryRun
from app.models.states import ProgramScope
from app.models.worded import french
from app.web.clock import now
from app.web.current_committee import approved_before


@blueprint.get("/matches")
@door(french("Les dons destinés au comité du jeton"), ApiMatches, scope=ProgramScope.MATCHES)
def matches(query: ApiMatchesAsked) -> ApiMatches:
    """Without the donor: whoever may write to one signs in."""
    rows = queries.matches(session(), caller().committee_id, query, approved_before())
    told = [
        ApiMatch(
            id=row.id,
            state=row.state,
            need=row.need_id,
            item=item_named(row.item) if row.item else None,
            what=row.description.partition("\n")[0],
            condition=row.condition,
            quantity=row.quantity,
            received=row.received_quantity,
            commune=row.commune,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            url=base() + url_for("handovers.committee_answer", match_id=row.id),
        )
        for row in rows[: query.limit]
    ]
    return ApiMatches(data=told, next=cut(rows, query, told[-1].id if told else 0))


@blueprint.post("/recognition")
@door(
    french("Ce que des textes nomment, jusqu'à 50 à la fois"),
    ApiReadTexts,
    400,
    415,
    scope=ProgramScope.RECOGNITION,
)
def recognition(json: ApiTexts) -> ApiReadTexts:
    return ApiReadTexts(
        data=[
            ApiReadText(
                text=text,
                things=[
                    ApiThing(
                        words=thing.words,
                        item=thing.item,
                        confidence=thing.confidence,
                        quantity=thing.quantity,
                    )
                    for thing in recognise(text).things
                ],
            )
            for text in json.texts
        ]
    )


@blueprint.post("/plan")
@door(
    french("Demander à l'essai ce que le comité recevrait : rien n'est proposé à personne"),
    ApiTried,
    status=202,
    scope=ProgramScope.PLAN,
    writes=True,
)
def plan(json: ApiTry) -> Response:
    token = caller()
    needs = [each.model_dump(mode="json") for each in json.needs]

    def ask(work: Session) -> ApiTried:
        row = service.ask_for_plan(work, token, needs, now())
        work.flush()
        return _tried(row)

    return once(ask, 202)


@blueprint.get("/plan/<key>")
@door(french("La réponse à un essai"), ApiTried, 404, scope=ProgramScope.PLAN)
def tried(key: str) -> ApiTried:
    return _tried(queries.dry_run(session(), caller().committee_id, key) or abort(404))


def _tried(row: DryRun) -> ApiTried:
    return ApiTried(
        state="waiting" if row.done_at is None else "failed" if row.trouble else "done",
        asked_at=row.asked_at,
        trouble=row.trouble,
        data=[ApiTriedPair(**each) for each in row.answer],
        url=base() + url_for("api.tried", key=row.key),
    )
