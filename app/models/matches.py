"""Pairings of an offered article with a need, how they are handed over, and who decided what."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, TEXT, Row, guard_states, instant, json_list, json_object, text
from app.models.states import ActorKind, Condition, MatchState, Reason, Transport, Verb
from notifications.types import Key


class WeightsVersion(Row, table=True):
    """Weights that plans were made with; `version` is the engine's own fingerprint of `weights`."""

    __tablename__ = "weights_version"

    id: Key = Field(default=None, primary_key=True)
    version: str = text(64, unique=True)
    weights: dict[str, Any] = json_object()
    note: str = text(TEXT)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = instant(index=True)


class WeightsChoice(Row, table=True):
    """The decision that plans use these weights from now on. The latest one counts; none means the engine's own."""

    __tablename__ = "weights_choice"

    id: Key = Field(default=None, primary_key=True)
    weights_version_id: int = Field(foreign_key="weights_version.id", index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    note: str = text(TEXT)
    at: datetime = instant(index=True)


class PlanRun(Row, table=True):
    """One plan: what it weighed, what it found, how long it took (seconds). `prices` are those of `matching.types.Ahead` that
    the matches of the plan were compared with, where it looked ahead.
    """

    __tablename__ = "plan_run"

    id: Key = Field(default=None, primary_key=True)
    started_at: datetime = instant(index=True)
    seconds: float = 0.0
    weights_version: str = text(64)
    offers: int = 0
    needs: int = 0
    proposed: int = 0
    superseded: int = 0
    value: float = 0.0
    bound: float = 0.0
    prices: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=sa.JSON,
        nullable=False,
        sa_column_kwargs={"server_default": sa.text("'{}'")},
    )


