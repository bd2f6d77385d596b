"""Reads about lessons: what coded refusals teach, less those that somebody chose to forget, and what one more would teach."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

import matching.types as engine
from app.catalogue.queries import taught
from app.days import day_of
from app.lessons import wording
from app.lessons.deducing import TEACHES_FOR, TEACHING, RefusedMatch, Taught, deduce
from app.models import Committee, Decision, Match, Need, OfferedItem, Unlearned
from app.models.states import ActorKind, Condition, MatchState, Reason, Transport, Verb

REFUSED = (MatchState.REJECTED, MatchState.DECLINED, MatchState.FAILED)
REFUSING = (Verb.REJECT, Verb.DECLINE, Verb.FAIL)


def active(session: Session, now: datetime) -> list[Taught]:
    """The lessons that plans obey now."""
    return _deduced(session, now, _refusals(session, now))


def removed(session: Session, now: datetime) -> list[Taught]:
    """The lessons that the forgotten refusals would teach."""
    return _deduced(session, now, _refusals(session, now, forgotten=True))


def for_planning(
    session: Session, now: datetime, committees: Collection[int] | None = None
) -> tuple[engine.Lesson, ...]:
    """The same as `active`, as the engine takes them; of these committees and of everybody alone if given. Two queries."""
    only = (
        ()
        if committees is None
        else (col(Committee.id).in_(committees) | (col(Decision.reason) == Reason.WRONG_ITEM),)
    )
    return tuple(each.lesson for each in _deduced(session, now, _refusals(session, now, *only)))


def _deduced(session: Session, now: datetime, refusals: Collection[RefusedMatch]) -> list[Taught]:
    return deduce(refusals, taught(session), day_of(now)) if refusals else []


def _refusals(
    session: Session, now: datetime, *only: sa.ColumnElement[bool], forgotten: bool = False
) -> list[RefusedMatch]:
    """The refusal that ended each match, donors' ones left out: a donor's "too far" says nothing of the committee."""
    query = (
        sa.select(
            col(Decision.id),
            col(Decision.at),
            col(Decision.reason),
            col(Decision.verb),
            col(Decision.data)["for_all"].as_boolean(),
            *_Sides.columns(),
        )
        .select_from(Decision)
        .join(Match, col(Decision.match_id) == col(Match.id))
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Need, col(Match.need_id) == col(Need.id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .where(
            col(Decision.verb).in_(REFUSING),
            col(Decision.reason).in_(TEACHING),
            col(Decision.actor) != ActorKind.DONOR,
            col(Decision.at) > now - TEACHES_FOR,
            col(Match.state).in_(REFUSED),
            col(Decision.id).in_(_last(now)),
            col(Decision.id).in_(select(Unlearned.decision_id))
            if forgotten
            else col(Decision.id).not_in(select(Unlearned.decision_id)),
            *only,
        )
        .order_by(col(Decision.id))
    )
    return [
        replace(_refusal_of(key, at, reason, verb, _Sides(*sides)), for_all=bool(for_all))
        for key, at, reason, verb, for_all, *sides in session.execute(query)
    ]


def _last(now: datetime) -> sa.Select[int | None]:
    """The latest refusal of each match: an undone one was not the last word."""
    return (
        sa.select(sa.func.max(col(Decision.id)))
        .where(
            col(Decision.match_id).is_not(None),
            col(Decision.verb).in_(REFUSING),
            col(Decision.at) > now - TEACHES_FOR,
        )
        .group_by(col(Decision.match_id))
    )


class _Sides(NamedTuple):
    """Of a match and its two sides, what lessons are made of: reading the whole rows takes most of the time.

    What was refused is what the plan took it for: somebody may have named the article anew `since`.
    """

    match_id: int
    distance_km: float
    transport: Transport
    item: str | None
    words: str | None
    condition: str | None
    collects_km: float | None
    item_since: str | None
    words_since: str
    condition_since: Condition
    action_id: int | None
    committee_id: int
    committee: str
    usual_km: int

    @classmethod
    def of(cls, match: Match, article: OfferedItem, need: Need, committee: Committee) -> "_Sides":
        offered, wanted = match.inputs.get("offer", {}), match.inputs.get("need", {})
        return cls(
            match_id=match.id,
            distance_km=match.distance_km,
            transport=match.transport,
            item=offered.get("item"),
            words=offered.get("text"),
            condition=offered.get("condition"),
            collects_km=wanted.get("collects_km"),
            item_since=article.item,
            words_since=article.description,
            condition_since=article.condition,
            action_id=need.action_id,
            committee_id=committee.id,
            committee=committee.name,
            usual_km=committee.collects_km,
        )

    @staticmethod
    def columns() -> tuple[Any, ...]:
        """Where each of them stands."""
        inputs: Any = col(Match.inputs)
        return (
            *(col(Match.id), col(Match.distance_km), col(Match.transport)),
            *(inputs["offer", name].as_string() for name in ("item", "text", "condition")),
            inputs["need", "collects_km"].as_float(),
            *(col(OfferedItem.item), col(OfferedItem.description), col(OfferedItem.condition)),
            *(col(Need.action_id), col(Committee.id), col(Committee.name), col(Committee.collects_km)),
        )


def _refusal_of(decision_id: int, at: datetime, reason: Reason, verb: Verb, sides: _Sides) -> RefusedMatch:
    """The refusal of a match, as the rule of lessons reads it."""
    # For an action another committee may collect: of its reach only what it was then is known here.
    reach = sides.usual_km if sides.action_id is None or sides.collects_km is None else sides.collects_km
    return RefusedMatch(
        decision_id=decision_id,
        match_id=sides.match_id,
        at=at,
        reason=reason,
        by_committee=verb is not Verb.REJECT,
        committee_id=sides.committee_id,
        committee=sides.committee,
        item=sides.item or sides.item_since or "",
        words=sides.words_since if sides.words is None else sides.words,
        condition=Condition(sides.condition or sides.condition_since),
        distance_km=sides.distance_km,
        collects_km=float(reach),
        transport=sides.transport,
    )


NOT_YET = 2**31 - 1
"""Stands for the decision that nobody has taken."""

Sides = tuple[Match, OfferedItem, Need, Committee]


def would_teach(session: Session, now: datetime, proposals: Iterable[Sides]) -> dict[int, dict[Reason, str]]:
    """For each of these proposals, by its id: the sentence of the lesson that a coordinator's refusal for this reason would
    teach or sharpen; reasons that would teach nothing are absent. Two queries, however many proposals.
    """
    known, today = taught(session), day_of(now)
    ones = [
        _refusal_of(NOT_YET, now, Reason.OTHER, Verb.REJECT, _Sides.of(*proposal)) for proposal in proposals
    ]
    by_item: defaultdict[str, list[RefusedMatch]] = defaultdict(list)
    _id, _distance, _transport, item, *_ = _Sides.columns()
    about = sa.func.coalesce(item, OfferedItem.item).in_({one.item for one in ones})
    for refusal in _refusals(session, now, about):
        by_item[refusal.item].append(refusal)
    found = {}
    for one in ones:
        sentences = {}
        for reason in TEACHING:
            alike = [each for each in by_item[one.item] if each.reason is reason]
            before = _lessons(deduce(alike, known, today))
            after = deduce([*alike, replace(one, reason=reason)], known, today)
            new = next((each for each in after if before.get(each.key) != each.lesson), None)
            if new is not None:
                sentences[reason] = wording.sentence(new)
        found[one.match_id] = sentences
    return found


def _lessons(found: Iterable[Taught]) -> Mapping[str, object]:
    return {each.key: each.lesson for each in found}


def learnt(session: Session, now: datetime, match_id: int) -> list[str]:
    """The sentences of the lessons that come from the refusal of this match, among others perhaps."""
    return [
        wording.sentence(each)
        for each in active(session, now)
        if any(refusal.match_id == match_id for refusal in each.refusals)
    ]
