"""Who belongs to a committee, and what follows from it. None commits."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from app.accounts.sessions import end_all
from app.models import Account, Committee, Membership
from app.models.states import Part, Role, Verb
from app.preferences.service import renew_agenda
from app.transitions import Actor, note_decision


def join(
    session: Session, account: Account, committee: Committee, part: Part, by: Account | None, now: datetime
) -> None:
    session.add(Membership(account_id=account.id, committee_id=committee.id, created_at=now, part=part))
    _note(session, committee, Verb.JOIN, account, {"part": part.value}, by, now)


def leave(
    session: Session,
    account: Account,
    committee: Committee,
    membership: Membership,
    by: Account | None,
    now: datetime,
) -> None:
    """Whoever leaves keeps nothing open: the calendar has another address, and an account without a committee is closed."""
    session.delete(membership)
    session.flush()
    renew_agenda(session, committee.id, now)
    another = session.exec(select(Membership).where(Membership.account_id == account.id).limit(1)).first()
    closes = account.role is Role.MEMBER and another is None
    if closes:
        account.active, account.fs_uniquifier = False, uuid.uuid4().hex
        end_all(session, account.id, now)
    told = {"part": membership.part.value, "closes": closes}
    _note(session, committee, Verb.LEAVE, account, told, by, now)


def _note(
    session: Session,
    committee: Committee,
    verb: Verb,
    account: Account,
    told: dict[str, object],
    by: Account | None,
    now: datetime,
) -> None:
    if by is not None:  # at the command line nobody decides
        data = {"account": account.id, "member": account.name, **told}
        note_decision(session, committee, verb, Actor.account(by.id), now, data=data)


def belong(
    session: Session, account: Account, committee_ids: Collection[int], by: Account | None, now: datetime
) -> None:
    """Make these, and no others, the account's committees; ids that do not exist are left out. Whoever stays keeps the part."""
    wanted = session.exec(select(Committee).where(col(Committee.id).in_(committee_ids))).all()
    rows = session.exec(select(Membership).where(Membership.account_id == account.id)).all()
    present = {row.committee_id: row for row in rows}
    for committee in wanted:
        if committee.id not in present:
            join(session, account, committee, Part.MEMBER, by, now)
    staying = {committee.id for committee in wanted}
    for committee_id, row in present.items():
        if committee_id not in staying:
            leave(session, account, session.get_one(Committee, committee_id), row, by, now)
