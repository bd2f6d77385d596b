"""The bridge to the engine: rows → a van and its stops → rows. Whoever searches is asked in a process of its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import matching.rounds as engine
from app.days import day_of
from app.handovers.rounds.hearing import WhenThere, heard
from app.handovers.rounds.queries import Drive, Pickup, Standing, StopLine
from app.handovers.slots import Span
from app.joining import meeting_zone
from app.models import Committee, Round, RoundStop
from app.models.states import Outside
from matching.types import Place

MOST_STOPS = 40
"""More are not asked about at once."""
Planner = Callable[[engine.Van, Sequence[engine.Stop]], engine.Route]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StopPlan:
    """What a stop comes to: `visit` in the van's minutes, or why not."""

    handover_id: int
    visit: engine.Visit | None = None
    outside: Outside | None = None


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round's stops in their order, then what is left out; when the van leaves and returns (minutes), and the metres."""

    stops: tuple[StopPlan, ...]
    leaves: int = 0
    returns: int = 0
    metres: int = 0


@dataclass(frozen=True, slots=True)
class StopWish:
    """What somebody wants of a stop before the round is planned anew: to be put in, or, with `hours`, to be called at from the
    first moment to the second (None where there is no bound)."""

    stop_id: int
    hours: tuple[datetime | None, datetime | None] | None = None

    def grant(self, stop: RoundStop) -> None:
        if self.hours is not None:
            stop.not_before, stop.not_after = self.hours
        if self.hours is None or stop.outside is None:
            stop.outside, stop.by_hand, stop.arrives_at, stop.leaves_at = None, True, None, None


def granted(drive: Drive, wish: StopWish) -> Drive:
    """The round as the plan is to find it; its rows stay as they are."""
    return replace(
        drive,
        stops=[_granted(line, wish) for line in drive.stops],
        outside=[_granted(line, wish) for line in drive.outside],
    )


def _granted(line: StopLine, wish: StopWish) -> StopLine:
    if line.stop.id != wish.stop_id:
        return line
    stop = RoundStop(**line.stop.model_dump())
    wish.grant(stop)
    return replace(line, stop=stop)


def van_of(this: Round, committee: Committee) -> engine.Van:
    minutes = (this.ends_at - this.starts_at) // MINUTE
    home = Place(committee.latitude, committee.longitude)
    return engine.Van(home, this.litres, minutes, this.speed_kmh)


def plan(
    this: Round,
    committee: Committee,
    pickups: Sequence[Pickup],
    drive: Drive | None,
    ask: Planner,
    now: datetime,
) -> RoundPlan:
    """Choose among what could be collected, and order it. `drive` is the round as it stands: what donors were told holds, and so does
    what somebody put in or took out. Raises what `ask` raises."""
    standing = {line.stop.handover_id: line for line in (*drive.stops, *drive.outside)} if drive else {}
    done = [line for line in drive.stops if line.standing is Standing.DONE] if drive else []
    known = {pickup.handover.id for pickup in pickups} | {line.stop.handover_id for line in done}
    gone = [
        StopPlan(key, outside=Outside.GONE)
        for key, line in standing.items()
        if key not in known and line.stop.outside in {None, Outside.GONE}
    ]
    outside: list[StopPlan] = []
    possible: list[engine.Stop] = []
    for pickup in pickups:
        line = standing.get(pickup.handover.id)
        why = _not_asked(this, pickup, line, now)
        if why is None and len(possible) == MOST_STOPS:
            why = Outside.MANY
        if why is not None:
            outside.append(StopPlan(pickup.handover.id, outside=why))
        else:
            possible.append(_stop(this, pickup, line.stop if line else None, told=_was_told(line)))
    route = ask(van_of(this, committee), possible)
    left = [StopPlan(int(each.stop), outside=Outside(each.why.value)) for each in route.left_out]
    return _drawn(this, done, route, [*left, *outside, *gone])


def follow(
    this: Round, committee: Committee, order: Sequence[StopLine], outside: Iterable[StopPlan] = ()
) -> RoundPlan | None:
    """The hours of this order, which somebody chose; None where it keeps no appointment. What was only proposed may be proposed anew."""
    done = [line for line in order if line.standing is Standing.DONE]
    stops = [_stop(this, line.pickup, line.stop, told=False) for line in order if line not in done]
    route = engine.follow(van_of(this, committee), stops)
    return None if route is None else _drawn(this, done, route, outside)


def _drawn(
    this: Round, done: Sequence[StopLine], route: engine.Route, outside: Iterable[StopPlan]
) -> RoundPlan:
    """What was collected already stands before the rest, as it was."""
    before = [_as_it_was(this, line.stop) for line in done]
    visits = [*before, *route.visits]
    leaves = min(route.leaves, _minute(this, this.leaves_at)) if done and this.leaves_at else route.leaves
    metres = route.metres + sum(visit.metres for visit in before)
    return RoundPlan(
        (*(StopPlan(int(visit.stop), visit) for visit in visits), *outside), leaves, route.returns, metres
    )


