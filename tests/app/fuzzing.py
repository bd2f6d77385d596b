"""Requests that nobody means: any route, any method, in its path, questions, fields, headers, cookies and files whatever may be sent.

Drawn by hypothesis from what the portal itself holds (its routes, its addresses with their numbers and tokens, the names and values of its
forms, the questions that its views read) and from what is hostile, so that what is sent gets further than the first check.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.app.test_every_form import Form, Reader
from tests.app.test_hostile_addresses import PARAMETERS
from tests.world import World

HOSTILE = (
    "", " ", "\x00", "a\x00b", "a" * 5_000, "9" * 400, "-1", "0", "1e9", "NaN", "٣", "2026-02-30", "9999-12-31", "24:61", "../../../etc/passwd",
    "<script>alert(1)</script>", "{{7*7}}", "%s%n", "'; DROP TABLE donor; --", "a\r\nSet-Cookie: x=1", "\U0001f381\u202eא\ud7ff", "[]", "{}", "null", "%00",
    "https://127.0.0.1/", "//exemple.example", "x@y.example",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Content-Type", "Cookie", "Forwarded", "HX-Request", "Idempotency-Key",
    "If-Match", "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host",
)  # fmt: skip
KINDS = (
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-7",
)
FILES = (
    b"", b"\x00", b"GIF89a", b"\xff\xd8\xff\xe0" + bytes(200), b"\x89PNG\r\n\x1a\n" + bytes(64), b"PK\x03\x04" + bytes(30), b"%PDF-1.4", b"a;b\n1;2\n",
    b"\xef\xbb\xbfarticle;quantit\xe9\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
)  # fmt: skip
NAMES = ("photo.jpg", "liste.xlsx", "liste.ods", "a.csv", "../../x.png", "\x00.jpg", "é" * 300, "")


@dataclass(frozen=True)
class Asked:
    """One request. `form` is what it is filled with; where there are files they go with it."""

    role: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, bytes], ...]
    body: bytes | None

    def send(self, client: FlaskClient) -> tuple[int, str]:
        """The status, and what was said."""
        given: dict[str, Any] = {}
        for name, value in self.form:
            given.setdefault(name, []).append(value)
        for name, called, content in self.files:
            given.setdefault(name, []).append((io.BytesIO(content), called))
        headers = [(name, _line(value)) for name, value in self.headers]
        answer = client.open(
            self.path,
            # Else the client takes what begins with two strokes for another host.
            base_url="http://localhost/",
            method=self.method,
            query_string=list(self.query) or None,
            data=self.body if self.body is not None else given,
            headers=headers,
        )
        with answer:
            return answer.status_code, answer.get_data(as_text=False).decode("utf-8", "replace")


def _line(value: str) -> str:
    """What a server lets through as a header."""
    return re.sub(r"[\r\n\x00]", " ", value).encode("latin-1", "replace").decode("latin-1")


@dataclass
class Known:
    """What the portal itself holds, by role where it is seen by one."""

    rules: Sequence[Rule]
    parts: Sequence[str]
    names: Sequence[str]
    forms: Mapping[str, Sequence[Form]] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Flask, world: World, clients: Mapping[str, FlaskClient]) -> "Known":
        """Every page of each role is read for its forms and for the parts of addresses."""
        forms: dict[str, list[Form]] = {role: [] for role in clients}
        parts, names = set(), set(PARAMETERS)
        for role, client in clients.items():
            seen = set()
            for path in world.pages.get(role, ()):
                parts |= set(path.partition("?")[0].split("/"))
                for form in Reader(client.get(path).text).forms:
                    form.action = form.action or path
                    known = (re.sub(r"\d+", "#", form.action), tuple(one.name for one in form.fields))
                    if form.action != "/deconnexion" and known not in seen:
                        seen.add(known)
                        forms[role].append(form)
                        names |= {one.name for one in form.fields}
        rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
        return cls(rules, sorted(parts - {""}), sorted(names), forms)

    def requests(self) -> st.SearchStrategy[Asked]:
        """Half of them forms that are filled in well but for some fields, half of them anything to any route."""
        return st.one_of(self._forms(), self._anything())

    def _values(self) -> st.SearchStrategy[str]:
        plain = st.text(st.characters(codec="utf-8"), max_size=30)
        numbers = st.integers(-2, 60).map(str)
        return st.one_of(st.sampled_from(HOSTILE), st.sampled_from(self.parts), numbers, plain)

    def _pairs(self, names: Sequence[str], most: int) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
        pair = st.tuples(st.sampled_from(names), self._values())
        return st.lists(pair, max_size=most).map(tuple)

    def _headers(self) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
        kinds = st.tuples(st.just("Content-Type"), st.sampled_from(KINDS))
        pair = st.one_of(st.tuples(st.sampled_from(HEADERS), self._values()), kinds)
        return st.lists(pair, max_size=3).map(tuple)

    def _files(self, names: Sequence[str]) -> st.SearchStrategy[tuple[tuple[str, str, bytes], ...]]:
        one = st.tuples(st.sampled_from(names), st.sampled_from(NAMES), st.sampled_from(FILES))
        return st.lists(one, max_size=2).map(tuple)

    @property
    def _roles(self) -> list[str]:
        return sorted(self.forms)

    def _anything(self) -> st.SearchStrategy[Asked]:
        return st.builds(
            Asked,
            role=st.sampled_from(self._roles),
            method=st.sampled_from(METHODS),
            path=st.sampled_from(self.rules).flatmap(self._filled),
            query=self._pairs(self.names, 3),
            form=self._pairs(self.names, 5),
            headers=self._headers(),
            files=self._files(self.names),
            body=st.one_of(st.none(), st.none(), self._values().map(str.encode), st.binary(max_size=40)),
        )

    def _filled(self, rule: Rule) -> st.SearchStrategy[str]:
        places = len(re.findall(r"<[^>]+>", rule.rule))

        def fill(values: list[str]) -> str:
            rest = iter(values)
            return re.sub(
                r"<[^>]+>", lambda _place: next(rest).replace("?", "%3F").replace("#", "%23"), rule.rule
            )

        return st.lists(self._values(), min_size=places, max_size=places).map(fill)

    def _forms(self) -> st.SearchStrategy[Asked]:
        of_roles = [(role, form) for role in self._roles for form in self.forms[role]]
        return st.sampled_from(of_roles).flatmap(lambda found: self._changed(*found))

    def _changed(self, role: str, form: Form) -> st.SearchStrategy[Asked]:
        good = form.filled()
        for name, value in form.buttons[:1]:
            good[name] = [value]
        names = sorted({one.name for one in form.fields} | set(good)) or ["csrf_token"]
        files = [one.name for one in form.fields if one.kind == "file"]

        def changed(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            sent = good | {name: [value] for name, value in pairs}
            return tuple((name, value) for name, values in sent.items() if name for value in values)

        return st.builds(
            Asked,
            role=st.just(role),
            method=st.just("POST"),
            path=st.just(form.action),
            query=st.just(()),
            form=self._pairs(names, 3).map(changed),
            headers=st.just(()),
            files=self._files(files) if files else st.just(()),
            body=st.none(),
        )
