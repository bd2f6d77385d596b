"""Who follows an action, and its news: asked for, confirmed, told, forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from app import lasting
from app.claims import BATCH
from app.db import inserted
from app.late import Late
from app.models import Action, ActionNews, Follower, OutboxMessage
from app.models.states import Language
from app.post.bearers import party_of
from app.post.desk import Desk
from app.web.links import LIFETIMES, Purpose
from notifications import forgetting, outbox

if TYPE_CHECKING:
    from app.actions import letters
else:
    letters = Late("app.actions.letters")

CONFIRM_WITHIN = LIFETIMES[Purpose.FOLLOW]
ASK_AGAIN = timedelta(days=1)
"""Somebody else may have typed the address: it is asked once a day at most."""
SHOWN = 20


def news(session: Session, action_id: int) -> Sequence[ActionNews]:
    """The latest first."""
    query = select(ActionNews).where(ActionNews.action_id == action_id)
    return session.exec(query.order_by(col(ActionNews.id).desc()).limit(SHOWN)).all()


def followers(session: Session, action_id: int) -> int:
    confirmed = col(Follower.confirmed_at).is_not(None)
    return len(session.exec(select(Follower.id).where(Follower.action_id == action_id, confirmed)).all())


def ask(session: Session, action: Action, email: str, language: Language, desk: Desk, now: datetime) -> None:
    """Ask the reader of an address whether news of the action may go there; not again within a day, nor once they said yes."""
    follower = Follower(action_id=action.id, email=email, language=language, asked_at=now)
    if not inserted(session, follower):
        query = select(Follower).where(Follower.action_id == action.id, Follower.email == email)
        follower = session.exec(query.with_for_update()).one()
        if follower.confirmed_at is not None or follower.asked_at > now - ASK_AGAIN:
            return
        follower.asked_at, follower.language = now, language
    letters.asked(session, follower, action, desk, now)


def confirm(session: Session, follower_id: int, now: datetime) -> Action | None:
    """The action that is followed from now on; None where the address was forgotten meanwhile."""
    follower = session.get(Follower, follower_id, with_for_update=True)
    if follower is None:
        return None
    follower.confirmed_at = follower.confirmed_at or now
    return session.get_one(Action, follower.action_id)


def leave(session: Session, follower_id: int) -> None:
    """Forget an address, its letters with it; what waits is not sent."""
    _forget(session, session.exec(select(Follower).where(Follower.id == follower_id)).all())


def _forget(session: Session, gone: Sequence[Follower]) -> None:
    for follower in gone:
        outbox.cancel_all(session, col(OutboxMessage.party) == party_of(follower))
        session.delete(follower)
    if gone:
        forgetting.forget_about(session, [letters.event(follower) for follower in gone], [])


def publish(session: Session, action_id: int, title: str, words: str, key: str, now: datetime) -> None:
    """Once, however often its form is sent."""
    inserted(
        session,
        ActionNews(action_id=action_id, title=title, words=words, submission_key=key, published_at=now),
    )


def unpublish(session: Session, action_id: int, news_id: int) -> None:
    """Take news off the page and the feed; who was told by mail stays told."""
    found = session.get(ActionNews, news_id, with_for_update=True)
    if found is not None and found.action_id == action_id:
        session.delete(found)


def tell(session: Session, desk: Desk, now: datetime, at_once: int = BATCH) -> int:
    """Write the news that may not be taken back any more to those who follow, so many at a time; how many letters."""
    query = (
        select(ActionNews)
        .where(col(ActionNews.told_at).is_(None), col(ActionNews.published_at) <= now - desk.undo_within)
        .order_by(col(ActionNews.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    told = session.exec(query).first()
    if told is None:
        return 0
    readers = session.exec(
        select(Follower)
        .where(
            Follower.action_id == told.action_id,
            col(Follower.confirmed_at).is_not(None),
            col(Follower.id) > told.told_up_to,
        )
        .order_by(col(Follower.id))
        .limit(at_once)
    ).all()
    action = session.get_one(Action, told.action_id)
    for reader in readers:
        letters.told(session, reader, action, told, desk, now)
    if readers:
        told.told_up_to = readers[-1].id
    if len(readers) < at_once:
        told.told_at = now
    return len(readers)


def forget(session: Session, now: datetime) -> int:
    """Forget the addresses that nobody confirmed in time, and those of actions closed long ago; how many."""
    over = select(Action.id).where(col(Action.closed_at) < now - lasting.FOLLOWERS)
    silent = col(Follower.confirmed_at).is_(None) & (col(Follower.asked_at) < now - CONFIRM_WITHIN)
    gone = session.exec(select(Follower).where(or_(silent, col(Follower.action_id).in_(over)))).all()
    _forget(session, gone)
    session.flush()
    return len(gone)
