"""What the clock does about needs: ask whether they are still true, and set aside what nobody stands by."""

from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.claims import BATCH, claim
from app.days import day_of, days_on_earth, is_working_day
from app.db import among
from app.holding import hold
from app.matches.service import supersede_proposals
from app.models import Committee, Match, Need
from app.models.states import COMMITTED, MatchState, NeedState, Verb
from app.needs import letters, service
from app.post.desk import Desk
from app.transitions import SYSTEM, move

OLD = timedelta(days=60)
"""A need that nobody has confirmed for so long is asked about, and one whose date has passed."""

NEARLY_OLD = timedelta(days=30)
"""Whoever is asked about one need is asked about these too, rather than again next week."""

PEACE = timedelta(days=7)
"""No committee is asked twice within it."""

ANSWER_WITHIN = timedelta(days=14)

COMING_BACK = (NeedState.OPEN, NeedState.MET, NeedState.EXPIRED)


def _counted_on() -> sa.ColumnElement[bool]:
    """Whether a gift is on its way: the need is plainly alive."""
    waiting = COMMITTED - {MatchState.COMPLETED}
    return sa.exists().where(col(Match.need_id) == col(Need.id), col(Match.state).in_(waiting))


def ask_whether_still_true(session: Session, desk: Desk, now: datetime) -> int:
    """One letter, on a working day there, to each committee that has a need grown old; how many needs were asked about."""
    asked_lately = sa.select(col(Need.committee_id)).where(col(Need.asked_at) > now - PEACE)
    _earliest, latest = days_on_earth(now)
    old = (
        select(Need, Committee)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(
            Need.state == NeedState.OPEN,
            col(Need.asked_at).is_(None),
            (col(Need.confirmed_at) <= now - OLD) | (col(Need.needed_by) < latest),
            ~_counted_on(),
            col(Committee.active),
            col(Need.committee_id).not_in(asked_lately),
        )
        .order_by(col(Need.committee_id))
    )
    asking: dict[int, None] = {}
    passed = []
    for need, committee in session.exec(old):
        is_over = need.needed_by is not None and need.needed_by < day_of(now, committee.zone)
        if is_working_day(now, committee.zone) and (is_over or need.confirmed_at <= now - OLD):
            asking[committee.id] = None
        if is_over:
            passed.append(need.id)
    if not asking:
        return 0

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(
            col(Need.committee_id).in_(list(asking)[:BATCH]),
            col(Need.state) == NeedState.OPEN,
            col(Need.asked_at).is_(None),
            (col(Need.confirmed_at) <= now - NEARLY_OLD) | among(Need.id, passed),
            ~_counted_on(),
        )

    claimed = claim(session, Need, "asked_at", due, now)
    if claimed:
        letters.still_true(session, claimed, ANSWER_WITHIN, desk, now)
    return len(claimed)


def expire_silent(session: Session, now: datetime) -> int:
    """Set aside the needs that nobody stood by in time; how many. The weekly digest and the list of needs say so."""
    asked_before = now - ANSWER_WITHIN + timedelta(hours=2)  # a night in March or October is no longer
    query = (
        select(Need, Committee)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(Need.state == NeedState.OPEN, col(Need.asked_at) < asked_before, ~_counted_on())
        .order_by(col(Need.id))
    )
    silent_ones = ((need.id, home) for need, home in session.exec(query) if _is_silent(need, home, now))
    found = dict(islice(silent_ones, BATCH))
    if not found:
        return 0
    proposed = select(Match.offered_item_id).where(
        col(Match.need_id).in_(found), Match.state == MatchState.PROPOSED
    )
    held = hold(session, item_ids=session.exec(proposed).all(), need_ids=found)
    waiting = COMMITTED - {MatchState.COMPLETED}
    promised = set(
        session.exec(
            select(Match.need_id).where(col(Match.need_id).in_(found), col(Match.state).in_(waiting))
        )
    )
    silent = [
        need
        for key, need in held.needs.items()
        if need.state is NeedState.OPEN and _is_silent(need, found[key], now) and key not in promised
    ]
    if silent:
        supersede_proposals(session, SYSTEM, now, need_ids=[need.id for need in silent])
    for need in silent:
        move(session, need, NeedState.EXPIRED, Verb.EXPIRE, SYSTEM, now)
    return len(silent)


def _is_silent(need: Need, committee: Committee, now: datetime) -> bool:
    """Whether the last day to answer is over there."""
    zone = committee.zone
    return need.asked_at is not None and day_of(need.asked_at + ANSWER_WITHIN, zone) < day_of(now, zone)


def declare_again(session: Session, now: datetime) -> int:
    """The needs that come back and whose day has begun there are declared anew; how many. One that is paused or withdrawn waits."""
    _earliest, latest = days_on_earth(now)
    query = (
        select(Need, Committee)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(
            col(Need.next_on) <= latest,
            col(Need.state).in_(COMING_BACK),
            col(Committee.active),
        )
        .order_by(col(Need.id))
        .limit(BATCH)
    )
    done = 0
    for need, committee in session.exec(query).all():
        today = day_of(now, committee.zone)
        if need.next_on is None or need.repeats is None or need.next_on > today:
            continue
        following = service.next_day(need.next_on, need.repeats, today)
        done += service.declare_again(session, need.id, following, SYSTEM, now) is not None
    return done
