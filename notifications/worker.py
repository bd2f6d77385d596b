"""Claim, send, settle: one message at a time, no transaction open while a mail server thinks."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from notifications import outbox
from notifications.mailer import MailTransport
from notifications.models import OutboxMessage
from notifications.outcomes import Outcome, Refused, Retry, Sent, Unreachable

log = logging.getLogger(__name__)

BATCH = 50
# A message must be over well before its claim is: connecting, sending and one more try.
MARGIN = timedelta(minutes=2)
SETTLE_WAITS = (0.1, 0.5, 2.0, 5.0, 10.0)


def nobody(_session: Session, _row: OutboxMessage, _answer: str, _now: datetime) -> None:
    """Whom to tell when nobody wants to know."""


@dataclass
class Drained:
    """What one round did, in messages; `unreachable` is the server's last word when there was an outage."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0
    swept: int = 0
    unreachable: str | None = None


@dataclass(frozen=True)
class Sweep:
    """What every step of one round needs; `taken` is where a message that the server took is recorded."""

    sessions: outbox.SessionFactory
    taken: sa.Connection
    transport: MailTransport
    now: Callable[[], datetime]
    worker: str
    stop: Event
    undelivered: outbox.Undelivered
    rng: random.Random = field(default_factory=random.Random)


def drain(
    sessions: outbox.SessionFactory,
    transport: MailTransport,
    now: Callable[[], datetime],
    worker: str,
    *,
    limit: int | None = None,
    stop: Event | None = None,
    undelivered: outbox.Undelivered = nobody,
) -> Drained:
    """Send what is due, at most `limit` messages; ends early when `stop` is set or the server cannot be reached.

    Sweeps first, so that what a dead worker held goes out again. `worker` must be unique to this round's process.
    """
    done = Drained()
    with _one_connection(sessions) as taken:
        this = Sweep(sessions, taken, transport, now, worker, stop or Event(), undelivered)
        with sessions() as session:
            done.swept = outbox.sweep(session, now())
            session.commit()
        tried = 0
        while (limit is None or tried < limit) and not this.stop.is_set():
            batch = BATCH if limit is None else min(BATCH, limit - tried)
            with sessions() as session:
                rows = outbox.claim(session, worker, batch, now())
                session.expunge_all()
                session.commit()
            if not rows:
                break
            tried += len(rows)
            if not _send_all(this, rows, done):
                break
    return done


@contextmanager
def _one_connection(sessions: outbox.SessionFactory) -> Iterator[sa.Connection]:
    """One connection for the whole round: a session for each message costs as much as what it writes.

    On PostgreSQL a statement alone is a transaction: BEGIN and COMMIT would be two more conversations with the server.
    """
    with sessions() as session, session.get_bind().engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def _send_all(this: Sweep, rows: list[OutboxMessage], done: Drained) -> bool:
    """Send the claimed rows in order; whether it is worth claiming more."""
    for position, row in enumerate(rows):
        if this.stop.is_set() or row.claimed_until is None or this.now() > row.claimed_until - MARGIN:
            _give_back(this, rows[position:])
            return not this.stop.is_set()
        outcome = _send(this.transport, row)
        _settle(this, row, outcome)
        _count(done, outcome)
        if isinstance(outcome, Unreachable):
            log.warning("the mail server cannot be reached: %s", outcome.answer)
            _give_back(this, rows[position + 1 :])
            return False
    return True


def _send(transport: MailTransport, row: OutboxMessage) -> Outcome:
    try:
        return transport.send(row)
    except Exception as error:
        # One message that cannot be handled must not hold up the others.
        log.exception("message %s could not be handed over", row.message_id)
        return Retry(f"{type(error).__name__}: {error}")


def _settle(this: Sweep, row: OutboxMessage, outcome: Outcome) -> None:
    """Record the outcome, patiently: what was sent and not recorded is sent twice."""
    for wait in (*SETTLE_WAITS, None):
        try:
            _record(this, row, outcome)
            return
        except DBAPIError:
            if wait is None:
                raise
            log.warning("message %s: the outcome could not be recorded yet", row.message_id)
            time.sleep(wait)


def _record(this: Sweep, row: OutboxMessage, outcome: Outcome) -> None:
    if isinstance(outcome, Sent):
        with this.taken.begin():
            outbox.record(this.taken, row, this.worker, outcome, this.now(), this.rng)
        return
    with this.sessions() as session:
        settled = outbox.settle(session, row, this.worker, outcome, this.now(), this.rng)
        if settled and outbox.is_final(row, outcome):
            _tell(this, session, row, outcome)
        session.commit()


def _tell(this: Sweep, session: Session, row: OutboxMessage, outcome: Outcome) -> None:
    """Tell, or log why not: a message that failed is recorded as failed whatever becomes of the news."""
    try:
        with session.begin_nested():
            this.undelivered(session, row, outcome.answer, this.now())
    except DBAPIError:
        raise
    except Exception:
        log.exception("message %s failed, and nobody could be told", row.message_id)


def _give_back(this: Sweep, rows: list[OutboxMessage]) -> None:
    with this.sessions() as session:
        outbox.release(session, this.worker, [row.id for row in rows])
        session.commit()


def _count(done: Drained, outcome: Outcome) -> None:
    match outcome:
        case Sent():
            done.sent += 1
        case Retry():
            done.deferred += 1
        case Refused():
            done.refused += 1
        case Unreachable(answer):
            done.unreachable = answer
