"""One pair at a time: what its score was computed from, the same score again, and who else could have had it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

import matching.types as engine
from app.holding import hold, hold_committees
from app.matches.queries import near, of_plans, taken_for_needs, taken_from_items
from app.matches.queries.engine import Board, asked_for, read_board
from app.matches.queries.rows import MissSide
from app.matches.service import Proposal
from app.models import Match
from app.models.states import MatchState
from matching.chances import of_pair
from matching.chances import reasons as likelihood
from matching.explanation import reasons
from matching.items import load
from matching.rules import Relation, Situation, broken, details, pair_distance, relation, transport
from matching.scoring import MICRO, Scored, need_fairness, score_pair

OTHERS = 3
BEYOND = 10
"""So many of those that nobody would fetch are judged before it is told whether more of them matter."""


def inputs(board: Board, offer: engine.Offer, need: engine.Need, pairing: engine.Pairing) -> dict[str, Any]:
    """All that the score of a plan's pairing can be computed from again; see `replay`."""
    parts = pairing.parts
    return stored_inputs(board, offer, need, pairing.distance_km, parts.fairness, parts.chance)


def stored_inputs(
    board: Board,
    offer: engine.Offer,
    need: engine.Need,
    kilometres: float,
    fairness: float,
    chance: float | None,
) -> dict[str, Any]:
    """The same of any pair."""
    return {
        "now": board.now.isoformat(),
        "weights": _weights(board.weights),
        "offer": plain(offer),
        "need": plain(need),
        "distance_km": kilometres,
        "fairness": fairness,
        "chance": chance,
        "chances_version": board.chances.version if board.chances else "",
        # The catalogue changes with versions of the portal: how the item answered is what was true then.
        "relation": relation(load(), offer.item or "", need.item or "").name.lower(),
    }


@lru_cache(maxsize=16)
def _weights(weights: engine.Weights) -> Any:
    return plain(weights)


def plain(value: Any) -> Any:
    """The same as JSON can hold."""
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


class NothingStoredError(ValueError):
    """The match does not hold what its score was computed from, or holds what this engine cannot read."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored match beside the same score computed again: figures by name, the score first."""

    stored: Mapping[str, float]
    again: Mapping[str, float]

    @property
    def same(self) -> bool:
        """To the last digit that is stored: figures are rounded to the millionth."""
        return dict(self.stored) == dict(self.again)


def replayed(match: Match) -> Replay:
    """The figures of a match, as stored and computed again. Raises NothingStoredError."""
    again = replay(match)
    return Replay({"score": match.score, **match.parts}, {"score": again.score, **again.parts.as_dict()})


def replay(match: Match) -> Scored:
    """The score of a match computed again, from nothing but what was stored with it. Raises NothingStoredError."""
    try:
        return _score_again(match.inputs)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NothingStoredError(str(error)) from error


def _score_again(stored: Mapping[str, Any]) -> Scored:
    offer, need = stored["offer"], stored["need"]
    return score_pair(
        _offer_again(offer),
        _need_again(need),
        weights=engine.Weights(**stored["weights"]),
        now=datetime.fromisoformat(stored["now"]),
        distance_km=stored["distance_km"],
        fairness=stored["fairness"],
        catalogue=load(),
        how=Relation[stored["relation"].upper()] if "relation" in stored else None,
        # What was stored before anything was learnt was scored without.
        chance=stored.get("chance"),
    )


def against_waiting(match: Match, prices: Mapping[str, Any]) -> tuple[float, float] | None:
    """What a unit of the match was worth to its plan, of these prices, and what its two would usually be worth if they waited, in score;
    None where they had not to, or stayed only because the match stood already. Raises NothingStoredError.
    """
    ahead = engine.Ahead(**prices) if prices else engine.Ahead({}, {})
    hopes = ahead.hopes(str(match.offered_item_id), str(match.need_id))
    worth = replay(match).worth_micro / MICRO
    return None if hopes is None or worth < hopes else (worth, hopes + ahead.margin)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _moment(iso: str | None) -> datetime | None:
    return datetime.fromisoformat(iso) if iso else None


def _offer_again(stored: Mapping[str, Any]) -> engine.Offer:
    return engine.Offer(
        **{
            **stored,
            "place": engine.Place(**stored["place"]),
            "condition": engine.Condition(stored["condition"]),
            "available_from": _day(stored["available_from"]),
            "available_until": _day(stored["available_until"]),
            "size": engine.Size(stored["size"]) if stored["size"] else None,
            "offered_at": _moment(stored["offered_at"]),
            # What was stored before words counted was scored without them.
            "said": tuple(map(engine.Said, stored.get("said") or ())),
        }
    )


