"""Pieces of pages that are made once of the same values: never stale, for all that they show is handed to them.

`{{ remembered("public/_need.html", item=row.item, …) }}`. The values must be hashable; the piece sees these, the language of the page
and nothing of the request.
"""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from app.web.text import language

MOST = 4096


def remembered(template: str, **values: Hashable) -> Markup:
    made = _made.__wrapped__ if current_app.debug else _made
    return made(template, language(), request.script_root, tuple(values.items()))


@lru_cache(MOST)
def _made(template: str, _spoken: str, _root: str, values: tuple[tuple[str, Hashable], ...]) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(dict(values)))  # noqa: S704 - a template's


def address(endpoint: str, **values: Any) -> str:
    """`url_for` of templates: of a page without arguments made once."""
    if values or endpoint.startswith(".") or not has_request_context():
        return url_for(endpoint, **values)
    return _address(endpoint, request.script_root)


@lru_cache(MOST)
def _address(endpoint: str, _root: str) -> str:
    return url_for(endpoint)


class _Template(Template):
    def _get_default_module(self, _ctx: Context | None = None) -> TemplateModule:
        # Each import asks whether the page has globals that its macros lack. None has: all of ours are the environment's.
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    app.jinja_env.template_class = _Template
    app.jinja_env.cache = {}  # all templates there are: which of hundreds was used last takes a tenth of a page to tell
    said: dict[str, Any] = {"remembered": remembered, "address": address, "url_for": address}
    app.jinja_env.globals |= said
