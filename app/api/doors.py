"""What every address of the interface has in common: who may ask and how often, checks, the document, ETags, problems."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from string import ascii_lowercase, digits
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, json, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from spectree import Response as Answers
from spectree import SpecTree

from app.api.callers import check, remember, token, who_asks
from app.api.refusals import SAID, fields_wrong
from app.api.shapes import ApiHook, ApiKeyed, ApiListed, ApiProblem
from app.models.states import HookEvent, ProgramScope
from app.web.access import Who, access
from app.web.guard import csrf
from app.web.limits import limiter
from app.web.problems import KIND, problem
from app.web.text import _, language

Told = Callable[..., ResponseReturnValue]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

ANYBODY, WITH_TOKEN = "120 per minute", "600 per minute"
"""Of one place without a token; of one token."""
SIGNATURE = "Portail-Signature"
"""t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body", hexadecimal>"""
counted = limiter.shared_limit(lambda: WITH_TOKEN if token() else ANYBODY, scope="api", key_func=who_asks)
DIGITS = digits + ascii_lowercase
SLUG = {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+){0,79}$"}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}


def _refuse(_request: Any, _response: Any, wrong: Exception | None, *_rest: Any) -> None:
    """What does not fit its type, in the reader's language."""
    if isinstance(wrong, ValidationError):
        abort(problem(422, errors=fields_wrong(wrong)))


api = SpecTree(
    "flask",
    mode="strict",
    title="Portail des dons",
    version="1.0.0",
    before=_refuse,
    validation_error_model=ApiProblem,
    naming_strategy=lambda model: model.__name__.removeprefix("Api"),
    nested_naming_strategy=lambda _parent, child: child.removeprefix("Api"),
)


def door(
    summary: str,
    answer: type[BaseModel],
    *problems: int,
    status: int = 200,
    scope: ProgramScope | None = None,
    writes: bool = False,
) -> Callable[[Callable[..., Any]], Told]:
    """A view for programs: what it answers, and which refusals to expect besides 422 and 429. Anybody may ask, or with `scope` whoever has
    a token that goes so far. `summary` is for the reader of the document, French; the view takes `query` and `json` as they are
    typed, and where it `writes`, a key of the request (`callers.once`)."""
    refused = {*problems, *((401, 403) if scope else ()), *((400, 409, 415) if writes else ()), 429}
    codes: dict[str, Any] = {f"HTTP_{status}": answer}
    codes |= {f"HTTP_{each}": ApiProblem for each in sorted(refused)}

    def declare(view: Callable[..., Any]) -> Told:
        view.__doc__ = summary
        checked: Told = api.validate(
            resp=Answers(**codes),
            operation_id=view.__name__,
            security=[{"token": []}] if scope else None,
            headers=ApiKeyed if writes else None,
        )(view)

        @wraps(checked)
        def entered(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if scope is not None:
                check(scope)
            if request.method == "POST":
                _object()
            return checked(*args, **kwargs)

        return access(Who.HOOK if scope else Who.PUBLIC)(counted(entered))

    return declare


def _object() -> None:
    """What is no JSON is refused as such, and not for the fields that it lacks; the library takes what is no object for an empty one."""
    if not isinstance(request.get_json(), dict):
        abort(problem(422, errors=[{"field": "", "problem": str(SAID["model_type"])}]))


def base() -> str:
    """The portal's address, without a slash at its end."""
    found: str = current_app.extensions["settings"].base_url
    return found


def cut(rows: Sequence[Any], asked: ApiListed, last: int) -> str | None:
    """Where the page after these goes on: `last` is the key of its last row; None where no row is left."""
    if len(rows) <= asked.limit:
        return None
    kept = [(name, value) for name, value in request.args.items() if name != "cursor"]
    return f"{base()}{request.path}?{urlencode([*kept, ('cursor', _base36(last))])}"


def _base36(number: int) -> str:
    written = ""
    while number:
        number, digit = divmod(number, 36)
        written = DIGITS[digit] + written
    return written or "0"


api._add_model(ApiHook, "serialization")  # noqa: SLF001 - no view answers with it, and the library knows no webhooks


def document(base_url: str) -> dict[str, Any]:
    """The OpenAPI document in the language of the request."""
    return _document(base_url, language())


@lru_cache(4)
def _document(base_url: str, _spoken: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(api.spec))
    told["servers"] = [{"url": base_url}]
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    told["webhooks"] = {event.value: {"post": _hook(event)} for event in HookEvent}
    told["paths"] = {path: _mended(operations) for path, operations in sorted(told["paths"].items())}
    told["components"]["schemas"] = dict(sorted(told["components"]["schemas"].items()))
    _spoken_in(told)
    return told


def _hook(event: HookEvent) -> dict[str, Any]:
    """What is sent where a committee wants to be told, as the document says it."""
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Hook"}}}
    signed = {"name": SIGNATURE, "in": "header", "required": True, "schema": {"type": "string"}}
    return {
        "summary": event.french,
        "operationId": event.value,
        "parameters": [signed],
        "requestBody": {"content": body, "required": True},
        "responses": {"2XX": {"description": "OK"}},
    }


def _mended(operations: dict[str, Any]) -> dict[str, Any]:
    """What the library cannot know: our converters, and under which kind problems are written."""
    for operation in operations.values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                known = (parameter["schema"] or {}).get("type", "")
                parameter["schema"] = {"integer": NUMBER, "string": {"type": "string"}}.get(known, SLUG)
            elif "anyOf" in parameter["schema"]:  # left out is not the same as null, which no address can say
                parameter["schema"] = parameter["schema"]["anyOf"][0]
        for status, answer in operation["responses"].items():
            if status >= "400" and "content" in answer:
                answer["content"] = {KIND: answer["content"]["application/json"]}
    return operations


def _spoken_in(told: Any) -> None:
    """Put every description into the reader's language, and leave out the titles that repeat names."""
    for each in told.values() if isinstance(told, dict) else told:
        if isinstance(each, dict | list):
            _spoken_in(each)
    if isinstance(told, dict):
        if isinstance(told.get("title"), str) and "version" not in told:
            del told["title"]
        for name in ("summary", "description"):
            if isinstance(told.get(name), str):
                told[name] = _(told[name]) if told[name] else ""


@blueprint.after_request
def _kept(response: Response) -> Response:
    """What was read once is asked for again by its mark; any site's pages may read what is public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method in {"GET", "HEAD"} and response.status_code == 200:
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
    remember(response)
    return response
