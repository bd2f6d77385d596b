"""What administrators are written: what is wrong, what is right again, and the letter that one of them asks for to try the mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.accounts.queries import administrators
from app.health.answers import Looked
from app.health.checks import CHECKS, Finding, findings, gravest_first
from app.models import Account
from app.post.desk import Desk
from app.post.sending import Post
from app.web.text import speaking
from notifications import messages

TITLES = {check.cause: check.title for check in CHECKS}
PAGE = "/administration/sante"


def tell(
    session: Session, desk: Desk, looked: Looked, over: Sequence[str], now: datetime, *, wrong: bool
) -> int:
    """To each administrator: all that is wrong now if `wrong`, and these alarms that are `over`; how many letters."""
    post = Post(session, f"health:{now.isoformat(timespec='seconds')}", desk, now)
    readers = administrators(session)
    for account in readers:
        with speaking(account.language):
            said = [_line(each) for each in gravest_first(findings(looked)) if each.alarms]
            letter = messages.PortalHealth(
                name=account.name,
                action_url=desk.links.url(PAGE),
                wrong=tuple(said) if wrong else (),
                over=tuple(dict.fromkeys(_title(alarm, looked) for alarm in over)),
            )
        post.send(letter, account)
    return len(readers)


def _title(alarm: str, looked: Looked) -> str:
    cause, _separator, member = alarm.partition(":")
    jobs = {line.name: line.title for line in looked.lines}
    title = str(TITLES.get(cause, cause))
    return f"{title} : {jobs[member]}" if member in jobs else title


def _line(found: Finding) -> str:
    return f"{found.title} : {found.sentence} {found.todo}".rstrip()


def try_mail(session: Session, desk: Desk, account: Account, now: datetime) -> None:
    """One in a minute, however often it is asked for."""
    post = Post(session, f"try_mail:{now:%Y-%m-%dT%H:%M}", desk, now)
    post.send(messages.TestLetter(name=account.name, action_url=desk.links.url(PAGE)), account)
