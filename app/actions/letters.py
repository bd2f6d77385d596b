"""The letters to those who follow an action."""

from datetime import datetime

from sqlmodel import Session

from app.days import day_of
from app.models import Action, ActionNews, Follower
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import LIFETIMES, Purpose
from notifications import messages, outbox


def event(follower: Follower) -> str:
    """What letters to a follower are about, by which they are forgotten: `follower:3:`."""
    return f"follower:{follower.id}:"


def asked(session: Session, follower: Follower, action: Action, desk: Desk, now: datetime) -> None:
    """Is this address yours, and do you want that? Anybody may have typed it."""
    session.flush()
    post = Post(session, f"{event(follower)}asked:{day_of(now)}", desk, now)
    link = post.link(Purpose.FOLLOW, follower.id, follower)
    until = day_of(now + LIFETIMES[Purpose.FOLLOW])
    post.send(messages.FollowAction(name="", action_url=link, title=action.title, expires_at=until), follower)


def told(
    session: Session, follower: Follower, action: Action, news: ActionNews, desk: Desk, now: datetime
) -> None:
    post = Post(session, f"{event(follower)}news:{news.id}", desk, now)
    letter = messages.ActionUpdate(
        name="",
        action_url=desk.links.url(f"/actions/{action.slug}"),
        unsubscribe_url=post.link(Purpose.UNFOLLOW, follower.id, follower),
        headline=news.title,
        title=action.title,
        words=news.words,
    )
    post.send(letter, follower, priority=outbox.DIGEST_PRIORITY)
