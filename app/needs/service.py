"""What happens to needs: declared, edited, paused, withdrawn, brought back. Under locks, and only as far as promises allow."""

from calendar import monthrange
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.days import day_of
from app.db import among
from app.holding import hold
from app.many import Outcomes, decided_since, for_each
from app.matches.queries import taken_for_needs
from app.matches.service import supersede_proposals
from app.models import Action, Committee, Decision, Match, Need
from app.models.states import COMMITTED, Condition, MatchState, NeedState, Repeat, Urgency, Verb
from app.refusing import RefusedError
from app.transitions import Actor, move, note_decision
from matching.items import load, normalise


class NeedRefusal(StrEnum):
    """Why a need cannot be dealt with as asked."""

    UNKNOWN = "unknown"
    CHANGED = "changed"
    BELOW_PROMISED = "below_promised"
    ITEM_PROMISED = "item_promised"
    APPOINTMENT = "appointment"
    PROMISED = "promised"
    WRONG_STATE = "wrong_state"


class NeedError(RefusedError[NeedRefusal]):
    """Nothing was changed; `code` says why, `number` how many where that matters."""

    def __init__(self, code: NeedRefusal, number: int = 0) -> None:
        super().__init__(code)
        self.number = number


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDraft:
    """What a committee says of a need. `item` is a slug, or None until a person recognises `description`."""

    item: str | None
    description: str = ""
    quantity: int = 1
    minimum_condition: Condition = Condition.FAIR
    urgency: Urgency = Urgency.NORMAL
    needed_by: date | None = None
    reason: str = ""
    action_id: int | None = None
    repeats: Repeat | None = None
    next_on: date | None = None


MATCHED_ON = ("item", "description", "minimum_condition", "needed_by")
"""Fields that decide what may be paired with the need; proposals made with other values are taken off the board."""


def declare(
    session: Session, committee_id: int, draft: NeedDraft, submission_key: str, actor: Actor, now: datetime
) -> Need:
    """Record a need. The same `submission_key` for the same committee gives the first one again (double click, reload), also where
    it declared several (`declare_all`)."""
    known = _submitted(session, committee_id, submission_key)
    if known is not None:
        return known
    need = Need(
        committee_id=committee_id,
        submission_key=submission_key,
        declared_by_id=actor.account_id,
        declared_at=now,
        confirmed_at=now,
        **asdict(draft),
    )
    try:
        with session.begin_nested():
            session.add(need)
    except IntegrityError:
        # The other click got there between the look and the leap.
        known = _submitted(session, committee_id, submission_key)
        if known is None:
            raise NeedError(NeedRefusal.CHANGED) from None
        return known
    note_decision(session, need, Verb.DECLARE, actor, now)
    return need


def words_of(item: str | None, name: str, details: str) -> str:
    """The words worth keeping of a thing and what is said of it: those that the item's name does not already say."""
    known = item is not None and normalise(name) in {normalise(load()[item].fr), normalise(load()[item].en)}
    if known or details.split("\n", 1)[0] == name:
        return details
    return f"{name}\n{details}".strip()


def declare_all(
    session: Session, committee_id: int, drafts: Sequence[NeedDraft], key: str, actor: Actor, now: datetime
) -> list[int]:
    """Record a list, all of it: the ids. One decision about the committee tells of it. The same `key` for the same committee gives
    the first ones again (double click, reload), or the only one (`declare`)."""
    if _submitted(session, committee_id, key) is not None:
        return [need.id for need in declared_with(session, committee_id, key)]
    needs = [
        Need(
            committee_id=committee_id,
            submission_key=f"{key[:56]}-{number}" if number > 1 else key,
            declared_by_id=actor.account_id,
            declared_at=now,
            confirmed_at=now,
            **asdict(draft),
        )
        for number, draft in enumerate(drafts, 1)
    ]
    try:
        with session.begin_nested():
            session.add_all(needs)
    except IntegrityError:  # the other click got there between the look and the leap
        if _submitted(session, committee_id, key) is None:
            raise NeedError(NeedRefusal.CHANGED) from None
        return [need.id for need in declared_with(session, committee_id, key)]
    committee = session.get_one(Committee, committee_id)
    note_decision(session, committee, Verb.DECLARE, actor, now, data={"needs": len(needs)})
    return [need.id for need in needs]


