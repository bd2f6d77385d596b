"""Who could have an article, what could serve a need, and what could go to a committee: as the engine ranks them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

import matching.types as engine
from app.db import among, named
from app.hand.judging import Judgement, Scene, displaced
from app.hand.service import Wish
from app.matches.queries import beyond_plans, near, of_plans
from app.matches.queries.board import holds_all
from app.matches.queries.rows import given
from app.matches.queries.sides import need_of, offer_of
from app.models import Action, Committee, Match, Need, Offer, OfferedItem
from app.models.states import LIVE, MatchState, NeedState, OfferState
from app.web.pages import Page, cut
from matching.items import load, normalise
from matching.rules import distance_km

MOST_JUDGED = 48
"""The nearest so many are ranked; what lies farther is found by typing its name."""


NAMED_AND_PLACED: Sequence[Any] = (
    Committee.id,
    Committee.name,
    Committee.commune,
    Committee.latitude,
    Committee.longitude,
)


@dataclass(frozen=True, slots=True)
class Loser:
    """A proposal of a plan's that would give up `pieces`; `article` and `committee` say which."""

    match: Match
    pieces: int
    article: OfferedItem
    committee: str


@dataclass(frozen=True, slots=True)
class HandPair:
    """A pair that could be made by hand. Without a `need` the committee has asked for no such thing.

    `suggested` pieces are what the form begins with: what nobody else is proposed, else as many as there are.
    """

    item: OfferedItem
    offer: Offer
    committee: Committee
    judged: Judgement
    need: Need | None = None
    action: Action | None = None
    standing: Match | None = None
    suggested: int = 1
    losers: Sequence[Loser] = ()

    @property
    def key(self) -> str:
        """How a form names the pair."""
        return f"{self.item.id}-{self.need.id if self.need else 0}-{self.committee.id}"


def article(session: Session, item_id: int) -> tuple[OfferedItem, Offer] | None:
    """The article with its offer; None where there is none."""
    query = select(OfferedItem, Offer).join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
    return session.exec(query.where(OfferedItem.id == item_id)).first()


def standing(
    session: Session, *, item_id: int | None = None, need_id: int | None = None
) -> list[tuple[Match, OfferedItem, Committee]]:
    """The live matches of an article, or for a need, the oldest first."""
    query = (
        select(Match, OfferedItem, Committee)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .where(
            col(Match.state).in_(LIVE),
            Match.offered_item_id == item_id if item_id is not None else Match.need_id == need_id,
        )
        .order_by(col(Match.id))
    )
    return list(session.exec(query).all())


def touching(session: Session, wishes: Iterable[Wish]) -> list[int]:
    """The matches beyond plans of these articles and needs: what a page of pairs may have become untrue by."""
    items, needs = {each.item_id for each in wishes}, {each.need_id or 0 for each in wishes}
    concerned = among(Match.offered_item_id, items) | among(Match.need_id, needs)
    return list(session.exec(select(Match.id).where(beyond_plans(), concerned)))


def _settled(session: Session, item_ids: Iterable[int]) -> set[tuple[int, int]]:
    """The (item, need) pairs of these articles that stand already beyond plans: a pair stands once."""
    query = select(Match.offered_item_id, Match.need_id).where(
        beyond_plans(), col(Match.state) != MatchState.COMPLETED, among(Match.offered_item_id, item_ids)
    )
    return set(session.exec(query).all())


def for_article(
    session: Session, item: OfferedItem, offer: Offer, words: str, now: datetime, *, asked: int, size: int
) -> Page[HandPair]:
    """A page of whom the article could go to: needs, the best first, then committees that ask for no such thing."""
    if offer.state is not OfferState.OPEN or item.item not in load():
        return cut((), asked, size)
    place = offer_of(item, offer, item.quantity)
    ids = _needs_named(
        session, [each.key for each in near.needs_for(session, now, near.Centre.of(place))], words
    )
    nearest = _committees(session, words, place)
    scene = Scene.read(session, now, [item.id], ids, [committee.id for committee in nearest])
    found = list(_pairs(session, scene))
    found.sort(key=_rank)
    asking = {committee.id for _need, committee, _action in scene.wanted.values()}
    others = [committee for committee in nearest if committee.id not in asking]
    everybody: list[HandPair | Committee] = [*found, *others]
    page = cut(everybody, asked, size)
    rows = (each if isinstance(each, HandPair) else _unasked(scene, item, offer, each) for each in page.rows)
    return page.holding(_with_losers(session, [each for each in rows if each is not None]))


