"""What is to be sent, what the clock has run, and which addresses the mail server refused for good."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from pydantic import ConfigDict
from sqlalchemy.schema import conv
from sqlmodel import Field, SQLModel

from notifications.types import Key, UtcDateTime, enum_column_type

NOBODY = "oublie@anonyme.invalid"
"""Whom a letter is to once it has been forgotten."""


class State(StrEnum):
    """Where a message stands: pending → claimed → sent | failed, back to pending for a retry, or cancelled."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a run of a job ended; `running` that never ends is a run that was killed."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"


class Row(SQLModel):
    """The base of the tables: values are validated when assigned, not only by the forms."""

    model_config = ConfigDict(validate_assignment=True, extra="forbid", defer_build=True)  # type: ignore[assignment]


class OutboxMessage(Row, table=True):
    """One message to one person about one event; written in the event's own transaction.

    `message_id` is the left half of the Message-ID header and `boundary` the outer MIME boundary: both are fixed
    here, with `date`, so that a copy sent after a crash is the same to the byte.
    """

    __tablename__: ClassVar[Any] = "outbox_message"
    __table_args__ = (
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("event", "party", "message", name="uq_outbox_message_event_party_message"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_message_id"),
        sa.CheckConstraint("attempts >= 0", name=conv("ck_outbox_message_attempts")),
        sa.CheckConstraint(
            "(state = 'claimed') = (claimed_by IS NOT NULL AND claimed_until IS NOT NULL)",
            name=conv("ck_outbox_message_claim"),
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=conv("ck_outbox_message_sent_at")
        ),
        sa.Index("ix_outbox_message_queue", "state", "priority", "not_before"),
        sa.Index("ix_outbox_message_handover_id", "handover_id"),
        sa.Index("ix_outbox_message_party", "party"),
        sa.Index("ix_outbox_message_bounced_at", "bounced_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    event: str = Field(max_length=200)
    party: str = Field(max_length=200)
    message: str = Field(max_length=64)
    # The trip that it is about, and which of its matches.
    handover_id: int | None = None
    match_ids: list[int] = Field(default_factory=list, sa_type=sa.JSON, nullable=True)

    to_name: str = Field(max_length=200)
    to_email: str = Field(max_length=320)
    language: str = Field(max_length=8)
    subject: str = Field(max_length=300)
    body_text: str = Field(sa_type=sa.Text)
    body_html: str = Field(sa_type=sa.Text)
    attachments: list[dict[str, str]] = Field(default_factory=list, sa_type=sa.JSON)
    list_unsubscribe: str | None = Field(default=None, max_length=2000)
    reply_to: str | None = Field(default=None, max_length=320)

    message_id: str = Field(max_length=64)
    boundary: str = Field(max_length=64)
    date: datetime = Field(sa_type=UtcDateTime)

    priority: int = 0
    not_before: datetime = Field(sa_type=UtcDateTime)
    not_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: State = Field(
        default=State.PENDING,
        sa_type=enum_column_type(State, "ck_outbox_message_state"),
    )
    claimed_by: str | None = Field(default=None, max_length=200)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    last_answer: str | None = Field(default=None, max_length=500)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # What came back after the server had taken it: the other system's words, and when.
    bounce: str | None = Field(default=None, max_length=500)
    bounced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class RefusedAddress(Row, table=True):
    """An address that a mail server refused for good, in lower case, with the server's words."""

    __tablename__: ClassVar[Any] = "refused_address"
    __table_args__ = (
        sa.PrimaryKeyConstraint("id", name="pk_refused_address"),
        sa.UniqueConstraint("email", name="uq_refused_address_email"),
    )

    id: Key = Field(default=None, primary_key=True)
    email: str = Field(max_length=320)
    reason: str = Field(max_length=500)
    at: datetime = Field(sa_type=UtcDateTime)


class JobRun(Row, table=True):
    """One run of one job of the scheduler."""

    __tablename__: ClassVar[Any] = "job_run"
    __table_args__ = (
        sa.PrimaryKeyConstraint("id", name="pk_job_run"),
        sa.Index("ix_job_run_name_started_at", "name", "started_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    name: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: Outcome = Field(
        default=Outcome.RUNNING,
        sa_type=enum_column_type(Outcome, "ck_job_run_outcome"),
    )
    # Why it failed. Runs recorded before there were figures say here in French what they did.
    detail: str | None = Field(default=None, max_length=500)
    figures: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    next_run_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