def declared_with(session: Session, committee_id: int, key: str) -> Sequence[Need]:
    """What the form of this key declared for the committee, alone or among several, in that order."""
    among_several = col(Need.submission_key).startswith(f"{key[:56]}-", autoescape=True)
    query = select(Need).where(
        Need.committee_id == committee_id, among_several | (col(Need.submission_key) == key)
    )
    return session.exec(query.order_by(col(Need.id))).all()


def take_back(session: Session, need_ids: Collection[int], actor: Actor, now: datetime) -> int:
    """Withdraw what was declared together, but for the needs for which something is promised; how many were withdrawn."""
    proposed = select(Match.offered_item_id).where(
        among(Match.need_id, need_ids), Match.state == MatchState.PROPOSED
    )
    held = hold(session, item_ids=session.exec(proposed), need_ids=need_ids)
    promised = set(
        session.exec(
            select(Match.need_id).where(among(Match.need_id, need_ids), col(Match.state).in_(COMMITTED))
        )
    )
    free = [
        need
        for key, need in held.needs.items()
        if key not in promised and need.state in {NeedState.OPEN, NeedState.PAUSED}
    ]
    supersede_proposals(session, actor, now, need_ids=[need.id for need in free])
    for need in free:
        move(session, need, NeedState.WITHDRAWN, Verb.WITHDRAW, actor, now)
        need.asked_at = None
    return len(free)


def said_by(need: Need) -> NeedDraft:
    """What the need says."""
    return NeedDraft(**{entry.name: getattr(need, entry.name) for entry in fields(NeedDraft)})


def said_again(session: Session, need: Need, now: datetime) -> NeedDraft:
    """What the need says, without its date, and without an action that is over: nothing would be planned for it."""
    action = session.get(Action, need.action_id) if need.action_id else None
    over = action is not None and action.is_over(day_of(now))
    return replace(
        said_by(need), needed_by=None, repeats=None, next_on=None, action_id=None if over else need.action_id
    )


def raise_quantity(session: Session, need_id: int, more: int, actor: Actor, now: datetime) -> Need:
    """Ask for so many more of the same. Raises NeedError."""
    need = _hold(session, need_id, NeedState.OPEN)
    return edit(session, need_id, replace(said_by(need), quantity=need.quantity + more), actor, now)


def next_day(day: date, repeats: Repeat, today: date) -> date:
    """The first day after `today` on which what came on `day` comes back: the same day of a month, or its last one."""
    months = 1 if repeats is Repeat.MONTHLY else 12
    count, found = 0, day
    while found <= today:
        count += months
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        found = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return found


def declare_again(session: Session, need_id: int, next_on: date, actor: Actor, now: datetime) -> Need | None:
    """A need that comes back is declared anew, and what is left of it taken back: the new one `repeats`, next on that day.
    None where its day was dealt with meanwhile.
    """
    need = _hold(session, need_id)
    day, repeats = need.next_on, need.repeats
    if day is None or repeats is None or next_on <= day:
        return None
    again = replace(said_again(session, need, now), repeats=repeats, next_on=next_on)
    need.repeats = need.next_on = None
    promised = taken_for_needs(session, [need_id], COMMITTED).get(need_id, 0)
    if need.state is NeedState.OPEN and not promised:
        withdraw(session, need_id, actor, now)
    elif need.state is NeedState.OPEN and promised < need.quantity:
        edit(session, need_id, replace(said_by(need), quantity=promised), actor, now)
    return declare(session, need.committee_id, again, f"again-{need_id}-{day.isoformat()}", actor, now)


