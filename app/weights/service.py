"""Deciding which weights plans use. None commits."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

import matching.types as engine
from app.claims import alone
from app.models import WeightsChoice, WeightsVersion
from app.transitions import Actor
from app.weights import queries


def choose(session: Session, weights: engine.Weights, note: str, actor: Actor, now: datetime) -> bool:
    """From the next plan on, use these weights; who said so and why is kept. False where they are in force already."""
    alone(session, WeightsChoice)
    if queries.current_weights(session).version == weights.version:
        return False
    row = queries.version_row(session, weights.version)
    if row is None:
        row = WeightsVersion(
            version=weights.version,
            weights=asdict(weights),
            note=note,
            created_by_id=actor.account_id,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Another decision, or a plan, wrote the same version in the same moment.
            row = queries.version_row(session, weights.version)
            if row is None:
                raise
    session.add(WeightsChoice(weights_version_id=row.id, account_id=actor.account_id, note=note, at=now))
    session.flush()
    return True
