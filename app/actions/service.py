"""What happens to actions: begun, told anew, needs taken in and let go."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.models import Action, Need
from app.models.states import Verb
from app.naming import add_once
from app.transitions import Actor, note_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What an action says: where things go, until when, why, and which committee collects."""

    title: str
    story: str
    committee_id: int
    destination: str
    country: str
    latitude: float
    longitude: float
    deadline: date | None


def begin(session: Session, story: Story, now: datetime) -> Action:
    """Its address on the site comes from its title and never changes."""
    return add_once(session, Action, story.title, "action", asdict(story), created_at=now)


def tell(session: Session, action_id: int, story: Story) -> Action:
    action = held(session, action_id)
    for name, value in asdict(story).items():
        setattr(action, name, value)
    return action


def gather(
    session: Session,
    action_id: int,
    shown: Collection[int],
    chosen: Collection[int],
    actor: Actor,
    now: datetime,
) -> int:
    """Of the needs that were shown, make those chosen, and no others, the action's; how many changed.

    A need that belongs to another action by now is left alone.
    """
    held(session, action_id)
    needs = session.exec(select(Need).where(col(Need.id).in_(shown)).order_by(col(Need.id)).with_for_update())
    changed = 0
    for need in needs:
        wanted = action_id if need.id in chosen else None
        if need.action_id == wanted or need.action_id not in {None, action_id}:
            continue
        data = {"action_id": [need.action_id, wanted]}
        need.action_id = wanted
        note_decision(session, need, Verb.EDIT, actor, now, from_state=need.state, data=data)
        changed += 1
    return changed


def held(session: Session, action_id: int) -> Action:
    """The action, locked until the transaction ends."""
    return session.get_one(Action, action_id, with_for_update=True, populate_existing=True)
