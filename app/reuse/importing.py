"""Bring the places that ADEME publishes up to date: read the whole file first, then write it in short transactions."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import among, session, transaction
from app.models import ReuseImport, ReusePlace
from app.reuse.reading import BadFileError, read

CHUNK = 1000
"""Rows a transaction: what others wait for is some hundredths of a second."""
places: sa.Table = ReusePlace.__table__  # type: ignore[attr-defined]


@dataclass(slots=True)
class Imported:
    """What an import did, in places. `unusable` rows of the file are of no use to a donor; `by_hand` are those that coordinators
    corrected, added or removed, which it left alone."""

    usable: int = 0
    unusable: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    by_hand: int = 0
    newest: date | None = None


def bring(path: Path, now: datetime, *, fewer: bool, said: Callable[[int], object]) -> Imported:
    """Import the file; `said` is told after each chunk how many places are done. With `fewer`, less than half of the present places will do.

    Raises BadFileError, having written nothing, where the file cannot be read to its end or looks like another.
    """
    found, keys = _survey(path)
    known = session().scalar(sa.select(sa.func.count()).where(places.c.identifier.is_not(None))) or 0
    session().rollback()
    if not found.usable:
        raise BadFileError("Aucun lieu de ce fichier ne peut servir à un donateur : rien n'est changé.")
    if found.usable < known / 2 and not fewer:
        raise BadFileError(
            f"Ce fichier n'a que {found.usable} lieux, contre {known} à présent : il est peut-être incomplet, rien n'est changé."
            " S'il est juste, ajoutez --fewer."
        )
    try:
        _write(path, keys, found, said)
    except IntegrityError:
        raise BadFileError(
            "Un autre import tourne en ce moment : relancez celui-ci quand il sera fini."
        ) from None
    _remove(keys, found)
    with transaction() as current:
        current.add(ReuseImport(at=now, places=found.usable, newest=found.newest))
    return found


@dataclass(frozen=True, slots=True)
class _Keys:
    """The places of a file by a number of eight bytes, sorted; and those that it has several times: its first row counts."""

    all: "array[int]"
    twice: frozenset[int]

    def __contains__(self, key: int) -> bool:
        at = bisect_left(self.all, key)
        return at < len(self.all) and self.all[at] == key


def _key(identifier: str) -> int:
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest(), signed=True)


def _survey(path: Path) -> tuple[Imported, _Keys]:
    """Read the whole file, and write nothing."""
    found = Imported()

    def usable() -> Iterator[int]:
        for row in read(path):
            if row is None:
                found.unusable += 1
                continue
            found.newest = max(filter(None, (found.newest, row["stated_on"])), default=None)
            yield _key(row["identifier"])

    keys = array("q", sorted(array("q", usable())))
    twice = frozenset(key for key, following in pairwise(keys) if key == following)
    found.usable = len(keys) - sum(key == following for key, following in pairwise(keys))
    return found, _Keys(keys, twice)


def _write(path: Path, keys: _Keys, found: Imported, said: Callable[[int], object]) -> None:
    seen: set[int] = set()
    rows = (row for row in read(path) if row is not None and _first(row, keys, seen))
    done = 0
    while chunk := list(islice(rows, CHUNK)):
        with transaction() as current:
            _write_chunk(current, chunk, found)
        done += len(chunk)
        said(done)


def _first(row: dict[str, Any], keys: _Keys, seen: set[int]) -> bool:
    key = _key(row["identifier"])
    if key not in keys.twice:
        return True
    new = key not in seen
    seen.add(key)
    return new


def _write_chunk(current: Session, chunk: Sequence[dict[str, Any]], found: Imported) -> None:
    query = sa.select(places).where(places.c.identifier.in_([row["identifier"] for row in chunk]))
    known = {row["identifier"]: row for row in current.execute(query).mappings()}
    new, changed = [], []
    for row in chunk:
        old = known.get(row["identifier"])
        if old is None:
            new.append(row | {"by_hand": False, "removed": False})
        elif old["by_hand"]:
            found.by_hand += 1
        elif any(old[name] != value for name, value in row.items()):
            changed.append(row | {"key": old["id"]})
    connection = current.connection()
    if new:
        connection.execute(places.insert(), new)
    if changed:
        connection.execute(
            places.update().where(places.c.id == sa.bindparam("key"), ~places.c.by_hand), changed
        )
    found.added += len(new)
    found.changed += len(changed)


def _remove(keys: _Keys, found: Imported) -> None:
    """Places that the file has no more, but for those that coordinators corrected."""
    last = 0
    while True:
        with transaction() as current:
            rows = current.execute(
                sa.select(places.c.id, places.c.identifier)
                .where(places.c.id > last, places.c.identifier.is_not(None), ~places.c.by_hand)
                .order_by(places.c.id)
                .limit(CHUNK)
            ).all()
            if not rows:
                return
            last = rows[-1].id
            gone = [row.id for row in rows if _key(row.identifier) not in keys]
            if gone:
                current.execute(places.delete().where(among(places.c.id, gone), ~places.c.by_hand))
            found.gone += len(gone)
