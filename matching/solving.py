"""Plans a set of rows in one go: columns, candidates, allocation, pairings with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from matching import candidates, chances, explanation, scoring
from matching.allocation import Allocation
from matching.arrays import Bools, Ints
from matching.candidates import Candidates
from matching.columns import NeedColumns, OfferColumns, columns_of
from matching.flow import Problem
from matching.rules import Relation
from matching.storage import Room, allocate
from matching.task import Task
from matching.types import Ahead, Need, Offer, Pairing, PlanError, Seconds, Transport, Urgency, Weights

MOST_MICRO = 1 << 62
"""Beyond this a sum in millionths might not fit the solver's whole numbers."""


@dataclass(frozen=True)
class Component:
    """Offers and needs that candidates, or the room of a committee, link, by id; their plan's value and bound in millionths; how many
    links; and whether whole lots leave it open if there is a better one.
    """

    offers: tuple[str, ...]
    needs: tuple[str, ...]
    value: int
    bound: int
    pairs: int
    short: bool


@dataclass(frozen=True)
class Solved:
    """Pairings sorted by (offer, need), and the components, in no particular order, that later plans may start from."""

    pairings: list[Pairing]
    components: list[Component]
    seconds: Seconds


def solve(offer_rows: Sequence[Offer], need_rows: Sequence[Need], task: Task) -> Solved:
    """The plan of these rows, optimal where no room is limited (see `storage`). They are sorted by id and have an item each."""
    started = perf_counter()
    offers, needs = columns_of(offer_rows, need_rows, task)
    found = candidates.find(offers, needs, task.situation)
    worth = candidates.worths(found, offers, needs, task.weights, task.chances)
    kept = _kept_units(found, offers, needs, task.kept)
    if task.ahead is not None:
        stays = (kept > 0) | ~_waiting(found, worth, offers, needs, task.ahead, task)
        found, worth, kept = found.take(stays), worth[stays], kept[stays]
    searched = perf_counter()
    problem, arc_of = _problem(found, worth, kept, offers, needs, task.weights)
    allocation = allocate(problem, Room.of(problem, offers, needs), processes=task.processes)
    allocated = perf_counter()
    carried = np.flatnonzero(allocation.flow)
    used, pair = np.unique(arc_of[carried], return_inverse=True)
    units = np.bincount(pair, weights=allocation.flow[carried]).astype(np.int64)
    pairings = _pairings(found.take(used), units, np.minimum(kept[used], units), offers, needs, task)
    components = _components(allocation, problem, offer_rows, need_rows)
    return Solved(
        pairings, components, Seconds(searched - started, allocated - searched, perf_counter() - allocated)
    )


def _components(
    allocation: Allocation, problem: Problem, offers: Sequence[Offer], needs: Sequence[Need]
) -> list[Component]:
    offer_label, need_label = np.full(len(offers), -1), np.full(len(needs), -1)
    offer_label[problem.offer], need_label[problem.need] = allocation.label, allocation.label
    links = np.bincount(allocation.label, minlength=len(offers))
    ours, theirs = _members(offer_label), _members(need_label)
    return [
        Component(
            tuple(offers[at].id for at in ours[label]),
            tuple(needs[at].id for at in theirs[label]),
            value,
            allocation.bound[label],
            int(links[label]),
            label in allocation.short,
        )
        for label, value in allocation.value.items()
    ]


