"""What programs may do for a committee, and what they asked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, NAME, TEXT, Row, instant, json_list, json_object, text
from app.models.states import HookEvent
from notifications.models import State
from notifications.types import Key


class ApiToken(Row, table=True):
    """A committee's program. `digest` is SHA-256 of the token, which was shown once; `scopes` are values of `ProgramScope`. It acts in the name of
    `made_by_id`, and no longer than that account may make one."""

    __tablename__ = "api_token"

    id: Key = Field(default=None, primary_key=True)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    made_by_id: int = Field(foreign_key="account.id")
    name: str = text(NAME)
    digest: str = text(64, unique=True)
    scopes: list[str] = json_list()
    made_at: datetime = instant()
    last_used_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)


class ApiCall(Row, table=True):
    """What was asked with a token, and the status of the answer; forgotten after `app.lasting.CALLS`."""

    __tablename__ = "api_call"
    __table_args__ = (sa.Index("ix_api_call_token_id_at", "token_id", "at"),)

    id: Key = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="api_token.id")
    at: datetime = instant(index=True)
    method: str = text(10)
    path: str = text(LINE)
    status: int


class ApiAnswer(Row, table=True):
    """What a request with this key was answered: it is done once, however often it is sent. `asked` is SHA-256 of what it asked."""

    __tablename__ = "api_answer"

    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    key: str = text(64, primary_key=True)
    asked: str = text(64)
    status: int
    answer: dict[str, Any] = json_object()
    at: datetime = instant(index=True)


class ApiOffered(Row, table=True):
    """The offer came by this token."""

    __tablename__ = "api_offered"

    offer_id: int = Field(foreign_key="offer.id", primary_key=True)
    token_id: int = Field(foreign_key="api_token.id", index=True)


class DryRun(Row, table=True):
    """A plan that a committee's program asked for, which the clock makes and nobody writes down. `asked` are needs that do not exist;
    `answer` what the committee would receive, `trouble` a value of `SolverRefusal` where there is none."""

    __tablename__ = "dry_run"

    id: Key = Field(default=None, primary_key=True)
    key: str = text(64, unique=True)
    token_id: int = Field(foreign_key="api_token.id")
    committee_id: int = Field(foreign_key="committee.id")
    asked: list[Any] = json_list()
    asked_at: datetime = instant(index=True)
    done_at: datetime | None = instant(nullable=True)
    answer: list[Any] = json_list()
    trouble: str = text(20)


class Webhook(Row, table=True):
    """An address that is told of a committee's `events` (values of `HookEvent`). Its secret is made of the portal's and `nonce`, and kept nowhere."""

    __tablename__ = "webhook"

    id: Key = Field(default=None, primary_key=True)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    made_by_id: int = Field(foreign_key="account.id")
    url: str = text(LINE)
    events: list[str] = json_list()
    nonce: str = text(64)
    made_at: datetime = instant()
    stopped_at: datetime | None = instant(nullable=True)


class HookDelivery(Row, table=True):
    """What is to be told to an address, written in the transaction of what it tells: as letters are. `uid` stays the same however often it is
    sent; `due_at` is when it is next, a lease of whoever sends it included."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "decision_id"),
        sa.Index("ix_hook_delivery_outcome_due_at", "outcome", "due_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    decision_id: int = Field(foreign_key="decision.id")
    uid: str = text(36, unique=True)
    event: HookEvent = Field(sa_type=enum_type(HookEvent))
    body: str = text(TEXT)
    outcome: State = Field(default=State.PENDING, sa_type=enum_type(State))
    at: datetime = instant(index=True)
    due_at: datetime = instant()
    attempts: int = 0
    answer: str = text(LINE)
    sent_at: datetime | None = instant(nullable=True)


class PublishedOffer(Row, table=True):
    """A gift that was offered to another portal too. `url` is its address there, empty where that took none, `trouble` why; `articles` are the
    offered items in the order in which they were sent, `paused` those that are not planned here while a committee there counts on them."""

    __tablename__ = "published_offer"

    offer_id: int = Field(foreign_key="offer.id", primary_key=True)
    url: str = text(LINE)
    articles: list[int] = json_list()
    paused: list[int] = json_list()
    trouble: str = text(LINE)
    over_at: datetime | None = instant(nullable=True, index=True)
