"""The verbs of a note: write, reword, take back, put back, and of a task: do, do again. None commits."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.days import day_of, start_of
from app.history.topics import KINDS, Topic
from app.models import Note
from app.models.states import CallOutcome
from app.refusing import RefusedError


class NoteRefusal(StrEnum):
    """Why a note stays as it is."""

    NOT_YOURS = "not_yours"
    """Somebody else wrote it."""
    TAKEN_BACK = "taken_back"
    NO_TASK = "no_task"
    """It names no day to come back to it."""


class NoteError(RefusedError[NoteRefusal]):
    """The note stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """What a coordinator writes. With a `day` or a person it is a task: on that day, by default today."""

    words: str = ""
    call: CallOutcome | None = None
    day: date | None = None
    for_id: int | None = None

    def due_at(self, now: datetime) -> datetime | None:
        if self.day is None and self.for_id is None:
            return None
        return start_of(self.day or day_of(now))


def write(session: Session, about: Topic, draft: NoteDraft, key: str, author_id: int, now: datetime) -> Note:
    """Once for each `key`: the form sent again gives the note that the first one made."""
    query = select(Note).where(Note.submission_key == key)
    note = Note(
        submission_key=key,
        author_id=author_id,
        at=now,
        words=draft.words,
        call=draft.call,
        due_at=draft.due_at(now),
        for_id=draft.for_id,
    )
    setattr(note, KINDS[about.kind].column, about.key)
    already = session.exec(query).first()
    if already is not None:
        return already
    try:
        with session.begin_nested():
            session.add(note)
    except IntegrityError:  # another click was faster
        return session.exec(query).one()
    return note


def reword(session: Session, note_id: int, draft: NoteDraft, author_id: int, now: datetime) -> bool:
    """Its author says it otherwise; what it said is kept. False if it says so already. Raises NoteError."""
    note = _own(session, note_id, author_id)
    if note.removed_at is not None:
        raise NoteError(NoteRefusal.TAKEN_BACK)
    due_at = draft.due_at(now)
    if (note.words, note.due_at, note.for_id) == (draft.words, due_at, draft.for_id):
        return False
    if note.words != draft.words:
        note.earlier = [*note.earlier, [now.isoformat(), note.words]]
    if note.due_at != due_at:
        note.done_at = note.done_by_id = None
    note.words, note.due_at, note.for_id = draft.words, due_at, draft.for_id
    return True


def take_back(session: Session, note_id: int, author_id: int, now: datetime) -> None:
    """Its author did not mean it. Raises NoteError."""
    note = _own(session, note_id, author_id)
    note.removed_at = note.removed_at or now


def put_back(session: Session, note_id: int, author_id: int, _now: datetime) -> None:
    """Raises NoteError."""
    _own(session, note_id, author_id).removed_at = None


def do(session: Session, note_id: int, by_id: int, now: datetime) -> None:
    """Whoever did it says so; the first word counts. Raises NoteError."""
    note = _task(session, note_id)
    if note.done_at is None:
        note.done_at, note.done_by_id = now, by_id


def do_again(session: Session, note_id: int, _by_id: int, _now: datetime) -> None:
    """It is still to be done. Raises NoteError."""
    note = _task(session, note_id)
    note.done_at = note.done_by_id = None


def _own(session: Session, note_id: int, author_id: int) -> Note:
    note = session.get_one(Note, note_id, with_for_update=True)
    if note.author_id != author_id:
        raise NoteError(NoteRefusal.NOT_YOURS)
    return note


def _task(session: Session, note_id: int) -> Note:
    note = session.get_one(Note, note_id, with_for_update=True)
    if note.due_at is None:
        raise NoteError(NoteRefusal.NO_TASK)
    if note.removed_at is not None:
        raise NoteError(NoteRefusal.TAKEN_BACK)
    return note
