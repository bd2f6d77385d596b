"""Kinds of input that people got wrong elsewhere (tests/kinds): how many cases of each come through the portal's own doors as they should.

The cases were written by somebody who had not seen the code; tests/kinds/README.md says what each kind holds and what it scored at first sight.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict

from app import create_app, migrate
from app.catalogue.queries import said_of, sense
from app.db import db
from app.offers.forms import GivingForm
from app.offers.understanding import understand
from app.places.names import expanded
from app.sheets.files import SheetError, pasted
from app.sheets.reading import read
from app.web.mailboxes import meant
from app.web.text import dialled
from config import Settings
from matching.items import normalise
from matching.recognition.language import singular
from matching.said import Said

FOLDER = Path(__file__).parents[1] / "kinds"
MOMENT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LINK = re.compile("<a [^>]+>([^<]+)</a>")
Case = Mapping[str, Any]
SAYS = {
    "broken": {Said.BROKEN, Said.FOR_PARTS},
    "repair": {Said.TO_REPAIR},
    "torn": {Said.DAMAGED},
    "expired": {Said.EXPIRED},
    "accident": {Said.AFTER_ACCIDENT},
    "new": {Said.NEW, Said.SEALED},
}


def cases(kind: str) -> list[Case]:
    return [json.loads(line) for line in (FOLDER / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]


def _typed(**fields: str) -> GivingForm:
    """The part of an offer that says where and from whom, sent with these fields alone, and judged."""
    form = GivingForm(today=MOMENT.date(), formdata=MultiDict(fields), meta={"csrf": False})
    form.validate()
    return form


def telephone(case: Case) -> bool:
    """Every number, and the words beside; or asked again."""
    # Here, because only a process that has read a number should hold the world's numbering plans.
    from app.web.telephones import tidy

    form = _typed(phone=case["typed"])
    if case["phones"] is None or form.phone.errors:
        return case["phones"] is None and bool(form.phone.errors)
    page = str(dialled(form.phone.data or ""))
    right = [tidy(each) for each in case["phones"]]
    beside = unescape(LINK.sub(" ", page))
    return LINK.findall(page) == right and normalise(beside) == normalise(case["words"])


def postal_code(case: Case) -> bool:
    """The place; or the communes to choose from, marked where they are only near; or asked again."""
    form = _typed(postal_code=case["typed"])
    if form.communes.near and (form.place is not None or form.asks_commune):
        return bool(case["right"] == "approximate")
    if form.place is not None:
        there = (form.place.postal_code, expanded(form.place.commune).split(" 1er ")[0])
        named = expanded(case["commune"] or "")
        return case["right"] == "read" and there[0] == case["code"] and there[1].startswith(named)
    return bool(case["right"] == ("choose" if form.asks_commune else "asked"))


def mailbox(case: Case) -> bool:
    """The domain that may have been meant."""
    right = meant(case["typed"].lower())
    return bool((right.rpartition("@")[2] if right else None) == case["hint"])


def address(case: Case) -> bool:
    """Refused, or taken."""
    errors = _typed(email=case["typed"]).email.errors
    return bool(errors) is case["refused"]


def several(case: Case) -> bool:
    """As many articles, each with its number."""
    found = understand(case["typed"])
    numbers = [each.quantity for each in found.things] or [found.quantity]
    return [each or 1 for each in numbers] == [each or 1 for _item, each in case["articles"]]


def state(case: Case) -> bool:
    """What is said of the state, whether it is asked for or gone, and whether it is a danger."""
    found = understand(case["typed"])
    told = {code for code in said_of(case["typed"], found.item) if code is not Said.WORN}
    says, unsafe = case["says"], found.danger is not None
    if says in SAYS:
        right = bool(told & SAYS[says]) and not (found.wish or found.gone)
    elif says is None:
        right = not told and not (found.wish or found.gone)
    else:
        right = (found.wish, found.gone) == (says == "wish", says == "gone")
    return bool(right and unsafe == case["unsafe"])


def refusal(case: Case) -> bool:
    """Refused, with where to go."""
    found = understand(case["typed"])
    refused = bool(found.elsewhere or (found.things and not found.taken))
    return refused is case["refused"]


def sheet(case: Case) -> bool:
    """Every article with its number, and nothing else."""
    try:
        lines = read(pasted(case["pasted"]), sense()).lines
    except SheetError:
        lines = ()
    found = [(_name(line.name), line.quantity) for line in lines if line.passed is None]
    return found == [(_name(name), quantity) for name, quantity in case["lines"]]


def _name(name: str) -> Sequence[str]:
    return [singular(word) for word in normalise(name).split()]


DOORS: Mapping[str, Callable[[Case], bool]] = {
    "telephones": telephone,
    "postal_codes": postal_code,
    "mailboxes": mailbox,
    "addresses": address,
    "several": several,
    "states": state,
    "refused": refusal,
    "sheets": sheet,
}
"""How a case of each kind is tried. Needs a request of the portal's."""


def missed(kind: str) -> list[int]:
    """The lines, from 1, of the cases that come out wrong."""
    return [number for number, case in enumerate(cases(kind), 1) if not DOORS[kind](case)]


def score(kind: str, half: int | None = None) -> float:
    """The share of cases that come out right: of all, or of the odd (1) or even (0) lines."""
    counted = [number for number in range(1, len(cases(kind)) + 1) if half in (None, number % 2)]
    return 1 - len(set(missed(kind)) & set(counted)) / len(counted)


def figures() -> Iterator[tuple[str, float]]:
    """Each kind's score, and that of the half that was read while mending (even lines) beside the other."""
    with tempfile.TemporaryDirectory() as folder, _portal(folder).test_request_context(method="POST"):
        for kind in DOORS:
            yield f"kinds.{kind}", score(kind)
            yield f"kinds.{kind}.even", score(kind, 0)
            yield f"kinds.{kind}.odd", score(kind, 1)


def _portal(folder: str) -> Flask:
    settings = Settings.from_environ(
        {
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/kinds.sqlite3",
            "PORTAIL_SECRET_KEY": "measuring-0123456789-abcdefghijklmnop",
            "PORTAIL_BASE_URL": "http://localhost",
        }
    )
    portal = create_app(settings, lambda: MOMENT)
    with portal.app_context():
        migrate.upgrade(db.engine)
    return portal
