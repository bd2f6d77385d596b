"""The verbs of a round. The hours that donors are asked for go through the trips' own verbs (`app.handovers.service`). None commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from app.handovers import service as handovers
from app.handovers.overlapping import is_free
from app.handovers.rounds import queries
from app.handovers.rounds.planning import MINUTE, RoundPlan, StopPlan, StopWish, follow, window
from app.handovers.rounds.queries import Drive, Standing, StopLine
from app.handovers.service import Terms
from app.handovers.slots import Span
from app.handovers.trips import HandoverError, collections
from app.models import Round, RoundStop
from app.models.states import Outside, RoundState, Transport, Verb
from app.refusing import RefusedError
from app.transitions import Actor, move, note_decision


class RoundRefusal(StrEnum):
    """Why something cannot be done to a round."""

    UNKNOWN = "unknown"
    OVER = "over"
    """It is cancelled, or its day has begun where that matters."""
    HOURS = "hours"
    """The order keeps no appointment, or the van would come home too late."""
    EMPTY = "empty"
    """It collects nothing."""
    TAKEN = "taken"
    """The van is at another donor's at one of its hours."""


class RoundError(RefusedError[RoundRefusal]):
    """The act is refused."""


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """What a committee says of a round: when, the room in the van and its speed."""

    key: str
    span: Span
    litres: int
    speed_kmh: int


def sketch(committee_id: int, draft: RoundDraft, now: datetime) -> Round:
    """The round as it would be, in no session: what could be collected is looked for first."""
    return Round(
        committee_id=committee_id,
        submission_key=draft.key,
        starts_at=draft.span.starts_at,
        ends_at=draft.span.ends_at,
        litres=draft.litres,
        speed_kmh=draft.speed_kmh,
        created_at=now,
    )


def draw_up(session: Session, this: Round, plan: RoundPlan, actor: Actor, now: datetime) -> Round:
    """Keep a round and its plan. The same form sent twice makes one."""
    known = session.exec(select(Round).where(Round.submission_key == this.submission_key)).first()
    if known is not None:
        return known
    session.add(this)
    session.flush()
    _write(session, this, plan)
    note_decision(session, this, Verb.RECORD, actor, now, data={"stops": _inside(plan)})
    return this


def hold(session: Session, round_id: int, *states: RoundState) -> Round:
    """The round under lock. Raises RoundError where there is none, or it is in none of these states, if any is named."""
    this = session.get(Round, round_id, with_for_update=True, populate_existing=True)
    if this is None:
        raise RoundError(RoundRefusal.UNKNOWN)
    if states and this.state not in states:
        raise RoundError(RoundRefusal.OVER)
    return this


ALIVE = (RoundState.DRAFT, RoundState.PROPOSED)


def order_anew(
    session: Session,
    round_id: int,
    plan: RoundPlan,
    actor: Actor,
    now: datetime,
    wish: StopWish | None = None,
) -> None:
    """Take over what was planned, by somebody's `wish` if there is one. Where that is how it stands already, nothing was decided."""
    this = hold(session, round_id, *ALIVE)
    before = _stands(session, round_id)
    if wish is not None:
        stop = session.get(RoundStop, wish.stop_id)
        if stop is None or stop.round_id != round_id:
            raise RoundError(RoundRefusal.UNKNOWN)
        wish.grant(stop)
    _write(session, this, plan)
    session.flush()
    if _stands(session, round_id) != before:
        this.sequence += 1
        note_decision(session, this, Verb.EDIT, actor, now, data={"stops": _inside(plan)})


def shift(session: Session, round_id: int, stop_id: int, by: int, actor: Actor, now: datetime) -> None:
    """Move a stop so many places down, or up. Raises RoundError where the order keeps no appointment."""
    drive = _open(session, round_id)
    order = list(drive.stops)
    here = _place(order, stop_id)
    if not 0 <= here + by < len(order):
        raise RoundError(RoundRefusal.OVER)  # it has been moved since
    order.insert(here + by, order.pop(here))
    _by_hand(session, drive, order, actor, now)


def take_out(session: Session, round_id: int, stop_id: int, actor: Actor, now: datetime) -> None:
    """The round does without this stop. What its donor was told stands: it is for the trip's own page."""
    drive = _open(session, round_id)
    order = list(drive.stops)
    out = order.pop(_place(order, stop_id))
    out.stop.by_hand = False
    _by_hand(session, drive, order, actor, now, StopPlan(out.stop.handover_id, outside=Outside.TAKEN_OUT))


