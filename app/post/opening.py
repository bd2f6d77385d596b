"""The letters by which both sides first hear of a gift: one each for all that is approved of a trip before they leave.

They wait for a coordinator who may undo, and for the mail server. What is approved meanwhile for the same trip joins them; what is
answered, declined or undone meanwhile leaves them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import last_day
from app.explaining.why import sentences
from app.models import Decision, Match, OutboxMessage
from app.models.states import ActorKind, MatchState, Side
from app.post.desk import Desk
from app.post.sending import NOT_TO_BE, Post
from app.post.sides import Reader, Sides, TripLine
from app.web.text import speaking
from app.web.words import named, word
from notifications import messages, outbox
from notifications.models import State

OPENING: Mapping[Side, tuple[type[messages.Message], ...]] = {
    Side.DONOR: (messages.MatchFound,),
    Side.COMMITTEE: (messages.MatchApproved, messages.NextDonor),
}

REMEMBERED_FOR = timedelta(days=60)
"""After so long, another gift is no longer the next one."""

RECENT = 20
"""Matches of a need among which the last one that its committee counted on is looked for."""


def ask(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """Ask donor and committee about these approvals of one trip, and about what waits to be asked of it already."""
    approved = {decision.match_id for decision in decisions if decision.match_id is not None}
    (sides,) = Sides.read(session, approved)
    post = Post.about(session, decisions[0], desk, now)
    for side in Side:
        waiting = outbox.take_back(session, sides.handover.id, _names(side))
        asked = approved.union(*(row.match_ids for row in waiting))
        _write(post, side, asked, now + desk.undo_within)


def unask(session: Session, sides: Sides, side: Side, desk: Desk, now: datetime) -> set[int]:
    """This side need not be asked about these articles any more; of which of them it had not heard."""
    unheard: set[int] = set()
    for row in outbox.take_back(session, sides.handover.id, _names(side), sides.match_ids):
        gone = set(row.match_ids).intersection(sides.match_ids)
        unheard |= gone
        _write(Post(session, row.event, desk, now), side, set(row.match_ids) - gone, row.not_before)
    return unheard


def _names(side: Side) -> list[str]:
    return [each.message for each in OPENING[side]]


def _write(post: Post, side: Side, match_ids: Collection[int], not_before: datetime) -> None:
    for found in Sides.read(post.session, match_ids):
        sides = found.only(lambda line: line.match.state is MatchState.APPROVED)
        if sides is not None:
            reader = sides.readers(post)[0 if side is Side.DONOR else 1]
            with speaking(reader.language):
                letter = _found(reader) if side is Side.DONOR else _offered(reader)
            reader.send(letter, not_before=not_before)


def _found(donor: Reader) -> messages.Message:
    sides = donor.sides
    return messages.MatchFound(
        **donor.about(),
        organisation=sides.organisation.name,
        commune=sides.committee.commune,
        distance_km=sides.lines[0].match.distance_km,
        mode=sides.handover.transport.value,
        reasons=_reasons(sides),
        answer_before=_answer_before(donor),
    )


def _offered(committee: Reader) -> messages.Message:
    sides, session = committee.sides, committee.post.session
    follows = all(_follows_another(session, line.match, committee.post.now) for line in sides.lines)
    kind = messages.NextDonor if follows else messages.MatchApproved
    return kind(
        **committee.about(things=[_thing(committee, line) for line in sides.lines]),
        commune=sides.offer.commune,
        distance_km=sides.lines[0].match.distance_km,
        mode=sides.handover.transport.value,
        reasons=_reasons(sides),
        answer_before=_answer_before(committee),
    )


def _thing(committee: Reader, line: TripLine) -> messages.Offered:
    return messages.Offered(
        named(line.item, committee.language),
        line.match.quantity,
        condition=word(line.item.condition),
        note=line.item.description,
    )


def _reasons(sides: Sides) -> tuple[str, ...]:
    """What is true of every article: a letter about several does not say of which it speaks."""
    first, *others = (list(sentences(line.match.reasons)) for line in sides.lines)
    return tuple(sentence for sentence in first if all(sentence in other for other in others))


def _answer_before(reader: Reader) -> date:
    known = (line.match.answer_by for line in reader.sides.lines)
    end = min((moment for moment in known if moment is not None), default=reader.post.now)
    return last_day(end, reader.zone)


def _follows_another(session: Session, match: Match, now: datetime) -> bool:
    """Whether the committee last counted on a gift for this need that did not come, through no act of its own.

    One that it was never written to about does not count.
    """
    query = (
        sa.select(
            col(Match.id),
            col(Match.handover_id),
            col(Match.committee_answered_at),
            col(Match.closed_at),
            col(Decision.actor),
        )
        .join(Decision, col(Decision.match_id) == col(Match.id))
        .where(
            col(Match.need_id) == match.need_id,
            col(Match.id) != match.id,
            col(Match.approved_at).is_not(None),
            col(Match.state).in_(NOT_TO_BE),
            col(Decision.to_state) == col(Match.state),
        )
        .order_by(col(Match.closed_at).desc(), col(Match.id).desc(), col(Decision.id).desc())
        .limit(RECENT)
    )
    before = session.execute(query).all()
    known = heard(session, {row[1] for row in before if row[1] is not None}, Side.COMMITTEE)
    last = next((row for row in before if row[0] in known), None)
    if last is None:
        return False
    _id, _trip, answered_at, closed_at, actor = last
    if closed_at is None or closed_at < now - REMEMBERED_FOR:
        return False
    return actor is ActorKind.DONOR or (actor is ActorKind.SYSTEM and answered_at is not None)


def heard(session: Session, handover_ids: Collection[int], side: Side) -> set[int]:
    """The matches of these trips about which this side was written to, or will be."""
    if not handover_ids:
        return set()
    query = select(OutboxMessage.match_ids).where(
        col(OutboxMessage.handover_id).in_(handover_ids),
        col(OutboxMessage.party).startswith(f"{side}:"),
        col(OutboxMessage.state) != State.CANCELLED,
    )
    return {number for numbers in session.exec(query) for number in numbers}
