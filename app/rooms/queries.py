"""Reads about computer rooms."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.models import Committee, ComputerRoom


def of_committee(session: Session, committee_id: int) -> ComputerRoom | None:
    return session.get(ComputerRoom, committee_id)


def shown(session: Session, slug: str) -> tuple[ComputerRoom, Committee] | None:
    """The room that everybody sees, of a committee at work."""
    query = (
        select(ComputerRoom, Committee)
        .join(Committee, col(Committee.id) == col(ComputerRoom.committee_id))
        .where(
            col(Committee.slug) == slug, col(Committee.active).is_(True), col(ComputerRoom.shown).is_(True)
        )
    )
    return session.exec(query).first()


def is_open(session: Session, committee_id: int) -> bool:
    """Whether the committee has a room that everybody sees."""
    room = session.get(ComputerRoom, committee_id)
    return room is not None and room.shown


def with_room() -> Any:
    """Of committees: the condition that they have one that everybody sees."""
    there = sa.select(col(ComputerRoom.committee_id)).where(col(ComputerRoom.shown).is_(True))
    return col(Committee.id).in_(there)
