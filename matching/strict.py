"""Reads JSON strictly: the first value that is wrong is told, in one line, with its place.

A reader takes a value and gives it back as the engine holds it, or raises InputError with what is wrong; those that read
what lies around it add where that is: `needs[3].quantity: must be a whole number above 0, got -1`.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

LARGEST_BYTES = 128_000_000
MOST_VALUES = 10_000_000
"""Both bound the memory that a document takes once read: some 100 bytes a value."""
_SHOWN = 60
_LONGEST_DATE = 200
_MOST_DIGITS = 400

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[Any], Any]


class InputError(ValueError):
    """What is wrong, in one line, and `where`: a path, which starts with a dot or a bracket inside a document."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.what, self.where = what, where


def read(data: bytes, reader: Callable[[Any], T], root: str = "") -> T:
    """The document in these bytes, as the reader gives it; places in it are told from the root. Raises InputError."""
    document = _parse(data)
    try:
        return reader(document)
    except InputError as error:
        raise InputError(error.what, (root + error.where).removeprefix(".") or "input") from None


def _parse(data: bytes) -> Any:
    """The JSON document in these bytes: UTF-8, no NaN, no key twice, not nested too deep."""
    if len(data) > LARGEST_BYTES:
        raise InputError(f"must have at most {LARGEST_BYTES} bytes", "input")
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MOST_VALUES:
        raise InputError(f"must hold at most {MOST_VALUES} values", "input")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"must be UTF-8, byte {error.start} is not", "input") from None
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON, line {error.lineno} column {error.colno}: {error.msg}", "input"
        ) from None
    except RecursionError:
        raise InputError("nested too deep", "input") from None


def _no_constant(name: str) -> None:
    raise InputError(f"{name} is not a number that JSON knows", "input")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise InputError(f"a number has {len(digits)} digits", "input")
    return int(digits)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = next(name for name, times in names.items() if times > 1)
        raise InputError(f"the field {shown(twice)} comes twice in one object", "input")
    return found


def shown(value: object) -> str:
    """A wrong value as an error repeats it: one line of ASCII, cut short."""
    if isinstance(value, str):
        value = value[: _SHOWN + 1]
    elif isinstance(value, dict):
        return "an object"
    elif isinstance(value, list):
        return "a list"
    text = json.dumps(value, default=repr)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def at(place: str | int, reader: Callable[[Any], T], value: Any) -> T:
    """What the reader makes of a field, or of an entry; what is wrong is told with its place."""
    try:
        return reader(value)
    except InputError as error:
        step = f"[{place}]" if isinstance(place, int) else f".{place}"
        raise InputError(error.what, step + error.where) from None


def fields(value: Any, readers: Mapping[str, Reader], required: Collection[str] = ()) -> dict[str, Any]:
    """The fields of an object; those that are null, and may be absent, are left out."""
    if not isinstance(value, dict):
        raise InputError(f"must be an object, got {shown(value)}")
    found = {}
    for name, entry in value.items():
        reader = readers.get(name)
        if reader is None:
            tellable = name.isidentifier() and len(name) < _SHOWN
            raise InputError(f"unknown field {shown(name)}", f".{name}" if tellable else "")
        if entry is not None or name in required:
            found[name] = at(name, reader, entry)
    return require(found, required)


def require(found: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The same fields, if none of these is missing."""
    for name in names:
        if name not in found:
            raise InputError("missing", f".{name}")
    return found


def entries(reader: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """Reads a list."""

    def of(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise InputError(f"must be a list, got {shown(value)}")
        return tuple([at(index, reader, entry) for index, entry in enumerate(value)])

    return of


def by_name(name_of: Callable[[Any], str], reader: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    """Reads an object of whatever names."""

    def of(value: Any) -> dict[str, T]:
        if not isinstance(value, Mapping):
            raise InputError(f"must be an object, got {shown(value)}")
        found = {}
        for name, entry in value.items():
            try:
                found[name_of(name)] = reader(entry)
            except InputError as error:
                raise InputError(error.what, f"[{shown(name)}]{error.where}") from None
        return found

    return of


def text(most: int, least: int = 0) -> Callable[[Any], str]:
    """Reads a text of so many characters, all of which UTF-8 can write."""

    def of(value: Any) -> str:
        if not isinstance(value, str):
            raise InputError(f"must be a text, got {shown(value)}")
        if len(value) > most:
            raise InputError(f"must have at most {most} characters, got {len(value)}")
        if len(value) < least:
            raise InputError("must not be empty")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InputError(f"must not hold half a character, got {shown(value)}") from None
        return value

    return of


def whole(most: int) -> Callable[[Any], int]:
    """Reads a whole number from 1."""

    def of(value: Any) -> int:
        if type(value) is not int or value < 1:
            raise InputError(f"must be a whole number above 0, got {shown(value)}")
        if value > most:
            raise InputError(f"must be at most {most}, got {shown(value)}")
        return value

    return of


def number(least: float, most: float) -> Callable[[Any], float]:
    """Reads a finite number in a range."""

    def of(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"must be a number, got {shown(value)}")
        if not least <= value <= most or not isfinite(value):
            raise InputError(f"must be from {least:g} to {most:g}, got {shown(value)}")
        return float(value)

    return of


def one_of(kind: type[E]) -> Callable[[Any], E]:
    """Reads one of the words of an enumeration."""
    words = {member.value: member for member in kind}

    def of(value: Any) -> E:
        if not isinstance(value, str) or value not in words:
            raise InputError(f"must be one of {', '.join(words)}, got {shown(value)}")
        return words[value]

    return of


def flag(value: Any) -> bool:
    """Reads true or false."""
    if not isinstance(value, bool):
        raise InputError(f"must be true or false, got {shown(value)}")
    return value


_a_date = text(_LONGEST_DATE)


def day(value: Any) -> date:
    """Reads a calendar day in ISO 8601."""
    written = _a_date(value)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(f"must be a day such as 2026-11-23, got {shown(value)}") from None


def instant(value: Any) -> datetime:
    """Reads an instant in ISO 8601; without an offset it is UTC, without an hour midnight."""
    written = _a_date(value)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise InputError(f"must be an instant such as 2026-11-23T09:00:00Z, got {shown(value)}") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
