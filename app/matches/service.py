"""What coordinators and the clock do with matches. Quantities are checked under locks, whoever calls."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import joining
from app.holding import Held, hold, hold_matches
from app.many import Outcomes, decided_since, for_each
from app.matches.queries import Margins, PiecesForNeed
from app.matches.refusals import ActOutcome as ActOutcome
from app.matches.refusals import MatchError as MatchError
from app.matches.refusals import MatchRefusal as MatchRefusal
from app.models import Decision, Match
from app.models.states import (
    COMMITTED,
    LIVE,
    REASONS,
    MatchState,
    NeedState,
    Occasion,
    OfferState,
    Reason,
    Verb,
)
from app.transitions import SYSTEM, Actor, move, note_decision, note_proposals
from notifications import outbox


def approve(session: Session, match_id: int, actor: Actor, now: datetime, answer_within: timedelta) -> Match:
    """A coordinator agrees: both sides are asked, and have `answer_within`.

    Raises MatchError.
    """
    held = hold_matches(session, [match_id])
    return _approve(session, held, match_id, actor, now, answer_within)


def approve_many(
    session: Session,
    match_ids: Iterable[int],
    actor: Actor,
    now: datetime,
    answer_within: timedelta,
    *,
    since: int | None = None,
) -> list[ActOutcome]:
    """Approve each that can be, in the order given; the others are left as they are, and those about which something was
    decided after the decision `since`."""
    asked = list(dict.fromkeys(match_ids))
    held = hold_matches(session, asked)
    changed = decided_since(session, Decision.match_id, asked, since)
    return [
        _outcome(match_id, changed, lambda key: _approve(session, held, key, actor, now, answer_within))
        for match_id in asked
    ]


def _outcome(match_id: int, changed: Collection[int], act: Callable[[int], object]) -> ActOutcome:
    try:
        if match_id in changed:
            raise MatchError(MatchRefusal.DECIDED)
        act(match_id)
    except MatchError as refused:
        return ActOutcome(match_id, refused.code)
    return ActOutcome(match_id)


def _approve(
    session: Session, held: Held, match_id: int, actor: Actor, now: datetime, answer_within: timedelta
) -> Match:
    match = _in_state(held, match_id, MatchState.PROPOSED)
    _check_sides(held, match)
    _check_room(session, held, match, COMMITTED, now)
    trip = joining.join(session, held, match, now)
    move(session, match, MatchState.APPROVED, Verb.APPROVE, actor, now)
    until = joining.answer_by(session, held.offers[trip.offer_id], trip, now + answer_within)
    match.approved_at, match.answer_by = now, until
    return match


def reject(
    session: Session,
    match_id: int,
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    for_all: bool = False,
) -> Match:
    """A coordinator disagrees; the pair is not proposed again. `for_all`: the words are wrong for every committee. Raises
    MatchError."""
    if reason not in REASONS[Occasion.COORDINATOR_REJECTS]:
        raise MatchError(MatchRefusal.NO_REASON)
    match = _in_state(hold_matches(session, [match_id]), match_id, MatchState.PROPOSED)
    data = {"for_all": True} if for_all and reason is Reason.WRONG_ITEM else {}
    move(session, match, MatchState.REJECTED, Verb.REJECT, actor, now, reason=reason, note=note, data=data)
    match.closed_at = now
    return match


def reject_many(
    session: Session,
    match_ids: Collection[int],
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    since: int | None,
) -> Outcomes:
    """Reject each that is still proposed, and about which nothing was decided after the decision `since`."""
    held = hold_matches(session, match_ids)
    late = decided_since(session, Decision.match_id, match_ids, since)
    return for_each(session, held.matches, late, lambda key: reject(session, key, reason, note, actor, now))


def undo(session: Session, match_id: int, actor: Actor, now: datetime, undo_within: timedelta) -> Match:
    """Take back an approval within `undo_within`, if its letters have not left, or a rejection. Raises MatchError."""
    held = hold_matches(session, [match_id])
    match = _in_state(held, match_id, MatchState.APPROVED, MatchState.REJECTED)
    if match.state is MatchState.APPROVED:
        _check_unsent(session, match, now, undo_within)
    else:
        _check_sides(held, match)
        _check_room(session, held, match, LIVE, now)
    approved = match.state is MatchState.APPROVED
    move(session, match, MatchState.PROPOSED, Verb.UNDO, actor, now)
    match.approved_at = match.answer_by = match.closed_at = None
    made = _made_by_hand(session, match) if approved else {}
    if made:
        # Made and approved in one act: before it there was no such proposal, nor the need that was opened for it.
        supersede(session, match, actor, now)
        need = held.needs[match.need_id]
        if made.get("opened") and need.state is NeedState.OPEN:
            move(session, need, NeedState.WITHDRAWN, Verb.WITHDRAW, actor, now)
    return match


def _made_by_hand(session: Session, match: Match) -> Mapping[str, Any]:
    """What the trail keeps of a match that was made by hand; nothing where only its quantity was set so."""
    if match.by_hand_id is None:
        return {}
    query = select(Decision.data).where(Decision.match_id == match.id, Decision.verb == Verb.PROPOSE)
    return next((data for data in session.exec(query) if "by_hand" in data), {})


def may_undo(match: Match, now: datetime, undo_within: timedelta) -> bool:
    """Whether to offer an undo. `undo` decides: a letter may be on its way all the same."""
    if match.state is MatchState.REJECTED:
        return True
    return match.state is MatchState.APPROVED and _too_late(match, now, undo_within) is None


def _too_late(match: Match, now: datetime, undo_within: timedelta) -> MatchRefusal | None:
    """Why an approval cannot be taken back; None while it can."""
    if match.approved_at is None or now > match.approved_at + undo_within:
        return MatchRefusal.TOO_LATE
    if match.committee_answered_at:
        return MatchRefusal.COMMITTEE_ANSWERED
    return MatchRefusal.DONOR_ANSWERED if match.donor_answered_at else None


def undo_many(
    session: Session,
    match_ids: Iterable[int],
    actor: Actor,
    now: datetime,
    undo_within: timedelta,
    *,
    since: int | None = None,
) -> list[ActOutcome]:
    """Undo each that can be, each wholly or not at all, and none about which something was decided after `since`."""
    asked = list(dict.fromkeys(match_ids))
    hold_matches(session, asked)
    changed = decided_since(session, Decision.match_id, asked, since)

    def wholly(match_id: int) -> None:
        with session.begin_nested():
            undo(session, match_id, actor, now, undo_within)

    return [_outcome(match_id, changed, wholly) for match_id in asked]


def _check_unsent(session: Session, match: Match, now: datetime, undo_within: timedelta) -> None:
    """The approval's letters must not have left: then none does."""
    late = _too_late(match, now, undo_within)
    if late is not None:
        raise MatchError(late)
    if match.handover_id is None or not outbox.may_be_taken_back(session, match.handover_id, match.id):
        raise MatchError(MatchRefusal.TOO_LATE)


