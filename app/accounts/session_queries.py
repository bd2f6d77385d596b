"""What an account's owner, and who answers for it, may read of its sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.accounts.sessions import limits
from app.lasting import REFUSED_SIGN_INS
from app.models import Account, AccountSession, Decision, RefusedSignIn
from app.models.states import Verb
from app.web.pages import Page, peeked

PAGE = 30
MOST_OPEN = 100
"""Sessions that a page shows; who has more closes them all at once."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody came in, or was refused, and from where."""

    at: datetime
    browser: str
    system: str
    network: str
    refused: bool


def open_sessions(
    session: Session, account: Account, shared_idle: timedelta, now: datetime
) -> Sequence[AccountSession]:
    """Those that are open, last seen first. One query."""
    usual, shared = (limits(account.role, shared=each, shared_idle=shared_idle) for each in (False, True))
    query = (
        select(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            col(AccountSession.ended_at).is_(None),
            *(
                sa.or_(
                    col(AccountSession.shared).is_(not ours),
                    sa.and_(
                        col(AccountSession.last_seen_at) > now - most.idle,
                        col(AccountSession.created_at) > now - most.longest,
                    ),
                )
                for ours, most in ((False, usual), (True, shared))
            ),
        )
        .order_by(col(AccountSession.last_seen_at).desc(), col(AccountSession.id).desc())
    )
    return session.exec(query.limit(MOST_OPEN)).all()


def recent(session: Session, account_id: int, now: datetime, asked: int) -> Page[Attempt]:
    """Sign-ins and refused attempts of the last days, the latest first, a page of them. One query."""
    came: Any = sa.select(
        col(AccountSession.created_at).label("at"),
        col(AccountSession.browser),
        col(AccountSession.system),
        col(AccountSession.network),
        sa.literal(value=False).label("refused"),
    ).where(col(AccountSession.account_id) == account_id)
    failed: Any = sa.select(
        col(RefusedSignIn.at),
        col(RefusedSignIn.browser),
        col(RefusedSignIn.system),
        col(RefusedSignIn.network),
        sa.literal(value=True),
    ).where(col(RefusedSignIn.account_id) == account_id)
    both: Any = sa.union_all(came, failed).subquery()
    query = (
        sa.select(both)
        .where(both.c.at > now - REFUSED_SIGN_INS)
        .order_by(both.c.at.desc())
        .offset((asked - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = [
        Attempt(row.at, row.browser, row.system, row.network, bool(row.refused))
        for row in session.connection().execute(query)
    ]
    return peeked(rows, asked, PAGE)


def is_settled(session: Session, one: AccountSession) -> bool:
    """Whether its owner has disowned this session, or chosen another password through a letter, since it began.

    Whoever has come in may have changed the password too: that settles nothing.
    """
    query = select(Decision).where(
        Decision.about_account_id == one.account_id,
        col(Decision.verb).in_((Verb.CHANGE_PASSWORD, Verb.DISOWN)),
        col(Decision.at) >= one.created_at,
    )
    return any(each.verb is Verb.DISOWN or each.data.get("by_link") for each in session.exec(query))
