"""The matches of `pages_world`: proposals, and half as many under way or over, with all that hangs on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import matching.types as engine
from app import models
from app.matches.pairs import plain, stored_inputs
from app.matches.queries.engine import Board
from app.matches.queries.sides import need_of, offer_of
from app.models.states import ActorKind, MatchState, Reason, Transport, Verb
from matching.explanation import reasons
from matching.items import load as catalogue
from matching.rules import Situation, pair_distance, relation
from matching.scoring import score_pair

Row = dict[str, Any]

PAST = (
    (MatchState.APPROVED, Verb.APPROVE, None),
    (MatchState.ACCEPTED, Verb.ACCEPT, None),
    (MatchState.SCHEDULED, Verb.SCHEDULE, None),
    (MatchState.COMPLETED, Verb.COMPLETE, None),
    (MatchState.REJECTED, Verb.REJECT, Reason.TOO_FAR),
    (MatchState.COMPLETED, Verb.COMPLETE, None),
    (MatchState.REJECTED, Verb.REJECT, Reason.CONDITION),
    (MatchState.DECLINED, Verb.DECLINE, Reason.NOT_NOW),
    (MatchState.COMPLETED, Verb.COMPLETE, None),
    (MatchState.LAPSED, Verb.LAPSE, None),
    (MatchState.FAILED, Verb.FAIL, Reason.NO_SHOW),
    (MatchState.SUPERSEDED, Verb.SUPERSEDE, None),
)
"""By turns: where a match stands that is no proposal any more, the last decision about it, and its reason."""

FIXED = frozenset({MatchState.SCHEDULED, MatchState.COMPLETED, MatchState.FAILED})
MEETING = FIXED | {MatchState.ACCEPTED}
NEVER_APPROVED = frozenset({MatchState.PROPOSED, MatchState.REJECTED, MatchState.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Sides:
    """What is paired, as rows: the article, the offer and the need of one number."""

    now: datetime
    chance: Random
    committees: list[Row]
    needs: list[Row]
    offers: list[Row]
    articles: list[Row]

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def before(self, days: int) -> datetime:
        """Some moment of the last so many days."""
        return self.ago(self.chance.uniform(0.1, days))


class Matches:
    """`rows`, the proposals first, and the rows of the tables that point to them."""

    def __init__(self, sides: Sides, proposals: int, matches: int) -> None:
        self.sides, self.proposals = sides, proposals
        self.rows = [{"id": number, **self._match(number)} for number in range(1, matches + 1)]

    def _match(self, number: int) -> Row:
        """The article and the need of the same number; proposals first, then those of `PAST`."""
        past = number > self.proposals
        state = PAST[number % len(PAST)][0] if past else MatchState.PROPOSED
        proposed = self.sides.before(60 if past else 8)
        known: Row = {"approved_at": proposed + timedelta(hours=3)} if past else {}
        if state is MatchState.APPROVED:
            known["answer_by"] = self.sides.now + timedelta(days=3)
        elif past and state not in {MatchState.ACCEPTED, MatchState.SCHEDULED}:
            known["closed_at"] = proposed + timedelta(hours=9)
        return {
            "offered_item_id": number,
            "need_id": number,
            "plan_run_id": number % 100 + 1,
            "handover_id": None if state in NEVER_APPROVED else number,
            "received_quantity": 1 if state is MatchState.COMPLETED else None,
            "state": state,
            "quantity": 1,
            **self._figures(number - 1),
            "transport": Transport.COMMITTEE_COLLECTS,
            "proposed_at": proposed,
            "approved_at": None,
            "answer_by": None,
            "closed_at": None,
            **known,
        }

    def _figures(self, at: int) -> Row:
        """What the engine says of a pair, as a plan writes it."""
        article, offer, need = self.sides.articles[at], self.sides.offers[at], self.sides.needs[at]
        committee = models.Committee(**self.sides.committees[need["committee_id"] - 1])
        given = offer_of(models.OfferedItem(**article), models.Offer(**offer), article["quantity"])
        wanted = need_of(models.Need(**need), committee, None, None, need["quantity"])
        weights, how = engine.Weights(), relation(catalogue(), article["item"], need["item"])
        kilometres = pair_distance(given, wanted, Situation(now=self.sides.now)) or 0.0
        scored = score_pair(
            given,
            wanted,
            weights=weights,
            now=self.sides.now,
            distance_km=kilometres,
            fairness=1.0,
            catalogue=catalogue(),
        )
        why = reasons(given, wanted, how, kilometres, 1, 0, 1.0, self.sides.now.date())
        return {
            "score": scored.score,
            "parts": scored.parts.as_dict(),
            "reasons": [{"code": each.code, "value": plain(each.value)} for each in why],
            "inputs": stored_inputs(Board(self.sides.now, weights), given, wanted, kilometres, 1.0, None),
            "weights_version": weights.version,
            "distance_km": kilometres,
        }

    def _meetings(self) -> Iterator[Row]:
        """Each match that has a trip: it bears its number."""
        return (match for match in self.rows if match["handover_id"])

    def handovers(self) -> list[Row]:
        return [
            {
                "id": match["handover_id"],
                "offer_id": self.sides.articles[match["offered_item_id"] - 1]["offer_id"],
                "committee_id": self.sides.needs[match["need_id"] - 1]["committee_id"],
                "place": "1 rue de l'Exemple",
                "uid": f"remise-{match['id']}",
                **self._fixed(match),
                "created_at": match["approved_at"],
            }
            for match in self._meetings()
        ]

    def _fixed(self, match: Row) -> Row:
        starts = self._at(match) if match["state"] in FIXED else None
        return {"starts_at": starts, "ends_at": starts + timedelta(hours=2) if starts else None}

    def _at(self, match: Row) -> datetime:
        """When the two meet: what is fixed lies ahead, the rest behind."""
        coming = match["state"] in {MatchState.ACCEPTED, MatchState.SCHEDULED}
        return self.sides.ago(-2 if coming else 1) + timedelta(hours=match["id"] % 8)

    def slots(self) -> list[Row]:
        starts = [
            (match["handover_id"], self._at(match) + timedelta(days=day))
            for match in self._meetings()
            if match["state"] in MEETING
            for day in range(3)
        ]
        return [
            {"handover_id": number, "starts_at": start, "ends_at": start + timedelta(hours=2)}
            for number, start in starts
        ]

    def decisions(self) -> Iterator[Row]:
        for match in self.rows:
            proposed = MatchState.PROPOSED
            yield decision(match["proposed_at"], Verb.PROPOSE, "match_id", match["id"], to=proposed)
            if match["state"] is not proposed:
                _state, verb, reason = PAST[match["id"] % len(PAST)]
                row = decision(match["approved_at"], verb, "match_id", match["id"], to=match["state"], by=1)
                yield row | {"reason": reason, "from_state": proposed}


def decision(at: datetime, verb: Verb, subject: str, key: int, *, to: str, by: int | None = None) -> Row:
    none: Row = dict.fromkeys(("offer_id", "need_id", "match_id", "reason"))
    actor = ActorKind.ACCOUNT if by else ActorKind.SYSTEM
    done = {"at": at, "verb": verb, "actor": actor, "account_id": by, "from_state": "", "to_state": to}
    return none | done | {subject: key}