def _unasked(scene: Scene, item: OfferedItem, offer: Offer, committee: Committee) -> HandPair | None:
    judged = scene.imagined(item.id, committee)
    return None if judged is None else HandPair(item, offer, committee, judged)


def for_need(
    session: Session,
    need: Need,
    committee: Committee,
    words: str,
    now: datetime,
    *,
    asked: int,
    size: int,
) -> Page[HandPair]:
    """A page of the articles that could serve the need, the best first."""
    if need.state is not NeedState.OPEN or need.item not in load():
        return cut((), asked, size)
    found = near.articles_for(
        session, now, near.Centre.of(need_of(need, committee, None, None, need.quantity))
    )
    ids = _articles_named(session, [each.key for each in found], words)
    scene = Scene.read(session, now, ids, [need.id])
    return _ranked(session, _pairs(session, scene), asked, size)


def for_committee(
    session: Session, committee: Committee, words: str, now: datetime, *, asked: int, size: int
) -> Page[HandPair]:
    """A page of articles for the committee: what serves one of its needs, the best first; where words are typed, then
    what it has not asked for.
    """
    wanted = session.exec(
        select(Need).where(Need.committee_id == committee.id, Need.state == NeedState.OPEN)
    ).all()
    items = {slug for need in wanted if need.item in load() for slug in near.answering(need.item or "")}
    query = sa.select(col(OfferedItem.id), col(Offer.latitude), col(Offer.longitude)).join(
        Offer, col(OfferedItem.offer_id) == col(Offer.id)
    )
    rows = session.execute(query.where(*given(now, load() if words else items))).all()
    # On a flat map: exact enough to tell which are looked at, and thousands of great circles cost a tenth of the page.
    narrowing = cos(radians(committee.latitude))
    rows = sorted(
        rows,
        key=lambda row: hypot(row[1] - committee.latitude, (row[2] - committee.longitude) * narrowing),
    )
    ids = _articles_named(session, [key for key, *_place in rows], words)
    scene = Scene.read(session, now, ids, [need.id for need in wanted], [committee.id])
    best: dict[int, HandPair] = {}
    for each in sorted(_pairs(session, scene), key=_rank):
        best.setdefault(each.item.id, each)
    others = [
        pair
        for key, (item, offer) in scene.items.items()
        if key not in best and (pair := _unasked(scene, item, offer, committee)) is not None
    ]
    return _ranked(session, [*best.values(), *others], asked, size)


def _pairs(session: Session, scene: Scene) -> Iterable[HandPair]:
    """What may be made of these articles and needs: not what stands already, nor another kind of thing."""
    settled = _settled(session, scene.items)
    for item, offer in scene.items.values():
        for need, committee, action in scene.wanted.values():
            if item.item not in near.answering(need.item or ""):
                continue
            judged = scene.judged(item.id, need.id)
            other = judged is None or ("item" in judged.broken and "lesson" not in judged.broken["item"])
            if judged is not None and not other and (item.id, need.id) not in settled:
                yield HandPair(item, offer, committee, judged, need, action)


def _ranked(session: Session, found: Iterable[HandPair], asked: int, size: int) -> Page[HandPair]:
    page = cut(sorted(found, key=_rank), asked, size)
    return page.holding(_with_losers(session, page.rows))


def _rank(each: HandPair) -> tuple[bool, int, bool, float, float, str]:
    """What the engine permits by its score; then what breaks fewest rules, the nearest first."""
    judged = each.judged
    score = -judged.score if not judged.broken else 0.0
    return (
        not judged.may_be,
        len(judged.broken),
        each.need is None,
        score,
        judged.distance_km,
        each.key,
    )


