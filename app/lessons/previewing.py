"""What a refusal would teach, told before it is given: the same rule as `deducing`, with one refusal more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from app.catalogue.queries import taught
from app.days import day_of
from app.lessons import queries, wording
from app.lessons.deducing import TEACHING, RefusedMatch, Taught, deduce
from app.models import Committee, Match, Need, OfferedItem
from app.models.states import Reason, Verb

NOT_YET = 2**31 - 1
"""Stands for the decision that nobody has taken."""

Sides = tuple[Match, OfferedItem, Need, Committee]


def would_teach(session: Session, now: datetime, proposals: Iterable[Sides]) -> dict[int, dict[Reason, str]]:
    """For each of these proposals, by its id: the sentence of the lesson that a coordinator's refusal for this reason would
    teach or sharpen; reasons that would teach nothing are absent. Two queries, however many proposals.
    """
    known, today = taught(session), day_of(now)
    by_item: defaultdict[str, list[RefusedMatch]] = defaultdict(list)
    for refusal in queries.refusals(session, now):
        by_item[refusal.item].append(refusal)
    found = {}
    for match, article, need, committee in proposals:
        one = queries.refusal_of(NOT_YET, now, Reason.OTHER, Verb.REJECT, match, article, need, committee)
        sentences = {}
        for reason in TEACHING:
            alike = [each for each in by_item[one.item] if each.reason is reason]
            before = _lessons(deduce(alike, known, today))
            after = deduce([*alike, replace(one, reason=reason)], known, today)
            new = next((each for each in after if before.get(each.key) != each.lesson), None)
            if new is not None:
                sentences[reason] = wording.sentence(new)
        found[match.id] = sentences
    return found


def _lessons(found: Iterable[Taught]) -> Mapping[str, object]:
    return {each.key: each.lesson for each in found}


def learnt(session: Session, now: datetime, match_id: int) -> list[str]:
    """The sentences of the lessons that come from the refusal of this match, among others perhaps."""
    return [
        wording.sentence(each)
        for each in queries.active(session, now)
        if any(refusal.match_id == match_id for refusal in each.refusals)
    ]
