"""Since when each committee that asks for something has had nothing."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

import matching.types as engine
from app.models import Match, Need
from app.models.states import COMMITTED, MatchState
from notifications.typography import PARIS

LOOKED_BACK = timedelta(weeks=53)
"""Longer than anybody may set the longest wait to (`app.weights.forms`)."""


def nothing_since(session: Session, needs: Iterable[engine.Need], now: datetime) -> dict[str, date]:
    """For each committee that has one of these needs, by its id as text, the day since when it has had nothing: of the last article that
    it received or, if that is later, of the oldest of these needs. What it is promised counts as received today. So does, on that day, what it
    let lapse: its turn has come and gone, or one that never answers would be first with everything for ever. One query.
    """
    brought = sa.func.coalesce(Match.received_quantity, Match.quantity) > 0
    missed = (col(Match.state) == MatchState.LAPSED) & col(Match.committee_answered_at).is_(None)
    promised = sa.case((col(Match.state).in_([MatchState.COMPLETED, MatchState.LAPSED]), 0), else_=1)
    query = (
        sa.select(col(Need.committee_id), sa.func.max(Match.closed_at), sa.func.max(promised))
        .join(Match, col(Match.need_id) == col(Need.id))
        .where(
            col(Match.state).in_(COMMITTED) | missed,
            brought,
            col(Match.closed_at).is_(None) | (col(Match.closed_at) >= now - LOOKED_BACK),
        )
        .group_by(col(Need.committee_id))
    )
    last = {
        str(committee): (now if unfinished or at is None else at).astimezone(PARIS).date()
        for committee, at, unfinished in session.execute(query)
    }
    asking: dict[str, date] = {}
    for need in needs:
        committee = need.committee or ""
        since = (need.declared_at or now).astimezone(PARIS).date()
        asking[committee] = min(asking.get(committee, since), since)
    return {committee: max(since, last.get(committee, since)) for committee, since in asking.items()}
