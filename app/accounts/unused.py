"""Accounts that nobody uses any more: their owner is told, then they are closed, and who it was is forgotten. What the account decided stays."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from app.accounts import letters
from app.blanking import blank
from app.claims import claim
from app.days import day_of
from app.models import Account, Decision, DigestTurn, OutboxMessage, Preference
from app.models.states import Role, Verb
from app.post.bearers import party_of
from app.post.desk import Desk
from notifications import forgetting as written

NOTICE = timedelta(days=30)
"""From the letter to the closing."""
FORGOTTEN = "Compte effacé"
OF_MEMBERS = (Verb.JOIN, Verb.GIVE_PART, Verb.LEAVE)
USED = sa.func.coalesce(
    col(Account.current_login_at), col(Account.confirmed_at), col(Account.invited_at), col(Account.created_at)
)
STANDS = col(Account.anonymised_at).is_(None) & (col(Account.role) != Role.ADMINISTRATOR)
"""Administrators may come once in years, and the portal must have one: nobody but another one closes theirs."""


def warn(session: Session, desk: Desk, after: timedelta, now: datetime) -> int:
    """Write to who has not come for `after` less the notice, once until they come; how many."""
    unwarned = col(Account.warned_at).is_(None) | (col(Account.warned_at) <= USED)

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(STANDS, col(Account.active), now - after + NOTICE >= USED, unwarned)

    warned = claim(session, Account, "warned_at", due, now)
    for account in session.exec(select(Account).where(col(Account.id).in_(warned))):
        letters.unused(session, account, desk, now, day_of(now + NOTICE))
    return len(warned)


def forget(session: Session, after: timedelta, now: datetime) -> int:
    """Close what nobody came back to after the letter, and forget whose it was; as well what was closed and not used for `after`; how many."""
    warned = col(Account.active) & (col(Account.warned_at) <= now - NOTICE) & (col(Account.warned_at) > USED)
    closed = ~col(Account.active) & (now - after >= USED)

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(STANDS, warned | closed)

    gone = claim(session, Account, "anonymised_at", due, now)
    if gone:
        _forget(session, session.exec(select(Account).where(col(Account.id).in_(gone))).all())
    return len(gone)


def _forget(session: Session, accounts: Collection[Account]) -> None:
    parties = [party_of(each) for each in accounts]
    keys = [each.id for each in accounts]
    for account in accounts:
        account.name, account.email = FORGOTTEN, f"oublie-compte-{account.id}@anonyme.invalid"
        account.password, account.active, account.fs_uniquifier = None, False, secrets.token_hex(32)
    session.flush()
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_keys:
            # What is the account's alone goes with it: memberships, sessions, second factors, views of lists.
            if key.column.table.name == "account" and key.ondelete == "CASCADE":
                session.connection().execute(sa.delete(table).where(key.parent.in_(keys)))
    for model in (Preference, DigestTurn):
        session.connection().execute(sa.delete(model).where(col(model.party).in_(parties)))
    blank(session, Decision, col(Decision.about_account_id).in_(keys), note="", data={})
    _forget_as_members(session, keys)
    written.forget_letters(session, col(OutboxMessage.party).in_(parties))
    session.expire_all()


def _forget_as_members(session: Session, keys: Collection[int]) -> None:
    """Their names in what committees decided of who belongs to them."""
    about = col(Decision.committee_id).is_not(None) & col(Decision.data)["account"].as_integer().in_(keys)
    for decision in session.exec(select(Decision).where(about, col(Decision.verb).in_(OF_MEMBERS))):
        blank(session, Decision, col(Decision.id) == decision.id, data={**decision.data, "member": FORGOTTEN})