def edit(session: Session, need_id: int, draft: NeedDraft, actor: Actor, now: datetime) -> Need:
    """Change what a need says. Raises NeedError."""
    need = _hold(session, need_id)
    if need.state in {NeedState.WITHDRAWN, NeedState.EXPIRED}:
        raise NeedError(NeedRefusal.WRONG_STATE)
    promised = taken_for_needs(session, [need_id], COMMITTED).get(need_id, 0)
    if draft.quantity < promised:
        raise NeedError(NeedRefusal.BELOW_PROMISED, promised)
    if promised and draft.item != need.item:
        raise NeedError(NeedRefusal.ITEM_PROMISED, promised)
    new = asdict(draft)
    changed = {
        name: [_plain(getattr(need, name)), _plain(value)]
        for name, value in new.items()
        if getattr(need, name) != value
    }
    if not changed:
        return need
    if any(name in changed for name in MATCHED_ON) or draft.quantity < need.quantity:
        supersede_proposals(session, actor, now, need_ids=[need_id])
    for name, value in new.items():
        setattr(need, name, value)
    _stands(session, need, now)
    note_decision(session, need, Verb.EDIT, actor, now, from_state=need.state, data=changed)
    _settle(session, need, actor, now)
    return need


def recognise(session: Session, need_id: int, item: str | None, actor: Actor, now: datetime) -> Need:
    """A coordinator says which item a need is; None: nobody knows yet. Raises NeedError once something is promised."""
    need = _hold(session, need_id)
    if need.item == item:
        return need
    promised = taken_for_needs(session, [need_id], COMMITTED).get(need_id, 0)
    if promised:
        raise NeedError(NeedRefusal.ITEM_PROMISED, promised)
    supersede_proposals(session, actor, now, need_ids=[need_id])
    data = {"item": [need.item, item]}
    need.item = item
    note_decision(session, need, Verb.EDIT, actor, now, from_state=need.state, data=data)
    return need


def _settle(session: Session, need: Need, actor: Actor, now: datetime) -> None:
    """After its quantity changed: met when everything was received, open again when more is asked for."""
    received = taken_for_needs(session, [need.id], {MatchState.COMPLETED}).get(need.id, 0)
    if need.state is NeedState.MET and need.quantity > received:
        move(session, need, NeedState.OPEN, Verb.REOPEN, actor, now)
    elif need.state is NeedState.OPEN and need.quantity <= received:
        move(session, need, NeedState.MET, Verb.MEET, actor, now)


