"""Reads about weights: which are in force, which were; and about chances of success: what was learnt, and from what."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

import matching.types as engine
from app.db import named
from app.models import (
    Account,
    ChancesVersion,
    Match,
    Need,
    Offer,
    OfferedItem,
    WeightsChoice,
    WeightsVersion,
)
from app.models.states import MatchState
from matching.chances import LEAST_OUTCOMES, PastPairing
from matching.items import load

SHOWN = 100

REMEMBERED = timedelta(days=730)
"""Older outcomes teach nothing any more: committees and vans change."""
LATELY = timedelta(days=30)
_ENDED = frozenset({MatchState.COMPLETED, MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED})


@dataclass(frozen=True, slots=True)
class Chosen:
    """One decision: from `choice.at` on, plans used `weights`."""

    choice: WeightsChoice
    version: str
    weights: engine.Weights
    by: str


def history(session: Session, most: int = SHOWN) -> list[Chosen]:
    """The decisions, the latest first: the first one is in force."""
    query: Any = (
        sa.select(WeightsChoice, WeightsVersion, col(Account.name))
        .join(WeightsVersion, col(WeightsChoice.weights_version_id) == col(WeightsVersion.id))
        .join(Account, col(WeightsChoice.account_id) == col(Account.id), isouter=True)
        .order_by(col(WeightsChoice.id).desc())
        .limit(most)
    )
    return [
        Chosen(choice, row.version, of(row.weights), name or "")
        for choice, row, name in session.execute(query)
    ]


def of(stored: Mapping[str, Any]) -> engine.Weights:
    """Weights from their row; what an older engine did not know keeps its default."""
    return engine.Weights(**{name: stored[name] for name in engine.Weights.__slots__ if name in stored})


def current_weights(session: Session) -> engine.Weights:
    """The weights chosen last, else the engine's own."""
    latest = history(session, 1)
    return latest[0].weights if latest else engine.Weights()


@dataclass(frozen=True, slots=True)
class WhatWasLearnt:
    """The latest that was learnt, if anything was; and how many outcomes there are to learn from."""

    row: ChancesVersion | None
    outcomes: int

    @property
    def lacking(self) -> int:
        """How many outcomes are still too few."""
        return max(0, LEAST_OUTCOMES - self.outcomes)

    @property
    def used(self) -> bool:
        """Whether plans use it, as far as it goes."""
        return self.row is not None and self.row.useful


def latest(session: Session) -> ChancesVersion | None:
    """What was learnt last."""
    return session.exec(select(ChancesVersion).order_by(col(ChancesVersion.id).desc()).limit(1)).first()


def current_chances(session: Session) -> engine.Chances | None:
    """The chances that plans use; None where too little is known, or where what was learnt tells nothing."""
    row = latest(session)
    return of_row(row) if row is not None and row.useful else None


def of_row(row: ChancesVersion) -> engine.Chances:
    """The chances of a version."""
    return engine.Chances(**row.chances)


def what_was_learnt(session: Session, now: datetime) -> WhatWasLearnt:
    """What the page tells."""
    count = (
        sa.select(sa.func.count())
        .select_from(Match)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .where(*_teaching(now), col(OfferedItem.item).in_(list(load())))
    )
    return WhatWasLearnt(latest(session), int(session.scalar(count) or 0))


def asked_lately(session: Session, now: datetime, needs: Collection[int] | None = None) -> Mapping[int, int]:
    """How many pairings each committee was asked about in the thirty days before; those of these needs alone if given."""
    query = (
        sa.select(col(Need.committee_id), sa.func.count())
        .join(Match, col(Match.need_id) == col(Need.id))
        .where(col(Match.approved_at) >= now - LATELY)
        .group_by(col(Need.committee_id))
    )
    if needs is not None:
        theirs = sa.select(col(Need.committee_id)).where(named(Need.id, needs))
        query = query.where(col(Need.committee_id).in_(theirs))
    return dict(session.execute(query).all())


def outcomes(session: Session, now: datetime) -> Iterable[PastPairing]:
    """What became of the pairings that people were asked about, in the order in which they were."""
    query = (
        sa.select(
            *(col(Match.state), col(Match.approved_at), col(Match.received_quantity), col(Match.distance_km)),
            *(col(Match.transport), col(OfferedItem.item), col(Need.committee_id)),
            *(col(Offer.confirmed_at), col(Offer.created_at)),
        )
        .join_from(Match, OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .where(col(Match.approved_at) >= now - REMEMBERED - LATELY)
        .order_by(col(Match.approved_at), col(Match.id))
    )
    before: dict[int, deque[datetime]] = {}
    for row in session.execute(query):
        asked = before.setdefault(row.committee_id, deque())
        while asked and asked[0] < row.approved_at - LATELY:
            asked.popleft()
        often = len(asked)
        asked.append(row.approved_at)
        if row.state in _ENDED and row.approved_at >= now - REMEMBERED and row.item in load():
            yield _outcome(row, often)


def _outcome(row: Any, often: int) -> PastPairing:
    came = row.state is MatchState.COMPLETED and row.received_quantity != 0
    waited = (row.approved_at - (row.confirmed_at or row.created_at)).days
    return PastPairing(
        came, row.distance_km, row.transport, row.item, str(row.committee_id), max(0, waited), often
    )


def _teaching(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Match.state).in_(_ENDED), col(Match.approved_at) >= now - REMEMBERED
