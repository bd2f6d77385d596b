"""The outbox: written in the event's transaction, emptied by a worker, settled by what the mail server answered.

No function here commits. The states move in this file alone:
pending → claimed → sent | failed; claimed → pending (retry, outage, lease over); pending → cancelled.
"""

import random
import uuid
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from notifications.addresses import refuse_address, refused
from notifications.models import NOBODY, OutboxMessage, State
from notifications.outcomes import Outcome, Refused, Report, Retry, Sent, Unreachable
from notifications.plain import one_line
from notifications.rendered import RenderedMessage
from notifications.types import insert

SessionFactory = Callable[[], AbstractContextManager[Session]]
Undelivered = Callable[[Session, OutboxMessage, str, datetime], None]
"""Told, in the transaction that settles it, of a message that will not be tried again: the row, the last answer, now."""

NOW_PRIORITY = 0
DIGEST_PRIORITY = 10
LEASE = timedelta(minutes=5)

# After the n-th temporary refusal: a minute, doubled up to six hours, a day in all; then a person is told.
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 209))
JITTER = 0.1
ANSWER_LENGTH = 500
REPORTED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for: a name as the person wrote it, one address, `fr` or `en`, and whom an answer goes to, if
    not to the portal."""

    name: str
    email: str
    language: str = "fr"
    reply_to: str = ""


def enqueue(
    session: Session,
    rendered: RenderedMessage,
    *,
    event: str,
    party: str,
    to: Recipient,
    now: datetime,
    priority: int = NOW_PRIORITY,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    handover_id: int | None = None,
    match_ids: Sequence[int] = (),
) -> OutboxMessage | None:
    """Write one message in the caller's transaction; None when this event already has it for this party.

    A message cancelled earlier (an undo) is written anew. `not_after` is when it stops being worth sending. A digest is not
    written to an address that was refused for good.
    """
    values = _copy(rendered, to) | {
        "event": event,
        "party": party,
        "handover_id": handover_id,
        "match_ids": list(match_ids),
        "date": now.replace(microsecond=0),
        "priority": priority,
        "not_before": not_before or now,
        "not_after": not_after,
        "state": State.PENDING,
        "attempts": 0,
        "last_answer": None,
        "created_at": now,
    }
    if priority >= DIGEST_PRIORITY and refused(session, to.email) is not None:
        # Nobody waits for a digest, and mail servers think ill of who insists.
        return None
    statement = (
        insert(OutboxMessage, session.get_bind().dialect)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["event", "party", "message"],
            set_=values,
            where=col(OutboxMessage.state) == State.CANCELLED,
        )
        .returning(OutboxMessage)
    )
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def _copy(rendered: RenderedMessage, to: Recipient) -> dict[str, Any]:
    """The columns that a message's words and its recipient fill, under a Message-ID of its own."""
    return {
        "message": rendered.message,
        "to_name": one_line(to.name, 200),
        "to_email": to.email,
        "language": to.language,
        "subject": rendered.subject,
        "body_text": rendered.text,
        "body_html": rendered.html,
        "attachments": [asdict(attachment) for attachment in rendered.attachments],
        "list_unsubscribe": rendered.list_unsubscribe,
        "reply_to": to.reply_to or None,
        "message_id": uuid.uuid4().hex,
        "boundary": f"=_{uuid.uuid4().hex}",
    }


def cancel(
    session: Session,
    *,
    events: Collection[str] | None = None,
    handover_id: int | None = None,
    messages: Collection[str] | None = None,
) -> int:
    """Call back what nobody has begun to send: of these events (as `about` reads them), of this trip; how many messages that was.

    Of these `messages` only, if they are named. Claimed and sent ones stay.
    """
    if events is None and handover_id is None:
        raise ValueError("say which events or which trip")
    which = []
    if events is not None:
        which.append(about(events))
    if handover_id is not None:
        which.append(col(OutboxMessage.handover_id) == handover_id)
    if messages is not None:
        which.append(col(OutboxMessage.message).in_(messages))
    return cancel_all(session, sa.and_(*which))


def cancel_all(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Call back what nobody has begun to send of these rows; how many that was."""
    statement = sa.update(OutboxMessage).where(which, col(OutboxMessage.state) == State.PENDING)
    return _count(session, statement.values(state=State.CANCELLED))


def take_back(
    session: Session, handover_id: int, messages: Collection[str], match_ids: Collection[int] | None = None
) -> list[OutboxMessage]:
    """Cancel those of these letters that nobody has begun to send: of this trip, about one of these matches if they are named.

    The rows as they were written, for who writes them anew for the matches that stay.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.handover_id == handover_id,
        col(OutboxMessage.message).in_(messages),
        OutboxMessage.state == State.PENDING,
    )
    # Locked, so that no worker claims one in between; a claim that came first leaves it out.
    locked = waiting.order_by(col(OutboxMessage.id)).with_for_update()
    rows = session.exec(locked, execution_options={"populate_existing": True}).all()
    taken = [row for row in rows if match_ids is None or set(row.match_ids) & set(match_ids)]
    for row in taken:
        row.state = State.CANCELLED
        session.add(row)
    session.flush()
    return taken


