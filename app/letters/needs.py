"""Letters about needs: are they still true?"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from app.letters.hours import day_of
from app.letters.post import needs_url
from app.matches.queries import taken_for_needs
from app.models import Committee, Need
from app.models.states import COMMITTED, Language
from app.web.words import item_name
from notifications import messages, outbox


def event_of(committee_id: int | None) -> str:
    """The event's name in the outbox, without its day."""
    return f"committee:{committee_id}:needs"


def still_true(session: Session, need_ids: Collection[int], answer_by: datetime, now: datetime) -> int:
    """To each committee, one letter about all its needs among these; how many letters. Two queries."""
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
        letter = messages.NeedStillTrue(
            name=committee.name,
            action_url=needs_url(session, key, now),
            committee=committee.name,
            items=tuple(
                quantified(need, need.quantity - taken.get(need.id, 0), committee.language) for need in needs
            ),
            days=(day_of(now) - day_of(min(need.declared_at for need in needs))).days,
            answer_before=answer_by,
        )
        outbox.enqueue(
            session,
            letter.render(committee.language),
            event=f"{event_of(key)}:{day_of(now)}",
            party=f"committee:{key}",
            to=outbox.Recipient(committee.name, committee.email, committee.language),
            now=now,
            not_after=answer_by,
        )
    return len(by_committee)


def quantified(need: Need, quantity: int, language: Language) -> str:
    """« 3 × Chaise »."""
    english = language is Language.ENGLISH
    name = item_name(need.item, need.description.split("\n")[0], english=english)
    return f"{quantity} × {name}" if quantity > 1 else name
