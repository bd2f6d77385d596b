"""Things with a name and an address on the site. The same form sent twice, even at once, makes one of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.models import Action, Committee, FormerSlug, Organisation
from app.refusing import RefusedError
from app.web.slugs import LONGEST, RESERVED, SlugConverter, slug

Named = TypeVar("Named", Action, Committee, Organisation)
ATTEMPTS = 5
"""Others may take the address between the look and the insert; each attempt looks again."""


def add_once(
    session: Session, model: type[Named], words: str, fallback: str, columns: Mapping[str, Any], **more: Any
) -> Named:
    """A row of `model` that says `columns`: the one that says exactly that already, else a new one, with `more`.

    Its address comes from `words`, or is `fallback` where no letter is left.
    """

    def taken(name: str) -> bool:
        return holder(session, model, name) is not None

    last: IntegrityError | None = None
    for _attempt in range(ATTEMPTS):
        found = _saying(session, model, columns)
        if found is not None:
            return found
        try:
            with session.begin_nested():
                row = model(slug=slug(words, taken, fallback), **columns, **more)
                session.add(row)
                session.flush()
        except IntegrityError as error:
            last = error
        else:
            return row
    raise last or AssertionError("no attempt was made")


def _saying(session: Session, model: type[Named], columns: Mapping[str, Any]) -> Named | None:
    title = "title" if "title" in columns else "name"
    column: Callable[..., Any] = getattr(model, title)
    rows = session.exec(select(model).where(column == columns[title]).limit(100))
    return next(
        (row for row in rows if all(getattr(row, key) == value for key, value in columns.items())), None
    )


class NamingRefusal(StrEnum):
    """Why an address cannot be somebody's."""

    SHAPE = "shape"
    LONG = "long"
    RESERVED = "reserved"
    TAKEN = "taken"


class NamingError(RefusedError[NamingRefusal]):
    """The address stays as it was."""


def holder(
    session: Session, model: type[Action] | type[Committee] | type[Organisation], name: str
) -> int | None:
    """Whose address it is, or was."""
    # In this order: who gives an address up does both at once, so one of the two is seen.
    found = session.exec(select(model.id).where(model.slug == name)).first()
    return found if found is not None else bearer(session, str(model.__tablename__), name)


def bearer(session: Session, kind: str, name: str) -> int | None:
    """Who bore the name once. What can be no name never reaches the database."""
    if not re.fullmatch(SlugConverter.regex, name):
        return None
    former = session.get(FormerSlug, (kind, name))
    return former.subject_id if former is not None else None


def readdress(session: Session, row: Committee | Organisation, name: str) -> None:
    """Give a row that is held another name in addresses; the former one goes on leading to it. Raises NamingError."""
    if len(name) > LONGEST:
        raise NamingError(NamingRefusal.LONG)
    if not re.fullmatch(SlugConverter.regex, name):
        raise NamingError(NamingRefusal.SHAPE)
    if name in RESERVED:
        raise NamingError(NamingRefusal.RESERVED)
    if holder(session, type(row), name) not in {None, row.id}:
        raise NamingError(NamingRefusal.TAKEN)
    kind = str(row.__tablename__)
    again = session.get(FormerSlug, (kind, name))
    if again is not None:
        session.delete(again)
        session.flush()
    if name == row.slug:
        return
    session.add(FormerSlug(kind=kind, slug=row.slug, subject_id=row.id))
    row.slug = name
    try:
        session.flush()
    except IntegrityError:  # somebody was quicker
        raise NamingError(NamingRefusal.TAKEN) from None


def present(session: Session, kind: type[Committee] | type[Organisation], name: str) -> str | None:
    """The name in addresses of what bore this one once; None where nothing did."""
    subject = bearer(session, str(kind.__tablename__), name)
    query: Any = select(kind.slug).where(kind.id == subject)
    found: str | None = session.exec(query).first() if subject is not None else None
    return found


def former(session: Session, row: Committee | Organisation) -> Sequence[str]:
    query = select(FormerSlug.slug).where(
        FormerSlug.kind == str(row.__tablename__), FormerSlug.subject_id == row.id
    )
    return session.exec(query).all()