def may_be_taken_back(session: Session, handover_id: int, match_id: int) -> bool:
    """Whether nobody has begun to send a letter about this match; so it stays until the transaction ends."""
    query = select(OutboxMessage).where(
        OutboxMessage.handover_id == handover_id, OutboxMessage.state != State.CANCELLED
    )
    rows = session.exec(query.with_for_update(), execution_options={"populate_existing": True}).all()
    return all(row.state is State.PENDING for row in rows if match_id in row.match_ids)


def about(events: Collection[str]) -> sa.ColumnElement[bool]:
    """The rows of these events; a name that ends with a colon stands for all that begin so: `offer:1:` for `offer:1:ending`."""
    begins = [name for name in events if name.endswith(":")]
    return sa.or_(
        col(OutboxMessage.event).in_(set(events).difference(begins)),
        # Not LIKE: SQLite's ignores case, and names may hold its wildcards.
        *(sa.func.substr(col(OutboxMessage.event), 1, len(name)) == name for name in begins),
    )


def claim(
    session: Session, worker: str, limit: int, now: datetime, lease: timedelta = LEASE
) -> list[OutboxMessage]:
    """Take up to `limit` due messages for `worker` until `now + lease`: the most awaited first, then the oldest."""
    due = (
        select(OutboxMessage.id)
        .where(
            col(OutboxMessage.state) == State.PENDING,
            col(OutboxMessage.not_before) <= now,
            col(OutboxMessage.not_after).is_(None) | (col(OutboxMessage.not_after) > now),
        )
        .order_by(col(OutboxMessage.priority), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A plain IN may be evaluated more than once by PostgreSQL, and would then lock more than `limit`.
        .cte("due")
    )
    statement = (
        sa.update(OutboxMessage)
        .where(col(OutboxMessage.id).in_(select(due.c.id)))
        .values(state=State.CLAIMED, claimed_by=worker, claimed_until=now + lease)
        .returning(OutboxMessage)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return sorted(session.scalars(statement), key=lambda row: (row.priority, row.id))


def settle(
    session: Session, row: OutboxMessage, worker: str, outcome: Outcome, now: datetime, rng: random.Random
) -> bool:
    """Record what became of a claimed message, and mark its address if that is to blame; False as `record` says it."""
    settled = record(session.connection(), row, worker, outcome, now, rng)
    if settled and isinstance(outcome, Refused) and outcome.address:
        refuse_address(session, row.to_email, outcome.answer, now)
    return settled


def record(
    connection: sa.Connection,
    row: OutboxMessage,
    worker: str,
    outcome: Outcome,
    now: datetime,
    rng: random.Random,
) -> bool:
    """What became of a claimed message, in one statement; False when the claim had passed to somebody else.

    A message that the server took is recorded as sent whoever holds it by now.
    """
    values = {
        "row": row.id,
        "worker": worker,
        "answer": one_line(outcome.answer, ANSWER_LENGTH),
        "attempt": row.attempts + 1,
        "due": row.not_before,
        "end": None,
        "taken": False,
    }
    match outcome:
        case Sent():
            values |= {"outcome": State.SENT, "end": now, "taken": True}
        case Retry() if row.attempts < len(BACK_OFF):
            delay = BACK_OFF[row.attempts] * rng.uniform(1 - JITTER, 1 + JITTER)
            values |= {"outcome": State.PENDING, "due": now + delay}
        case Unreachable():
            values |= {"outcome": State.PENDING, "attempt": row.attempts}
        case Retry() | Refused():
            values |= {"outcome": State.FAILED, "due": now}  # not due any more: when it was given up
    return connection.execute(_SETTLE, values).rowcount == 1


def _settling() -> sa.Update:
    """One statement for every outcome, so that it is compiled once."""
    table = sa.inspect(OutboxMessage).local_table
    mine = (table.c.state == State.CLAIMED) & (table.c.claimed_by == sa.bindparam("worker"))
    taken = sa.bindparam("taken", type_=sa.Boolean) & (table.c.state != State.SENT)
    return (
        sa.update(table)  # type: ignore[arg-type]
        .where(table.c.id == sa.bindparam("row"), mine | taken)
        .values(
            state=sa.bindparam("outcome"),
            sent_at=sa.bindparam("end"),
            not_before=sa.bindparam("due"),
            attempts=sa.bindparam("attempt"),
            last_answer=sa.bindparam("answer"),
            claimed_by=None,
            claimed_until=None,
        )
    )


_SETTLE = _settling()


def is_final(row: OutboxMessage, outcome: Outcome) -> bool:
    """Whether this outcome ends the attempts without the message having been taken."""
    return isinstance(outcome, Refused) or (isinstance(outcome, Retry) and row.attempts >= len(BACK_OFF))


def resend(session: Session, row_id: int, now: datetime, *, email: str | None = None) -> bool:
    """Put a message that failed or came back in the queue again, to a corrected address if one is given.

    False when it did neither, or was forgotten. It goes out under a new Message-ID: what comes back must not be taken for the first one.
    """
    values: dict[str, Any] = {
        "state": State.PENDING,
        "attempts": 0,
        "not_before": now,
        "not_after": None,
        "sent_at": None,
        "bounce": None,
        "bounced_at": None,
        "message_id": uuid.uuid4().hex,
        "date": now.replace(microsecond=0),
    }
    if email is not None:
        values["to_email"] = email
    returned = (col(OutboxMessage.state) == State.SENT) & col(OutboxMessage.bounced_at).is_not(None)
    statement = sa.update(OutboxMessage).where(
        col(OutboxMessage.id) == row_id,
        col(OutboxMessage.to_email) != NOBODY,
        (col(OutboxMessage.state) == State.FAILED) | returned,
    )
    return _count(session, statement.values(**values)) == 1


def redirect(session: Session, party: str, email: str, now: datetime) -> int:
    """Send to `email` what waits for `party` at another address; how many letters.

    Neither claimed nor settled: what a server may have taken stays where it went. What had been deferred at the other address
    starts anew, and each gets a new Message-ID: what comes back from there must not be taken for it.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.party == party,
        OutboxMessage.state == State.PENDING,
        sa.func.lower(col(OutboxMessage.to_email)) != email.lower(),
    )
    # Locked, so that no worker claims one in between; a claim that came first leaves it out.
    locked = waiting.order_by(col(OutboxMessage.id)).with_for_update()
    rows = session.exec(locked, execution_options={"populate_existing": True}).all()
    for row in rows:
        row.to_email, row.message_id = email, uuid.uuid4().hex
        if row.attempts:
            row.attempts, row.not_before, row.last_answer = 0, now, None
        session.add(row)
    session.flush()
    return len(rows)


def came_back(session: Session, report: Report, now: datetime) -> OutboxMessage | None:
    """Note a delivery report on the message it is about, and mark its address if that is to blame; the message, if known.

    Anybody can write a report. One is believed that names a message by what its recipient alone was told, and then of that recipient only.
    """
    row = _reported(session, report, now)
    if row is None:
        return None
    if report.permanent or row.bounce is None:
        row.bounce, row.bounced_at = one_line(report.words, ANSWER_LENGTH), now if report.permanent else None
        session.add(row)
    if to_blame(row, report):
        refuse_address(session, row.to_email, report.words, now)
    session.flush()
    return row


def to_blame(row: OutboxMessage, report: Report) -> bool:
    """Whether the report says that the very address which we wrote to receives nothing."""
    return report.address and report.recipient in {None, row.to_email.lower()}


def _reported(session: Session, report: Report, now: datetime) -> OutboxMessage | None:
    if report.message_id is None:
        return None
    sent = select(OutboxMessage).where(
        OutboxMessage.state == State.SENT,
        OutboxMessage.message_id == report.message_id,
        col(OutboxMessage.sent_at) > now - REPORTED_WITHIN,
    )
    return session.exec(sent).first()


def release(session: Session, worker: str, ids: Sequence[int]) -> int:
    """Give back claimed messages that were not tried."""
    statement = sa.update(OutboxMessage).where(
        col(OutboxMessage.state) == State.CLAIMED,
        col(OutboxMessage.claimed_by) == worker,
        col(OutboxMessage.id).in_(ids),
    )
    return _count(session, statement.values(state=State.PENDING, claimed_by=None, claimed_until=None))


def sweep(session: Session, now: datetime) -> int:
    """Put back what a dead worker held, and drop what is no longer worth sending; how many rows moved."""
    stuck = sa.update(OutboxMessage).where(
        col(OutboxMessage.state) == State.CLAIMED, col(OutboxMessage.claimed_until) <= now
    )
    late = sa.update(OutboxMessage).where(
        col(OutboxMessage.state) == State.PENDING, col(OutboxMessage.not_after) <= now
    )
    back = _count(session, stuck.values(state=State.PENDING, claimed_by=None, claimed_until=None))
    return back + _count(session, late.values(state=State.CANCELLED, last_answer="too late"))


def _count(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return int(result.rowcount)
