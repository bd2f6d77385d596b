"""How a program is told what is wrong: `application/problem+json` (RFC 9457), in the language that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, json, request
from werkzeug.exceptions import HTTPException

from app.web.text import _, lazy

API = "/api/v1/"
KIND = "application/problem+json"

TITLES = {
    400: lazy("Cette demande ne se lit pas"),
    401: lazy("Il manque un jeton valable"),
    403: lazy("Ce jeton ne va pas jusque-là"),
    404: lazy("Il n'y a rien à cette adresse"),
    405: lazy("Cette adresse s'appelle autrement"),
    409: lazy("Le portail ne peut pas le prendre ainsi"),
    413: lazy("L'envoi est trop volumineux"),
    415: lazy("Envoyez du JSON (Content-Type: application/json)"),
    422: lazy("Des valeurs ne conviennent pas"),
    429: lazy("Trop de demandes en peu de temps"),
    500: lazy("Une erreur s'est produite de notre côté"),
    503: lazy("Le portail est occupé en ce moment"),
}
OTHERWISE = lazy("Cette demande n'a pas abouti")


def for_program() -> bool:
    """Whether a program of the interface asks, and no person."""
    return request.path.startswith(API)


def problem(
    status: int,
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`detail` says what to do; `errors` name each a `field` and what is wrong with it."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status, OTHERWISE)),
        "status": status,
        "request": g.get("request_id", ""),
    }
    if detail:
        told["detail"] = detail
    if errors:
        told["errors"] = list(errors)
    response = Response(json.dumps(told), status, headers, content_type=KIND)
    response.headers["Vary"] = "Accept-Language"
    return response


def of_error(error: HTTPException) -> Response:
    """The same for what Flask refuses by itself."""
    status, kept = error.code or 500, {}
    if status == 405:
        kept["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    if status == 429:
        kept["Retry-After"] = "60"
        return problem(status, _("Attendez une minute avant de réessayer."), headers=kept)
    return problem(status, headers=kept)
