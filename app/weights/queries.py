"""Reads about weights: which are in force, which were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

import matching.types as engine
from app.models import Account, WeightsChoice, WeightsVersion

SHOWN = 100


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
