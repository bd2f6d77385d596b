"""What the pages that a donor opens first cost: against bare Flask pages with the same fields in WTForms, in one run, and in kilobytes.

A bare page is made of what the portal's own holds: a form with a field of the same kind for each of its controls (`csrf_token` is the
bare page's own), and a template that prints each with its label. Both are asked for by a browser that brings no cookie; of each side the cheapest
request counts, taken in turn.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)

FRONT = {"home": "/", "needs": "/besoins", "offer_form": "/offrir"}
REQUESTS = 150
_FILE = re.compile(r"url\(\"((?!data:)[^\"]+)\"\)")
TEMPLATE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<form method="post">{{ form.hidden_tag() }}
{% for field in form if field.widget.input_type != "hidden" %}<p>{{ field.label }} {{ field() }}</p>
{% endfor %}<button>{{ title }}</button></form></body></html>"""


class Controls(HTMLParser):
    """The controls of a page: for each name its kind, and the values that it offers; and the files that the page brings along."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.kinds: dict[str, str] = {}
        self.values: dict[str, list[str]] = defaultdict(list)
        self.files: list[str] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag in {"input", "select", "textarea"} and name:
            self.kinds[name] = said.get("type", "text") if tag == "input" else tag
            self._select = name if tag == "select" else ""
            self.values[name].append(said.get("value", ""))
        elif tag == "option":
            self.values[self._select].append(said.get("value", ""))
        elif tag in {"script", "img"} and "src" in said:
            self.files.append(said["src"])
        elif tag == "link" and said.get("rel") in {"stylesheet", "icon"}:
            self.files.append(said["href"])


def ratios(app: Flask, requests: int = REQUESTS) -> Iterator[tuple[str, str]]:
    """For each page its processor time over that of the bare page; then all that a first visit to it loads."""
    client = app.test_client(use_cookies=False)
    for name, path in FRONT.items():
        controls = Controls(client.get(path).text)
        bare = _bare(controls).test_client(use_cookies=False)
        ours, theirs = _least(client, path, bare, requests)
        yield (
            f"pages.{name}_over_bare",
            f"{ours / theirs:.2f} ({1000 * ours:.2f} ms of processor over {1000 * theirs:.2f} ms, {len(controls.kinds)} fields)",
        )
        sent, raw = _weight(client, path)
        yield f"pages.{name}_kb", f"{sent / 1000:.1f} as sent, {raw / 1000:.1f} uncompressed"


def _least(client: FlaskClient, path: str, bare: FlaskClient, requests: int) -> tuple[float, float]:
    """Processor seconds of one request: the portal's, the bare page's."""
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(requests):
        for side, (asked, where) in enumerate(((client, path), (bare, "/"))):
            began = time.process_time()
            answer = asked.get(where)
            costs[side].append(time.process_time() - began)
            if answer.status_code != 200:
                raise RuntimeError(f"{where} answers {answer.status_code}")
    return min(costs[0]), min(costs[1])


def _bare(controls: Controls) -> Flask:
    """An application whose only page has the same controls."""
    app = Flask("bare", static_folder=None)
    app.secret_key = "bench-only-" + "0" * 32
    app.jinja_loader = DictLoader({"page.html": TEMPLATE})
    form = type(
        "BareForm",
        (FlaskForm,),
        {name: _field(name, controls) for name in controls.kinds if name != "csrf_token"},
    )

    @app.get("/")
    def page() -> str:
        return render_template("page.html", form=form(), title="Proposer un don")

    return app


def _field(name: str, controls: Controls) -> Field:
    kind, values = controls.kinds[name], controls.values[name]
    plain: dict[str, Any] = {
        "hidden": HiddenField,
        "checkbox": BooleanField,
        "textarea": TextAreaField,
        "file": MultipleFileField,
    }
    if kind in {"radio", "select"}:
        listed: Any = RadioField if kind == "radio" else SelectField
        return listed(name, choices=[SelectChoice(value, value) for value in values])
    return plain.get(kind, StringField)(name, default=values[0])


def _weight(client: FlaskClient, path: str) -> tuple[int, int]:
    """Bytes of a page and of all the files that it brings along, fonts of their style sheets included: as sent, and before compression."""
    page = client.get(path)
    files = list(dict.fromkeys(Controls(page.text).files))
    sent, raw = len(client.get(path, headers={"Accept-Encoding": "gzip"}).data), len(page.data)
    while files:
        address = files.pop()
        with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": "gzip"}) as packed:
            sent, raw = sent + len(packed.data), raw + len(plain.data)
            if plain.mimetype == "text/css":
                files += [urljoin(address, found) for found in _FILE.findall(plain.get_data(as_text=True))]
    return sent, raw
