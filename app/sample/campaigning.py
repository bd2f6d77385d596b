"""What the sample's actions did: their steps, their boxes, their news."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.days import day_of
from app.models import Action, ActionNews, ActionStep, Box, Committee
from app.models.states import BoxState, Condition
from matching.recognition import recognise

APART = frozenset({"committee", "days", "kind", "closed", "steps", "news", "boxes"})
"""What is said of an action in the file and is no column of its own."""


def add_course(
    session: Session,
    row: Mapping[str, Any],
    action: Action,
    committees: Mapping[str, Committee],
    now: datetime,
) -> None:
    """Days are counted from today, those of the past below nought. Told to nobody."""
    for number, (words, slug, due, done) in enumerate(row.get("steps", ())):
        session.add(
            ActionStep(
                action_id=action.id,
                committee_id=committees[slug].id,
                words=words,
                due=day_of(now) + timedelta(days=due),
                done_on=day_of(now) + timedelta(days=due) if done else None,
                submission_key=f"exemple-{action.slug}-{number}",
            )
        )
    for number, (days, title, words) in enumerate(row.get("news", ())):
        at = now + timedelta(days=days)
        key = f"exemple-{action.slug}-{number}"
        session.add(
            ActionNews(
                action_id=action.id, title=title, words=words, published_at=at, told_at=at, submission_key=key
            )
        )
    for number, (state, lines, kilograms, measure, euros, received) in enumerate(row.get("boxes", ()), 1):
        long, wide, high = (int(part) for part in measure.split(" × "))
        session.add(
            Box(
                action_id=action.id,
                number=number,
                state=BoxState(state),
                contents=[[pieces, recognise(words).item, words] for pieces, words in lines],
                condition=Condition.GOOD,
                grams=round(kilograms * 1000),
                measure=measure,
                litres=round(long * wide * high / 1000),
                cents=euros * 100,
                received=received,
                created_at=action.created_at,
            )
        )
