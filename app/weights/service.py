"""Deciding which weights plans use. None commits."""

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, select

import matching.types as engine
from app.claims import alone
from app.models import WeightsChoice, WeightsVersion
from app.transitions import Actor
from app.weights import queries
from notifications.types import insert


def choose(session: Session, weights: engine.Weights, note: str, actor: Actor, now: datetime) -> bool:
    """From the next plan on, use these weights; who said so and why is kept. False where they are in force already."""
    alone(session, WeightsChoice)
    if queries.current_weights(session).version == weights.version:
        return False
    row = version_row(session, weights, now, note=note, account_id=actor.account_id)
    session.add(WeightsChoice(weights_version_id=row.id, account_id=actor.account_id, note=note, at=now))
    session.flush()
    return True


def version_row(
    session: Session, weights: engine.Weights, now: datetime, *, note: str = "", account_id: int | None = None
) -> WeightsVersion:
    """The row of these weights, written if need be: another decision, or a plan, may write the same in the same moment."""
    row = insert(WeightsVersion, session.get_bind().dialect).values(
        version=weights.version, weights=asdict(weights), note=note, created_by_id=account_id, created_at=now
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["version"]))
    return session.exec(select(WeightsVersion).where(WeightsVersion.version == weights.version)).one()
