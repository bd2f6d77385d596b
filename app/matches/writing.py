"""What of a plan is new, written in parts that hold nobody up: each looks again, under its locks, whether it still fits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

import matching.types as engine
from app.holding import Held, hold, hold_sides
from app.matches import pairs, service
from app.matches.checking import Ground
from app.matches.queries import Margins, PiecesForNeed
from app.matches.queries.engine import Board
from app.matches.queries.rows import FIGURES, StandingProposal
from app.matches.service import MatchError
from app.models import Need, OfferedItem, PlanRun
from app.models.states import LIVE, MatchState
from app.transitions import SYSTEM
from app.weights.service import version_row

T = TypeVar("T")

AT_ONCE = 500
"""Rows that one transaction writes, or a few more: a fraction of a second."""


@dataclass(frozen=True, slots=True)
class PairingDraft:
    """A pairing of the plan as the columns of a match."""

    pairing: engine.Pairing
    offered_item_id: int
    need_id: int
    quantity: int
    figures: Mapping[str, Any]

    @classmethod
    def of(cls, plan: engine.Plan, pairing: engine.Pairing) -> "PairingDraft":
        figures = {
            "score": pairing.score,
            "parts": pairing.parts.as_dict(),
            # "kept" speaks of the board, not of the pair: it would change the row at the next plan.
            "reasons": [
                {"code": each.code, "value": each.value} for each in pairing.reasons if each.code != "kept"
            ],
            "weights_version": plan.weights_version,
            "distance_km": pairing.distance_km,
            "transport": pairing.transport,
        }
        return cls(pairing, int(pairing.offer), int(pairing.need), pairing.quantity, figures)

    def differs(self, standing: StandingProposal) -> bool:
        """Whether the proposal on the board is to be changed."""
        return standing.quantity != self.quantity or any(
            standing.figures[name] != self.figures[name] for name in FIGURES
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What a plan would have to write."""

    drop: Sequence[StandingProposal] = ()
    alter: Sequence[tuple[StandingProposal, PairingDraft]] = ()
    add: Sequence[PairingDraft] = ()
    item_misses: Mapping[int, list[Any]] = field(default_factory=dict)
    need_misses: Mapping[int, list[Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(len(self))

    def __len__(self) -> int:
        return sum(map(len, (self.drop, self.alter, self.add, self.item_misses, self.need_misses)))

    def item_ids(self) -> set[int]:
        """The articles that are concerned."""
        return {each.offered_item_id for each in self._pairs()} | self.item_misses.keys()

    def need_ids(self) -> set[int]:
        """The needs that are concerned."""
        return {each.need_id for each in self._pairs()} | self.need_misses.keys()

    def _pairs(self) -> Iterator[PiecesForNeed]:
        yield from self.drop
        yield from (each for each, _draft in self.alter)
        yield from self.add

    def parts(self) -> Iterator["Changes"]:
        """The same in parts of AT_ONCE: what makes room goes before what needs it."""
        if len(self) <= AT_ONCE:
            yield self
            return
        yield from (Changes(drop=some) for some in _cut(self.drop))
        yield from (Changes(alter=some) for some in _cut(sorted(self.alter, key=_grows)))
        yield from (Changes(add=some) for some in _cut(self.add))
        yield from (Changes(item_misses=dict(some)) for some in _cut([*self.item_misses.items()]))
        yield from (Changes(need_misses=dict(some)) for some in _cut([*self.need_misses.items()]))


def _cut(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _grows(altered: tuple[StandingProposal, PairingDraft]) -> int:
    return altered[1].quantity - altered[0].quantity


@dataclass
class PlanWriting:
    """One plan being written. The first part begins the record of its run, the others are counted there."""

    board: Board
    plan: engine.Plan
    now: datetime
    run_id: int = 0

    def write(self, session: Session, changes: Changes) -> PlanRun:
        """Write what still fits the rows as they are now; the rest waits for the next plan."""
        # All sides at once, in the order that everybody locks in: what else is locked below belongs to these.
        held = hold_sides(session, item_ids=changes.item_ids(), need_ids=changes.need_ids())
        run = session.get(PlanRun, self.run_id) or self._begin(session)
        run.prices = self._priced(run.prices, changes)
        if changes.drop or changes.alter:
            self._change(session, run, changes)
        if changes.add:
            run.proposed += self._add(session, run, held, changes.add)
        _write_misses(session, OfferedItem, changes.item_misses)
        _write_misses(session, Need, changes.need_misses)
        return run

    def _begin(self, session: Session) -> PlanRun:
        version_row(session, self.board.weights, self.now)
        run = PlanRun(
            started_at=self.now,
            weights_version=self.plan.weights_version,
            offers=len(self.board.offers),
            needs=len(self.board.needs),
            value=self.plan.value,
            bound=self.plan.bound,
        )
        session.add(run)
        session.flush()
        self.run_id = run.id
        return run

    def _priced(self, before: dict[str, Any], changes: Changes) -> dict[str, Any]:
        """These prices with those of what is written here: nothing else is told of any."""
        ahead = self.board.ahead
        drafts = (*changes.add, *(draft for _standing, draft in changes.alter))
        pairings = [each.pairing for each in drafts]
        if ahead is None or not (
            priced := [each for each in pairings if ahead.hopes(each.offer, each.need) is not None]
        ):
            return before
        return {
            "offers": before.get("offers", {}) | {each.offer: ahead.offers[each.offer] for each in priced},
            "needs": before.get("needs", {}) | {each.need: ahead.needs[each.need] for each in priced},
            "margin": ahead.margin,
        }

    def _change(self, session: Session, run: PlanRun, changes: Changes) -> None:
        """Take proposals off the board, then change others: what shrinks makes room for what grows."""
        standing = [*changes.drop, *(each for each, _draft in changes.alter)]
        held = hold(
            session,
            item_ids={each.offered_item_id for each in standing},
            need_ids={each.need_id for each in standing},
            match_ids={each.match_id for each in standing},
        )
        margins = Margins.read(session, held, LIVE, self.now)
        run.superseded += self._drop(session, held, margins, changes.drop)
        ground = self._ground(session, [draft for _standing, draft in changes.alter])
        for each, draft in sorted(changes.alter, key=_grows):
            match = held.matches.get(each.match_id)
            if (
                match is None
                or match.state is not MatchState.PROPOSED
                or not ground.bears(draft.offered_item_id, draft.need_id, draft.quantity)
            ):
                continue
            try:
                if match.quantity != draft.quantity:
                    service.resize(session, held, margins, match, draft.quantity, self.now)
            except MatchError:
                continue
            for name, value in self._columns(draft).items():
                setattr(match, name, value)
            match.plan_run_id = run.id
        session.flush()

    def _drop(
        self, session: Session, held: Held, margins: Margins, standing: Iterable[StandingProposal]
    ) -> int:
        dropped = 0
        for each in standing:
            match = held.matches.get(each.match_id)
            if match is not None and match.state is MatchState.PROPOSED:
                service.supersede(session, match, SYSTEM, self.now)
                margins.give_back(match)
                dropped += 1
        session.flush()
        return dropped

    def _add(self, session: Session, run: PlanRun, held: Held, drafts: Sequence[PairingDraft]) -> int:
        margins, ground = Margins.read(session, held, LIVE, self.now), self._ground(session, drafts)
        proposals = (
            service.Proposal(
                offered_item_id=each.offered_item_id,
                need_id=each.need_id,
                quantity=each.quantity,
                figures={**self._columns(each), "plan_run_id": run.id},
                after_match_id=ground.freed_by.get(each.offered_item_id),
            )
            for each in drafts
            if ground.bears(each.offered_item_id, each.need_id, each.quantity)
        )
        return service.propose_all(session, held, margins, proposals, self.now)

    def _ground(self, session: Session, drafts: Sequence[PairingDraft]) -> Ground:
        offers = {each.offered_item_id: self._offers[each.offered_item_id] for each in drafts}
        whole = {key: replace(each, quantity=self.board.items[key].quantity) for key, each in offers.items()}
        needs = {each.need_id: self._needs[each.need_id] for each in drafts}
        return Ground.read(session, whole, needs, self.now)

    def _columns(self, draft: PairingDraft) -> dict[str, Any]:
        """What is told of the pairing, and all that its score can be worked out from again."""
        pairing = draft.pairing
        offer, need = self._offers[draft.offered_item_id], self._needs[draft.need_id]
        inputs = pairs.inputs(self.board, offer, need, pairing)
        return {**draft.figures, "inputs": inputs}

    @cached_property
    def _offers(self) -> dict[int, engine.Offer]:
        return {int(each.id): each for each in self.board.offers}

    @cached_property
    def _needs(self) -> dict[int, engine.Need]:
        return {int(each.id): each for each in self.board.needs}


def _write_misses(
    session: Session, model: type[OfferedItem] | type[Need], misses: Mapping[int, list[Any]]
) -> None:
    """Plain updates of the table: what the last plan said is no edit, and must not count as one (`version`)."""
    if misses:
        table: sa.Table = model.__table__  # type: ignore[union-attr]
        statement = (
            sa.update(table).where(table.c.id == sa.bindparam("row")).values(misses=sa.bindparam("now"))
        )
        session.connection().execute(statement, [{"row": key, "now": value} for key, value in misses.items()])