def _members(label: Ints) -> dict[int, list[int]]:
    order = np.argsort(label, kind="stable")
    order = order[label[order] >= 0]
    if not len(order):
        return {}
    labels, starts = np.unique(label[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {name: part.tolist() for name, part in zip(labels.tolist(), parts, strict=True)}


def _kept_units(
    found: Candidates, offers: OfferColumns, needs: NeedColumns, kept: Mapping[tuple[str, str], int]
) -> Ints:
    """Units of each candidate that are on the board; a lot is kept whole or not at all."""
    units = np.zeros(len(found), dtype=np.int64)
    if not kept or not len(found):
        return units
    listed = [
        (offers.index[offer], needs.index[need], quantity)
        for (offer, need), quantity in kept.items()
        if offer in offers.index and need in needs.index
    ]
    table = np.array(listed, dtype=np.int64).reshape(-1, 3)
    keys, wanted = found.offer * len(needs) + found.need, table[:, 0] * len(needs) + table[:, 1]
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    there = keys[at] == wanted
    units[at[there]] = table[there, 2]
    units = np.minimum(units, np.minimum(offers.quantity[found.offer], needs.quantity[found.need]))
    units[offers.lot[found.offer] & (units < offers.quantity[found.offer])] = 0
    return units


def _waiting(
    found: Candidates, worth: Ints, offers: OfferColumns, needs: NeedColumns, ahead: Ahead, task: Task
) -> Bools:
    """The pairs that are worth less than what usually comes: types.Ahead, column by column."""
    kept, asked = (
        np.array([prices.get(row.id, np.nan) for row in rows], dtype=np.float64)
        for rows, prices in ((offers.rows, ahead.offers), (needs.rows, ahead.needs))
    )
    hopes = kept[found.offer] + asked[found.need] - ahead.margin
    may = np.array([row.urgency is not Urgency.CRITICAL for row in needs.rows], dtype=np.bool_)
    waiting: Bools = may[found.need] & (worth < np.floor(hopes * scoring.MICRO + 0.5))
    if task.weights.ahead_days:
        day = task.situation.day
        left = np.array([scoring.ahead_left(row, task.weights, day) for row in offers.rows], dtype=np.int64)
        last = np.minimum(offers.end[found.offer], needs.end[found.need]) - day.toordinal()
        waiting &= (left[found.offer] > 0) & (left[found.offer] < last)
    return waiting


def _problem(
    found: Candidates, worth: Ints, kept: Ints, offers: OfferColumns, needs: NeedColumns, weights: Weights
) -> tuple[Problem, Ints]:
    """The edges that are worth something, and the candidate of each."""
    capacity = np.minimum(offers.quantity[found.offer], needs.quantity[found.need])
    offer, need, gain, arc = found.offer, found.need, worth, np.arange(len(found))
    on_board: Bools = kept > 0
    if on_board.any() or int(worth.min(initial=1)) <= 0:  # else nothing of very many need be copied
        calm = int(weights.calm * scoring.MICRO + 0.5)
        held = np.flatnonzero(on_board)
        held = held[worth[held] + calm > 0]
        rest = np.flatnonzero((worth > 0) & (capacity > kept))
        arc = np.concatenate([held, rest])
        gain = np.concatenate([worth[held] + calm, worth[rest]])
        room = np.concatenate([kept[held], (capacity - kept)[rest]])
        order = np.argsort(arc, kind="stable")
        arc, gain, capacity = arc[order], gain[order], room[order]
        offer, need, on_board = found.offer[arc], found.need[arc], on_board[arc]
    most = int(min(offers.quantity.sum(), needs.quantity.sum())) * int(gain.max(initial=0))
    if most > MOST_MICRO:
        raise PlanError("quantities and weights are too large together: their sum could not be exact")
    problem = Problem(offer, need, gain, capacity, on_board, offers.quantity, needs.quantity, offers.lot)
    return problem, arc


def _pairings(
    found: Candidates, units: Ints, kept: Ints, offers: OfferColumns, needs: NeedColumns, task: Task
) -> list[Pairing]:
    columns = (found.offer, found.need, found.km, found.relation, needs.fairness[found.need], units, kept)
    return [
        _pairing(offers.rows[offer], needs.rows[need], km, fairness, Relation(how), quantity, held, task)
        for offer, need, km, how, fairness, quantity, held in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _pairing(
    offer: Offer, need: Need, km: float, fairness: float, how: Relation, units: int, kept: int, task: Task
) -> Pairing:
    situation = task.situation
    chance = chances.of_pair(task.chances, offer, need, km, situation.day, situation.catalogue)
    scored = scoring.score_pair(
        offer,
        need,
        weights=task.weights,
        now=situation.now,
        distance_km=km,
        fairness=fairness,
        catalogue=situation.catalogue,
        how=how,
        due=task.without(need) > 0,
        chance=chance,
    )
    why = explanation.reasons(offer, need, how, km, units, kept, fairness, situation.day, task.without(need))
    return Pairing(
        offer=offer.id,
        need=need.id,
        quantity=units,
        score=scored.score,
        distance_km=km,
        transport=Transport.DONOR_BRINGS if 0 < offer.delivers_km >= km else Transport.COMMITTEE_COLLECTS,
        parts=scored.parts,
        reasons=(*why, *chances.reasons(task.chances, need, chance)),
        worth=scored.worth_micro / scoring.MICRO,
        kept=kept,
    )
