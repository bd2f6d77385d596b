"""Keeping the words by which rows are found: whoever flushes rows through a session has them written along.

What is written past the session, by a statement of its own, calls `refresh`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, select

from app.finding.documents import PASSAGES, Passage, documents
from app.models import SavedView, SearchWord
from app.models.states import Findable

AT_ONCE = 1000
"""Subjects whose words are compared in one go."""
_WATCHED = frozenset[tuple[str, str]]().union(*(passage.watched() for passage in PASSAGES))
_READ_BY: dict[str, list[Passage]] = {
    table: [passage for passage in PASSAGES if table in {named for named, _column in passage.watched()}]
    for table, _column in _WATCHED
}
_WORDS: sa.Table = SearchWord.__table__  # type: ignore[attr-defined]
# Two who change one row at a time may add the same word.
_ADD = sa.text(
    "INSERT INTO search_word (kind, word, subject_id) VALUES (:kind, :word, :subject_id) ON CONFLICT DO NOTHING"
)
_DROP = sa.delete(_WORDS).where(
    *(_WORDS.c[name] == sa.bindparam(f"old_{name}") for name in ("kind", "word", "subject_id"))
)


_KEPT = sa.select(_WORDS.c.subject_id, _WORDS.c.word).where(
    _WORDS.c.kind == sa.bindparam("kind"),
    _WORDS.c.subject_id.in_(sa.bindparam("numbers", expanding=True)),
)
_POSTPONED = "words to write"


@contextmanager
def at_the_end(session: Session) -> Iterator[None]:
    """The words of what the block writes are written once, when it ends."""
    waiting: dict[Findable, set[int]] = defaultdict(set)
    session.info[_POSTPONED] = waiting
    try:
        yield
    finally:
        del session.info[_POSTPONED]
    for kind, numbers in waiting.items():
        refresh(session, kind, numbers)


@event.listens_for(Session, "after_flush")
def keep(session: Session, _context: Any) -> None:
    """Write the words of what was just written, in the same transaction."""
    subjects: dict[Findable, set[int]] = defaultdict(set)
    for row in (*session.new, *session.dirty, *session.deleted):
        passages = _READ_BY.get(row.__tablename__, ())
        if passages and (row not in session.dirty or _changed(row)):
            for passage in passages:
                subjects[passage.kind].update(_subjects(session, passage, row))
    for kind, numbers in subjects.items():
        refresh(session, kind, numbers)


def _changed(row: SQLModel) -> bool:
    return any(
        (row.__tablename__, attribute.key) in _WATCHED and attribute.history.has_changes()
        for attribute in sa.inspect(row).attrs
    )


def _subjects(session: Session, passage: Passage, row: SQLModel) -> Iterator[int]:
    """Whose words this row is passage of, or was until now."""
    if isinstance(row, passage.subject.class_):
        subject = sa.inspect(row).attrs[passage.subject.key]
        yield from {subject.value, *subject.history.deleted} - {None}
    elif row not in session.new:  # nothing can rest on a row that is only being written
        known = sa.inspect(row)
        query = passage.subjects().where(known.mapper.primary_key[0] == known.attrs["id"].value)
        yield from session.connection().execute(query).scalars()


def refresh(session: Session, kind: Findable, numbers: Collection[int]) -> None:
    """Write anew the words of these subjects, however their rows were written."""
    if _POSTPONED in session.info:
        session.info[_POSTPONED][kind].update(numbers)
    else:
        _rewrite_all(session.connection(), kind, numbers)


def _rewrite_all(connection: sa.Connection, kind: Findable, numbers: Collection[int]) -> None:
    every = sorted(numbers)
    for first in range(0, len(every), AT_ONCE):
        _rewrite(connection, kind, every[first : first + AT_ONCE])


def _rewrite(connection: sa.Connection, kind: Findable, numbers: Collection[int]) -> None:
    before = {
        (number, word) for number, word in connection.execute(_KEPT, {"kind": kind, "numbers": list(numbers)})
    }
    after = {(number, word) for number, said in documents(connection, kind, numbers).items() for word in said}
    if gone := sorted(before - after):
        connection.execute(
            _DROP, [{"old_kind": kind, "old_word": word, "old_subject_id": number} for number, word in gone]
        )
    if new := sorted(after - before):
        connection.execute(_ADD, [{"kind": kind, "word": word, "subject_id": number} for number, word in new])


def rebuild(connection: sa.Connection) -> int:
    """Write the words of everything anew, where they are not what they should be; how many subjects have any."""
    subjects: dict[Findable, set[int]] = defaultdict(set)
    for kind, number in connection.execute(sa.select(_WORDS.c.kind, _WORDS.c.subject_id).distinct()):
        subjects[kind].add(number)
    for passage in PASSAGES:
        subjects[passage.kind].update(filter(None, connection.execute(passage.subjects()).scalars()))
    for kind, numbers in subjects.items():
        _rewrite_all(connection, kind, numbers)
    if connection.dialect.name == "postgresql":
        # Without knowing how common words are it compares two common ones row by row, which takes seconds.
        connection.execute(sa.text("ANALYZE search_word"))
    return sum(map(len, subjects.values()))


def save_view(session: Session, account_id: int, kind: Findable, name: str, query: str) -> SavedView:
    """Keep a list under a name; the account's list of that name is replaced."""
    found = session.exec(
        select(SavedView).where(
            SavedView.account_id == account_id, col(SavedView.kind) == kind, col(SavedView.name) == name
        )
    ).first()
    view = found or SavedView(account_id=account_id, kind=kind, name=name)
    view.query = query
    session.add(view)
    return view


def remove_view(session: Session, account_id: int, view_id: int) -> SavedView | None:
    """Forget a list of this account's; what it was, or None where there is none (any more)."""
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != account_id:
        return None
    session.delete(view)
    return view
