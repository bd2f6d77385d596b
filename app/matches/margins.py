"""How many pieces are still free of each locked article and need: what no decision about quantities may go below."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.db import among
from app.holding import Held
from app.matches import queries
from app.models import Match
from app.models.states import MatchState


@dataclass(slots=True)
class Margins:
    """How many pieces are still free of each held item and need, and which pairs stand, counting matches in `states`.

    At most one unfinished match may stand between the same article and the same need.
    """

    of_items: dict[int, int]
    of_needs: dict[int, int]
    pairs: set[tuple[int, int]]

    @classmethod
    def read(cls, session: Session, held: Held, states: Collection[MatchState]) -> "Margins":
        """What the held rows leave free now; negative where more is taken than there is."""
        from_items = queries.taken_from_items(session, held.items, states)
        for_needs = queries.taken_for_needs(session, held.needs, states)
        standing = select(Match.offered_item_id, Match.need_id).where(
            among(Match.offered_item_id, held.items),
            among(Match.need_id, held.needs),
            col(Match.state).in_(set(states) - {MatchState.COMPLETED}),
        )
        return cls(
            {key: item.quantity - from_items.get(key, 0) for key, item in held.items.items()},
            {key: need.quantity - for_needs.get(key, 0) for key, need in held.needs.items()},
            {(item, need) for item, need in session.exec(standing)},
        )

    def take(self, match: Match) -> None:
        """Count a match in."""
        self.pairs.add((match.offered_item_id, match.need_id))
        self.grow(match, match.quantity)

    def give_back(self, match: Match) -> None:
        """Count a match out."""
        self.pairs.discard((match.offered_item_id, match.need_id))
        self.grow(match, -match.quantity)

    def grow(self, match: Match, more: int) -> None:
        """Count a standing match as larger by `more` pieces (smaller where negative)."""
        self.of_items[match.offered_item_id] = self.of_items.get(match.offered_item_id, 0) - more
        self.of_needs[match.need_id] = self.of_needs.get(match.need_id, 0) - more
