"""Reads about accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.models import Account, Committee, Membership
from app.models.states import Role
from app.web.pages import Page, cut
from matching.items import normalise

PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with the names of its committees."""

    account: Account
    committees: tuple[str, ...]


def everybody(session: Session, text: str, asked: int) -> Page[AccountLine]:
    """A page of the accounts whose name or address holds `text`, those that may sign in first, by name. Three queries."""
    query = select(Account.id, Account.name, Account.email).order_by(
        col(Account.active).desc(), func.lower(Account.name), col(Account.id)
    )
    wanted = normalise(text).split()
    found = [
        key
        for key, *words in session.exec(query)
        if not wanted or all(word in normalise(" ".join(words)) for word in wanted)
    ]
    page = cut(found, asked, PAGE)
    accounts = {row.id: row for row in session.exec(select(Account).where(col(Account.id).in_(page.rows)))}
    names = committee_names(session, page.rows)
    return page.holding([AccountLine(accounts[key], tuple(names.get(key, ()))) for key in page.rows])


def committee_names(session: Session, account_ids: Iterable[int]) -> dict[int, list[str]]:
    """Account id → names of its committees, in order."""
    query = (
        select(Membership.account_id, Committee.name)
        .join(Committee, col(Committee.id) == col(Membership.committee_id))
        .where(col(Membership.account_id).in_(list(account_ids)))
        .order_by(col(Committee.name))
    )
    found: dict[int, list[str]] = {}
    for account_id, name in session.exec(query):
        found.setdefault(account_id, []).append(name)
    return found


def committee_ids(session: Session, account_id: int) -> list[int]:
    return list(session.exec(select(Membership.committee_id).where(Membership.account_id == account_id)))


def active_administrators(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(Account)
        .where(
            Account.role == Role.ADMINISTRATOR,
            col(Account.active).is_(True),
            col(Account.password).is_not(None),
        )
    )
    return session.exec(query).one()


def administrators(session: Session) -> Sequence[Account]:
    """Who hears of the machine: the administrators that sign in."""
    query = select(Account).where(
        Account.role == Role.ADMINISTRATOR, col(Account.active).is_(True), col(Account.password).is_not(None)
    )
    return session.exec(query.order_by(col(Account.id))).all()


def coordinators(session: Session) -> Sequence[Account]:
    """Who hears of what goes wrong: the coordinators that sign in, the administrators too where none coordinates the whole portal."""
    query = select(Account).where(
        col(Account.role).in_((Role.COORDINATOR, Role.ADMINISTRATOR)),
        col(Account.active).is_(True),
        col(Account.password).is_not(None),
    )
    found = session.exec(query.order_by(col(Account.id))).all()
    whole = any(account.role is Role.COORDINATOR and account.organisation_id is None for account in found)
    return [account for account in found if account.role is Role.COORDINATOR] if whole else found
