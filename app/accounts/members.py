"""The verbs of a committee's members: invite, give a part, remove, take that back. None commits.

Rows are locked in this order: the committee, then accounts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.accounts import service
from app.accounts.belonging import join, leave
from app.accounts.service import AccountError, AccountRefusal, Invited
from app.committees import service as committees
from app.models import Account, Committee, Decision, Membership
from app.models.states import Part, Role, Verb
from app.transitions import Actor, note_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Whom a committee invites, and as what."""

    name: str
    email: str
    part: Part


def invite(session: Session, committee_id: int, who: NewMember, by: Account, now: datetime) -> Account:
    """Make somebody a member, who is written to; somebody without an account gets one. Raises AccountError."""
    committee = committees.held(session, committee_id)
    known = session.exec(select(Account.id).where(Account.email == who.email)).first()
    if known is None:
        invited = Invited(name=who.name, email=who.email, role=Role.MEMBER)
        account = service.create(session, invited, by, now)
    else:
        account = service.held(session, known)
    if session.get(Membership, (account.id, committee_id)) is not None:
        raise AccountError(AccountRefusal.ALREADY_A_MEMBER)
    if not account.active:
        _come_back(session, account)
    join(session, account, committee, who.part, by, now)
    if account.password is None:
        account.invited_at = now
        note_decision(session, account, Verb.INVITE, Actor.account(by.id), now)
    return account


def _come_back(session: Session, account: Account) -> None:
    """Who left the last committee may come back to one; an account that a coordinator closed stays so. Raises AccountError."""
    closed = session.exec(
        select(Decision)
        .where(
            (Decision.about_account_id == account.id)
            | (col(Decision.data)["account"].as_integer() == account.id),
            col(Decision.verb).in_([Verb.EDIT, Verb.LEAVE]),
        )
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).first()
    if closed is None or not closed.data.get("closes"):
        raise AccountError(AccountRefusal.CLOSED)
    account.active = True


def restore(session: Session, committee_id: int, account_id: int, by: Account, now: datetime) -> Account:
    """Take a departure back: the same part again. Raises AccountError."""
    committee = committees.held(session, committee_id)
    account = service.held(session, account_id)
    if session.get(Membership, (account_id, committee_id)) is not None:
        raise AccountError(AccountRefusal.ALREADY_A_MEMBER)
    left = session.exec(
        select(Decision)
        .where(
            Decision.committee_id == committee_id,
            Decision.verb == Verb.LEAVE,
            col(Decision.data)["account"].as_integer() == account_id,
        )
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).first()
    if left is None:
        raise AccountError(AccountRefusal.UNKNOWN)
    if not account.active:
        _come_back(session, account)
    join(session, account, committee, Part(left.data["part"]), by, now)
    return account


def give_part(
    session: Session, committee_id: int, account_id: int, part: Part, by: Account, now: datetime
) -> Account:
    """Raises AccountError."""
    committee, account, membership = _member(session, committee_id, account_id)
    if part is not membership.part:
        _keep_a_responsible(session, membership, by)
        data = {"account": account.id, "member": account.name, "part": [membership.part.value, part.value]}
        membership.part = part
        note_decision(session, committee, Verb.GIVE_PART, Actor.account(by.id), now, data=data)
    return account


def remove(session: Session, committee_id: int, account_id: int, by: Account, now: datetime) -> Account:
    """End somebody's membership, or one's own. Raises AccountError."""
    committee, account, membership = _member(session, committee_id, account_id)
    _keep_a_responsible(session, membership, by)
    leave(session, account, committee, membership, by, now)
    return account


def _member(session: Session, committee_id: int, account_id: int) -> tuple[Committee, Account, Membership]:
    committee = committees.held(session, committee_id)
    account = service.held(session, account_id)
    membership = session.get(Membership, (account_id, committee_id), populate_existing=True)
    if membership is None:
        raise AccountError(AccountRefusal.NO_MEMBER)
    return committee, account, membership


def _keep_a_responsible(session: Session, membership: Membership, by: Account) -> None:
    """A committee that has a responsible keeps one, unless a coordinator decides otherwise. The committee is locked."""
    if by.is_coordinator or membership.part is not Part.RESPONSIBLE:
        return
    others = select(Membership).where(
        Membership.committee_id == membership.committee_id,
        Membership.part == Part.RESPONSIBLE,
        Membership.account_id != membership.account_id,
    )
    if session.exec(others.limit(1)).first() is None:
        raise AccountError(AccountRefusal.LAST_RESPONSIBLE)
