"""« Ne plus nous proposer ceci »: one act for the rule, the proposals that wait for an answer, and the needs. None commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from app.committees.inheriting import rules_of, still_followed
from app.committees.service import held
from app.db import among
from app.handovers import service as handovers
from app.holding import hold
from app.matches.queries import known_to_sides
from app.matches.service import supersede
from app.models import Committee, Decision, Match, Need, OfferedItem, Organisation
from app.models.base import MOST_ITEMS
from app.models.states import MatchState, NeedState, Reason, Side, Verb
from app.needs import service as needs
from app.needs.service import NeedError
from app.refusing import RefusedError
from app.transitions import Actor, note_decision
from matching.items import load

TAKEN_BACK_WITHIN = timedelta(days=7)


class StopRefusal(StrEnum):
    """Why it cannot be stopped, or not be taken back."""

    ALL_THAT_IS_TAKEN = "all_that_is_taken"
    TOO_MANY = "too_many"
    NOTHING = "nothing"
    OVER = "over"


class StopError(RefusedError[StopRefusal]):
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """What is concerned: gifts that wait for the committee's answer (their matches and articles), proposals that a coordinator has
    not decided, and open or paused needs."""

    item: str
    awaiting: Sequence[tuple[Match, OfferedItem]] = ()
    proposed: Sequence[Match] = ()
    needs: Sequence[Need] = ()

    @property
    def mark(self) -> list[list[int]]:
        """What a page about it was made of."""
        return [
            [match.id for match, _item in self.awaiting],
            [match.id for match in self.proposed],
            [need.id for need in self.needs],
        ]


def stop_of(session: Session, committee_id: int, item: str, approved_before: datetime) -> Stopping:
    """What stopping the item, narrower ones included, would concern. Two queries."""
    kinds = [item, *load().descendants(item)]
    query = (
        select(Match, OfferedItem)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(
            Need.committee_id == committee_id,
            col(OfferedItem.item).in_(kinds),
            known_to_sides(approved_before),
            ((col(Match.state) == MatchState.APPROVED) & col(Match.committee_answered_at).is_(None))
            | (col(Match.state) == MatchState.PROPOSED),
        )
        .order_by(col(Match.id))
    )
    found = session.exec(query).all()
    wanted = select(Need).where(
        Need.committee_id == committee_id,
        col(Need.item).in_(kinds),
        col(Need.state).in_((NeedState.OPEN, NeedState.PAUSED)),
    )
    return Stopping(
        item,
        [row for row in found if _waits(row[0])],
        [match for match, _item in found if match.state is MatchState.PROPOSED],
        session.exec(wanted.order_by(col(Need.id))).all(),
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """The lists as they would be: the item is `refused` from now on, or `dropped` items are no more among those that are taken."""

    refused: bool
    dropped: Sequence[str] = field(default_factory=list)

    def columns(self, committee: Committee, item: str) -> dict[str, Any]:
        return {
            "refuses": [*committee.refuses, item] if self.refused else committee.refuses,
            "takes": [each for each in committee.takes if each not in self.dropped],
            "follows": still_followed(committee.follows, self._changed),
        }

    @property
    def _changed(self) -> list[str]:
        return ["refuses"] * self.refused + ["takes"] * bool(self.dropped)


def rule_against(committee: Committee, item: str) -> Rule:
    """Raises StopError where nothing else is taken: an empty list would mean everything."""
    narrower = load().is_same_or_narrower
    if _covering(item, committee.refuses):
        return Rule(False)
    dropped = [each for each in committee.takes if each in load() and narrower(each, item)]
    left = [each for each in committee.takes if each not in dropped]
    if committee.takes and not left:
        raise StopError(StopRefusal.ALL_THAT_IS_TAKEN)
    refused = not committee.takes or bool(_covering(item, left))
    if refused and len(committee.refuses) >= MOST_ITEMS:
        raise StopError(StopRefusal.TOO_MANY)
    return Rule(refused, dropped)


def stop(
    session: Session,
    committee_id: int,
    told: Stopping,
    withdraws: bool,
    note: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Refuse the item from now on: what waits for an answer is declined with this `note`, what is proposed leaves the board, and with
    `withdraws` the needs are withdrawn, but for those for which something is promised. Raises StopError.
    """
    trips = _hold_all(session, told)
    awaiting = [match for match, _item in told.awaiting if _waits(match)]
    for trip in sorted(trips):
        lines = [match.id for match in awaiting if match.handover_id == trip]
        if lines:
            handovers.decline(session, lines[0], Side.COMMITTEE, Reason.OTHER, note, actor, now, lines=lines)
    for match in told.proposed:
        if match.state is MatchState.PROPOSED:
            supersede(session, match, actor, now)
    live = [need for need in told.needs if withdraws and need.state in (NeedState.OPEN, NeedState.PAUSED)]
    needs.take_back(session, [need.id for need in live], actor, now)
    withdrawn = [need.id for need in live if need.state is NeedState.WITHDRAWN]
    committee = held(session, committee_id)
    rule = rule_against(committee, told.item)
    before = _lists(committee)
    after = rule.columns(committee, told.item)
    if before == after and not (awaiting or told.proposed or withdrawn):
        raise StopError(StopRefusal.NOTHING)
    for name, value in after.items():
        setattr(committee, name, value)
    data = {
        "rules": True,
        "changes": {name: [before[name], after[name]] for name in before if before[name] != after[name]},
        "stopped": told.item,
        "refused": rule.refused,
        "dropped": list(rule.dropped),
        "needs": withdrawn,
    }
    return note_decision(session, committee, Verb.EDIT, actor, now, data=data)


