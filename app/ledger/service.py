"""The verbs of the ledger: send again, trust an address again, take in what came back."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from app.ledger import queries
from app.letters import undelivered
from app.models import OutboxMessage, RefusedAddress
from notifications import outbox
from notifications.bounces import Report


class Taken(StrEnum):
    """What a delivery report led to."""

    UNKNOWN = "unknown"
    NOTED = "noted"
    MARKED = "marked"


def send_again(session: Session, letter: OutboxMessage, now: datetime) -> bool:
    """Send a letter that did not arrive to the address its reader has today; False when it is on its way already.

    Somebody has looked at that address: it counts as good again.
    """
    email = queries.address_today(session, letter.party) or letter.to_email
    sent = outbox.resend(session, letter.id or 0, now, email=email)
    if sent:
        outbox.forgive_address(session, email)
    return sent


def trust_again(session: Session, mark: RefusedAddress) -> None:
    """Somebody says that this address works."""
    outbox.forgive_address(session, mark.email)


def take_report(session: Session, report: Report, now: datetime) -> Taken:
    """Note what came back on the letter it is about; coordinators hear once of one that will not arrive."""
    letter = outbox.came_back(session, report, now)
    if letter is None:
        return Taken.UNKNOWN
    if report.permanent:
        undelivered.tell_coordinators(session, letter, report.words, now)
    return Taken.MARKED if report.address else Taken.NOTED
