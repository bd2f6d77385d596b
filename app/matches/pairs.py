"""One pair at a time: what its score was computed from, the same score again, and who else could have had it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import matching.types as engine
from app.matches.reading import Board, read_board
from app.models import Match
from matching.items import load
from matching.rules import Relation, Situation, broken, pair_distance, relation
from matching.rules import told as details
from matching.scoring import Scored, asked_by_committee, need_fairness, score_pair

OTHERS = 3


def inputs(board: Board, offer: engine.Offer, need: engine.Need, pairing: engine.Pairing) -> dict[str, Any]:
    """All that the score can be computed from again; see `replay`."""
    return {
        "now": board.now.isoformat(),
        "weights": asdict(board.weights),
        "offer": plain(asdict(offer)),
        "need": plain(asdict(need)),
        "distance_km": pairing.distance_km,
        "fairness": pairing.parts.fairness,
        # The catalogue changes with versions of the portal: how the item answered is what was true then.
        "relation": relation(load(), offer.item or "", need.item or "").name.lower(),
    }


def plain(value: Any) -> Any:
    """The same as JSON can hold."""
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
    )


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
        }
    )


@dataclass(frozen=True, slots=True)
class Other:
    """Another need for the same article, or another article for the same need.

    `score` is None where rules forbid the pair; `broken` and `detail` then say which.
    """

    told: Mapping[str, Any]
    left: int
    score: float | None = None
    distance_km: float | None = None
    broken: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Others:
    """The next best on each side of a match, best first, at most OTHERS each."""

    needs: tuple[Other, ...] = ()
    articles: tuple[Other, ...] = ()


def others(session: Session, match: Match, now: datetime) -> Others:
    """Who else could have this article, and what else could serve this need, as the rows are now."""
    board = read_board(session, now, for_match=match)
    offers = {offer.id: offer for offer in board.offers}
    needs = {need.id: need for need in board.needs}
    situation = Situation(
        now=board.now,
        barred=frozenset((each.offer, each.need) for each in board.barred),
        lessons=board.lessons,
    )
    asked = asked_by_committee(board.needs)
    offer, need = offers.get(str(match.offered_item_id)), needs.get(str(match.need_id))

    def look(article: engine.Offer, wanted: engine.Need, told: Mapping[str, Any], left: int) -> Other:
        violated = broken(article, wanted, situation)
        kilometres = pair_distance(article, wanted, situation)
        if violated or kilometres is None:
            return Other(told, left, None, kilometres, tuple(violated), plain(details(violated)))
        scored = score_pair(
            article,
            wanted,
            weights=board.weights,
            now=board.now,
            distance_km=kilometres,
            fairness=need_fairness(wanted, asked, board.received),
            catalogue=load(),
        )
        return Other(told, left, scored.score, kilometres)

    return Others(
        needs=_best(
            look(offer, each, board.wanted[int(each.id)].told, each.quantity)
            for each in board.needs
            if offer is not None and each.id != str(match.need_id)
        ),
        articles=_best(
            look(each, need, board.items[int(each.id)].told, each.quantity)
            for each in board.offers
            if need is not None and each.id != str(match.offered_item_id)
        ),
    )


def _best(found: Iterable[Other]) -> tuple[Other, ...]:
    """Permitted ones by score; then those that break one rule other than the item's, the nearest first."""
    near = [each for each in found if len(each.broken) <= 1 and "item" not in each.broken]
    near.sort(key=lambda each: (len(each.broken), -(each.score or 0), each.distance_km or 0))
    return tuple(near[:OTHERS])