def propose(session: Session, round_id: int, actor: Actor, now: datetime, answer_within: timedelta) -> int:
    """Ask each donor for the hour at which the van comes, by the trip's own verb; how many were asked. Who was told that hour already, or has
    chosen it, is not asked again. Raises RoundError."""
    this = hold(session, round_id, *ALIVE)
    drive = queries.drive(session, this)
    if not drive.stops:
        raise RoundError(RoundRefusal.EMPTY)
    if this.starts_at <= now:
        raise RoundError(RoundRefusal.OVER)
    asked = [line for line in drive.stops if line.standing in {Standing.TO_ASK, Standing.OTHER_TIME}]
    if this.state is RoundState.DRAFT:
        move(session, this, RoundState.PROPOSED, Verb.PROPOSE_TIMES, actor, now)
    elif asked:
        note_decision(session, this, Verb.PROPOSE_TIMES, actor, now, from_state=this.state)
    session.flush()
    for line in asked:
        _ask(session, drive, line, actor, now, answer_within)
    return len(asked)


def _ask(
    session: Session, drive: Drive, line: StopLine, actor: Actor, now: datetime, answer_within: timedelta
) -> None:
    handover = line.pickup.handover
    span = window(drive.round, line)
    if span is None:
        return
    taken = collections(session, drive.committee.id, handover.offer_id, now)
    if not is_free(span, taken, drive.committee.collects_at_once):
        raise RoundError(RoundRefusal.TAKEN)
    terms = Terms([span], Transport.COMMITTEE_COLLECTS, handover.place, handover.committee_note)
    try:
        handovers.accept_with_times(session, line.call.lines[0].match.id, terms, actor, now, answer_within)
    except HandoverError:
        return  # somebody was quicker: the page says how it stands


def cancel(session: Session, round_id: int, actor: Actor, now: datetime) -> None:
    """The van does not go. Appointments that are fixed stand: donors count on them."""
    this = hold(session, round_id, *ALIVE)
    this.sequence += 1
    move(session, this, RoundState.CANCELLED, Verb.WITHDRAW, actor, now)


def take_up_again(session: Session, round_id: int, actor: Actor, now: datetime) -> None:
    """It goes after all, as a draft: other rounds may collect by now what it did."""
    this = hold(session, round_id, RoundState.CANCELLED)
    this.sequence += 1
    move(session, this, RoundState.DRAFT, Verb.UNDO, actor, now)


def _open(session: Session, round_id: int) -> Drive:
    return queries.drive(session, hold(session, round_id, *ALIVE))


def _place(order: Sequence[StopLine], stop_id: int) -> int:
    found = [number for number, line in enumerate(order) if line.stop.id == stop_id]
    if not found:
        raise RoundError(RoundRefusal.OVER)
    return found[0]


def _by_hand(
    session: Session,
    drive: Drive,
    order: Sequence[StopLine],
    actor: Actor,
    now: datetime,
    *out: StopPlan,
) -> None:
    outside = [StopPlan(line.stop.handover_id, outside=line.stop.outside) for line in drive.outside]
    plan = follow(drive.round, drive.committee, order, [*out, *outside])
    if plan is None:
        raise RoundError(RoundRefusal.HOURS)
    order_anew(session, drive.round.id, plan, actor, now)


def _write(session: Session, this: Round, plan: RoundPlan) -> None:
    """The stops as planned; what the plan does not name is none of the round's any more."""
    rows = session.exec(select(RoundStop).where(RoundStop.round_id == this.id)).all()
    known = {stop.handover_id: stop for stop in rows}
    for position, each in enumerate(plan.stops):
        stop = known.pop(each.handover_id, None)
        if stop is None:
            stop = RoundStop(round_id=this.id, handover_id=each.handover_id)
            session.add(stop)
        visit = each.visit
        stop.position, stop.outside = position, each.outside
        stop.by_hand = stop.by_hand and each.outside is None
        stop.metres = visit.metres if visit else 0
        stop.arrives_at = this.starts_at + visit.arrives * MINUTE if visit else None
        stop.leaves_at = this.starts_at + visit.leaves * MINUTE if visit else None
    for stop in known.values():
        session.delete(stop)
    some = any(each.visit for each in plan.stops)
    this.leaves_at = this.starts_at + plan.leaves * MINUTE if some else None
    this.returns_at = this.starts_at + plan.returns * MINUTE if some else None
    this.metres = plan.metres if some else 0


def _inside(plan: RoundPlan) -> list[int]:
    return [each.handover_id for each in plan.stops if each.visit]


def _stands(session: Session, round_id: int) -> list[RoundStop]:
    """The stops as they are, apart from their rows."""
    rows = session.exec(select(RoundStop).where(RoundStop.round_id == round_id).order_by(col(RoundStop.id)))
    return [RoundStop(**stop.model_dump()) for stop in rows]
