"""What every address of the interface has in common: who may ask and how often, checks, the document, ETags, problems."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, json, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from spectree import Response as Answers
from spectree import SpecTree

from app.api.refusals import fields_wrong
from app.api.shapes import ApiProblem
from app.web.access import Who, access
from app.web.guard import csrf
from app.web.limits import limiter
from app.web.problems import KIND, problem
from app.web.text import _, language

Told = Callable[..., ResponseReturnValue]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

ANYBODY = "120 per minute"
"""Of one place without a token."""
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
    summary: str, answer: type[BaseModel], *problems: int, status: int = 200
) -> Callable[[Callable[..., BaseModel]], Told]:
    """A view that anybody may ask: what it answers, and which refusals to expect besides 422 and 429. `summary` is for the reader
    of the document, French; the view takes `query` and `json` as they are typed."""
    codes: dict[str, Any] = {f"HTTP_{status}": answer}
    codes |= {f"HTTP_{each}": ApiProblem for each in (*problems, 429)}

    def declare(view: Callable[..., BaseModel]) -> Told:
        view.__doc__ = summary
        checked: Told = api.validate(resp=Answers(**codes), operation_id=view.__name__)(view)
        return access(Who.PUBLIC)(limiter.limit(ANYBODY)(checked))

    return declare


def document(base_url: str) -> dict[str, Any]:
    """The OpenAPI document in the language of the request."""
    return _document(base_url, language())


@lru_cache(4)
def _document(base_url: str, _spoken: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(api.spec))
    told["servers"] = [{"url": base_url}]
    told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    told["paths"] = {path: _mended(operations) for path, operations in sorted(told["paths"].items())}
    told["components"]["schemas"] = dict(sorted(told["components"]["schemas"].items()))
    _spoken_in(told)
    return told


def _mended(operations: dict[str, Any]) -> dict[str, Any]:
    """What the library cannot know: our converters, and under which kind problems are written."""
    for operation in operations.values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                whole = (parameter["schema"] or {}).get("type") == "integer"
                parameter["schema"] = NUMBER if whole else SLUG
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


@blueprint.before_request
def _readable() -> None:
    """A body must be JSON: what is none is refused as such, and not for the fields that it lacks. Raises HTTPException."""
    if request.method in {"POST", "PUT", "PATCH"}:
        request.get_json()


@blueprint.after_request
def _kept(response: Response) -> Response:
    """What was read once is asked for again by its mark; any site's pages may read what is public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method in {"GET", "HEAD"} and response.status_code == 200:
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response
