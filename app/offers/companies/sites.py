"""A place from which a company gives, as plain values: kept as JSON until everything is sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.places import Place

MOST_SITES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """`contact` is whom to ask for there, with a telephone; `dock` and `lift_truck` are None where that is not said."""

    name: str
    place: Place
    street: str
    available_from: date
    available_until: date
    availability: str
    delivers_km: int
    dock: bool | None
    lift_truck: bool | None
    contact: str

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        days = {name: getattr(self, name).isoformat() for name in ("available_from", "available_until")}
        return asdict(self) | days

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> "Site":
        days = {name: date.fromisoformat(kept[name]) for name in ("available_from", "available_until")}
        return cls(**{**kept, **days, "place": Place(**kept["place"])})