def _as_it_was(this: Round, stop: RoundStop) -> engine.Visit:
    arrives, leaves = stop.arrives_at or this.starts_at, stop.leaves_at or this.starts_at
    return engine.Visit(str(stop.handover_id), _minute(this, arrives), _minute(this, leaves), stop.metres)


def _not_asked(this: Round, pickup: Pickup, line: StopLine | None, now: datetime) -> Outside | None:
    """Why a trip is not for the engine to choose."""
    inside = line is not None and line.stop.outside is None
    wanted = inside and line is not None and line.stop.by_hand
    if line is not None and line.stop.outside is Outside.TAKEN_OUT:
        return Outside.TAKEN_OUT
    if pickup.fixed is not None or wanted:
        return None
    if pickup.handover.donor_note:
        return Outside.OTHER_TIME
    if not _is_available(this, pickup):
        return Outside.DAY
    if inside and (_was_told(line) or this.starts_at > now):
        return None
    if this.starts_at <= now:
        return Outside.TIME  # too late to ask
    if not pickup.answered:
        return Outside.UNANSWERED
    return Outside.ASKED if any(slot.starts_at > now for slot in pickup.slots) else None


def _is_available(this: Round, pickup: Pickup) -> bool:
    offer = pickup.call.offer
    zone = meeting_zone(pickup.handover.transport, offer, pickup.call.committee)
    day = day_of(this.starts_at, zone)
    return offer.available_from <= day <= offer.available_until and heard(offer.availability, day) is not None


def bounds(this: Round, pickup: Pickup, stop: RoundStop | None) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment at which the donor may be called at: as somebody said of the stop, else by the donor's own words
    unless somebody put the stop in regardless."""
    if stop is not None and (stop.not_before or stop.not_after or stop.by_hand):
        return stop.not_before, stop.not_after
    offer = pickup.call.offer
    zone = meeting_zone(pickup.handover.transport, offer, pickup.call.committee)
    day = day_of(this.starts_at, zone)
    there = heard(offer.availability, day) or WhenThere()
    early, late = (moment_there(day, hour, zone) for hour in (there.not_before, there.not_after))
    return early, late


def moment_there(day: date, hour: time | None, zone: str) -> datetime | None:
    """That hour of the day, by the clock there."""
    return None if hour is None else datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _was_told(line: StopLine | None) -> bool:
    """Whether the donor was told of the hour at which the round comes."""
    return line is not None and line.stop.outside is None and line.standing is Standing.ASKED


def _stop(this: Round, pickup: Pickup, stop: RoundStop | None, *, told: bool) -> engine.Stop:
    """A trip as the engine takes it. Whoever was told an hour is called at then, the carrying included where that goes."""
    pieces = [(line.item.size_or_usual, line.match.quantity) for line in pickup.call.lines]
    offer = pickup.call.offer
    stay = engine.minutes(pieces, offer.floor, offer.lift)
    span = pickup.fixed
    if span is None and told and stop is not None and stop.arrives_at is not None:
        span = next(
            (slot for slot in pickup.slots if slot.starts_at <= stop.arrives_at <= slot.ends_at), None
        )
    earliest, latest = 0, None
    if span is not None:
        earliest = _minute(this, span.starts_at)
        latest = max(earliest, _minute(this, span.ends_at) - stay)
    else:
        early, late = bounds(this, pickup, stop)
        earliest = max(0, _minute(this, early)) if early else 0
        latest = _minute(this, late) if late else None
    return engine.Stop(
        str(pickup.handover.id),
        Place(offer.latitude, offer.longitude),
        engine.litres(pieces),
        stay,
        earliest,
        latest,
        promised=span is not None,
    )


def _minute(this: Round, moment: datetime) -> int:
    return (moment - this.starts_at) // MINUTE


def litres_of(pickup: Pickup) -> int:
    """The room that a trip's articles take."""
    return engine.litres((line.item.size_or_usual, line.match.quantity) for line in pickup.call.lines)


QUARTER, LONG = timedelta(minutes=15), timedelta(hours=1)


def window(this: Round, line: StopLine) -> Span | None:
    """What the donor is told: the appointment where one is fixed around that arrival, else an hour around it, by quarters, as far as
    the donor is there."""
    stop, handover = line.stop, line.pickup.handover
    if stop.arrives_at is None or stop.leaves_at is None:
        return None
    fixed = Span.of(handover.starts_at, handover.ends_at)
    if fixed is not None and fixed.starts_at <= stop.arrives_at <= fixed.ends_at:
        return fixed
    early, late = bounds(this, line.pickup, stop)
    starts = max(_quarter(stop.arrives_at - QUARTER), this.starts_at, early or this.starts_at)
    done = _quarter(stop.leaves_at + QUARTER - MINUTE)
    ends = max(starts + LONG, done)
    return Span(starts, max(done, min(ends, late or ends)))


def _quarter(moment: datetime) -> datetime:
    """The quarter of an hour that has begun."""
    return moment - timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
