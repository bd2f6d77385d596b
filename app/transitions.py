"""The single writer of states: moves a row and leaves a Decision behind, in the caller's transaction.

Before that transaction commits, its decisions are told (`app.letters`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.models import Account, Action, Box, Committee, Decision, Donor, Match, Need, Offer, Receipt, Round
from app.models.states import ActorKind, MatchState, Reason, Verb

Subject = Offer | Need | Match | Round
"""What has states."""
About = Subject | Account | Donor | Committee
UNTOLD = "decisions"


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
    subject: About,
    verb: Verb,
    actor: Actor,
    now: datetime,
    *,
    from_state: str = "",
    to_state: str | None = None,
    reason: Reason | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Decision:
    """Add to the audit trail without moving anything.

    `data` is plain JSON, and no secret: the trail is kept, shown and backed up.
    """
    if subject in session.new:
        session.flush()
    decision = Decision(
        at=now,
        actor=actor.kind,
        account_id=actor.account_id,
        verb=verb,
        from_state=from_state,
        to_state=to_state or (subject.state if isinstance(subject, Subject) else ""),
        reason=reason,
        note=note,
        data=data or {},
        offer_id=subject.id if isinstance(subject, Offer) else None,
        need_id=subject.id if isinstance(subject, Need) else None,
        match_id=subject.id if isinstance(subject, Match) else None,
        about_account_id=subject.id if isinstance(subject, Account) else None,
        donor_id=subject.id if isinstance(subject, Donor) else None,
        committee_id=subject.id if isinstance(subject, Committee) else None,
        round_id=subject.id if isinstance(subject, Round) else None,
    )
    session.add(decision)
    session.info.setdefault(UNTOLD, []).append(decision)
    return decision


def note_proposals(session: Session, told: Mapping[int, dict[str, Any]], now: datetime) -> None:
    """Add to the audit trail that these matches were proposed by a plan, with what is to be kept of each. There may be thousands, and
    no letter tells of one: they are not held to be told.
    """
    session.execute(
        sa.insert(Decision),
        [
            {
                "at": now,
                "actor": ActorKind.SYSTEM,
                "verb": Verb.PROPOSE,
                "to_state": MatchState.PROPOSED,
                "match_id": key,
                "data": data,
            }
            for key, data in told.items()
        ],
    )


def move(
    session: Session,
    subject: Subject | Receipt | Box,
    to: StrEnum,
    verb: Verb,
    actor: Actor,
    now: datetime,
    *,
    reason: Reason | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Decision:
    """Take `subject` to the state `to` and say who did it; of a receipt, where its offer's history tells it,
    of a box, where that of the committee does which collects.

    Raises IllegalTransitionError if the table does not list the move; nothing is changed then.
    """
    came_from = subject.state
    subject.state = to  # type: ignore[assignment]
    about = _told_of(session, subject)
    return note_decision(
        session,
        about,
        verb,
        actor,
        now,
        from_state=came_from,
        to_state=to,
        reason=reason,
        note=note,
        data=data,
    )


def _told_of(session: Session, subject: Subject | Receipt | Box) -> About:
    if isinstance(subject, Receipt):
        return session.get_one(Offer, subject.offer_id)
    if isinstance(subject, Box):
        return session.get_one(Committee, session.get_one(Action, subject.action_id).committee_id)
    return subject


def decided(session: Session) -> list[Decision]:
    """What was decided since the last call, or since the transaction began, in that order and with its numbers.

    What was rolled back to a savepoint was not decided: SQLAlchemy has put it out of the session.
    """
    session.flush()
    return [each for each in session.info.pop(UNTOLD, ()) if each in session]


def event_of(decision_id: int) -> str:
    """The name under which the letters about a decision stand in the outbox."""
    return f"decision:{decision_id}"
