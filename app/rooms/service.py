"""What a committee decides of its computer room."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from app.models import ComputerRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDraft:
    """What a committee says of its room, by column of ComputerRoom."""

    shown: bool
    computers: int | None
    opening_hours: Mapping[str, Any]
    place: str
    uses: Sequence[str]
    helps: Sequence[str]
    access: Sequence[str]
    words: str
    phone: str
    email: str


def held(session: Session, committee_id: int) -> ComputerRoom | None:
    """The room as it is now, locked where it is there."""
    return session.get(ComputerRoom, committee_id, with_for_update=True, populate_existing=True)


def describe(session: Session, committee_id: int, draft: RoomDraft, sites: Sequence[Any]) -> None:
    """The room is so; a new one leads to these sites."""
    room = held(session, committee_id) or ComputerRoom(committee_id=committee_id, sites=list(sites))
    room.sqlmodel_update(asdict(draft))
    session.add(room)


def choose_sites(session: Session, committee_id: int, sites: Sequence[Any]) -> None:
    """The start page of its computers leads to these, in this order; nothing where there is no room."""
    room = held(session, committee_id)
    if room is not None:
        room.sites = list(sites)
