"""Removing a lesson, and putting it back. None commits."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete

from app.claims import alone
from app.lessons import queries
from app.lessons.deducing import Taught
from app.models import Unlearned
from app.transitions import Actor


class UnknownLessonError(LookupError):
    """There is no such lesson (any more); nothing was changed."""


def remove(session: Session, key: str, actor: Actor, now: datetime) -> Taught:
    """Forget a lesson with the refusals that it came from: only new ones can teach it again."""
    alone(session, Unlearned)
    lesson = _named(queries.active(session, now), key)
    try:
        with session.begin_nested():
            session.add_all(
                Unlearned(decision_id=refusal.decision_id, account_id=actor.account_id, at=now)
                for refusal in lesson.refusals
            )
    except IntegrityError:
        # Somebody removed it in the same moment.
        raise UnknownLessonError(key) from None
    return lesson


def put_back(session: Session, key: str, now: datetime) -> Taught:
    """Learn again from the refusals that were forgotten with this lesson."""
    lesson = _named(queries.removed(session, now), key)
    ids = [refusal.decision_id for refusal in lesson.refusals]
    session.execute(delete(Unlearned).where(col(Unlearned.decision_id).in_(ids)))
    return lesson


def _named(lessons: Iterable[Taught], key: str) -> Taught:
    found = next((each for each in lessons if each.key == key), None)
    if found is None:
        raise UnknownLessonError(key)
    return found
