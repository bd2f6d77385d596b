"""What surrounds every request: its number, the log line, the security headers, the limits on what may be sent."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from app.web.errors import request_id
from app.web.slugs import SlugConverter
from config import Settings

log = structlog.get_logger("portail")
csrf = CSRFProtect()

MEGABYTE = 1024 * 1024
LARGEST_REQUEST = 2 * MEGABYTE
"""Bytes; a route that takes files declares more with `takes_up_to`."""

SOURCES = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
    "frame-src 'self'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(SOURCES),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
View = TypeVar("View", bound=Callable[..., Any])
DECLARED = "__portail_largest_request__"
QUIET = frozenset({"static", "health.healthz", "health.readyz", "health.metrics"})


def takes_up_to(size: int) -> Callable[[View], View]:
    """Let requests to a view hold `size` bytes. Declared, because the CSRF check reads the form before the view does."""

    def declare(view: View) -> View:
        setattr(view, DECLARED, size)
        return view

    return declare


class RowNumber(IntegerConverter):
    """`<int:…>` in routes: a number that a row may have. Larger ones have no page, rather than break the database."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, *args, **{"max": 2**31 - 1, **kwargs})


def init_app(app: Flask, settings: Settings) -> None:
    app.url_map.converters |= {"int": RowNumber, "slug": SlugConverter}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=2000,
        # With this prefix browsers take it over HTTPS alone, and from no neighbour under the same domain.
        SESSION_COOKIE_NAME="__Host-session" if settings.is_production else "session",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME="__Host-remember_token" if settings.is_production else "remember_token",
        REMEMBER_COOKIE_SECURE=settings.is_production,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
    )

    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )

    app.before_request(_allow_files)
    app.before_request(_begin)
    # After the request has its number, which the page about an expired form shows.
    csrf.init_app(app)
    app.after_request(_finish)


def _allow_files() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, DECLARED, None)
    if largest:
        request.max_content_length = largest


def _begin() -> None:
    g.request_id = request_id()
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.extensions["settings"].is_production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "token" in (request.view_args or {}):
        # A link that somebody has put on a page must not be found by searching.
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in QUIET:
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,  # never the path: links in it are secrets
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
        )
    return response
