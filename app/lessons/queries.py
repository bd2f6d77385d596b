"""Reads about lessons: refusals with a coded reason, less those that somebody chose to forget."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

import matching.types as engine
from app.catalogue.queries import taught
from app.days import day_of
from app.lessons.deducing import TEACHES_FOR, TEACHING, RefusedMatch, Taught, deduce
from app.models import Committee, Decision, Match, Need, OfferedItem, Unlearned
from app.models.states import ActorKind, Condition, MatchState, Reason, Verb

REFUSED = (MatchState.REJECTED, MatchState.DECLINED, MatchState.FAILED)
REFUSING = (Verb.REJECT, Verb.DECLINE, Verb.FAIL)


def active(session: Session, now: datetime) -> list[Taught]:
    """The lessons that plans obey now."""
    return _deduced(session, now, _refusals(session, now, forgotten=False))


def removed(session: Session, now: datetime) -> list[Taught]:
    """The lessons that the forgotten refusals would teach."""
    return _deduced(session, now, _refusals(session, now, forgotten=True))


def for_planning(session: Session, now: datetime) -> tuple[engine.Lesson, ...]:
    """The same as `active`, as the engine takes them. Two queries."""
    return tuple(each.lesson for each in active(session, now))


def refusals(session: Session, now: datetime) -> list[RefusedMatch]:
    """The refusals that teach, the oldest first. One query."""
    return _refusals(session, now, forgotten=False)


def _deduced(session: Session, now: datetime, refusals: Collection[RefusedMatch]) -> list[Taught]:
    return deduce(refusals, taught(session), day_of(now)) if refusals else []


def _refusals(session: Session, now: datetime, *, forgotten: bool) -> list[RefusedMatch]:
    """The refusal that ended each match, donors' ones left out: a donor's "too far" says nothing of the committee."""
    query = (
        sa.select(Decision, Match, OfferedItem, Need, Committee)
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
        )
        .order_by(col(Decision.id))
    )
    return [
        refusal_of(decision.id, decision.at, decision.reason, decision.verb, *sides)
        for decision, *sides in session.execute(query)
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


def refusal_of(
    decision_id: int,
    at: datetime,
    reason: Reason,
    verb: Verb,
    match: Match,
    article: OfferedItem,
    need: Need,
    committee: Committee,
) -> RefusedMatch:
    """The refusal of a match, as the rule of lessons reads it."""
    # What was refused is what the plan took it for: somebody may have named the article anew since.
    offered, wanted = match.inputs.get("offer", {}), match.inputs.get("need", {})
    # For an action another committee may collect: of its reach only what it was then is known here.
    usual = committee.collects_km
    reach = usual if need.action_id is None else wanted.get("collects_km", usual)
    return RefusedMatch(
        decision_id=decision_id,
        match_id=match.id,
        at=at,
        reason=reason,
        by_committee=verb is not Verb.REJECT,
        committee_id=committee.id,
        committee=committee.name,
        item=offered.get("item") or article.item or "",
        words=offered.get("text", article.description),
        condition=Condition(offered.get("condition", article.condition)),
        distance_km=match.distance_km,
        collects_km=float(reach),
        transport=match.transport,
    )
