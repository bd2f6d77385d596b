"""What the tests of this room share: a filled form, what a page says, the rows and letters there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, SQLModel, select
from werkzeug.test import TestResponse

from app.db import db
from app.models import OutboxMessage

RowType = TypeVar("RowType", bound=SQLModel)


def submission_key(client: FlaskClient) -> str:
    """The key in a form that was just opened."""
    found = re.search(r'name="submission_key" value="([^"]+)"', client.get("/offrir").text)
    assert found is not None
    return found[1]


def fill(client: FlaskClient, **changed: Any) -> dict[str, Any]:
    """A form as a donor in Givors fills it in; names are the form's own, `articles-0-what` written `what`."""
    form: dict[str, Any] = {
        "submission_key": submission_key(client),
        "articles-0-slot": "0",
        "articles-0-what": "frigo",
        "articles-0-quantity": "1",
        "articles-0-condition": "good",
        "articles-0-note": "",
        "articles-0-divisible": "y",
        "postal_code": "69700",
        "commune": "69091",
        "street": "3 rue du Don",
        "available_from": "2026-11-23",
        "available_until": "2027-01-22",
        "availability": "le samedi matin",
        "transport": "sur-place",
        "delivers_km": "10",
        "name": "Exemple O'Neill-Ñandú",
        "email": "Jeanne@essai.example",
        "phone": "06 12 34 56 78",
        "company": "",
    }
    article = {"what", "quantity", "condition", "note", "divisible", "chosen", "chosen_for", "slot"}
    for name, value in changed.items():
        form[f"articles-0-{name}" if name in article else name] = value
    return form


def words(page: TestResponse) -> str:
    """What a person reads on a page, with plain apostrophes and spaces."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.text))
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("\u00a0", " "))


def rows(app: Flask, model: type[RowType]) -> list[RowType]:
    """Every row of a table, detached."""
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        return list(session.exec(select(model).order_by(model.__table__.c.id)).all())  # type: ignore[attr-defined]


def letters(app: Flask) -> list[OutboxMessage]:
    return rows(app, OutboxMessage)


def path_in(letter: OutboxMessage) -> str:
    """Where the link of a letter leads."""
    found = re.search(r"http://localhost(/\S+)", letter.body_text)
    assert found is not None, letter.body_text
    return found[1]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