def _need_again(stored: Mapping[str, Any]) -> engine.Need:
    return engine.Need(
        **{
            **stored,
            "place": engine.Place(**stored["place"]),
            "minimum_condition": engine.Condition(stored["minimum_condition"]),
            "largest_size": engine.Size(stored["largest_size"]) if stored["largest_size"] else None,
            "urgency": engine.Urgency(stored["urgency"]),
            "declared_at": _moment(stored["declared_at"]),
            "needed_by": _day(stored["needed_by"]),
            "refuses": tuple(stored["refuses"]),
            "takes": tuple(stored.get("takes", ())),
            "minimum_conditions": tuple(
                engine.AtLeast(engine.Condition(each["condition"]), each["item"])
                for each in stored.get("minimum_conditions", ())
            ),
        }
    )


@dataclass(frozen=True, slots=True)
class Other:
    """Another need for the same article, or another article for the same need.

    `score` is None where rules forbid the pair; `broken` and `detail` then say which.
    """

    key: int
    """The row of the other need, or of the other article."""
    told: Mapping[str, Any]
    left: int
    score: float | None = None
    distance_km: float | None = None
    broken: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    least: int = 1
    """How few pieces may be handed over: all of a lot that is not to be cut."""
    free: bool = False
    """Whether it may be had instead: permitted, and enough of both sides neither proposed nor promised elsewhere."""


@dataclass(frozen=True, slots=True)
class Others:
    """The next best on each side of a match, best first, at most OTHERS each."""

    needs: tuple[Other, ...] = ()
    articles: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """Everything that the pairs around one match are judged by, as the rows are now."""

    board: Board
    situation: Situation
    offers: Mapping[str, engine.Offer]
    needs: Mapping[str, engine.Need]
    asked: Mapping[str, int]

    @classmethod
    def read(
        cls, session: Session, now: datetime, *, item_ids: Collection[int], need_ids: Collection[int]
    ) -> "Around":
        board = read_board(session, now, items=item_ids, needs=need_ids)
        return cls(
            board,
            Situation(
                now=board.now,
                barred=frozenset((each.offer, each.need) for each in board.barred),
                lessons=board.lessons,
                room=board.room,
            ),
            {offer.id: offer for offer in board.offers},
            {need.id: need for need in board.needs},
            asked_for(session, now, {each.committee or "" for each in board.needs} & set(board.received)),
        )

    def scored(self, offer: engine.Offer, need: engine.Need, kilometres: float) -> Scored:
        return score_pair(
            offer,
            need,
            weights=self.board.weights,
            now=self.board.now,
            distance_km=kilometres,
            fairness=need_fairness(need, self.asked, self.board.received),
            catalogue=load(),
            chance=of_pair(self.board.chances, offer, need, kilometres, self.situation.day, load()),
        )

    def others(self, session: Session, match: Match) -> Others:
        """The best of what was read on each side of this match."""
        offer, need = self.offers.get(str(match.offered_item_id)), self.needs.get(str(match.need_id))
        # What another proposal holds is not free, though it may be the better; this one makes room.
        of_needs = Counter(taken_for_needs(session, list(self.board.wanted), of_plans()))
        of_items = Counter(taken_from_items(session, list(self.board.items), of_plans(), gone=False))
        if match.state is MatchState.PROPOSED:
            of_needs[match.need_id] -= match.quantity
            of_items[match.offered_item_id] -= match.quantity
        rivals = [each for each in self.board.needs if each is not need]
        articles = [each for each in self.board.offers if each is not offer]
        return Others(
            needs=_best(
                (self._look(offer, each, each, self.board.wanted) for each in rivals if offer is not None),
                of_needs,
                offer.quantity - of_items[match.offered_item_id] if offer else 0,
            ),
            articles=_best(
                (self._look(each, need, each, self.board.items) for each in articles if need is not None),
                of_items,
                need.quantity - of_needs[match.need_id] if need else 0,
            ),
        )

    def _look(
        self,
        offer: engine.Offer,
        need: engine.Need,
        other: engine.Offer | engine.Need,
        sides: Mapping[int, MissSide],
    ) -> Other:
        key, violated = int(other.id), broken(offer, need, self.situation)
        told, kilometres = sides[key].told, pair_distance(offer, need, self.situation)
        if violated or kilometres is None:
            why = plain(details(violated))
            return Other(key, told, other.quantity, None, kilometres, tuple(violated), why)
        score = self.scored(offer, need, kilometres).score
        least = 1 if offer.divisible else offer.quantity
        return Other(key, told, other.quantity, score, kilometres, least=least)


