"""Reads JSON strictly: every value is looked at, and the first that is wrong is told, in one line, with its place.

`Fields` stands at one object of the document and knows its path, such as `needs[3]`; the errors that it raises name
the field: `needs[3].quantity: must be a whole number above 0, got -1`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

LARGEST_BYTES = 128_000_000
MOST_VALUES = 10_000_000
"""Both bound the memory that a document takes once read: some 100 bytes a value."""
LONGEST_ID = 200
_SHOWN = 60
_MOST_DIGITS = 400

E = TypeVar("E", bound=StrEnum)


class InputError(ValueError):
    """The document is not as the contract asks; the message is one line that says where."""


def parse(data: bytes) -> Any:
    """The JSON document in these bytes: UTF-8, no NaN, no key twice, not nested too deep. Raises InputError."""
    if len(data) > LARGEST_BYTES:
        raise InputError(f"input: must have at most {LARGEST_BYTES} bytes")
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MOST_VALUES:
        raise InputError(f"input: must hold at most {MOST_VALUES} values")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"input: must be UTF-8, byte {error.start} is not") from None
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        raise InputError(f"input: not JSON, line {error.lineno} column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise InputError("input: nested too deep") from None


def _no_constant(name: str) -> None:
    raise InputError(f"input: {name} is not a number that JSON knows")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise InputError(f"input: a number has {len(digits)} digits")
    return int(digits)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = next(name for name, times in names.items() if times > 1)
        raise InputError(f"input: the field {shown(twice)} comes twice in one object")
    return found


def shown(value: object) -> str:
    """A wrong value as an error repeats it: one line of ASCII, cut short."""
    if isinstance(value, str):
        value = value[: _SHOWN + 1]
    elif isinstance(value, dict):
        return "an object"
    elif isinstance(value, list):
        return "a list"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def rows(value: object, where: str) -> Iterator[tuple[str, Any]]:
    """Each entry of a list with its path."""
    if not isinstance(value, list):
        raise InputError(f"{where}: must be a list, got {shown(value)}")
    for index, entry in enumerate(value):
        yield f"{where}[{index}]", entry


def a_text(value: object, where: str, longest: int) -> str:
    """A text of at most so many characters, all of which UTF-8 can write."""
    if not isinstance(value, str):
        raise InputError(f"{where}: must be a text, got {shown(value)}")
    if len(value) > longest:
        raise InputError(f"{where}: must have at most {longest} characters, got {len(value)}")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InputError(f"{where}: must not hold half a character, got {shown(value)}")
    return value


def an_id(value: object, where: str) -> str:
    """A text of 1 to 200 characters."""
    name = a_text(value, where, LONGEST_ID)
    if not name:
        raise InputError(f"{where}: must not be empty")
    return name


def a_whole(value: object, where: str, most: int) -> int:
    """A whole number from 1 to `most`."""
    if type(value) is not int or value < 1:
        raise InputError(f"{where}: must be a whole number above 0, got {shown(value)}")
    if value > most:
        raise InputError(f"{where}: must be at most {most}, got {shown(value)}")
    return value


def a_number(value: object, where: str, least: float, most: float) -> float:
    """A finite number in a range."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: must be a number, got {shown(value)}")
    if not least <= value <= most or not isfinite(value):
        raise InputError(f"{where}: must be from {least:g} to {most:g}, got {shown(value)}")
    return float(value)


def a_day(value: object, where: str) -> date:
    """A calendar day in ISO 8601."""
    try:
        return date.fromisoformat(a_text(value, where, LONGEST_ID))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: must be a day such as 2026-11-23, got {shown(value)}") from None


def an_instant(value: object, where: str) -> datetime:
    """An instant in ISO 8601; without an offset it is UTC, without an hour midnight."""
    try:
        instant = datetime.fromisoformat(a_text(value, where, LONGEST_ID))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{where}: must be an instant such as 2026-11-23T09:00:00Z, got {shown(value)}"
        ) from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


class Fields:
    """One object of the document. A field that is absent or null gives the default; none is left unread."""

    def __init__(self, value: object, where: str, known: Iterable[str]) -> None:
        if not isinstance(value, dict):
            raise InputError(f"{where or 'input'}: must be an object, got {shown(value)}")
        self.values, self.where = value, where
        if unknown := value.keys() - set(known):
            name = min(unknown)
            raise InputError(
                f"{self.at(name) if name.isidentifier() and len(name) < _SHOWN else where or 'input'}: "
                f"unknown field {shown(name)}"
            )

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.where}.{name}" if self.where else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(name) is not None

    def required(self, name: str) -> Any:
        """The raw value of a field that must be there."""
        if name not in self.values:
            raise InputError(f"{self.at(name)}: missing")
        return self.values[name]

    def id(self, name: str) -> str:
        """A required id."""
        return an_id(self.required(name), self.at(name))

    def whole(self, name: str, most: int) -> int:
        """A required whole number from 1 to `most`."""
        return a_whole(self.required(name), self.at(name), most)

    def text(self, name: str, longest: int) -> str:
        """A text; empty by default."""
        return a_text(self.values[name], self.at(name), longest) if self.has(name) else ""

    def number(self, name: str, least: float, most: float, default: float) -> float:
        """A finite number in a range."""
        return a_number(self.values[name], self.at(name), least, most) if self.has(name) else default

    def rows(self, name: str) -> Iterator[tuple[str, Any]]:
        """Each entry of a list with its path; none by default."""
        return rows(self.values[name], self.at(name)) if self.has(name) else iter(())

    def flag(self, name: str, *, default: bool) -> bool:
        """true or false."""
        if not self.has(name):
            return default
        value = self.values[name]
        if not isinstance(value, bool):
            raise InputError(f"{self.at(name)}: must be true or false, got {shown(value)}")
        return value

    def choice(self, name: str, kind: type[E]) -> E | None:
        """One of the words of an enumeration; None by default."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, str) or value not in kind.__members__.values():
            raise InputError(f"{self.at(name)}: must be one of {', '.join(kind)}, got {shown(value)}")
        return kind(value)

    def day(self, name: str) -> date | None:
        """A calendar day; None by default."""
        return a_day(self.values[name], self.at(name)) if self.has(name) else None

    def instant(self, name: str) -> datetime | None:
        """An instant; None by default."""
        return an_instant(self.values[name], self.at(name)) if self.has(name) else None
