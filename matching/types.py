"""What goes into a plan and what comes out: plain frozen values, without behaviour that needs anything else.

Ids are text. Quantities are whole units. Distances are kilometres, coordinates degrees. Every field but an id, a
quantity and one of `item` / `text` has a default, stated here and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from matching.items import Ranked, Size
from matching.said import Said
from matching.weights import Ahead, Chances, Weights

__all__ = [
    "COLLECTS_KM",
    "DELIVERS_KM",
    "RULES",
    "Ahead",
    "AtLeast",
    "Barred",
    "Chances",
    "Condition",
    "Kept",
    "Lesson",
    "LessonKind",
    "Miss",
    "Need",
    "Offer",
    "Pairing",
    "Parts",
    "PastRows",
    "Place",
    "Plan",
    "PlanError",
    "Reason",
    "Said",
    "Seconds",
    "Size",
    "StoppedShort",
    "Transport",
    "Unmet",
    "Unplaced",
    "Unrecognised",
    "Urgency",
    "Weights",
]

RULES = (
    "handled",
    "safe",
    "item",
    "condition",
    "family_condition",
    "size",
    "takes",
    "refusals",
    "dates",
    "reach",
    "floor",
    "whole_lot",
    "room",
    "barred",
)
"""The names of the rules that a pairing may not break, in the order in which they are told."""

DELIVERS_KM = 0.0
COLLECTS_KM = 30.0
"""How far a donor brings and a committee collects, where nothing is said, in kilometres."""


class PlanError(ValueError):
    """A plan breaks a promise, or plan() was given what cannot be planned; the message says which and where."""


class Condition(Ranked):
    """The state of a thing, best first."""

    NEW = "new"
    VERY_GOOD = "very_good"
    GOOD = "good"
    FAIR = "fair"
    FOR_PARTS = "for_parts"


class Urgency(Ranked):
    """How pressing a need is, least first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Transport(StrEnum):
    """Who moves the thing. Where both could, the donor brings it."""

    DONOR_BRINGS = "donor_brings"
    COMMITTEE_COLLECTS = "committee_collects"


