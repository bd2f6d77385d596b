"""Things with a name and an address on the site. The same form sent twice, even at once, makes one of them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.models import Action, Committee, Organisation
from app.web.slugs import slug

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
        return session.exec(select(model.id).where(model.slug == name)).first() is not None

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
