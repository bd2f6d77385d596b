"""Digests into the outbox: behind every letter that somebody waits for, unsubscribed from with one click."""

from datetime import datetime

from sqlmodel import Session

from app.digests import DAILY_GOOD_FOR, WEEKLY_GOOD_FOR, Issue
from app.letters import paths
from app.letters.desk import desk
from app.models import Account, Committee
from app.preferences.queries import account_party, committee_party, unsubscribe_url
from notifications import messages, outbox


def weekly(
    session: Session,
    committee: Committee,
    issue: Issue,
    headline: str,
    waiting: tuple[str, ...],
    coming: tuple[str, ...],
    missing: tuple[str, ...],
    now: datetime,
) -> None:
    """To a committee: its week. The parts are sentences in the committee's language."""
    party = committee_party(committee.id)
    letter = messages.WeeklyDigest(
        name=committee.name,
        action_url=desk(session).links.url(paths.committee_home(committee.slug)),
        unsubscribe_url=unsubscribe_url(session, party, now),
        committee=committee.name,
        headline=headline,
        waiting=waiting,
        coming=coming,
        missing=missing,
    )
    outbox.enqueue(
        session,
        letter.render(committee.language),
        event=issue.event,
        party=party,
        to=outbox.Recipient(committee.name, committee.email, committee.language),
        now=now,
        priority=outbox.DIGEST_PRIORITY,
        not_after=issue.due_at + WEEKLY_GOOD_FOR,
    )


def daily(
    session: Session,
    account: Account,
    issue: Issue,
    headline: str,
    waiting: tuple[str, ...],
    more: int,
    now: datetime,
) -> None:
    """To a coordinator: what waits, the oldest first, in sentences in the reader's language."""
    party = account_party(account.id)
    letter = messages.CoordinatorDigest(
        name=account.name,
        action_url=desk(session).links.url(paths.COORDINATION),
        unsubscribe_url=unsubscribe_url(session, party, now),
        headline=headline,
        waiting=waiting,
        more=more,
    )
    outbox.enqueue(
        session,
        letter.render(account.language),
        event=issue.event,
        party=party,
        to=outbox.Recipient(account.name, account.email, account.language),
        now=now,
        priority=outbox.DIGEST_PRIORITY,
        not_after=issue.due_at + DAILY_GOOD_FOR,
    )
