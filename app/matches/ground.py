"""What the pairings of a plan rest on, looked at again under locks before they are written.

Anything that the engine was told may have been edited while it solved: the article, the need, its committee, the action
and who collects for it, what refusals taught. A pairing stands if both sides would be told the same now, and no rule of
now forbids it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

import matching.types as engine
from app.db import among
from app.holding import hold_committees
from app.lessons import queries as lessons
from app.matches.queries.engine import Board, ended, need_of, offer_of, open_items, open_needs
from app.models import Need, OfferedItem
from matching.rules import Situation, broken


@dataclass(frozen=True, slots=True)
class Ground:
    """Articles and needs by id, each with all of its pieces: as the plan took them, and as they are now."""

    offers_then: Mapping[int, engine.Offer]
    needs_then: Mapping[int, engine.Need]
    offers: Mapping[int, engine.Offer]
    needs: Mapping[int, engine.Need]
    situation: Situation
    freed_by: Mapping[int, int]
    """For an offered item, the latest match of it that came to nothing."""

    @classmethod
    def read(
        cls,
        session: Session,
        board: Board,
        item_ids: Collection[int],
        need_ids: Collection[int],
        now: datetime,
    ) -> "Ground":
        """The caller holds the articles and needs; their committees are held from here on."""
        hold_committees(session, need_ids)
        over = list(ended(session))
        return cls(
            offers_then={
                key: replace(each, quantity=board.items[key].quantity)
                for each in board.offers
                if (key := int(each.id)) in item_ids
            },
            needs_then={int(each.id): each for each in board.needs if int(each.id) in need_ids},
            offers={
                item.id: offer_of(item, offer, item.quantity)
                for item, offer in open_items(session, now, among(OfferedItem.id, item_ids))
            },
            needs={
                row[0].id: need_of(*row, row[0].quantity)
                for row in open_needs(session, now, among(Need.id, need_ids))
            },
            situation=Situation(
                now=board.now,
                barred=frozenset((str(item), str(need)) for _match, item, need in over),
                lessons=lessons.for_planning(session, now),
            ),
            freed_by={item: match for match, item, _need in over},
        )

    def bears(self, item_id: int, need_id: int, quantity: int) -> bool:
        """Whether a pairing of so many pieces still stands. How many are free is not looked at."""
        offer, need = self.offers.get(item_id), self.needs.get(need_id)
        if offer is None or need is None:
            return False
        need_then = self.needs_then[need_id]
        return (
            offer == self.offers_then[item_id]
            and replace(need, quantity=0) == replace(need_then, quantity=0)
            and not broken(
                replace(offer, quantity=quantity), replace(need, quantity=quantity), self.situation
            )
        )
