"""Reads about matches. Quantities are asked for many rows at once, never one row at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.db import among
from app.holding import Held
from app.matches.queries import earmarks
from app.matches.queries.earmarks import beyond_plans as beyond_plans
from app.matches.queries.earmarks import of_plans as of_plans
from app.models import Match, Need, OfferedItem
from app.models.states import COMMITTED, LIVE, Aside, MatchState


def known_to_sides(approved_before: datetime) -> sa.ColumnElement[bool]:
    """Leaves out what a coordinator may still undo: nobody was written to, so neither side is to see it or answer it."""
    return sa.or_(
        col(Match.state) != MatchState.APPROVED,
        col(Match.approved_at).is_(None),
        col(Match.approved_at) <= approved_before,
        col(Match.committee_answered_at).is_not(None),
    )


States = Collection[MatchState] | sa.ColumnElement[bool]


def _in(states: States) -> sa.ColumnElement[bool]:
    return states if isinstance(states, sa.ColumnElement) else col(Match.state).in_(states)


RECEIVED = sa.func.coalesce(Match.received_quantity, Match.quantity)
"""Pieces that came, or are to come."""

BROUGHT = sa.case((col(Match.meets_need), RECEIVED), else_=0)
"""Those of them that count for the need."""

_CAME = sa.case((Match.quantity > RECEIVED, RECEIVED), else_=Match.quantity)
HELD = sa.case(
    (col(Match.state) == MatchState.COMPLETED, _CAME + col(Match.gone_quantity)),
    (col(Match.state) == MatchState.FAILED, col(Match.gone_quantity)),
    else_=Match.quantity,
)
"""Pieces of the article that a match holds: what did not come and is not gone is still on offer; what came beside was not."""


def taken_from_items(
    session: Session, offered_item_ids: Collection[int] | None, states: States = LIVE, *, gone: bool = True
) -> dict[int, int]:
    """For each offered item, how many pieces matches in `states` hold; and those that a report said are gone, unless `gone` is
    false. Items of which none is are absent.

    `None` asks for all items.
    """
    lost = (col(Match.state) == MatchState.FAILED) & (col(Match.gone_quantity) > 0)
    query = (
        select(Match.offered_item_id, sa.func.sum(HELD))
        .where(_in(states) | lost if gone else _in(states))
        .group_by(col(Match.offered_item_id))
    )
    if offered_item_ids is not None:
        query = query.where(among(Match.offered_item_id, offered_item_ids))
    return {item: int(quantity) for item, quantity in session.exec(query)}


def taken_for_needs(
    session: Session, need_ids: Collection[int] | None, states: States = LIVE
) -> dict[int, int]:
    """For each need, how many pieces matches in `states` bring; what was received counts for completed ones.

    `None` asks for all needs.
    """
    query = select(Match.need_id, sa.func.sum(BROUGHT)).where(_in(states)).group_by(col(Match.need_id))
    if need_ids is not None:
        query = query.where(among(Match.need_id, need_ids))
    return {need: int(total) for need, total in session.exec(query)}


def lacking(session: Session, need: Need) -> int:
    """What a need lacks beside what is on its way or was received; 1 at least, for a gift that has just been lost."""
    return max(need.quantity - taken_for_needs(session, [need.id], COMMITTED).get(need.id, 0), 1)


def pieces_of_offer(session: Session, offer_id: int) -> dict[int, int]:
    """For each article of an offer that is still offered or held back, how many pieces were offered."""
    over = col(OfferedItem.aside).in_([Aside.REFUSED, Aside.WITHDRAWN])
    rows = session.exec(
        select(OfferedItem.id, OfferedItem.quantity).where(
            OfferedItem.offer_id == offer_id, col(OfferedItem.aside).is_(None) | ~over
        )
    )
    return dict(rows.all())


class PiecesForNeed(Protocol):
    """So many pieces of an article for a need: a match, or one to be."""

    @property
    def offered_item_id(self) -> int: ...
    @property
    def need_id(self) -> int: ...
    @property
    def quantity(self) -> int: ...


@dataclass(slots=True)
class Margins:
    """How many pieces are still free of each held item and need, and which pairs stand, counting matches in `states`.

    At most one unfinished match may stand between the same article and the same need. Pieces that are kept for a
    committee (`Earmark`) are free for its needs alone.
    """

    of_items: dict[int, int]
    of_needs: dict[int, int]
    pairs: set[tuple[int, int]]
    kept: dict[tuple[int, int], int]
    """For an (item, need), the pieces that are kept for its committee."""

    @classmethod
    def read(cls, session: Session, held: Held, states: States, now: datetime) -> "Margins":
        """What the held rows leave free now; negative where more is taken than there is."""
        from_items = taken_from_items(session, held.items, states)
        for_needs = taken_for_needs(session, held.needs, states)
        standing = select(Match.offered_item_id, Match.need_id).where(
            among(Match.offered_item_id, held.items),
            among(Match.need_id, held.needs),
            _in(states),
            col(Match.state) != MatchState.COMPLETED,
        )
        kept = earmarks.standing(session, now, held.items)
        for each in kept:
            item_id = each.earmark.offered_item_id
            from_items[item_id] = from_items.get(item_id, 0) + each.left
        return cls(
            {key: item.quantity - from_items.get(key, 0) for key, item in held.items.items()},
            {key: need.quantity - for_needs.get(key, 0) for key, need in held.needs.items()},
            {(item, need) for item, need in session.exec(standing)},
            {
                (each.earmark.offered_item_id, key): each.left
                for each in kept
                for key, need in held.needs.items()
                if each.is_for(need)
            },
        )

    def free_for(self, item_id: int, need_id: int) -> int:
        """How many pieces of the item this need may still be given."""
        return self.of_items[item_id] + self.kept.get((item_id, need_id), 0)

    def take(self, match: PiecesForNeed) -> None:
        """Count a match in."""
        self.pairs.add((match.offered_item_id, match.need_id))
        self.grow(match, match.quantity)

    def give_back(self, match: PiecesForNeed) -> None:
        """Count a match out."""
        self.pairs.discard((match.offered_item_id, match.need_id))
        self.grow(match, -match.quantity)

    def grow(self, match: PiecesForNeed, more: int) -> None:
        """Count a standing match as larger by `more` pieces (smaller where negative)."""
        pair = match.offered_item_id, match.need_id
        from_kept = max(0, min(more, self.kept.get(pair, 0)))
        if from_kept:
            self.kept[pair] -= from_kept
        self.of_items[pair[0]] = self.of_items.get(pair[0], 0) - (more - from_kept)
        self.of_needs[pair[1]] = self.of_needs.get(pair[1], 0) - more
