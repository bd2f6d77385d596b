"""Taking words out of rows that stay: past the row's version and the audit trail, for it is no edit."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from app.models import Note


def blank(session: Session, model: type[SQLModel], which: sa.ColumnElement[bool], **values: Any) -> None:
    """Write these values into the rows that are meant."""
    session.connection().execute(sa.update(model).where(which).values(**values))


def forget_notes(session: Session, which: sa.ColumnElement[bool]) -> None:
    """That somebody called or wrote stays; the words go."""
    said = (col(Note.words) != "") | (sa.cast(col(Note.earlier), sa.String) != "[]")
    blank(session, Note, which & said, words="", earlier=[])


def without_text(
    session: Session, model: type[SQLModel], column: str, which: sa.ColumnElement[bool], inside: str = ""
) -> None:
    """Blank the person's own words that a JSON column keeps under "text", and what was corrected under "changes"."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    rows = session.connection().execute(sa.select(table.c.id, table.c[column]).where(which)).all()
    changed = []
    for key, kept in rows:
        holder = kept.get(inside, {}) if inside else kept
        if holder.get("text") or holder.get("changes"):
            without = {**holder, "text": ""} if "text" in holder else dict(holder)
            if "changes" in holder:
                without["changes"] = {name: ["", ""] for name in holder["changes"]}
            changed.append({"row": key, "now": {**kept, inside: without} if inside else without})
    if changed:
        statement = sa.update(table).where(table.c.id == sa.bindparam("row"))
        session.connection().execute(statement.values({column: sa.bindparam("now")}), changed)
