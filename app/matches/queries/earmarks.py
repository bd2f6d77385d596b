"""What is kept of an article for a committee, and how much of it that committee has not been given yet."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import day_of
from app.db import among
from app.models import Committee, Earmark, Match, Need
from app.models.states import COMMITTED, MatchState


@dataclass(frozen=True, slots=True)
class StandingEarmark:
    """An earmark that holds today; `left` pieces of it are not given to its committee yet."""

    earmark: Earmark
    left: int

    def is_for(self, need: Need) -> bool:
        """Whether this need may be given what is kept."""
        return self.earmark.need_id == need.id or (
            self.earmark.need_id is None and self.earmark.committee_id == need.committee_id
        )


def beyond_plans() -> sa.ColumnElement[bool]:
    """The live matches that no plan changes: what is promised, and proposals that somebody made by hand."""
    by_hand = (col(Match.state) == MatchState.PROPOSED) & col(Match.by_hand_id).is_not(None)
    return col(Match.state).in_(COMMITTED) | by_hand


def of_plans() -> sa.ColumnElement[bool]:
    """The proposals that plans alone made, and may change."""
    return (col(Match.state) == MatchState.PROPOSED) & col(Match.by_hand_id).is_(None)


def holds(now: datetime) -> sa.ColumnElement[bool]:
    """Earmarks that nobody let go of and whose last day is not over, in Paris: a coordinator typed it."""
    return col(Earmark.released_at).is_(None) & (col(Earmark.until) >= day_of(now))


def standing(
    session: Session, now: datetime, item_ids: Collection[int] | None = None
) -> list[StandingEarmark]:
    """The earmarks of these articles (None: of all) that still keep something, by id. Two queries at most."""
    query = select(Earmark).where(holds(now)).order_by(col(Earmark.id))
    if item_ids is not None:
        query = query.where(among(Earmark.offered_item_id, item_ids))
    found = session.exec(query).all()
    given = _given(session, found) if found else {}
    kept = (StandingEarmark(each, each.quantity - given.get(each.id, 0)) for each in found)
    return [each for each in kept if each.left > 0]


def _given(session: Session, earmarks: Collection[Earmark]) -> dict[int, int]:
    """For each of these, how many pieces its committee, or its need, was promised since."""
    query = (
        select(Earmark.id, sa.func.sum(Match.quantity))
        .join(Match, col(Match.offered_item_id) == col(Earmark.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(
            among(Earmark.id, [each.id for each in earmarks]),
            col(Need.committee_id) == col(Earmark.committee_id),
            col(Earmark.need_id).is_(None) | (col(Earmark.need_id) == col(Need.id)),
            sa.func.coalesce(Match.approved_at, Match.proposed_at) >= col(Earmark.created_at),
            beyond_plans(),
        )
        .group_by(col(Earmark.id))
    )
    return {key: int(total) for key, total in session.exec(query)}


def kept_of(session: Session, now: datetime, item_ids: Collection[int] | None = None) -> dict[int, int]:
    """For each of these articles (None: all), how many pieces are kept for somebody. Articles of which none is are absent."""
    found: defaultdict[int, int] = defaultdict(int)
    for each in standing(session, now, item_ids):
        found[each.earmark.offered_item_id] += each.left
    return dict(found)


def told(
    session: Session, now: datetime, item_ids: Collection[int]
) -> dict[int, list[tuple[StandingEarmark, str]]]:
    """For each of these articles, what is kept of it, with the names of the committees."""
    found: defaultdict[int, list[tuple[StandingEarmark, str]]] = defaultdict(list)
    kept = standing(session, now, item_ids)
    names = (
        dict(
            session.exec(
                select(Committee.id, Committee.name).where(
                    among(Committee.id, {each.earmark.committee_id for each in kept})
                )
            ).all()
        )
        if kept
        else {}
    )
    for each in kept:
        found[each.earmark.offered_item_id].append((each, names[each.earmark.committee_id]))
    return dict(found)
