"""Reads about letters: what was sent to whom, what came back, which addresses receive nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, or_, select

from app.models import Account, Committee, Donor, Match, OutboxMessage, RefusedAddress
from app.web.pages import Page, peeked
from notifications.models import NOBODY, State

PAGE = 30
"""Letters, and addresses, on a page."""
HOLDERS: dict[str, type[Donor | Committee | Account]] = {
    "donor": Donor,
    "committee": Committee,
    "account": Account,
}
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Mark:
    """An address that receives nothing, with the names of those who gave it."""

    row: RefusedAddress
    names: tuple[str, ...]


def of_match(session: Session, match_id: int) -> Sequence[OutboxMessage]:
    """The letters about a match, the oldest first."""
    trip = select(Match.handover_id).where(Match.id == match_id).scalar_subquery()
    query = select(OutboxMessage).where(OutboxMessage.handover_id == trip)
    rows = session.exec(query.order_by(col(OutboxMessage.id)))
    return [letter for letter in rows if match_id in letter.match_ids]


def undelivered(session: Session, asked: int) -> Page[OutboxMessage]:
    """A page of the letters that were refused or came back, the newest first; not of those that were forgotten since."""
    query = select(OutboxMessage).where(
        col(OutboxMessage.to_email) != NOBODY,
        or_(col(OutboxMessage.state) == State.FAILED, col(OutboxMessage.bounced_at).is_not(None)),
    )
    query = query.order_by(col(OutboxMessage.id).desc()).offset((asked - 1) * PAGE).limit(PAGE + 1)
    return peeked(session.exec(query).all(), asked, PAGE)


def marks(session: Session, asked: int) -> Page[Mark]:
    """A page of the addresses that were refused for good, the newest first. Four queries."""
    query = select(RefusedAddress).order_by(col(RefusedAddress.at).desc(), col(RefusedAddress.id))
    page = peeked(session.exec(query.offset((asked - 1) * PAGE).limit(PAGE + 1)).all(), asked, PAGE)
    names: dict[str, list[str]] = {}
    for model in HOLDERS.values():
        used = select(func.lower(model.email), model.name).where(
            func.lower(model.email).in_([row.email for row in page.rows])
        )
        for email, name in session.exec(used):
            names.setdefault(email, []).append(name)
    return page.holding([Mark(row, tuple(dict.fromkeys(names.get(row.email, ())))) for row in page.rows])


def marked(session: Session, emails: Collection[str]) -> dict[str, RefusedAddress]:
    """Those of `emails` that receive nothing, in lower case, each with its mark. One query."""
    wanted = {email.strip().lower() for email in emails}
    rows = session.exec(select(RefusedAddress).where(col(RefusedAddress.email).in_(wanted)))
    return {row.email: row for row in rows}


def address_today(session: Session, party: str) -> str | None:
    """The address that a party (`donor:3`, `committee:7`, `account:2`) has now; None when it has none any more."""
    found = holder(session, party)
    return found.email or None if found else None


def holder(session: Session, party: str, *, lock: bool = False) -> Donor | Committee | Account | None:
    """Who is behind a party, locked until the transaction ends if `lock`; None for one who was forgotten."""
    kind, _, number = party.partition(":")
    if kind not in HOLDERS or not number.isdecimal():
        return None
    query = select(HOLDERS[kind]).where(HOLDERS[kind].id == int(number))
    found: Donor | Committee | Account | None = session.exec(  # type: ignore[assignment]
        query.with_for_update() if lock else query
    ).first()
    return None if isinstance(found, Donor) and found.anonymised_at else found


def readable(letter: OutboxMessage, hidden: str) -> str:
    """The letter's text with `hidden` for each link: a link lets its bearer act for the one it was sent to."""
    return LINK.sub(f"[{hidden}]", letter.body_text)