def _needs_named(session: Session, ids: Sequence[int], words: str) -> list[int]:
    """Of these needs, the first ones of a committee or commune that is called so."""
    query = (
        sa.select(col(Need.id), col(Committee.name), col(Committee.commune), col(Need.description))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .where(named(Need.id, ids))
    )
    return _named(session, query, ids, words)


def _articles_named(session: Session, ids: Sequence[int], words: str) -> list[int]:
    """Of these articles, the first ones that are called so, or of such a commune or donor."""
    query = (
        sa.select(
            col(OfferedItem.id),
            col(OfferedItem.item),
            col(OfferedItem.description),
            col(Offer.commune),
            col(Offer.contact_name),
            col(Offer.reference),
        )
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(named(OfferedItem.id, ids))
    )
    return _named(session, query, ids, words)


def _named(session: Session, query: Any, ids: Sequence[int], words: str) -> list[int]:
    wanted = normalise(words).split()
    if not wanted:
        return list(ids[:MOST_JUDGED])
    named = {key for key, *told in session.execute(query) if holds_all(told, wanted)}
    return [key for key in ids if key in named][:MOST_JUDGED]


def _committees(session: Session, words: str, offer: engine.Offer) -> list[Committee]:
    """The committees that are called so, the nearest first."""
    wanted = normalise(words).split()
    rows = session.execute(sa.select(*NAMED_AND_PLACED).where(col(Committee.active)))
    near_by = sorted(
        (distance_km(offer.place, engine.Place(latitude, longitude)) if offer.place else 0.0, key)
        for key, name, commune, latitude, longitude in rows
        if not wanted or holds_all((name, commune), wanted)
    )
    ids = [key for _kilometres, key in near_by[:MOST_JUDGED]]
    found = {row.id: row for row in session.exec(select(Committee).where(among(Committee.id, ids)))}
    return [found[key] for key in ids]


def _with_losers(session: Session, rows: Sequence[HandPair]) -> list[HandPair]:
    """The same with what each would begin with, and who would make room then. One query."""
    items, needs = {each.item.id for each in rows}, {each.need.id for each in rows if each.need}
    told = {
        match.id: (match, item, name)
        for match, item, name in session.exec(
            select(Match, OfferedItem, Committee.name)
            .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
            .join(Need, col(Match.need_id) == col(Need.id))
            .join(Committee, col(Need.committee_id) == col(Committee.id))
            .where(of_plans(), among(Match.offered_item_id, items) | among(Match.need_id, needs))
        )
    }
    return [_with_losers_of(each, [match for match, *_rest in told.values()], told) for each in rows]


def _with_losers_of(
    row: HandPair, proposals: Sequence[Match], told: dict[int, tuple[Match, OfferedItem, str]]
) -> HandPair:
    need_id = row.need.id if row.need else 0
    own = next((m for m in proposals if (m.offered_item_id, m.need_id) == (row.item.id, need_id)), None)
    of_item = [m for m in proposals if m.offered_item_id == row.item.id and m is not own]
    of_need = [m for m in proposals if m.need_id == need_id and m is not own]
    spare = min(
        row.judged.offer.quantity - sum(m.quantity for m in of_item),
        row.judged.need.quantity - sum(m.quantity for m in of_need),
    )
    whole = not row.item.divisible
    suggested = row.judged.most if whole or spare < 1 else min(spare, row.judged.most)
    if own is not None and own.quantity <= row.judged.most:
        suggested = own.quantity
    lost = displaced(
        {m.id: m for m in (*of_item, *of_need)}.values(),
        {row.item.id: sum(m.quantity for m in of_item) + suggested - row.judged.offer.quantity},
        {need_id: sum(m.quantity for m in of_need) + suggested - row.judged.need.quantity},
    )
    losers = [Loser(match, pieces, told[match.id][1], told[match.id][2]) for match, pieces in lost]
    return HandPair(
        row.item, row.offer, row.committee, row.judged, row.need, row.action, own, suggested, losers
    )
