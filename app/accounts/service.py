"""What happens to accounts: invited, accepted, changed, closed, opened again."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from app.accounts import queries
from app.accounts.belonging import belong
from app.accounts.sessions import end_all
from app.claims import BATCH
from app.models import Account, Committee, Decision, Membership, PasswordRequest
from app.models.states import Language, Role, Verb
from app.refusing import RefusedError
from app.transitions import Actor, note_decision
from notifications.types import insert

MOST_LETTERS = 5
"""With a link to choose a password, to one account in an hour."""
TWICE = timedelta(seconds=10)
"""Who asks for the same letter again within it has clicked twice."""


class AccountRefusal(StrEnum):
    """Why an account cannot be dealt with as asked."""

    KNOWN_ADDRESS = "known_address"
    NOT_YOURS_TO_GIVE = "not_yours_to_give"
    YOURSELF = "yourself"
    LAST_ADMINISTRATOR = "last_administrator"
    ALREADY_ACCEPTED = "already_accepted"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    ALREADY_A_MEMBER = "already_a_member"
    NO_MEMBER = "no_member"
    LAST_RESPONSIBLE = "last_responsible"


class AccountError(RefusedError[AccountRefusal]):
    """The account stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What somebody is, and for which committees."""

    role: Role
    committee_ids: tuple[int, ...] = ()
    organisation_id: int | None = None
    """Of a coordinator: the association that this person answers for, None for the whole portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Rights):
    """Whom to invite, as what."""

    name: str
    email: str


def may_give(giver: Account | None, role: Role) -> bool:
    """Administrators are made by administrators, the first one by a command (no giver)."""
    return giver is None or giver.role is Role.ADMINISTRATOR or role is not Role.ADMINISTRATOR


def answers_for(session: Session, by: Account | None, account: Account) -> bool:
    """Whether `by` may change this account: who coordinates one association, those of its people that are nobody else's too."""
    if by is None or by.organisation_id is None:
        return by is None or may_give(by, account.role)
    if account.role is not Role.MEMBER:
        return account.organisation_id == by.organisation_id
    theirs = select(Committee.organisation_id).join(
        Membership, col(Membership.committee_id) == col(Committee.id)
    )
    return set(session.exec(theirs.where(Membership.account_id == account.id))) <= {by.organisation_id}


def _coordinated(role: Role, organisation_id: int | None, by: Account | None) -> int | None:
    """The association that somebody of this role answers for."""
    if role is not Role.COORDINATOR:
        return None
    return organisation_id if by is None or by.organisation_id is None else by.organisation_id


def invite(session: Session, who: Invited, by: Account, now: datetime) -> Account:
    """Make an account without password and write to its owner. Raises AccountError."""
    account = create(session, who, by, now)
    note_decision(session, account, Verb.INVITE, Actor.account(by.id), now)
    return account


