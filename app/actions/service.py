"""What happens to actions: begun, told anew, needs taken in and let go."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.models import Action, Need, Photo
from app.models.states import ActionKind, Verb
from app.naming import add_once
from app.photos.queries import drafts_of_slot
from app.photos.service import NotKept, Upload, keep_uploads
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
    consignee: str
    kind: ActionKind


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
) -> list[Need]:
    """Of the needs that were shown, make those chosen, and no others, the action's; those that became so.

    A need that belongs to another action by now is left alone.
    """
    held(session, action_id)
    needs = session.exec(select(Need).where(col(Need.id).in_(shown)).order_by(col(Need.id)).with_for_update())
    taken: list[Need] = []
    for need in needs:
        wanted = action_id if need.id in chosen else None
        if need.action_id == wanted or need.action_id not in {None, action_id}:
            continue
        data = {"action_id": [need.action_id, wanted]}
        need.action_id = wanted
        note_decision(session, need, Verb.EDIT, actor, now, from_state=need.state, data=data)
        taken += [need] if wanted is not None else []
    return taken


def show(session: Session, action_id: int, upload: Upload, caption: str, now: datetime) -> list[NotKept]:
    """Keep pictures of the action; all that the person has to be told of."""
    key = f"action:{action_id}"
    problems = keep_uploads(session, key, 0, upload, now)
    for photo in drafts_of_slot(session, key, 0):
        if photo.action_id is None:
            photo.action_id, photo.caption = action_id, caption
    return problems


def hide(session: Session, action_id: int, photo_id: int) -> None:
    """Take a picture off the action. Its file goes with the next tidying."""
    photo = session.get(Photo, photo_id)
    if photo is not None and photo.action_id == action_id:
        session.delete(photo)


def conclude(action: Action, conclusion: str, now: datetime) -> None:
    """Close an action that is held, or say anew what it came to."""
    action.conclusion, action.closed_at = conclusion, action.closed_at or now


def reopen(action: Action) -> None:
    action.closed_at = None


def held(session: Session, action_id: int) -> Action:
    """The action, locked until the transaction ends."""
    return session.get_one(Action, action_id, with_for_update=True, populate_existing=True)
