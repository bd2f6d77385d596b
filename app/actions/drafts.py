"""What is said of a box before there is one."""

from dataclasses import dataclass
from typing import Any

from app.models.states import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxDraft:
    """What is said of a box (`Box`)."""

    number: int
    contents: list[list[Any]]
    english: str
    condition: Condition
    grams: int | None
    measure: str
    litres: int | None
    cents: int | None
