"""Offers and needs as columns of numbers, in the order of their ids: what the vectorised stages read.

Every array has one entry per offer or per need. Days are ordinals, ranks and item codes small whole numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic

import numpy as np

from matching import chances, scoring
from matching.arrays import Bools, Floats, Ints
from matching.rules import Situation, climb, size_of
from matching.stated import condition_of, danger
from matching.task import Task
from matching.types import Need, Offer, Row, Urgency

LAST_DAY = date.max.toordinal()
NO_SIZE_LIMIT = 127
NO_LIMIT = 1 << 40
"""Of floors and of room: more than anything counts."""


def by_id(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order of their ids, which every later stage keeps."""
    return sorted(rows, key=lambda row: row.id)


@dataclass(frozen=True)
class _Columns(Generic[Row]):
    """What offers and needs have in common. All have an item; `xyz` is None where distances are given instead of places."""

    rows: Sequence[Row]
    item: Ints
    quantity: Ints
    xyz: Floats | None
    confidence: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Where each id stands in the columns."""
        return {row.id: at for at, row in enumerate(self.rows)}


@dataclass(frozen=True)
class OfferColumns(_Columns[Offer]):
    """Offers. `patience` is what waiting is worth, `odds` are those of success as far as the offer tells."""

    condition: Ints
    condition_fit: Floats
    start: Ints
    end: Ints
    delivers: Floats
    lot: Bools
    size: Ints
    safe: Bools
    climb: Ints
    patience: Floats
    odds: Floats


@dataclass(frozen=True)
class NeedColumns(_Columns[Need]):
    """Needs. `patient` says that a pairing of this need may wait; `carries` is the floor to which stairs will do, `room` the large
    pieces that its committee has room for, `due` (0 or 1) that it comes first, `odds` the committee's factor of those of success.
    """

    worst: Ints
    end: Ints
    collects: Floats
    largest: Ints
    carries: Ints
    room: Ints
    urgency: Floats
    fairness: Floats
    patient: Bools
    due: Floats
    odds: Floats


def columns_of(
    offers: Sequence[Offer], needs: Sequence[Need], task: Task
) -> tuple[OfferColumns, NeedColumns]:
    """Columns of rows that are sorted by id and have an item each."""
    return _offer_columns(offers, task), _need_columns(needs, task)


def _offer_columns(rows: Sequence[Offer], task: Task) -> OfferColumns:
    situation, weights, known = task.situation, task.weights, task.chances
    day, today = situation.day, situation.day.toordinal()
    sizes = [size_of(row, situation.catalogue) for row in rows]
    conditions = [condition_of(row) if row.said else row.condition for row in rows]
    return OfferColumns(
        **_common(rows, situation),
        condition=_ints(condition.rank for condition in conditions),
        condition_fit=_floats(scoring.CONDITION_FIT[condition] for condition in conditions),
        start=_ints(today if row.available_from is None else row.available_from.toordinal() for row in rows),
        end=_ints(
            LAST_DAY if row.available_until is None else row.available_until.toordinal() for row in rows
        ),
        delivers=_floats(row.delivers_km for row in rows),
        lot=np.array([not row.divisible for row in rows], dtype=np.bool_),
        size=_ints(0 if size is None else size.rank for size in sizes),
        safe=np.array([danger(row, situation.catalogue) is None for row in rows], dtype=np.bool_),
        climb=_ints(climb(row) for row in rows),
        patience=_floats(
            weights.patience and weights.patience * scoring.patience_left(row, weights, day) for row in rows
        ),
        odds=_floats(
            1.0 if known is None else chances.of_offer(known, row, day, situation.catalogue) for row in rows
        ),
    )


def _need_columns(rows: Sequence[Need], task: Task) -> NeedColumns:
    situation, known = task.situation, task.chances
    return NeedColumns(
        **_common(rows, situation),
        worst=_ints(row.minimum_condition.rank for row in rows),
        end=_ints(LAST_DAY if row.needed_by is None else row.needed_by.toordinal() for row in rows),
        collects=_floats(row.collects_km for row in rows),
        largest=_ints(NO_SIZE_LIMIT if row.largest_size is None else row.largest_size.rank for row in rows),
        carries=_ints(NO_LIMIT if row.highest_floor is None else row.highest_floor for row in rows),
        room=_ints(situation.room.get(row.committee or "", NO_LIMIT) for row in rows),
        urgency=_floats(
            scoring.urgency(scoring.URGENCY_BASE[row.urgency], scoring.days_declared(row, situation.day))
            for row in rows
        ),
        fairness=_floats(task.fairness(row) for row in rows),
        patient=np.array([row.urgency.rank < Urgency.HIGH.rank for row in rows], dtype=np.bool_),
        due=_floats(task.without(row) > 0 for row in rows),
        odds=_floats(1.0 if known is None else chances.of_need(known, row) for row in rows),
    )


def _common(rows: Sequence[Offer] | Sequence[Need], situation: Situation) -> dict[str, Any]:
    return {
        "rows": rows,
        "item": _ints(situation.item_codes[row.item or ""] for row in rows),
        "quantity": _ints(row.quantity for row in rows),
        "xyz": None if situation.distances is not None else _unit_vectors(rows),
        "confidence": _floats(row.confidence for row in rows),
    }


def _unit_vectors(rows: Sequence[Offer] | Sequence[Need]) -> Floats:
    """Points on the unit sphere, one row of (x, y, z) per offer or need; a missing place gives NaN: near nothing."""
    degrees = np.array(
        [(row.place.latitude, row.place.longitude) if row.place else (np.nan, np.nan) for row in rows],
        dtype=np.float64,
    ).reshape(-1, 2)
    latitude, longitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    around = np.cos(latitude)
    return np.stack([around * np.cos(longitude), around * np.sin(longitude), np.sin(latitude)], axis=1)


def _ints(values: Any) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _floats(values: Any) -> Floats:
    return np.fromiter(values, dtype=np.float64)