def others(session: Session, match: Match, now: datetime, *, beyond: int = BEYOND) -> Others:
    """Who else could have this article, and what else could serve this need, as the rows are now.

    Judged are those that somebody may go and fetch, and as many `beyond` reach, the nearest. Whoever lies further breaks a rule
    too, and stands after them: more are read only where these break several.
    """
    item_id, need_id = match.offered_item_id, match.need_id
    article, need = near.sides(session, match)
    rivals = [each for each in near.needs_for(session, now, article) if each.key != need_id]
    gifts = [each for each in near.articles_for(session, now, need) if each.key != item_id]
    while True:
        some, read_to = near.nearest(rivals, beyond)
        articles, articles_to = near.nearest(gifts, beyond)
        around = Around.read(session, now, item_ids={item_id, *articles}, need_ids={need_id, *some})
        found = around.others(session, match)
        if _settled(found.needs, read_to) and _settled(found.articles, articles_to):
            return found
        beyond *= 10


def instead(
    session: Session, match: Match, now: datetime, *, need_id: int | None = None, item_id: int | None = None
) -> Proposal | None:
    """The proposal of this article to another need, or of another article to this need; None where rules forbid it.

    Both sides are held from here on, their committees too: what is judged here is what will be written.
    """
    if (item_id or match.offered_item_id, need_id or match.need_id) == (match.offered_item_id, match.need_id):
        return None
    need_ids = {match.need_id, need_id or match.need_id}
    hold(
        session,
        item_ids={match.offered_item_id, item_id or match.offered_item_id},
        need_ids=need_ids,
        match_ids={match.id},
    )
    hold_committees(session, need_ids)
    # It makes room: what somebody fixed of it by hand is as free as what a plan proposed.
    match.by_hand_id = None
    around = Around.read(
        session, now, item_ids={item_id or match.offered_item_id}, need_ids={need_id or match.need_id}
    )
    offer = around.offers.get(str(item_id or match.offered_item_id))
    need = around.needs.get(str(need_id or match.need_id))
    if offer is None or need is None or broken(offer, need, around.situation):
        return None
    kilometres = pair_distance(offer, need, around.situation)
    way = None if kilometres is None else transport(offer, need, kilometres, around.situation)
    if kilometres is None or way is None:
        return None
    scored, units = around.scored(offer, need, kilometres), min(offer.quantity, need.quantity)
    fairness = scored.parts.fairness
    how = relation(load(), offer.item or "", need.item or "")
    why = (
        *reasons(offer, need, how, kilometres, units, 0, fairness, around.situation.day),
        *likelihood(around.board.chances, need, scored.parts.chance),
    )
    figures = {
        "score": scored.score,
        "parts": scored.parts.as_dict(),
        "reasons": [{"code": each.code, "value": each.value} for each in why],
        "weights_version": around.board.weights.version,
        "distance_km": kilometres,
        "transport": way,
        "inputs": stored_inputs(around.board, offer, need, kilometres, fairness, scored.parts.chance),
    }
    return Proposal(offered_item_id=int(offer.id), need_id=int(need.id), quantity=units, figures=figures)


def _settled(found: Sequence[Other], read_to: float | None) -> bool:
    """Whether nothing that lies further than this, out of reach, may stand before these; None where all was read."""
    return (
        read_to is None
        or sum(1 for each in found if not each.broken or (each.distance_km or 0) < read_to) == OTHERS
    )


def _best(found: Iterable[Other], taken: Counter[int], ours: int) -> tuple[Other, ...]:
    """Permitted ones, those that are free first, by score; then those that break one rule other than the item's, the
    nearest first.
    """
    near = [
        replace(each, free=each.score is not None and min(ours, each.left - taken[each.key]) >= each.least)
        for each in found
        if len(each.broken) <= 1 and "item" not in each.broken
    ]
    near.sort(
        key=lambda each: (
            len(each.broken),
            not each.free,
            -(each.score or 0),
            each.distance_km or 0,
            each.key,
        )
    )
    return tuple(near[:OTHERS])
