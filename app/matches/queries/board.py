"""Reads for the coordinator's room: the board, its figures, what was left aside, the history of one match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import days_since
from app.finding import queries as finding
from app.matches.queries import taken_for_needs
from app.models import (
    Account,
    Action,
    Committee,
    Decision,
    Donor,
    Match,
    Need,
    Offer,
    OfferedItem,
    Photo,
)
from app.models.states import COMMITTED, ActorKind, Findable, MatchState, Urgency, Verb
from app.photos.queries import of_items
from app.web.alphabet import for_menu, short_menu
from app.web.pages import Page, turned_to
from matching.items import load, normalise
from notifications.types import UtcDateTime

URGENCY_BONUS = {
    Urgency.LOW: timedelta(days=-2),
    Urgency.NORMAL: timedelta(),
    Urgency.HIGH: timedelta(days=3),
    Urgency.CRITICAL: timedelta(days=7),
}
"""On the board an urgent need stands where one that waited so much longer would."""

FIGURES_OVER = timedelta(days=90)
SINCE = sa.func.coalesce(Offer.confirmed_at, Offer.created_at, type_=UtcDateTime())
"""From when on somebody waits for an answer."""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What the board is narrowed to; empty values narrow nothing."""

    committee_id: int | None = None
    action_id: int | None = None
    urgency: Urgency | None = None
    text: str = ""
    skipped: tuple[int, ...] = ()
    """Proposals that are left for later: no question of theirs."""

    def __bool__(self) -> bool:
        return bool(self.committee_id or self.action_id or self.urgency or self.text)

    @property
    def address(self) -> dict[str, object]:
        """The same as arguments of the board's address."""
        return {
            "comite": self.committee_id,
            "action": self.action_id,
            "urgence": self.urgency.value if self.urgency else None,
            "texte": self.text or None,
            "passe": ",".join(map(str, self.skipped)) or None,
        }


@dataclass(frozen=True, slots=True)
class Card:
    """One match with both its sides, as a coordinator sees it."""

    match: Match
    item: OfferedItem
    offer: Offer
    donor: Donor
    need: Need
    committee: Committee
    action: Action | None = None
    photos: tuple[Photo, ...] = ()
    needed: int = 0
    """Pieces that the need lacks now: nobody has promised them, this match included."""
    after: Match | None = None
    """The match of the same article that came to nothing and made room for this one."""

    @property
    def waits_since(self) -> datetime:
        """When the donor confirmed: from then on somebody waits for an answer."""
        return self.offer.confirmed_at or self.offer.created_at

    def days_waiting(self, now: datetime) -> int:
        return days_since(self.waits_since, now)


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """The head of the board. `median` is from a confirmed offer to a coordinator's first decision about it."""

    waiting: int
    oldest: datetime | None
    median: timedelta | None
    decided: int


def waiting(session: Session, filters: BoardFilters, *, asked: int, size: int) -> Page[int]:
    """A page of the ids of proposals, what waits longest and is most urgent first."""
    counted = sa.select(sa.func.count()).select_from(Match).join(Need, col(Match.need_id) == col(Need.id))
    total = session.scalar(_narrowed(session, counted, filters)) or 0
    page = turned_to(asked, total, size)
    until = page.offset + size
    rows = (
        sa.select(col(Match.id), SINCE.label("since"), col(Need.urgency))
        .select_from(Match)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Need, col(Match.need_id) == col(Need.id))
    )
    # By urgency, whose order the database knows: as many of each as could stand on this page.
    first = (
        _narrowed(session, rows, filters)
        .where(col(Need.urgency) == urgency)
        .order_by(SINCE, col(Match.id))
        .limit(until)
        .subquery()
        for urgency in URGENCY_BONUS
    )
    each = session.execute(sa.union_all(*map(sa.select, first)))
    found = sorted((since - URGENCY_BONUS[urgency], key) for key, since, urgency in each)
    return page.holding([key for _since, key in found[page.offset : until]])


def _narrowed(session: Session, query: Any, filters: BoardFilters) -> Any:
    """The query, of matches and their needs, kept to these proposals."""
    query = query.where(col(Match.state) == MatchState.PROPOSED)
    if filters.committee_id is not None:
        query = query.where(col(Need.committee_id) == filters.committee_id)
    if filters.action_id is not None:
        query = query.where(col(Need.action_id) == filters.action_id)
    if filters.urgency is not None:
        query = query.where(col(Need.urgency) == filters.urgency)
    if filters.skipped:
        query = query.where(col(Match.id).not_in(filters.skipped))
    if filters.text:
        wanted = finding.search(filters.text)
        query = query.where(col(Match.id).in_(finding.numbers(session, Findable.MATCH, wanted)))
    return query


def decided_lately(session: Session, account_id: int, since: datetime, limit: int) -> list[int]:
    """The matches that this account approved or put aside since then and that are still so, the latest first."""
    last = sa.func.max(Decision.id)
    query = (
        select(Decision.match_id)
        .join(Match, col(Match.id) == col(Decision.match_id))
        .where(
            Decision.account_id == account_id,
            Decision.at >= since,
            col(Decision.verb).in_([Verb.APPROVE, Verb.REJECT]),
            col(Match.state).in_([MatchState.APPROVED, MatchState.REJECTED]),
        )
        .group_by(col(Decision.match_id))
        .order_by(last.desc())
        .limit(limit)
    )
    return [key or 0 for key in session.exec(query)]


def obvious_ids(session: Session, score: float, kilometres: float, limit: int) -> list[int]:
    """Proposals of at least this score within this distance, whose article fits as well, the best first: where each has its turn, a score
    is high for a poor article too.
    """
    query = (
        select(Match.id)
        .where(
            Match.state == MatchState.PROPOSED,
            col(Match.score) >= score,
            col(Match.parts)["fit"].as_float() >= score,
            col(Match.distance_km) <= kilometres,
        )
        .order_by(col(Match.score).desc(), col(Match.id))
        .limit(limit)
    )
    return list(session.exec(query))


