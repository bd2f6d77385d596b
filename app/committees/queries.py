"""Reads about committees."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from app.models import Account, Committee, Membership, Organisation


def choices(session: Session, also: Collection[int] = ()) -> list[tuple[int, str]]:
    """(id, name and commune) of the active committees, and of those in `also`, in the alphabet's order."""
    query = (
        select(Committee.id, Committee.name, Committee.commune)
        .where(col(Committee.active).is_(True) | col(Committee.id).in_(also))
        .order_by(func.lower(Committee.name), col(Committee.id))
    )
    return [(int(key or 0), f"{name} ({commune})") for key, name, commune in session.exec(query)]


def acting_for(session: Session, account: Account) -> list[Committee]:
    """The committees that this account may act for: its own; every one for coordinators. Active ones only."""
    query = select(Committee).where(col(Committee.active).is_(True)).order_by(func.lower(Committee.name))
    if not account.is_coordinator:
        query = query.join(Membership, col(Membership.committee_id) == col(Committee.id)).where(
            Membership.account_id == account.id
        )
    return list(session.exec(query))


def own(session: Session, account: Account) -> list[Committee]:
    """The active committees that this account is a member of."""
    query = (
        select(Committee)
        .join(Membership, col(Membership.committee_id) == col(Committee.id))
        .where(col(Committee.active).is_(True), Membership.account_id == account.id)
        .order_by(func.lower(Committee.name))
    )
    return list(session.exec(query))


def by_slug(session: Session, slug: str) -> Committee | None:
    return session.exec(select(Committee).where(Committee.slug == slug)).first()


def organisations(session: Session) -> list[Organisation]:
    return list(session.exec(select(Organisation).order_by(func.lower(Organisation.name))))