def supersede(session: Session, match: Match, actor: Actor, now: datetime) -> None:
    """Take a proposal off the board: a later plan, or the row behind it went away. The caller holds the rows."""
    move(session, match, MatchState.SUPERSEDED, Verb.SUPERSEDE, actor, now)
    match.closed_at = now


def supersede_proposals(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    item_ids: Collection[int] = (),
    need_ids: Collection[int] = (),
) -> int:
    """Take off the board what is proposed of these articles or for these needs; how many that was."""
    concerned = col(Match.offered_item_id).in_(item_ids) | col(Match.need_id).in_(need_ids)
    ids = session.exec(select(Match.id).where(Match.state == MatchState.PROPOSED, concerned)).all()
    held = hold_matches(session, ids)
    proposed = [match for match in held.matches.values() if match.state is MatchState.PROPOSED]
    for match in proposed:
        supersede(session, match, actor, now)
    return len(proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A pairing to put on the board. `figures` are columns of Match that explain it (score, parts, reasons…).

    `reason` and `note` are a person's, `data` what the trail is to keep.
    """

    offered_item_id: int
    need_id: int
    quantity: int
    figures: Mapping[str, Any]
    after_match_id: int | None = None
    reason: Reason | None = None
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def columns(self, now: datetime) -> dict[str, Any]:
        """Those of the match."""
        return {
            "offered_item_id": self.offered_item_id,
            "need_id": self.need_id,
            "quantity": self.quantity,
            "proposed_at": now,
            **self.figures,
        }

    @property
    def told(self) -> dict[str, Any]:
        """What the trail keeps."""
        return {**({"after": self.after_match_id} if self.after_match_id else {}), **self.data}


def propose(
    session: Session,
    held: Held,
    margins: Margins,
    proposal: Proposal,
    now: datetime,
    *,
    actor: Actor = SYSTEM,
) -> Match:
    """Put a pairing on the board. `margins` count live matches; both are kept up to date for the next call.

    Raises MatchError where one of the sides is gone, not held, or has not so many pieces free.
    """
    _check_fits(held, margins, proposal)
    match = Match(**proposal.columns(now))
    session.add(match)
    margins.take(match)
    note_decision(
        session, match, Verb.PROPOSE, actor, now,
        reason=proposal.reason, note=proposal.note, data=proposal.told,
    )  # fmt: skip
    return match


def propose_all(
    session: Session, held: Held, margins: Margins, proposals: Iterable[Proposal], now: datetime
) -> int:
    """Put what a plan proposes on the board, in two statements; what does not fit any more is left out. How many were put there."""
    fitting = []
    for each in proposals:
        try:
            _check_fits(held, margins, each)
        except MatchError:
            continue
        margins.take(each)
        fitting.append(each)
    if fitting:
        add = sa.insert(Match).returning(col(Match.id), col(Match.offered_item_id), col(Match.need_id))
        made = session.execute(add, [each.columns(now) for each in fitting]).all()
        told = {(each.offered_item_id, each.need_id): each.told for each in fitting}
        note_proposals(session, {key: told[item, need] for key, item, need in made}, now)
    return len(fitting)


def give_instead(
    session: Session,
    match_id: int,
    proposal: Proposal,
    actor: Actor,
    now: datetime,
    answer_within: timedelta,
) -> Match:
    """A coordinator prefers a runner-up: it takes the place of this proposal and is approved. Raises MatchError.

    The quantity is as much as both sides have free once the proposal has made room, `proposal.quantity` at most.
    """
    before = session.get(Match, match_id)
    held = hold(
        session,
        item_ids={proposal.offered_item_id} | ({before.offered_item_id} if before else set()),
        need_ids={proposal.need_id} | ({before.need_id} if before else set()),
        match_ids={match_id},
    )
    match = _in_state(held, match_id, MatchState.PROPOSED)
    supersede(session, match, actor, now)
    session.flush()
    margins = Margins.read(session, held, LIVE, now)
    item_left = margins.of_items.get(proposal.offered_item_id, 0)
    need_left = margins.of_needs.get(proposal.need_id, 0)
    units = min(proposal.quantity, item_left, need_left)
    item = held.items.get(proposal.offered_item_id)
    if item_left <= 0 or (item is not None and not item.divisible and item_left < item.quantity):
        raise MatchError(MatchRefusal.OFFER_TAKEN)
    if need_left <= 0 or (item is not None and not item.divisible and units < item.quantity):
        raise MatchError(MatchRefusal.NEED_MET)
    chosen = propose(session, held, margins, replace(proposal, quantity=units), now, actor=actor)
    session.flush()
    return approve(session, chosen.id, actor, now, answer_within)


def resize(
    session: Session,
    held: Held,
    margins: Margins,
    match: Match,
    quantity: int,
    now: datetime,
    *,
    actor: Actor = SYSTEM,
) -> None:
    """Change the quantity of a proposal. Raises MatchError as `propose` does."""
    _check_sides(held, match)
    more = quantity - match.quantity
    if more > 0:
        _check_margins(margins, match, more, new=False)
    data = {"quantity": [match.quantity, quantity]}
    match.quantity = quantity
    margins.grow(match, more)
    note_decision(session, match, Verb.EDIT, actor, now, from_state=match.state, data=data)


def _in_state(held: Held, match_id: int, *states: MatchState) -> Match:
    match = held.matches.get(match_id)
    if match is None:
        raise MatchError(MatchRefusal.UNKNOWN)
    if match.state not in states:
        raise MatchError(MatchRefusal.DECIDED)
    return match


def _check_fits(held: Held, margins: Margins, pair: PiecesForNeed) -> None:
    if pair.offered_item_id not in held.items or pair.need_id not in held.needs:
        raise MatchError(MatchRefusal.UNKNOWN)
    _check_sides(held, pair)
    _check_margins(margins, pair, pair.quantity)


def _check_sides(held: Held, match: PiecesForNeed) -> None:
    item, need = held.items[match.offered_item_id], held.needs[match.need_id]
    if held.offer_of(item).state is not OfferState.OPEN or item.aside is not None:
        raise MatchError(MatchRefusal.OFFER_GONE)
    if need.state is not NeedState.OPEN:
        raise MatchError(MatchRefusal.NEED_GONE)


def _check_margins(margins: Margins, match: PiecesForNeed, quantity: int, *, new: bool = True) -> None:
    if new and (match.offered_item_id, match.need_id) in margins.pairs:
        raise MatchError(MatchRefusal.PAIR_TAKEN)
    if quantity > margins.free_for(match.offered_item_id, match.need_id):
        raise MatchError(MatchRefusal.OFFER_TAKEN)
    if quantity > margins.of_needs[match.need_id]:
        raise MatchError(MatchRefusal.NEED_MET)


def _check_room(
    session: Session, held: Held, match: Match, states: Collection[MatchState], now: datetime
) -> None:
    """The whole match must fit beside the others in `states`, of which it is not one yet."""
    session.flush()
    only = Held(
        items={match.offered_item_id: held.items[match.offered_item_id]},
        needs={match.need_id: held.needs[match.need_id]},
    )
    _check_margins(Margins.read(session, only, states, now), match, match.quantity)
