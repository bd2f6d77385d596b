"""Which committee's program asks: its token, what that lets it do, and what is remembered of its calls."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, request
from pydantic import BaseModel
from sqlmodel import Session

from app.api import service
from app.db import WRITES, db, session, transaction
from app.models import ApiCall, ApiToken
from app.models.states import ProgramScope
from app.web.clock import now
from app.web.limits import place
from app.web.problems import problem
from app.web.text import _
from app.web.words import word

KEY = "Idempotency-Key"


def token() -> ApiToken | None:
    """The token of this request, if there is one that opens anything. One query a request."""
    if "api_token" not in g:
        kind, _separator, secret = request.headers.get("Authorization", "").partition(" ")
        given = secret.strip() if kind.lower() == "bearer" else ""
        g.api_token = service.found(session(), given) if given.startswith(service.PREFIX) else None
        # Its number outlives the transactions of the view.
        g.api_token_id = g.api_token.id if g.api_token else None
    found: ApiToken | None = g.api_token
    return found


def caller() -> ApiToken:
    """The same on an address that asks for one."""
    found = token()
    if found is None:
        abort(problem(401, headers={"WWW-Authenticate": "Bearer"}))
    return found


def who_asks() -> str:
    """Whose requests are counted together."""
    found = token()
    return f"token:{found.id}" if found else place()


def check(scope: ProgramScope) -> None:
    """Raises HTTPException where there is no token, or it does not go so far."""
    if scope.value not in caller().scopes:
        abort(
            problem(
                403,
                _("Ce jeton n'a pas le droit demandé : %(what)s.", what=word(scope)),
            )
        )


def once(act: Callable[[Session], BaseModel], status: int, headers: dict[str, str] | None = None) -> Response:
    """Do what is asked in one transaction, and answer; the same request sent again with its key is answered the same, and nothing is done.

    Raises HTTPException where the key was used for something else.
    """
    caller_id, key, asked = caller().id, request.headers.get(KEY, ""), _fingerprint()
    if key:
        before = service.answered(session(), caller_id, key)
        if before is not None:
            return _again(before.asked, asked, before.answer, before.status)
    with transaction() as work:
        told = act(work).model_dump(mode="json")
        if key and not service.keep_answer(work, caller_id, key, asked, status, told, now()):
            abort(problem(409, _("La même demande est en cours. Réessayez dans un instant.")))
    return _written(told, status, headers)


def _again(before: str, asked: str, answer: dict[str, Any], status: int) -> Response:
    if before != asked:
        abort(problem(409, _("Cette clé a déjà servi à une autre demande. Donnez-en une nouvelle.")))
    return _written(answer, status, {"Idempotency-Replayed": "true"})


def _written(told: dict[str, Any], status: int, headers: dict[str, str] | None) -> Response:
    there = {"Location": told["url"]} if "url" in told else {}
    return Response(json.dumps(told), status, {**there, **(headers or {})}, content_type="application/json")


def _fingerprint() -> str:
    body = json.dumps(request.get_json(), sort_keys=True)
    return hashlib.sha256(f"{request.path}\n{body}".encode("utf-8", "replace")).hexdigest()


def remember(response: Response) -> None:
    """Write down what was asked with the token, beside the transactions of the view."""
    token_id = g.get("api_token_id")
    if token_id is None:
        return
    moment = now()
    told = {
        "token_id": token_id,
        "at": moment,
        "method": request.method,
        "path": request.path[:200],
        "status": response.status_code,
    }
    calls, tokens = ApiCall.__table__, ApiToken.__table__  # type: ignore[attr-defined]
    session().rollback()
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(calls.insert().values(told))
        connection.execute(tokens.update().where(tokens.c.id == token_id).values(last_used_at=moment))
