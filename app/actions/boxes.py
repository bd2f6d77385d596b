"""The boxes of an action: what is in them, how far they are."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from app.actions.drafts import BoxDraft
from app.db import inserted
from app.models import Action, Box
from app.models.states import TRANSITIONS, BoxState, Verb
from app.transitions import Actor, move

MOST = 1000
"""Boxes of an action."""


class BoxTakenError(ValueError):
    """Another box of the action has that number."""


@dataclass(frozen=True, slots=True)
class Load:
    """What boxes come to. `whole` where each of them says its weight, volume and value."""

    boxes: int
    pieces: int
    grams: int
    litres: int
    cents: int
    whole: bool

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> "Load":
        return cls(
            len(boxes),
            sum(line[0] for box in boxes for line in box.contents),
            sum(box.grams or 0 for box in boxes),
            sum(box.litres or 0 for box in boxes),
            sum(box.cents or 0 for box in boxes),
            all(None not in (box.grams, box.litres, box.cents) for box in boxes),
        )


def of_action(session: Session, action_id: int) -> list[Box]:
    return list(
        session.exec(select(Box).where(Box.action_id == action_id).order_by(col(Box.number)).limit(MOST))
    )


def counted(session: Session, action_id: int) -> dict[BoxState, int]:
    """How many boxes of the action are how far, in the order of the states; none in which there is no box."""
    query = select(Box.state, func.count()).where(Box.action_id == action_id).group_by(col(Box.state))
    found = dict(session.exec(query).all())
    return {state: found[state] for state in BoxState if state in found}


def next_number(session: Session, action_id: int) -> int:
    return (session.exec(select(func.max(Box.number)).where(Box.action_id == action_id)).one() or 0) + 1


def pack(session: Session, action_id: int, draft: BoxDraft, now: datetime) -> Box:
    """A new box; the one that says the same already where the form is sent twice. Raises BoxTakenError."""
    box = Box(action_id=action_id, created_at=now, **asdict(draft))
    if inserted(session, box):
        return box
    known = session.exec(select(Box).where(Box.action_id == action_id, Box.number == draft.number)).one()
    if asdict(draft) != {name: getattr(known, name) for name in asdict(draft)}:
        raise BoxTakenError(draft.number)
    return known


def repack(session: Session, box: Box, draft: BoxDraft) -> None:
    """Say anew what is in a box that is held. Raises BoxTakenError."""
    query = select(Box.id).where(Box.action_id == box.action_id, Box.number == draft.number, Box.id != box.id)
    if session.exec(query).first() is not None:
        raise BoxTakenError(draft.number)
    if draft.contents != box.contents:
        box.received = []
    for name, value in asdict(draft).items():
        setattr(box, name, value)


def held(session: Session, action_id: int, ids: Collection[int] | None = None) -> list[Box]:
    """The action's boxes, or those of them, locked until the transaction ends."""
    query = select(Box).where(Box.action_id == action_id).order_by(col(Box.number)).with_for_update()
    if ids is not None:
        query = query.where(col(Box.id).in_(ids))
    return list(session.exec(query.execution_options(populate_existing=True)))


def step(
    session: Session, boxes: Sequence[Box], ids: Collection[int], to: BoxState, actor: Actor, now: datetime
) -> int:
    """Take those of an action's boxes that may go there, one step on or back, to this state; how many did."""
    moved = [box for box in boxes if box.id in ids and to in TRANSITIONS[BoxState][box.state]]
    for box in boxes if moved else ():
        box.before = ""
    for box in moved:
        box.before = box.state
        move(session, box, to, Verb.REPORT, actor, now, data=_told(session, box))
    return len(moved)


def undoable(boxes: Sequence[Box]) -> list[Box]:
    """Those that the last step moved."""
    return [box for box in boxes if box.before]


def undo(session: Session, boxes: Sequence[Box], actor: Actor, now: datetime) -> int:
    """Take back the last step of an action's boxes, and none before it; how many it had moved."""
    last = undoable(boxes)
    for box in last:
        to, box.before = BoxState(box.before), ""
        move(session, box, to, Verb.UNDO, actor, now, data=_told(session, box))
    return len(last)


def _told(session: Session, box: Box) -> dict[str, Any]:
    return {"box": box.number, "action": session.get_one(Action, box.action_id).title}
