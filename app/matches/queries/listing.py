"""The list of all matches: what it is narrowed to, and its order."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.finding import queries as finding
from app.matches.queries.board import Card, cards
from app.models import Match, Need
from app.models.states import Findable, MatchState, Worded, french
from app.web.pages import Page, peeked

PAGE = 50


class MatchOrder(Worded):
    NEWEST = "recents", french("Les plus récents d'abord")
    OLDEST = "anciens", french("Les plus anciens d'abord")
    BEST = "note", french("Les mieux notés d'abord")
    NEAREST = "distance", french("Les plus proches d'abord")
    AWAITED = "attendus", french("Ceux dont la réponse presse d'abord")


ORDERS: dict[MatchOrder, tuple[Any, ...]] = {
    MatchOrder.NEWEST: (col(Match.id).desc(),),
    MatchOrder.OLDEST: (col(Match.id),),
    MatchOrder.BEST: (col(Match.score).desc(), col(Match.id).desc()),
    MatchOrder.NEAREST: (col(Match.distance_km), col(Match.id).desc()),
    MatchOrder.AWAITED: (col(Match.answer_by).is_(None), col(Match.answer_by), col(Match.id)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFilters:
    """What a coordinator looks for; None and an empty text ask for all."""

    state: MatchState | None = None
    committee_id: int | None = None
    text: str = ""
    order: MatchOrder = MatchOrder.NEWEST

    @property
    def address(self) -> dict[str, object]:
        """The same as arguments of the page's address."""
        return {
            "texte": self.text or None,
            "etat": self.state,
            "comite": self.committee_id,
            "tri": self.order if self.order is not MatchOrder.NEWEST else None,
        }


def listed(session: Session, filters: MatchFilters, number: int) -> Page[Card]:
    """A page of matches."""
    query = select(Match.id).order_by(*ORDERS[filters.order])
    if filters.state is not None:
        query = query.where(Match.state == filters.state)
    if filters.committee_id is not None:
        query = query.join(Need, col(Match.need_id) == col(Need.id)).where(
            Need.committee_id == filters.committee_id
        )
    if filters.text:
        found = finding.numbers(session, Findable.MATCH, finding.search(filters.text))
        query = query.where(col(Match.id).in_(found))
    ids = session.exec(query.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    page = peeked(ids, number, PAGE)
    return page.holding(cards(session, page.rows))