def pause(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """Propose nothing for this need until it resumes; what is promised goes on. Raises NeedError."""
    need = _hold(session, need_id, NeedState.OPEN)
    supersede_proposals(session, actor, now, need_ids=[need_id])
    move(session, need, NeedState.PAUSED, Verb.PAUSE, actor, now)
    need.asked_at = None
    return need


def resume(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """Look for this need again; an expired one is declared true anew. Raises NeedError."""
    need = _hold(session, need_id, NeedState.PAUSED, NeedState.EXPIRED)
    move(session, need, NeedState.OPEN, Verb.RESUME, actor, now)
    _stands(session, need, now)
    return need


def confirm(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """It is still true. One that was set aside is open again; saying it twice changes nothing. Raises NeedError."""
    need = _hold(session, need_id, NeedState.OPEN, NeedState.EXPIRED)
    if need.state is NeedState.EXPIRED:
        move(session, need, NeedState.OPEN, Verb.RESUME, actor, now)
    elif need.asked_at is not None:
        note_decision(session, need, Verb.CONFIRM, actor, now, from_state=need.state)
    _stands(session, need, now)
    return need


def _stands(session: Session, need: Need, now: datetime) -> None:
    """Somebody stands by the need as of now: a date that has passed does not count any more, the question is answered."""
    if need.needed_by is not None:
        today = day_of(now, session.get_one(Committee, need.committee_id).zone)
        need.needed_by = need.needed_by if need.needed_by >= today else None
    need.confirmed_at, need.asked_at = now, None


def withdraw(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """Take a need back with all that is proposed for it. Raises NeedError while somebody counts on it."""
    need = _hold(session, need_id, NeedState.OPEN, NeedState.PAUSED)
    waiting = _counting_on(session, need_id)
    if MatchState.SCHEDULED in waiting:
        raise NeedError(NeedRefusal.APPOINTMENT)
    if waiting:
        raise NeedError(NeedRefusal.PROMISED)
    supersede_proposals(session, actor, now, need_ids=[need_id])
    move(session, need, NeedState.WITHDRAWN, Verb.WITHDRAW, actor, now)
    need.asked_at = None
    return need


def no_longer_needed(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """Close a need whose committee has just refused a gift because it needs none: withdrawn, or paused while other gifts are
    promised for it. Both can be undone. Nothing where it is over already."""
    need = _hold(session, need_id)
    if need.state not in {NeedState.OPEN, NeedState.PAUSED}:
        return need
    if not _counting_on(session, need_id):
        return withdraw(session, need_id, actor, now)
    return need if need.state is NeedState.PAUSED else pause(session, need_id, actor, now)


def needed_again(session: Session, need_id: int, actor: Actor, now: datetime) -> Need:
    """Undo `no_longer_needed`. Raises NeedError."""
    need = _hold(session, need_id, NeedState.WITHDRAWN, NeedState.PAUSED)
    act = restore if need.state is NeedState.WITHDRAWN else resume
    return act(session, need_id, actor, now)


def _counting_on(session: Session, need_id: int) -> set[MatchState]:
    """The states of what is promised for a need and not handed over."""
    query = select(Match.state).where(
        Match.need_id == need_id, col(Match.state).in_(COMMITTED - {MatchState.COMPLETED})
    )
    return {MatchState(state) for state in session.exec(query)}


def restore(
    session: Session, need_id: int, actor: Actor, now: datetime, *, before: int | None = None
) -> Need:
    """Undo a withdrawal: a need that was paused is paused again. With `before`, only a withdrawal that was decided before the
    decision of that number. Raises NeedError."""
    need = _hold(session, need_id, NeedState.WITHDRAWN)
    withdrawals = select(Decision).where(Decision.need_id == need_id, Decision.verb == Verb.WITHDRAW)
    last = session.exec(withdrawals.order_by(col(Decision.id).desc())).first()
    if before is not None and (last is None or last.id > before):
        raise NeedError(NeedRefusal.WRONG_STATE)
    paused = last is not None and last.from_state == NeedState.PAUSED
    move(session, need, NeedState.PAUSED if paused else NeedState.OPEN, Verb.UNDO, actor, now)
    _stands(session, need, now)
    return need


def _submitted(session: Session, committee_id: int, key: str) -> Need | None:
    found = session.exec(select(Need).where(Need.submission_key == key)).first()
    if found is not None and found.committee_id != committee_id:
        raise NeedError(NeedRefusal.CHANGED)
    return found


def many(
    session: Session, need_ids: Collection[int], since: int | None, act: Callable[[int], Need]
) -> Outcomes:
    """One of the verbs above for each of these needs about which nothing was decided after the decision `since`."""
    proposed = select(Match.offered_item_id).where(
        among(Match.need_id, need_ids), Match.state == MatchState.PROPOSED
    )
    held = hold(session, item_ids=session.exec(proposed), need_ids=need_ids)
    late = decided_since(session, Decision.need_id, held.needs, since)
    return for_each(session, held.needs, late, act)


def _hold(session: Session, need_id: int, *states: NeedState) -> Need:
    """The need, locked after the articles proposed for it: the order that everybody locks in."""
    items = session.exec(
        select(Match.offered_item_id).where(Match.need_id == need_id, Match.state == MatchState.PROPOSED)
    ).all()
    need = hold(session, item_ids=items, need_ids=[need_id]).needs.get(need_id)
    if need is None:
        raise NeedError(NeedRefusal.UNKNOWN)
    if states and need.state not in states:
        raise NeedError(NeedRefusal.WRONG_STATE)
    return need


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
