"""Addresses of committees and associations that changed their name lead to where they are now, for ever, whatever they show."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from app import naming
from app.db import session
from app.models import Committee, Organisation

KINDS: Mapping[str, type[Committee] | type[Organisation]] = {
    "comites": Committee,
    "committees": Committee,
    "integrer": Committee,
    "comite": Committee,
    "associations": Organisation,
    "association": Organisation,
}
"""What parts of paths, and what arguments of addresses, name."""
_NAMED = re.compile(r"/(comites|committees|integrer|associations)/([a-z0-9-]+)(?=[/.]|$)")


def init_app(app: Flask) -> None:
    app.before_request(_by_argument)
    app.after_request(_by_path)


def _by_argument() -> ResponseReturnValue | None:
    if request.method != "GET":
        return None
    moved = {
        name: found
        for name in ("comite", "association")
        if (value := request.args.get(name)) and not value.isdecimal() and len(value) <= 80
        if (found := naming.present(session(), KINDS[name], value)) is not None
    }
    return _to(request.path, moved) if moved else None


def _by_path(response: Response) -> Response:
    """Asked once there is nothing else at the address: it costs no other page anything."""
    named = _NAMED.search(request.path) if response.status_code == 404 else None
    if named is None:
        return response
    found = naming.present(session(), KINDS[named[1]], named[2])
    if found is None:
        return response
    there = _to(f"{request.path[: named.start(2)]}{found}{request.path[named.end(2) :]}", {})
    if open_to := response.headers.get("Access-Control-Allow-Origin"):
        # Else a page of another site could not follow.
        there.headers["Access-Control-Allow-Origin"] = open_to
    return there


def _to(path: str, moved: Mapping[str, str]) -> Response:
    """301 to whoever reads; what is sent goes along with 308."""
    query = urlencode([(name, moved.get(name, value)) for name, value in request.args.items(multi=True)])
    path = quote(path)
    there = redirect(f"{path}?{query}" if query else path, 301 if request.method in {"GET", "HEAD"} else 308)
    there.headers["Cache-Control"] = "public, max-age=600"
    there.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return Response(there.get_data(), there.status_code, there.headers)