def create(session: Session, who: Invited, by: Account | None, now: datetime) -> Account:
    """Make an account without password. `by` is None at the command line. Raises AccountError."""
    if not may_give(by, who.role):
        raise AccountError(AccountRefusal.NOT_YOURS_TO_GIVE)
    if session.exec(select(Account.id).where(Account.email == who.email)).first() is not None:
        raise AccountError(AccountRefusal.KNOWN_ADDRESS)
    account = Account(
        email=who.email,
        name=who.name,
        role=who.role,
        organisation_id=_coordinated(who.role, who.organisation_id, by),
        fs_uniquifier=uuid.uuid4().hex,
        invited_by_id=by.id if by else None,
        invited_at=now,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # somebody invited the same person meanwhile
        raise AccountError(AccountRefusal.KNOWN_ADDRESS) from None
    belong(session, account, who.committee_ids, by, now)
    return account


def invite_again(session: Session, account_id: int, by: Account, now: datetime) -> Account:
    """Send the link anew to somebody who has not used it. Raises AccountError."""
    account = held_by(session, account_id, by)
    if account.password is not None:
        raise AccountError(AccountRefusal.ALREADY_ACCEPTED)
    if not account.active:
        raise AccountError(AccountRefusal.CLOSED)
    if not just_done(session, account, Verb.INVITE, now):
        account.invited_at = now
        note_decision(session, account, Verb.INVITE, Actor.account(by.id), now)
    return account


def want_password(session: Session, email: str, now: datetime) -> None:
    """Somebody says to have forgotten the password of this address's account. The same whether there is one: the clock looks."""
    table = PasswordRequest.__table__  # type: ignore[attr-defined]
    row = insert(table, session.get_bind().dialect).values(email=email, asked_at=now)
    session.connection().execute(row.on_conflict_do_nothing(index_elements=[table.c.email]))


def answer_requests(session: Session, now: datetime) -> int:
    """Write to the owners of accounts whose passwords are said to be forgotten; how many requests there were."""
    query = select(PasswordRequest).order_by(col(PasswordRequest.id)).limit(BATCH)
    asked = session.exec(query.with_for_update(skip_locked=True)).all()
    for request in asked:
        known = select(Account.id).where(Account.email == request.email, col(Account.active).is_(True))
        account_id = session.exec(known).first()
        if account_id is not None:
            _ask_for_password(session, held(session, account_id), now)
        session.delete(request)
        session.flush()
    return len(asked)


def _ask_for_password(session: Session, account: Account, now: datetime) -> None:
    """Of two clicks at once one letter; and however many ask, no more an hour than a mailbox bears: the links of all are good."""
    query = select(func.count()).where(
        Decision.about_account_id == account.id,
        Decision.verb == Verb.ASK_PASSWORD,
        col(Decision.at) > now - timedelta(hours=1),
    )
    if not just_done(session, account, Verb.ASK_PASSWORD, now) and session.exec(query).one() < MOST_LETTERS:
        note_decision(session, account, Verb.ASK_PASSWORD, Actor.account(account.id), now)


def note_new_password(session: Session, account_id: int, now: datetime, *, by_link: bool) -> None:
    """The password was changed, by a link or by somebody who is signed in; the owner is written to."""
    account, data = held(session, account_id), {"by_link": by_link}
    note_decision(session, account, Verb.CHANGE_PASSWORD, Actor.account(account.id), now, data=data)


def renew_mark(account: Account) -> None:
    """What rests on the account's mark ends: half a sign-in, devices that are trusted, links to choose a password."""
    account.fs_uniquifier = uuid.uuid4().hex


def just_done(session: Session, account: Account, verb: Verb, now: datetime) -> bool:
    """The account is locked: of two clicks at once the second sees what the first has done."""
    query = select(Decision.id).where(
        Decision.about_account_id == account.id, Decision.verb == verb, col(Decision.at) > now - TWICE
    )
    return session.exec(query.limit(1)).first() is not None


def accept(
    session: Session, account_id: int, password_hash: str, now: datetime, language: Language | None = None
) -> Account:
    """The invited person has chosen a password, on a page in `language`. Raises AccountError if it was done before."""
    account = held(session, account_id)
    if not account.active:
        raise AccountError(AccountRefusal.CLOSED)
    if account.password is not None:
        raise AccountError(AccountRefusal.ALREADY_ACCEPTED)
    account.password = password_hash
    account.language = language or account.language
    account.confirmed_at = now
    return account


def change_rights(session: Session, account_id: int, given: Rights, by: Account, now: datetime) -> Account:
    """Give another role and other committees. Raises AccountError."""
    _hold_administrators(session)
    account, role = held(session, account_id), given.role
    answers = _coordinated(role, given.organisation_id, by)
    if not answers_for(session, by, account) and (role is not account.role or by.organisation_id is not None):
        raise AccountError(AccountRefusal.NOT_YOURS_TO_GIVE)
    if (role, answers) != (account.role, account.organisation_id):
        if account.id == by.id:
            raise AccountError(AccountRefusal.YOURSELF)
        if not may_give(by, role):
            raise AccountError(AccountRefusal.NOT_YOURS_TO_GIVE)
        _keep_an_administrator(session, account)
        end_all(session, account.id, now)
    before = _rights(session, account)
    account.role, account.organisation_id = role, answers
    belong(session, account, given.committee_ids, by, now)
    session.flush()
    _note_change(session, account, before, _rights(session, account), by, now)
    return account


def _rights(session: Session, account: Account) -> list[Any]:
    coordinated = [account.organisation_id] if account.organisation_id is not None else []
    return [account.role.value, sorted(queries.committee_ids(session, account.id)), *coordinated]


def _note_change(
    session: Session, account: Account, before: object, after: object, by: Account, now: datetime
) -> None:
    """A change that changes nothing is none."""
    if before != after:
        data = {"rights": [before, after]}
        note_decision(session, account, Verb.EDIT, Actor.account(by.id), now, data=data)


def close(session: Session, account_id: int, by: Account, now: datetime) -> Account:
    """Close an account and its sessions. Raises AccountError."""
    _hold_administrators(session)
    account = held(session, account_id)
    if account.id == by.id:
        raise AccountError(AccountRefusal.YOURSELF)
    if not answers_for(session, by, account):
        raise AccountError(AccountRefusal.NOT_YOURS_TO_GIVE)
    _keep_an_administrator(session, account)
    if account.active:
        _note_change(session, account, True, False, by, now)
        account.active = False
        renew_mark(account)
        end_all(session, account.id, now)
    return account


def reopen(session: Session, account_id: int, by: Account, now: datetime) -> Account:
    """Let somebody in again. Raises AccountError."""
    account = held_by(session, account_id, by)
    if account.anonymised_at is not None:  # nobody is behind it any more
        raise AccountError(AccountRefusal.UNKNOWN)
    _note_change(session, account, account.active, True, by, now)
    account.active = True
    return account


def note_sign_in(session: Session, account_id: int, now: datetime) -> None:
    """Remember when this account was used, for those who tidy the list."""
    account = held(session, account_id)
    account.last_login_at = account.current_login_at or now
    account.current_login_at = now


def held(session: Session, account_id: int) -> Account:
    """The account, locked until the transaction ends. Raises AccountError."""
    query = select(Account).where(col(Account.id) == account_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise AccountError(AccountRefusal.UNKNOWN)
    return found


def held_by(session: Session, account_id: int, by: Account) -> Account:
    """The same for who may change it. Raises AccountError."""
    account = held(session, account_id)
    if not answers_for(session, by, account):
        raise AccountError(AccountRefusal.NOT_YOURS_TO_GIVE)
    return account


def _hold_administrators(session: Session) -> None:
    """Before anybody else is locked: of two who close each other at once one waits, and is told that it is too late."""
    query = select(Account.id).where(Account.role == Role.ADMINISTRATOR).order_by(col(Account.id))
    session.exec(query.with_for_update()).all()


def _keep_an_administrator(session: Session, account: Account) -> None:
    """All administrators are locked."""
    if account.role is not Role.ADMINISTRATOR or not account.active:
        return
    if queries.active_administrators(session) <= (1 if account.password is not None else 0):
        raise AccountError(AccountRefusal.LAST_ADMINISTRATOR)
