"""Forgetting why something was needed: a reason may name the people it was for. What was asked for, and when, stays and is counted."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.blanking import blank, forget_notes, without_text
from app.claims import claim
from app.finding.service import refresh
from app.models import Decision, Need, Note
from app.models.states import Findable, NeedState

OVER = (NeedState.MET, NeedState.WITHDRAWN, NeedState.EXPIRED)
AT_ONCE = 100


def forget_old(session: Session, after: timedelta, now: datetime) -> int:
    """Forget the words about needs of which nobody has said or decided anything for `after`; how many needs."""
    cutoff = now - after
    lately = sa.exists().where(col(Decision.need_id) == col(Need.id), col(Decision.at) > cutoff)

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(
            col(Need.state).in_(OVER),
            col(Need.confirmed_at) <= cutoff,
            col(Need.anonymised_at).is_(None),
            ~lately,
        )

    claimed = claim(session, Need, "anonymised_at", due, now, limit=AT_ONCE)
    if claimed:
        blank(session, Need, col(Need.id).in_(claimed), reason="")
        told = col(Decision.need_id).in_(claimed)
        blank(session, Decision, told, note="")
        without_text(session, Decision, "data", told)
        forget_notes(session, col(Note.need_id).in_(claimed))
        refresh(session, Findable.NEED, claimed)
        session.expire_all()
    return len(claimed)
