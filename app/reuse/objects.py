"""ADEME's categories of objects as data, and which of them an article of the catalogue is."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matching.items import load

TABLE = Path(__file__).with_name("objects.toml")


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A category of objects. `bit` is the one that it has in the masks of a place; `eco` the body that organises its collection."""

    code: str
    fr: str
    en: str
    bit: int
    eco: str = ""


@cache
def kinds() -> Mapping[str, ObjectKind]:
    """By ADEME's code, in the order of their bits."""
    return {
        code: ObjectKind(code, row["fr"], row["en"], 1 << position, row.get("eco", ""))
        for position, (code, row) in enumerate(_rows().items())
    }


@cache
def _rows() -> Mapping[str, dict[str, Any]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


@cache
def _bits() -> Mapping[str, int]:
    """By code, those that are folded into another included."""
    found = {code: kind.bit for code, kind in kinds().items()}
    return found | {other: found[code] for code, row in _rows().items() for other in row.get("also", ())}


def mask(codes: Iterable[str]) -> int:
    """The bits of these categories; of those that the portal does not know, none."""
    bits = 0
    for code in codes:
        bits |= _bits().get(code, 0)
    return bits


def kinds_in(bits: int) -> tuple[ObjectKind, ...]:
    return tuple(kind for kind in kinds().values() if kind.bit & bits)


@cache
def _of_items() -> Mapping[str, ObjectKind]:
    return {item: kinds()[code] for code, row in _rows().items() for item in row["items"]}


def kind_of(item: str | None) -> ObjectKind | None:
    """The category of an article, or of the narrowest broader one that has any; None where ADEME has no such category."""
    known = load()
    while item is not None and item in known:
        if item in _of_items():
            return _of_items()[item]
        item = known[item].parent
    return None