def _hold_all(session: Session, told: Stopping) -> set[int]:
    """Lock all that may change, in the order that everybody locks in. The trips that are concerned."""
    trips = {match.handover_id for match, _item in told.awaiting if match.handover_id is not None}
    need_ids = [need.id for need in told.needs]
    standing = among(Match.need_id, need_ids) & (col(Match.state) == MatchState.PROPOSED)
    ids = [match.id for match in told.proposed]
    concerned = col(Match.handover_id).in_(trips) | among(Match.id, ids) | standing
    rows = session.exec(select(Match.id, Match.offered_item_id, Match.need_id).where(concerned)).all()
    hold(
        session,
        item_ids={item for _match, item, _need in rows},
        need_ids={*need_ids, *(need for _match, _item, need in rows)},
        match_ids={match for match, _item, _need in rows},
    )
    return trips


def _waits(match: Match) -> bool:
    return match.state is MatchState.APPROVED and match.committee_answered_at is None


def stops(session: Session, committee: Committee, now: datetime) -> list[Decision]:
    """Those that can be taken back, the latest first: a week old at most, and still to be read in the rules if they wrote there.
    One query."""
    query = (
        select(Decision)
        .where(
            Decision.committee_id == committee.id,
            Decision.verb == Verb.EDIT,
            col(Decision.at) > now - TAKEN_BACK_WITHIN,
        )
        .order_by(col(Decision.id).desc())
    )
    found = session.exec(query).all()
    over = {decision.data.get("resumed") for decision in found}
    return [each for each in found if each.id not in over and can_be_taken_back(committee, each)]


def can_be_taken_back(committee: Committee, decision: Decision) -> bool:
    """Whether the decision is a stop of which the rules still say what it wrote there; needs that it withdrew where it wrote
    nothing."""
    data = decision.data
    if "stopped" not in data:
        return False
    if data["refused"]:
        return data["stopped"] in committee.refuses
    if data["dropped"]:
        return bool(committee.takes) and not {*data["dropped"]} & {*committee.takes}
    return bool(data["needs"])


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a stop's taking back did: `needs` counts those that came back. The rules may still not take the `item`: `refused_by` is
    what they refuse, the same or broader; `not_taken` where they take other things only."""

    item: str
    needs: int
    refused_by: str | None
    not_taken: bool


def resume(session: Session, committee_id: int, decision_id: int, actor: Actor, now: datetime) -> Resumed:
    """Take a stop back, with the needs that it withdrew, as they were; what was declined stays so. Raises StopError."""
    stopped = session.get(Decision, decision_id)
    if stopped is None or stopped.committee_id != committee_id or "stopped" not in stopped.data:
        raise StopError(StopRefusal.OVER)
    restored = _restore(session, stopped, actor, now)
    committee = held(session, committee_id)
    if stopped.id not in {each.id for each in stops(session, committee, now)}:
        raise StopError(StopRefusal.OVER)
    item: str = stopped.data["stopped"]
    before = _lists(committee)
    if stopped.data["refused"]:
        committee.refuses = [each for each in committee.refuses if each != item]
    committee.takes = [*committee.takes, *stopped.data["dropped"]] if committee.takes else []
    changed = stopped.data["changes"]
    if "follows" in changed and all(before[name] == after for name, (_before, after) in changed.items()):
        committee.follows = changed["follows"][
            0
        ]  # nothing was written since: the association's rule again, as it is now
        organisation = session.get_one(Organisation, committee.organisation_id)
        for name, value in rules_of(organisation, committee.follows).items():
            setattr(committee, name, value)
    after = _lists(committee)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    data = {"rules": True, "changes": changes, "resumed": stopped.id}
    note_decision(session, committee, Verb.EDIT, actor, now, data=data)
    refused, taken = _covering(item, committee.refuses), _covering(item, committee.takes)
    narrower = any(load().is_same_or_narrower(each, item) for each in committee.takes if each in load())
    return Resumed(
        item,
        restored,
        refused[0] if refused else None,
        not_taken=bool(committee.takes) and not taken and not narrower,
    )


def _lists(committee: Committee) -> dict[str, list[str]]:
    return {"refuses": committee.refuses, "takes": committee.takes, "follows": committee.follows}


def _covering(item: str, slugs: Collection[str]) -> list[str]:
    """Those of them that are the item, or broader."""
    return [each for each in slugs if each in load() and load().is_same_or_narrower(item, each)]


def _restore(session: Session, stopped: Decision, actor: Actor, now: datetime) -> int:
    restored = 0
    for key in sorted(stopped.data["needs"]):
        try:
            needs.restore(session, key, actor, now, before=stopped.id)
        except NeedError:
            continue  # somebody dealt with it meanwhile
        restored += 1
    return restored
