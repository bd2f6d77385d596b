"""Letters about needs: are they still true?"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.days import day_of, end_of_day, last_day
from app.matches.queries import taken_for_needs
from app.models import Committee, Decision, Need
from app.models.states import COMMITTED
from app.post.desk import Desk
from app.post.sending import Post
from app.web.links import Purpose
from app.web.words import counted
from notifications import messages, outbox


def _asked(committee_id: int) -> str:
    """How the question's name in the outbox begins; its day follows."""
    return f"committee:{committee_id}:needs:"


def answered(session: Session, decision: Decision, _desk: Desk, _now: datetime) -> None:
    """Somebody stands by this need, or gives it up: a question about nothing else does not leave."""
    committee_id = session.get_one(Need, decision.need_id).committee_id
    still_asked = select(Need.id).where(Need.committee_id == committee_id, col(Need.asked_at).is_not(None))
    if session.exec(still_asked.limit(1)).first() is None:
        outbox.cancel(session, events=[_asked(committee_id)])


def still_true(
    session: Session, need_ids: Collection[int], within: timedelta, desk: Desk, now: datetime
) -> None:
    """To each committee, one letter about all its needs among these: by the end of which day there? Two queries."""
    query = (
        select(Need, Committee)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(col(Need.id).in_(need_ids))
        .order_by(col(Need.confirmed_at), col(Need.id))
    )
    by_committee: dict[int, tuple[Committee, list[Need]]] = {}
    for need, committee in session.exec(query):
        by_committee.setdefault(need.committee_id, (committee, []))[1].append(need)
    taken = taken_for_needs(session, need_ids, COMMITTED)
    for key, (committee, needs) in sorted(by_committee.items()):
        zone, oldest = committee.zone, min(need.declared_at for need in needs)
        answer_by = end_of_day(now + within, zone)
        post = Post(session, f"{_asked(key)}{day_of(now)}", desk, now)
        letter = messages.NeedStillTrue(
            name=committee.name,
            action_url=post.link(Purpose.COMMITTEE_NEEDS, key, committee),
            committee=committee.name,
            items=tuple(
                counted(need, need.quantity - taken.get(need.id, 0), committee.language) for need in needs
            ),
            days=(day_of(now, zone) - day_of(oldest, zone)).days,
            answer_before=last_day(answer_by, zone),
        )
        post.send(letter, committee, not_after=answer_by)
