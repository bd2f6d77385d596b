"""Learning what works out, at night: the engine fits it (`matching.learning`), plans read the latest version."""

from datetime import datetime

from sqlmodel import Session

import matching
from app.models import ChancesVersion
from app.weights import queries


def learn_now(session: Session, now: datetime) -> int:
    """Learn again from all that ended; how many versions that makes: 0 where nothing new was learnt."""
    learnt = matching.learn_in_time(list(queries.outcomes(session, now)))
    before = queries.latest(session)
    if learnt is None or (before is not None and before.version == learnt.chances.version):
        return 0
    known = learnt.chances
    session.add(
        ChancesVersion(
            version=known.version,
            chances={"outcomes": known.outcomes, "base": known.base, "odds": dict(known.odds)},
            brier=learnt.brier,
            base_brier=learnt.base_brier,
            created_at=now,
        )
    )
    return 1
