"""Learning what works out, at night: the engine fits it (`matching.learning`), plans read the latest version."""

from datetime import datetime

import matching
from app.db import session as read_session
from app.db import transaction
from app.models import ChancesVersion
from app.weights import queries


def learn_now(now: datetime) -> int:
    """Learn again from all that ended; how many versions that makes: 0 where nothing new was learnt.

    It is read and learnt outside any writing transaction: seconds for tens of thousands, for which nobody is to wait.
    """
    outcomes, before = list(queries.outcomes(read_session(), now)), queries.latest(read_session())
    known_already = before and before.version
    read_session().rollback()
    learnt = matching.learn_in_time(outcomes)
    if learnt is None or learnt.chances.version == known_already:
        return 0
    known = learnt.chances
    with transaction() as session:
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
