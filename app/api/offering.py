"""Gifts that a committee's program offers: recorded by the same service and after the same checks as the form on the page.

What does not fit its type is 422; what the portal does not take though it does (no such postal code, nothing that is handled) is 409.
"""

import hashlib
from typing import Any

from flask import Response, abort, current_app, request, url_for
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from app.api import queries
from app.api.callers import KEY, caller, once
from app.api.doors import base, blueprint, cut, door
from app.api.shapes import (
    ApiArticleTold,
    ApiListed,
    ApiOffer,
    ApiOffersTold,
    ApiOfferTold,
    ApiWithdrawal,
)
from app.days import day_of
from app.db import session
from app.models import Account, ApiOffered, Committee, Offer
from app.models.states import ProgramScope, Reason
from app.models.worded import french
from app.offers import service
from app.offers.forms import BRINGS, COLLECTED, OfferForm, clock_of
from app.offers.queries import stand_in
from app.offers.wishes import wish_of
from app.transitions import Actor
from app.web.clock import now
from app.web.problems import problem

FIELDS = {"note": "details", "wish_committee": "committee", "wish_action": "action", "no_email": "email"}
"""What the form's fields are called here, where that is not the same."""


@blueprint.post("/offers")
@door(french("Proposer un don"), ApiOfferTold, status=201, scope=ProgramScope.OFFERS, writes=True)
def offer(json: ApiOffer) -> Response:
    form = _form(json)
    wish, nobodys = wish_of(session(), form, form.today)
    if not form.validate() or nobodys:
        told = [*_flat(form.errors), *({"field": "committee, action", "problem": each} for each in nobodys)]
        abort(problem(409, errors=told))
    token, account = caller(), session().get_one(Account, caller().made_by_id)
    other, address = None, ""
    if form.without_address:
        committee = session().get_one(Committee, token.committee_id)
        other, address = stand_in(session(), account, committee.slug)
    draft = wish.noted(form.draft(recorded_by_id=account.id, stand_in=other, stand_in_email=address))
    token_id = token.id

    def record(work: Session) -> ApiOfferTold:
        row = service.record_offer(work, draft, now())
        if work.get(ApiOffered, row.id) is None:
            work.add(ApiOffered(offer_id=row.id, token_id=token_id))
        work.flush()
        return _told(work, row)

    return once(record, 201)


@blueprint.get("/offers")
@door(french("Les dons que les programmes du comité ont proposés"), ApiOffersTold, scope=ProgramScope.OFFERS)
def offers(query: ApiListed) -> ApiOffersTold:
    rows = queries.offers(session(), caller().committee_id, query)
    shown = rows[: query.limit]
    told = cut(rows, query, shown[-1].id if shown else 0)
    return ApiOffersTold(data=[_told(session(), row) for row in shown], next=told)


@blueprint.get("/offers/<reference>")
@door(french("Ce que devient un don proposé"), ApiOfferTold, 404, scope=ProgramScope.OFFERS)
def offer_told(reference: str) -> ApiOfferTold:
    return _told(session(), _ours(session(), reference))


@blueprint.post("/offers/<reference>/withdrawal")
@door(
    french("Retirer un don : le comité qui l'attendait est prévenu"),
    ApiOfferTold,
    404,
    scope=ProgramScope.OFFERS,
    writes=True,
)
def withdraw_offer(reference: str, json: ApiWithdrawal) -> Response:
    by = Actor.account(caller().made_by_id)

    def withdraw(work: Session) -> ApiOfferTold:
        row = _ours(work, reference)
        service.withdraw_offer(work, row.id, Reason(json.reason), json.note, by, now())
        work.flush()
        return _told(work, row)

    return once(withdraw, 200)


def _ours(current: Session, reference: str) -> Offer:
    return queries.offer(current, caller().committee_id, reference) or abort(404)


def _told(current: Session, row: Offer) -> ApiOfferTold:
    return ApiOfferTold(
        reference=row.reference,
        state=row.state,
        available_until=row.available_until,
        articles=[
            ApiArticleTold(
                what=article.description.partition("\n")[0],
                item=article.item,
                quantity=article.quantity,
                condition=article.condition,
                promised=promised,
            )
            for article, promised in queries.articles(current, row.id)
        ],
        url=base() + url_for("api.offer_told", reference=row.reference),
    )


def _form(said: ApiOffer) -> OfferForm:
    """The form as somebody would have filled it in who says the same."""
    today, lasts = day_of(now(), clock_of(said.postal_code)), current_app.extensions["settings"].offer_lasts
    typed = {
        "submission_key": _submission_key(),
        "postal_code": said.postal_code,
        "commune": said.commune,
        "street": said.street,
        "available_from": (said.available_from or today).isoformat(),
        "available_until": (said.available_until or today + lasts).isoformat(),
        "availability": said.availability,
        "transport": BRINGS if said.delivers_km else COLLECTED,
        "delivers_km": str(said.delivers_km),
        "name": said.name,
        "email": said.email or "",
        "phone": said.phone,
        "company": said.company,
        "wish_committee": said.committee or "",
        "wish_action": said.action or "",
    }
    typed |= {"spoken": "y"} if said.spoken else {}
    typed |= {} if said.email else {"no_email": "y"}
    for position, article in enumerate(said.articles):
        typed |= {
            f"articles-{position}-{name}": value
            for name, value in {
                "slot": str(position),
                "what": article.what,
                "quantity": str(article.quantity or 1),
                "counted": "" if article.quantity else "1",
                "condition": article.condition.value,
                "note": article.details,
                "divisible": "y" if article.divisible else "",
            }.items()
            if value or name == "counted"
        }
    form = OfferForm(
        today=today, lasts=lasts, signed_in=True, formdata=MultiDict(typed), meta={"csrf": False}
    )
    for filled, article in zip(form.articles_forms, said.articles, strict=True):
        filled.follow_words()
        filled.sure.data = filled.as_it_stands if article.sure else ""
    return form


def _submission_key() -> str:
    """Of a request with a key, always the same; the form makes one of its own otherwise."""
    key = request.headers.get(KEY, "")
    return hashlib.sha256(f"{caller().id}:{key}".encode("utf-8", "replace")).hexdigest() if key else ""


def _flat(errors: Any, path: str = "") -> list[dict[str, str]]:
    """The form's sentences, each with where it belongs."""
    if isinstance(errors, dict):
        return [
            one
            for name, inner in errors.items()
            for one in _flat(
                inner, f"{path}.{FIELDS.get(name, name)}" if path else FIELDS.get(name, str(name))
            )
        ]
    found: list[dict[str, str]] = []
    for position, each in enumerate(errors or ()):
        if isinstance(each, dict):
            found += _flat(each, f"{path}.{position}")
        else:
            found.append({"field": path, "problem": str(each)})
    return found