class Match(Row, table=True):
    """So many of this article for that need; one live row at most for both (see `schema`).

    `inputs` keeps what the score was computed from, so that it can be computed again. `answer_by` is set on approval.
    An approved match is accepted once both `donor_answered_at` and `committee_answered_at` are known; `answer_by` is then
    when a time must be found. `reminded_at` is when whoever is awaited was last reminded of it; each new wait clears it.
    `by_hand_id` is the coordinator who made it or set its quantity: plans leave such a proposal as it is. `overridden` names
    the engine's rules that it breaks and that were set aside for it, with commas.
    From its first approval on it belongs to a trip (`handover_id`). `donor_says` and `committee_says` are "yes", "not_yet" or "no".
    Once it is over, `gone_quantity` are the pieces that did not come and that the donor has no more, and what came counts for the
    need where it `meets_need`. `came_at` is the appointment at which it came, whatever becomes of the rest of its trip.
    """

    __tablename__ = "match"
    __table_args__ = (
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        sa.CheckConstraint("received_quantity BETWEEN 0 AND 1000000", name="received_quantity_range"),
        sa.CheckConstraint("gone_quantity BETWEEN 0 AND quantity", name="gone_quantity_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    offered_item_id: int = Field(foreign_key="offered_item.id", index=True)
    need_id: int = Field(foreign_key="need.id", index=True)
    plan_run_id: int | None = Field(default=None, foreign_key="plan_run.id", index=True)
    state: MatchState = Field(default=MatchState.PROPOSED, sa_type=enum_type(MatchState), index=True)
    quantity: int = 1
    score: float = 0.0
    parts: dict[str, Any] = json_object()
    reasons: list[Any] = json_list()
    inputs: dict[str, Any] = json_object()
    weights_version: str = text(64)
    distance_km: float = 0.0
    transport: Transport = Field(default=Transport.COMMITTEE_COLLECTS, sa_type=enum_type(Transport))
    proposed_at: datetime = instant(index=True)
    approved_at: datetime | None = instant(nullable=True)
    answer_by: datetime | None = instant(nullable=True, index=True)
    donor_answered_at: datetime | None = instant(nullable=True)
    committee_answered_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    came_at: datetime | None = instant(nullable=True)
    reminded_at: datetime | None = instant(nullable=True)
    by_hand_id: int | None = Field(default=None, foreign_key="account.id")
    overridden: str = text(LINE, sa_column_kwargs={"server_default": sa.text("''")})
    handover_id: int | None = Field(default=None, foreign_key="handover.id", index=True)
    donor_says: str | None = Field(default=None, max_length=10)
    committee_says: str | None = Field(default=None, max_length=10)
    received_quantity: int | None = None
    received_condition: Condition | None = Field(default=None, sa_type=enum_type(Condition), nullable=True)
    gone_quantity: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    meets_need: bool = Field(default=True, sa_column_kwargs={"server_default": sa.text("true")})
    version: int = Field(default=1)

    @property
    def held(self) -> int:
        """Pieces of the article that it holds while it is live: what did not come and is not gone is still on offer."""
        if self.state is not MatchState.COMPLETED or self.received_quantity is None:
            return self.quantity
        return min(self.received_quantity, self.quantity) + self.gone_quantity

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The names of the rules that do not hold for this match."""
        return tuple(filter(None, self.overridden.split(",")))


class Earmark(Row, table=True):
    """So many pieces of an article, kept for a committee, or for one need of its, until the end of the day `until`.

    Until then nobody else is given them, and plans do not count on them; what the committee is given meanwhile counts
    against them. `released_at` is when somebody let go of them before.
    """

    __tablename__ = "earmark"
    __table_args__ = (sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),)

    id: Key = Field(default=None, primary_key=True)
    offered_item_id: int = Field(foreign_key="offered_item.id", index=True, ondelete="CASCADE")
    committee_id: int = Field(foreign_key="committee.id", index=True)
    need_id: int | None = Field(default=None, foreign_key="need.id", index=True)
    quantity: int = 1
    until: date = Field(index=True)
    note: str = text(TEXT)
    account_id: int = Field(foreign_key="account.id")
    created_at: datetime = instant()
    released_at: datetime | None = instant(nullable=True)


class Handover(Row, table=True):
    """One trip between an offer and a committee, for all the matches that name it: times proposed, the time chosen.

    It is going on while one of them is approved, accepted or scheduled. While it has no time, what is approved between the two
    joins it (`app.joining`). `uid` and `sequence` are those of the calendar file (RFC 5545). `place` is shown to both sides
    once scheduled. `fixed_at` is when the time was chosen, `reminded_at` when both were told that it is tomorrow.
    `served` is what it served, in the committee's words, as a coordinator lets the donor read them; `words_at` is when the committee
    left words that no coordinator has looked at yet.
    """

    __tablename__ = "handover"
    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="time_order"),)

    id: Key = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", index=True)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    transport: Transport = Field(default=Transport.COMMITTEE_COLLECTS, sa_type=enum_type(Transport))
    place: str = text(LINE)
    committee_note: str = text(TEXT)
    donor_note: str = text(TEXT)
    starts_at: datetime | None = instant(nullable=True, index=True)
    ends_at: datetime | None = instant(nullable=True)
    uid: str = text(120, unique=True)
    sequence: int = 0
    fixed_at: datetime | None = instant(nullable=True)
    reminded_at: datetime | None = instant(nullable=True)
    asked_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    served: str = text(TEXT, sa_column_kwargs={"server_default": sa.text("''")})
    words_at: datetime | None = instant(nullable=True, index=True)


class HandoverSlot(Row, table=True):
    """A time that the committee proposes."""

    __tablename__ = "handover_slot"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="time_order"),
        sa.UniqueConstraint("handover_id", "starts_at"),
    )

    id: Key = Field(default=None, primary_key=True)
    handover_id: int = Field(foreign_key="handover.id", index=True, ondelete="CASCADE")
    starts_at: datetime = instant()
    ends_at: datetime = instant()


class Decision(Row, table=True):
    """Who did what to an offer, a need, a match, a donor, a committee, a round or an account, when, and with which coded reason. Never deleted, and never changed
    but for the words that forgetting takes out (`app.forgetting`).

    `account_id` is the account that decided. `data` holds what the rows will not tell any more: no secret.
    """

    __tablename__ = "decision"
    __table_args__ = (
        sa.CheckConstraint(
            "CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END + CASE WHEN need_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN match_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN about_account_id IS NULL THEN 0 ELSE 1 END + CASE WHEN donor_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN committee_id IS NULL THEN 0 ELSE 1 END + CASE WHEN round_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_subject",
        ),
        sa.Index("ix_decision_verb_at", "verb", "at"),
        sa.Index("ix_decision_account_id_at", "account_id", "at"),
    )

    id: Key = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    offer_id: int | None = Field(default=None, foreign_key="offer.id", index=True)
    need_id: int | None = Field(default=None, foreign_key="need.id", index=True)
    match_id: int | None = Field(default=None, foreign_key="match.id", index=True)
    about_account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    donor_id: int | None = Field(default=None, foreign_key="donor.id", index=True)
    committee_id: int | None = Field(default=None, foreign_key="committee.id", index=True)
    round_id: int | None = Field(default=None, foreign_key="round.id", index=True)
    actor: ActorKind = Field(sa_type=enum_type(ActorKind))
    account_id: int | None = Field(default=None, foreign_key="account.id")
    verb: Verb = Field(sa_type=enum_type(Verb))
    from_state: str = text(20)
    to_state: str = text(20)
    reason: Reason | None = Field(default=None, sa_type=enum_type(Reason), nullable=True)
    note: str = text(TEXT)
    data: dict[str, Any] = json_object()


Match.__mapper__.version_id_col = Match.__table__.c.version  # type: ignore[attr-defined]
guard_states(Match, MatchState)
