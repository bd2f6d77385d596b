"""The verbs of the ledger: correct an address, send again, trust an address again, take in what came back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, func, select

from app.accounts.service import may_give
from app.ledger import queries
from app.models import Account, Committee, Donor, OutboxMessage, RefusedAddress
from app.models.states import Verb
from app.refusing import RefusedError
from app.transitions import Actor, note_decision
from notifications import addresses, outbox
from notifications.outcomes import Report


class Taken(StrEnum):
    """What a delivery report led to."""

    UNKNOWN = "unknown"
    NOTED = "noted"
    MARKED = "marked"


class AddressRefusal(StrEnum):
    """Why an address cannot be corrected."""

    TAKEN = "taken"
    GONE = "gone"
    NOT_YOURS = "not_yours"


class AddressError(RefusedError[AddressRefusal]):
    """The address stays as it is."""


def send_again(session: Session, letter: OutboxMessage, now: datetime) -> bool:
    """Send a letter that did not arrive to the address its reader has today; False when it is on its way already.

    Somebody has looked at that address: it counts as good again, and what waited for another one goes there too.
    """
    today = queries.address_today(session, letter.party)
    email = today or letter.to_email
    sent = outbox.resend(session, letter.id, now, email=email)
    if sent:
        addresses.forgive_address(session, email)
        if today:
            outbox.redirect(session, letter.party, today, now)
    return sent


def correct_and_send_again(
    session: Session, letter: OutboxMessage, email: str, by: Account, now: datetime
) -> bool:
    """Give the letter's reader the address `email` (in its normal form), then send the letter and what waits there.

    False, and nothing is changed, when the letter is on its way already. Raises AddressError.
    """
    with session.begin_nested() as step:
        before = queries.address_today(session, letter.party) or ""
        if _correct(session, letter.party, email, by):
            _note(session, letter.party, before, by, now)
        sent = send_again(session, letter, now)
        if not sent:
            step.rollback()
    return sent


def _correct(session: Session, party: str, email: str, by: Account) -> bool:
    """Whether that changed anything. Whether the reader ever confirmed stays as it was: a coordinator on the telephone
    vouches for delivery only."""
    holder = queries.holder(session, party, lock=True)
    if holder is None:
        raise AddressError(AddressRefusal.GONE)
    if holder.email.lower() == email:
        return False
    if isinstance(holder, Account) and not may_give(by, holder.role):
        raise AddressError(AddressRefusal.NOT_YOURS)
    if not isinstance(holder, Committee) and _is_taken(session, type(holder), email):
        raise AddressError(AddressRefusal.TAKEN)
    holder.email = email
    try:
        session.flush()
    except IntegrityError:  # somebody came with that address meanwhile
        raise AddressError(AddressRefusal.TAKEN) from None
    return True


def _note(session: Session, party: str, before: str, by: Account, now: datetime) -> None:
    """Say in its reader's history that the address was corrected, and which it was: letters and links went there."""
    holder = queries.holder(session, party)
    if holder is not None:
        data: dict[str, Any] = {"address_of": holder.__tablename__}
        if not isinstance(
            holder, Account
        ):  # those who are forgotten have their decisions' words forgotten too
            data["email"] = [before, holder.email]
        note_decision(session, holder, Verb.EDIT, Actor.account(by.id), now, data=data)


def _is_taken(session: Session, kind: type[Donor | Account], email: str) -> bool:
    return session.exec(select(kind.id).where(func.lower(kind.email) == email)).first() is not None


def trust_again(session: Session, mark: RefusedAddress) -> None:
    """Somebody says that this address works."""
    addresses.forgive_address(session, mark.email)


def take_report(session: Session, report: Report, undelivered: outbox.Undelivered, now: datetime) -> Taken:
    """Note what came back on the letter it is about; `undelivered` is called for one that will not arrive."""
    letter = outbox.came_back(session, report, now)
    if letter is None:
        return Taken.UNKNOWN
    if report.permanent:
        undelivered(session, letter, report.words, now)
    return Taken.MARKED if outbox.to_blame(letter, report) else Taken.NOTED
