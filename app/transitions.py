"""The single writer of states: moves a row and leaves a Decision behind, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.models import Decision, Match, Need, Offer
from app.models.states import ActorKind, Reason, Verb

Subject = Offer | Need | Match


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a donor or a committee by its link, an account that signed in, or the portal itself."""

    kind: ActorKind
    account_id: int | None = None

    @classmethod
    def account(cls, account_id: int) -> "Actor":
        return cls(ActorKind.ACCOUNT, account_id)


DONOR = Actor(ActorKind.DONOR)
COMMITTEE = Actor(ActorKind.COMMITTEE)
SYSTEM = Actor(ActorKind.SYSTEM)


def note_decision(
    session: Session,
    subject: Subject,
    verb: Verb,
    actor: Actor,
    now: datetime,
    *,
    from_state: str = "",
    reason: Reason | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Decision:
    """Add to the audit trail without moving anything. `subject` must have been flushed."""
    column = {Offer: "offer_id", Need: "need_id", Match: "match_id"}[type(subject)]
    if subject in session.new:
        session.flush()
    decision = Decision(
        at=now,
        actor=actor.kind,
        account_id=actor.account_id,
        verb=verb,
        from_state=from_state,
        to_state=subject.state,
        reason=reason,
        note=note,
        data=data or {},
        **{column: subject.id},
    )
    session.add(decision)
    return decision


def move(
    session: Session,
    subject: Subject,
    to: StrEnum,
    verb: Verb,
    actor: Actor,
    now: datetime,
    *,
    reason: Reason | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Decision:
    """Take `subject` to the state `to` and say who did it.

    Raises IllegalTransitionError if the table does not list the move; nothing is changed then.
    """
    came_from = subject.state
    subject.state = to  # type: ignore[assignment]
    return note_decision(
        session, subject, verb, actor, now, from_state=came_from, reason=reason, note=note, data=data
    )
