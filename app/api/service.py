"""Tokens of a committee's programs, and what is done with one: made, revoked, found, remembered. None commits."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app import lasting
from app.db import inserted
from app.models import Account, ApiAnswer, ApiCall, ApiToken, Committee, DryRun, Membership
from app.models.states import MAY, ProgramScope, Right, Role
from app.refusing import RefusedError

PREFIX = "portail_"
"""What a token begins with: one that was published by mistake is found by it."""
MOST_TOKENS = 20


class TokenRefusal(StrEnum):
    NAMED = "named"
    """Another token of the committee bears the name."""
    ENOUGH = "enough"


class TokenError(RefusedError[TokenRefusal]):
    """No token was made."""


def make(
    session: Session,
    committee_id: int,
    account: Account,
    name: str,
    scopes: Collection[ProgramScope],
    now: datetime,
) -> str:
    """A new token, which only whoever is told here will ever know. Raises TokenError."""
    query = select(ApiToken.name).where(
        ApiToken.committee_id == committee_id, col(ApiToken.revoked_at).is_(None)
    )
    names = list(session.exec(query))
    if name in names:
        raise TokenError(TokenRefusal.NAMED)
    if len(names) >= MOST_TOKENS:
        raise TokenError(TokenRefusal.ENOUGH)
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            committee_id=committee_id,
            made_by_id=account.id,
            name=name,
            digest=_digest(secret),
            scopes=[scope.value for scope in ProgramScope if scope in scopes],
            made_at=now,
        )
    )
    return secret


def revoke(session: Session, committee_id: int | None, token_id: int, now: datetime) -> ApiToken | None:
    """From now on it opens nothing. None where the committee, or for None any committee, has no such token."""
    row = session.get(ApiToken, token_id, with_for_update=True)
    if row is None or committee_id not in {None, row.committee_id}:
        return None
    row.revoked_at = row.revoked_at or now
    return row


def _digest(secret: str) -> str:
    # 32 random bytes: there is nothing to guess that a slow digest would protect.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def found(session: Session, secret: str) -> ApiToken | None:
    """The token, if it opens anything."""
    return session.scalars(_opening(ApiToken).where(col(ApiToken.digest) == _digest(secret))).first()


def opening(session: Session, tokens: Iterable[ApiToken]) -> Collection[int]:
    """Those of the tokens that open something, by number."""
    query = _opening(col(ApiToken.id)).where(col(ApiToken.id).in_([token.id for token in tokens]))
    return frozenset(session.scalars(query))


def _opening(what: Any) -> Any:
    """Of tokens that are not revoked: who made it may still make one, and its committee is at work."""
    manages = (
        sa.select(col(Membership.account_id))
        .where(
            col(Membership.account_id) == col(Account.id),
            col(Membership.committee_id) == col(ApiToken.committee_id),
            col(Membership.part).in_([part for part, rights in MAY.items() if Right.MANAGE in rights]),
        )
        .exists()
    )
    return (
        sa.select(what)
        .select_from(ApiToken)
        .join(Account, col(Account.id) == col(ApiToken.made_by_id))
        .join(Committee, col(Committee.id) == col(ApiToken.committee_id))
        .where(
            col(ApiToken.revoked_at).is_(None),
            col(Account.active).is_(True),
            col(Committee.active).is_(True),
            manages | col(Account.role).in_([Role.COORDINATOR, Role.ADMINISTRATOR]),
        )
    )


def answered(session: Session, token_id: int, key: str) -> ApiAnswer | None:
    return session.get(ApiAnswer, (token_id, key))


def keep_answer(
    session: Session, token_id: int, key: str, asked: str, status: int, answer: dict[str, Any], now: datetime
) -> bool:
    """In the transaction that did what was asked; False where the same request, sent again meanwhile, was quicker."""
    row = ApiAnswer(token_id=token_id, key=key, asked=asked, status=status, answer=answer, at=now)
    return inserted(session, row)


def ask_for_plan(session: Session, token: ApiToken, needs: list[dict[str, Any]], now: datetime) -> DryRun:
    row = DryRun(
        key=secrets.token_urlsafe(18),
        token_id=token.id,
        committee_id=token.committee_id,
        asked=needs,
        asked_at=now,
    )
    session.add(row)
    return row


def forget(session: Session, now: datetime) -> int:
    """Calls, answers and plans that nobody will ask for; how many."""
    return sum(
        session.connection().execute(delete(model).where(col(moment) < now - kept)).rowcount
        for model, moment, kept in (
            (ApiCall, ApiCall.at, lasting.CALLS),
            (ApiAnswer, ApiAnswer.at, lasting.ANSWERS),
            (DryRun, DryRun.asked_at, lasting.ANSWERS),
        )
    )
