"""Static files: addresses that change with the content, so that browsers may keep them for a year; texts sent compressed, pages too
where nobody's secret is in them."""

import gzip
import hashlib
import os
import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

TEXTS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
PAGES = frozenset({"text/html", "application/xml", "application/json"})
"""Only for who brings nothing that tells who they are: compressing a page that holds a secret beside what a stranger typed can leak it
(BREACH); what is made anew at each visit, as the mark of a form is then, cannot be found out by asking again."""
LEAST, QUICK = 1000, 3
"""Bytes worth it, and how hard to try: more takes as long again for a twentieth less."""
COMMENT = re.compile(rb"/\*(?!!).*?\*/", re.DOTALL)
"""Of a style sheet, for who reads the source; a licence (`/*!`) goes along."""


@lru_cache(maxsize=256)
def _fingerprint(path: str, _modified: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=64)
def _compressed(path: Path, _modified: float) -> bytes:
    written = path.read_bytes()
    return gzip.compress(COMMENT.sub(b"", written) if path.suffix == ".css" else written, 9)


@lru_cache(maxsize=256)
def _address(filename: str, _modified: float, _root: str) -> str:
    return url_for("static", filename=filename)


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.template_global()
    def asset(filename: str) -> str:
        """The address of a static file, made once while the file stays the same."""
        return _address(filename, os.stat(f"{folder}/{filename}").st_mtime, request.script_root)  # noqa: PTH116

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint != "static":
            return
        path = f"{folder}/{values.get('filename', '')}"
        with suppress(OSError):
            values["v"] = _fingerprint(path, os.stat(path).st_mtime)  # noqa: PTH116 - a dozen a page

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static":
            return _packed(response)
        if response.status_code != 200 or response.mimetype not in TEXTS:
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.best_match(["gzip"]) and request.method == "GET":
            path = folder / (request.view_args or {})["filename"]
            response.close()  # the file that Flask opened
            response.direct_passthrough = False
            response.set_data(_compressed(path, path.stat().st_mtime))
            response.content_encoding = "gzip"
            response.set_etag(f"{response.get_etag()[0]}-gzip")
        return response


def _packed(response: Response) -> Response:
    """A page, for a stranger. What bears a mark of its own (ETag) stays as it is marked; a letter's link is as good as a name."""
    marked = "ETag" in response.headers or "token" in (request.view_args or {})
    if marked or response.is_streamed or response.mimetype not in PAGES:
        return response
    response.vary.update(("Accept-Encoding", "Cookie"))
    stranger = not request.headers.get("Cookie") and "Authorization" not in request.headers
    wanted = stranger and request.method == "GET" and request.accept_encodings.best_match(["gzip"])
    if wanted and response.status_code == 200 and len(response.get_data()) >= LEAST:
        response.set_data(gzip.compress(response.get_data(), QUICK, mtime=0))
        response.content_encoding = "gzip"
    return response