def holds_all(words: Iterable[str | None], wanted: Iterable[str]) -> bool:
    """Whether these words of a row (slugs count by their names) hold all that was typed, normalised."""
    text = normalise(" ".join(_searchable(word) for word in words if word))
    return all(word in text for word in wanted)


def _searchable(word: str) -> str:
    """A slug with its names beside it, anything else as it is."""
    item = load().get(word)
    return f"{item.fr} {item.en}" if item else word


def cards(session: Session, ids: Sequence[int]) -> list[Card]:
    """These matches with their sides, in the order of `ids`, in a constant number of queries."""
    if not ids:
        return []
    query = (
        sa.select(Match, OfferedItem, Offer, Donor, Need, Committee, Action)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Donor, col(Offer.donor_id) == col(Donor.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .where(col(Match.id).in_(ids))
    )
    rows = session.execute(query).all()
    photos = of_items(session, {item.id for _match, item, *_rest in rows})
    taken = taken_for_needs(session, {need.id for *_rest, need, _c, _a in rows}, COMMITTED)
    before = _before(session, ids)
    found = {}
    for match, item, offer, donor, need, committee, action in rows:
        pictures, after = tuple(photos.get(item.id, ())), before.get(match.id)
        needed = max(0, need.quantity - taken.get(need.id, 0))
        found[match.id] = Card(match, item, offer, donor, need, committee, action, pictures, needed, after)
    return [found[key] for key in ids if key in found]


def _before(session: Session, ids: Sequence[int]) -> dict[int, Match]:
    """For each of these matches that a plan proposed after another came to nothing, that other one. Two queries."""
    query = select(Decision.match_id, Decision.data).where(
        col(Decision.match_id).in_(ids), col(Decision.verb) == Verb.PROPOSE
    )
    after = {match_id or 0: data["after"] for match_id, data in session.exec(query) if data.get("after")}
    ended = session.exec(select(Match).where(col(Match.id).in_(set(after.values()))))
    by_id = {match.id: match for match in ended}
    return {match_id: by_id[other] for match_id, other in after.items() if other in by_id}


def figures(session: Session, now: datetime) -> BoardFigures:
    """How many proposals wait, since when, and how long the last FIGURES_OVER took to be decided."""
    joined = (
        sa.select(sa.func.count(), sa.func.min(SINCE, type_=UtcDateTime()))
        .select_from(Match)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Match.state) == MatchState.PROPOSED)
    )
    waiting, oldest = session.execute(joined).one()
    delays = _delays(session, now)
    middle = timedelta(seconds=median(delay.total_seconds() for delay in delays)) if delays else None
    return BoardFigures(waiting, oldest, middle, len(delays))


def _delays(session: Session, now: datetime) -> list[timedelta]:
    """For each offer that a person decided about lately, the time from its confirmation to the first decision."""
    query = (
        sa.select(sa.func.min(Decision.at, type_=UtcDateTime()), col(Offer.confirmed_at))
        .select_from(Decision)
        .join(Match, col(Decision.match_id) == col(Match.id))
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(
            col(Decision.verb).in_([Verb.APPROVE, Verb.REJECT]),
            col(Decision.actor) == ActorKind.ACCOUNT,
            col(Offer.confirmed_at).is_not(None),
        )
        .group_by(col(Offer.id), col(Offer.confirmed_at))
        .having(sa.func.min(Decision.at) >= now - FIGURES_OVER)
    )
    return [max(timedelta(), first - confirmed) for first, confirmed in session.execute(query)]


def boardwide_choices(
    session: Session, filters: BoardFilters
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(id, name) of the committees and of the actions that something is proposed to, as `short_menu` shows them."""
    proposed = sa.exists().where(col(Match.need_id) == col(Need.id), col(Match.state) == MatchState.PROPOSED)
    committees = sa.exists().where(col(Need.committee_id) == col(Committee.id), proposed)
    actions = sa.exists().where(col(Need.action_id) == col(Action.id), proposed)
    return (
        short_menu(session, Committee.id, Committee.name, committees, filters.committee_id),
        short_menu(session, Action.id, Action.title, actions, filters.action_id),
    )


def last_words(session: Session, cards: Sequence[Card]) -> dict[int, tuple[Decision, str]]:
    """For each of these matches, the latest decision with the name of the account that took it. One query."""
    latest = (
        select(sa.func.max(Decision.id))
        .where(col(Decision.match_id).in_([card.match.id for card in cards]))
        .group_by(col(Decision.match_id))
    )
    query = (
        select(Decision, Account.name)
        .join(Account, col(Decision.account_id) == col(Account.id), isouter=True)
        .where(col(Decision.id).in_(latest))
    )
    return {decision.match_id or 0: (decision, name or "") for decision, name in session.exec(query)}


def matched_committees(session: Session) -> list[tuple[int, str]]:
    """(id, name) of the committees that anything was ever proposed to."""
    query = select(Committee.id, Committee.name).where(
        col(Committee.id).in_(select(Need.committee_id).join(Match, col(Match.need_id) == col(Need.id)))
    )
    return for_menu(session.exec(query))


def trail(session: Session, match_id: int) -> list[tuple[Decision, str]]:
    """The decisions about a match, the oldest first, each with the name of the account that took it."""
    query = (
        select(Decision, Account.name)
        .join(Account, col(Decision.account_id) == col(Account.id), isouter=True)
        .where(Decision.match_id == match_id)
        .order_by(col(Decision.at), col(Decision.id))
    )
    return [(decision, name or "") for decision, name in session.exec(query)]
