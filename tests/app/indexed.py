"""The words by which rows are found: as they were written along with the rows, and as they are when written anew."""

from flask import Flask
from sqlmodel import select

from app.db import session, transaction
from app.finding.service import rebuild
from app.models import SearchWord

Words = set[tuple[str, str, int]]


def written_along(app: Flask) -> Words:
    with app.app_context():
        return {(row.kind.value, row.word, row.subject_id) for row in session().exec(select(SearchWord))}


def written_anew(app: Flask) -> Words:
    with app.app_context(), transaction() as work:
        rebuild(work.connection())
    return written_along(app)
