"""What the clock does about answers that do not come: one reminder half-way, then the reservation is let go."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.claims import claim
from app.days import is_working_day
from app.db import among
from app.holding import hold_matches
from app.matches import letters
from app.models import Committee, Match, Need
from app.models.states import MatchState, Verb
from app.post.desk import Desk
from app.transitions import SYSTEM, move

AWAITED = (MatchState.APPROVED, MatchState.ACCEPTED)
"""States in which `answer_by` counts: an answer, then a time, is awaited."""


def remind(session: Session, desk: Desk, now: datetime) -> int:
    """Remind whoever has not answered, once, half-way to the deadline, on a working day of the committee's; how many matches.

    Where the donor lives it may be night: that letter waits for the morning.
    """
    awaited = (
        col(Match.state).in_(AWAITED),
        col(Match.answer_by) > now,
        col(Match.answer_by) <= now + desk.answer_within / 2,
        col(Match.reminded_at).is_(None),
    )
    query = (
        sa.select(col(Match.id), Committee)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*awaited)
    )
    due = [key for key, committee in session.execute(query) if is_working_day(now, committee.zone)]
    claimed = claim(session, Match, "reminded_at", lambda ids: ids.where(among(Match.id, due), *awaited), now)
    if claimed:
        letters.remind(session, claimed, desk, now)
    return len(claimed)


def lapse_overdue(session: Session, now: datetime) -> list[Match]:
    """Let go of what nobody answered in time, and of gifts that both want and no time was found for; both sides are told.

    The next plan proposes the runner-up.
    """
    overdue = session.exec(
        select(Match.id).where(col(Match.state).in_(AWAITED), col(Match.answer_by) <= now)
    ).all()
    if not overdue:
        return []
    held = hold_matches(session, overdue)
    lapsed = []
    for match in held.matches.values():
        if match.state in AWAITED and match.answer_by is not None and match.answer_by <= now:
            end = MatchState.LAPSED if match.state is MatchState.APPROVED else MatchState.FAILED
            move(session, match, end, Verb.LAPSE, SYSTEM, now)
            match.closed_at = now
            lapsed.append(match)
    return lapsed
