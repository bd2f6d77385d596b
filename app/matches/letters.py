"""Letters about a match before there is an appointment: both sides are asked, reminded, and told when it is let go of."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import by_day, day_of
from app.explaining.why import sentences
from app.matches.queries import lacking
from app.models import Decision, Handover, HandoverSlot, Match, OutboxMessage
from app.models.states import ActorKind, MatchState
from app.post.desk import Desk
from app.post.sending import Post
from app.post.sides import CHASING, OPENING, Sides, call_back, readers
from app.web.links import Purpose
from app.web.text import speaking
from app.web.words import word
from notifications import messages
from notifications.models import State

NOT_TO_BE = (MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED)
REMEMBERED_FOR = timedelta(days=60)
"""After so long, another gift is no longer the next one."""


def approved(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """Ask donor and committee; both letters wait until the coordinator can no longer undo."""
    donor, committee = readers(session, decision, desk, now)
    sides, match = donor.sides, donor.sides.match
    shared: dict[str, Any] = {
        "distance_km": match.distance_km,
        "mode": match.transport.value,
        "answer_before": match.answer_by or now,
    }
    with speaking(donor.language):
        found = messages.MatchFound(
            **donor.about(),
            organisation=sides.organisation.name,
            commune=sides.committee.commune,
            reasons=tuple(sentences(match.reasons)),
            **shared,
        )
    kind = messages.NextDonor if _follows_another(session, match, now) else messages.MatchApproved
    with speaking(committee.language):
        item = {"condition": word(sides.item.condition), "note": sides.item.description}
        offered = kind(
            **committee.about(None, messages.Offered, **item),
            commune=sides.offer.commune,
            reasons=tuple(sentences(match.reasons)),
            **shared,
        )
    donor.send(found, not_before=now + desk.undo_within)
    committee.send(offered, not_before=now + desk.undo_within)


def _follows_another(session: Session, match: Match, now: datetime) -> bool:
    """Whether the committee last counted on a gift for this need that did not come, through no act of its own.

    One that it was never written to about does not count.
    """
    heard = sa.exists().where(
        col(OutboxMessage.match_id) == col(Match.id),
        col(OutboxMessage.party).startswith("committee:"),
        col(OutboxMessage.state) != State.CANCELLED,
    )
    query = (
        select(Match.committee_answered_at, Match.closed_at, Decision.actor)
        .join(Decision, col(Decision.match_id) == col(Match.id))
        .where(
            Match.need_id == match.need_id,
            col(Match.id) != match.id,
            col(Match.approved_at).is_not(None),
            col(Match.state).in_(NOT_TO_BE),
            col(Decision.to_state) == col(Match.state),
            heard,
        )
        .order_by(col(Match.closed_at).desc(), col(Match.id).desc(), col(Decision.id).desc())
        .limit(1)
    )
    last = session.exec(query).first()
    if last is None:
        return False
    answered_at, closed_at, actor = last
    if closed_at is None or closed_at < now - REMEMBERED_FOR:
        return False
    return actor is ActorKind.DONOR or (actor is ActorKind.SYSTEM and answered_at is not None)


def lapsed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To both sides, the next morning if it is night: there was no answer in time, and nothing is lost.

    Not to one that our question has never left for: it could not answer, and waits for nothing.
    """
    donor, committee = readers(session, decision, desk, now)
    call_back(session, decision, CHASING)
    unheard = {side for side, opening in OPENING.items() if call_back(session, decision, opening)}
    if donor.side not in unheard:
        donor.send(messages.MatchLapsed(**donor.about(Purpose.TRACK_OFFER)), not_before=by_day(now))
    if committee.side not in unheard:
        remaining = lacking(session, committee.sides.need)
        about = committee.about(Purpose.COMMITTEE_NEEDS, messages.Lacking, remaining=remaining)
        committee.send(messages.MatchLapsedCommittee(**about), not_before=by_day(now))


def remind(session: Session, match_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To whoever has not answered about these matches. Three queries for all of them, but for the letters themselves."""
    wishes = dict(
        session.exec(
            select(Handover.match_id, Handover.donor_note).where(col(Handover.match_id).in_(match_ids))
        ).all()
    )
    times: dict[int, list[messages.Slot]] = {}
    query = (
        select(Handover.match_id, HandoverSlot.starts_at, HandoverSlot.ends_at)
        .join(Handover, col(Handover.id) == col(HandoverSlot.handover_id))
        .where(col(Handover.match_id).in_(match_ids), col(HandoverSlot.starts_at) > now)
        .order_by(col(HandoverSlot.starts_at))
    )
    for match_id, starts_at, ends_at in session.exec(query):
        times.setdefault(match_id, []).append(messages.Slot(starts_at, ends_at))
    for sides in Sides.read(session, match_ids):
        key = sides.match.id
        post = Post(session, f"match:{key}:reminder:{day_of(now)}", desk, now)
        _remind(post, sides, wishes.get(key, ""), tuple(times.get(key, ())))


def _remind(post: Post, sides: Sides, wish: str, times: tuple[messages.Slot, ...]) -> None:
    donor, committee = sides.readers(post)
    match, before = sides.match, sides.match.answer_by or post.now
    if match.committee_answered_at is not None and wish:
        committee.send(messages.OtherTimeWanted(**committee.about(), wish=wish))
    elif match.committee_answered_at is not None and times:
        donor.send(messages.ReminderTimes(**donor.about(), slots=times, answer_before=before))
    else:
        # Not answered, or every time that it proposed has passed: it is the committee's turn.
        committee.send(messages.ReminderCommittee(**committee.about(), answer_before=before))
        if match.committee_answered_at is None and match.donor_answered_at is None:
            donor.send(messages.ReminderDonor(**donor.about(), answer_before=before))
