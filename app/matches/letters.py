"""Letters about a trip before there is an appointment: both sides are asked, reminded, and told when it is let go of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from app.days import by_day, day_of, last_day
from app.matches.queries import lacking
from app.models import Decision, HandoverSlot
from app.models.states import Side
from app.post import opening
from app.post.desk import Desk
from app.post.sending import Post
from app.post.sides import CHASING, Sides, call_back
from app.web.links import Purpose
from notifications import messages


def approved(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """Ask donor and committee; both letters wait until the coordinator can no longer undo."""
    opening.ask(session, decisions, desk, now)


def undone(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """What was approved is a proposal again: nobody is asked about it. A rejection that is taken back was told to nobody."""
    for sides in Sides.read(session, [decision.match_id for decision in decisions]):
        for side in Side:
            opening.unask(session, sides, side, desk, now)


def lapsed(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """To both sides, the next morning if it is night: there was no answer in time, and nothing is lost.

    Not to one that our question has never left for: it could not answer, and waits for nothing.
    """
    (sides,) = Sides.read(session, [decision.match_id for decision in decisions])
    call_back(session, sides, CHASING)
    post = Post.about(session, decisions[0], desk, now)
    for side in Side:
        unheard = opening.unask(session, sides, side, desk, now)
        heard = sides.only(lambda line, unheard=unheard: line.match.id not in unheard)  # type: ignore[misc]
        if heard is None:
            continue
        donor, committee = heard.readers(post)
        if side is Side.DONOR:
            letter: messages.Message = messages.MatchLapsed(**donor.about(Purpose.TRACK_OFFER))
            donor.send(letter, not_before=by_day(now, donor.zone))
        else:
            things = committee.lacking(partial(lacking, session))
            letter = messages.MatchLapsedCommittee(**committee.about(Purpose.COMMITTEE_NEEDS, things))
            committee.send(letter, not_before=by_day(now, committee.zone))


def remind(session: Session, match_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To whoever has not answered about these matches: one letter a trip and side. Two queries, but for the letters themselves."""
    found = Sides.read(session, match_ids)
    times: dict[int, list[HandoverSlot]] = {}
    query = (
        select(HandoverSlot)
        .where(
            col(HandoverSlot.handover_id).in_([sides.handover.id for sides in found]),
            col(HandoverSlot.starts_at) > now,
        )
        .order_by(col(HandoverSlot.starts_at))
    )
    for slot in session.exec(query):
        times.setdefault(slot.handover_id, []).append(slot)
    for sides in found:
        post = Post(session, f"trip:{sides.handover.id}:reminder:{day_of(now)}", desk, now)
        _remind(post, sides, tuple(times.get(sides.handover.id, ())))


def _remind(post: Post, sides: Sides, times: tuple[HandoverSlot, ...]) -> None:
    """Whose turn it is differs from article to article where one joined the trip later."""
    wish = sides.handover.donor_note
    agreed = sides.only(lambda line: line.match.committee_answered_at is not None)
    # Not answered, or every time that it proposed has passed: it is the committee's turn.
    awaited = sides.only(lambda line: line.match.committee_answered_at is None or not (wish or times))
    unasked = sides.only(
        lambda line: line.match.committee_answered_at is None and line.match.donor_answered_at is None
    )
    end = sides.lines[0].match.answer_by or post.now
    if agreed is not None and wish:
        committee = agreed.readers(post)[1]
        committee.send(messages.OtherTimeWanted(**committee.about(), wish=wish))
    elif agreed is not None and times:
        donor = agreed.readers(post)[0]
        slots = tuple(donor.slot(each.starts_at, each.ends_at) for each in times)
        before = last_day(end, donor.zone)
        donor.send(
            messages.ReminderTimes(**donor.about(), slots=slots, answer_before=before),
            not_before=by_day(post.now, donor.zone),
        )
    if awaited is not None:
        committee = awaited.readers(post)[1]
        before = last_day(end, committee.zone)
        committee.send(messages.ReminderCommittee(**committee.about(), answer_before=before))
    if unasked is not None:
        donor = unasked.readers(post)[0]
        before = last_day(end, donor.zone)
        donor.send(
            messages.ReminderDonor(**donor.about(), answer_before=before),
            not_before=by_day(post.now, donor.zone),
        )