class LessonKind(StrEnum):
    """What a coded rejection teaches."""

    TOO_FAR = "too_far"
    WRONG_ITEM = "wrong_item"
    CONDITION = "condition"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the sphere: latitude in [-90, 90] and longitude in [-180, 180], in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Offer:
    """So many of one thing, from one donor.

    `item` is a slug of the catalogue; None means that `text` is to be recognised, and `confidence` (0 to 1) says
    how sure that recognition was. `place` may be None only where plan() is given distances. `available_from` None
    means now, `available_until` None without end. `size` None means the catalogue's size for the item.
    `offered_at` None means `available_from`, then now: it only matters for what may wait. `donor` is free data.
    `said` is what its words say of its state: None means that `text` is read for it. `condition` counts as the worst that this
    leaves of it (stated.AT_MOST). `floor` (0: on the ground) and `lift` are where it is carried from; None means that nobody knows.
    """

    id: str
    quantity: int
    item: str | None = None
    text: str = ""
    place: Place | None = None
    condition: Condition = Condition.GOOD
    available_from: date | None = None
    available_until: date | None = None
    delivers_km: float = DELIVERS_KM
    divisible: bool = True
    size: Size | None = None
    offered_at: datetime | None = None
    donor: str | None = None
    confidence: float = 1.0
    floor: int | None = None
    lift: bool | None = None
    said: tuple[Said, ...] | None = None


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A committee takes `item`, the same or narrower, in this condition or better; None means whatever it is."""

    condition: Condition
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """So many of one thing, asked by one committee.

    `committee` None means a committee of its own, which never received anything. `largest_size` None means any.
    `declared_at` None means now. `needed_by` None means that any day will do. `refuses` holds slugs: what is the
    same or narrower is refused; `takes` holds those that alone are taken, none meaning all. Of `minimum_conditions` the narrowest
    that applies holds, beside `minimum_condition`. `highest_floor` is from how high the committee carries without a lift, where
    it collects; None means any. `asked` is how often its committee was asked lately, which only chances of success read. `item`, `text`, `place` and `confidence` are as in Offer.
    """

    id: str
    quantity: int
    item: str | None = None
    text: str = ""
    place: Place | None = None
    committee: str | None = None
    minimum_condition: Condition = Condition.FAIR
    collects_km: float = COLLECTS_KM
    largest_size: Size | None = None
    urgency: Urgency = Urgency.NORMAL
    declared_at: datetime | None = None
    needed_by: date | None = None
    refuses: tuple[str, ...] = ()
    confidence: float = 1.0
    takes: tuple[str, ...] = ()
    minimum_conditions: tuple[AtLeast, ...] = ()
    highest_floor: int | None = None
    asked: int = 0


Row = TypeVar("Row", Offer, Need)


@dataclass(frozen=True, slots=True)
class Kept:
    """A pairing that is on the board already: its first `quantity` units earn the calm bonus."""

    offer: str
    need: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Barred:
    """A pair that somebody has ruled out."""

    offer: str
    need: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one or more coded rejections taught. `id` names it in explanations.

    `committee` None means every committee, `item` None every item; otherwise the lesson holds for offered things
    that are the same or narrower. By kind:
    too_far     the committee collects such things within `factor` (0 to 1) of its usual reach only;
    condition   the committee takes such things in `floor` condition or better;
    not_now     the committee takes no such thing before the day `not_before`;
    wrong_item  a text that holds the words `alias` does not mean `item`: such offers are not paired as that item.
    """

    id: str
    kind: LessonKind
    committee: str | None = None
    item: str | None = None
    factor: float = 1.0
    floor: Condition | None = None
    not_before: date | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The five parts of a score, each from 0 to 1; and, where it is learnt, the chance that the pairing ends in a handover."""

    fit: float
    urgency: float
    nearness: float
    fairness: float
    wholeness: float
    chance: float | None = None

    def as_dict(self) -> dict[str, float]:
        """The parts by name, in their order; the chance only where there is one."""
        found = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a pairing: a code of explanation.REASONS and the value that goes with it."""

    code: str
    value: str | int | float | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """So many units of this offer for that need. `score` is 0 to 1, `worth` what one unit adds to the plan's value."""

    offer: str
    need: str
    quantity: int
    score: float
    distance_km: float
    transport: Transport
    parts: Parts
    reasons: tuple[Reason, ...] = ()
    worth: float = 0.0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Miss:
    """Another side that almost did: `broken` names rules (RULES), or an outcome of the plan; `detail` says by what.

    Outcomes: "taken" (the offer went to others), "met" (the need was served by others), "waits" (see Weights.patience),
    "not_worth" (under these weights a handover costs more than it brings).
    `other` is an offer's id under an unmet need, a need's id under an unplaced offer.
    """

    other: str
    broken: tuple[str, ...]
    detail: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need of which `remaining` units stay unserved. The nearest misses are worked out when first read."""

    need: str
    remaining: int
    nearest_misses: Sequence[Miss] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An offer of which `remaining` units stay unplaced. The nearest misses are worked out when first read."""

    offer: str
    remaining: int
    nearest_misses: Sequence[Miss] = ()


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """An offer or a need whose text no item was recognised in; `side` is "offer" or "need"."""

    id: str
    text: str
    side: str = "offer"


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long each stage took, in seconds. Never compared: the same plan may take longer."""

    candidates: float = 0.0
    allocation: float = 0.0
    explanation: float = 0.0


@dataclass(frozen=True, slots=True)
class PastRows:
    """What was offered and asked for in past weeks, each row as it was when it came: `offered_at` and `declared_at` say when."""

    offers: Sequence[Offer] = ()
    needs: Sequence[Need] = ()


@dataclass(frozen=True, slots=True)
class StoppedShort:
    """A component whose whole lots are not proven to be settled as well as they can be: so many offers, of which `offer` is the
    first by id, and needs that permitted pairs link. `value` and `bound` are its part of the plan's.
    """

    offer: str
    offers: int
    needs: int
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Who receives what, why, and why not. Lists are sorted by id.

    `value` is the documented sum of the pairings, `bound` a proven limit that no permitted plan exceeds; `stopped_short` says where
    they differ on account of whole lots.
    """

    pairings: tuple[Pairing, ...] = ()
    unmet: Sequence[Unmet] = ()
    unplaced: Sequence[Unplaced] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    value: float = 0.0
    bound: float = 0.0
    weights_version: str = ""
    chances_version: str = ""
    pairs: int = 0
    components: int = 0
    stopped_short: tuple[StoppedShort, ...] = ()
    seconds: Seconds = field(default_factory=Seconds, compare=False)
