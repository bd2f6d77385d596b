"""Photos from the folder to the bucket, or back: each is read again on the other side and compared by its SHA-256."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from app.moving.errors import MoveError
from app.storage import NAME, PIECE, Storage, StorageError

SAY_EVERY = 1_000


def move(source: Storage, target: Storage, say: Callable[[str], None]) -> int:
    """Copy all photos of `source` that `target` does not have as they are; how many the target holds of them now. Raises MoveError.

    The source stays what it is. Interrupted, the same goes on: what has arrived is read again, not sent again.
    """
    moved = 0
    with _told():
        target.check()
        for name in sorted(each.name for each in source.files() if NAME.fullmatch(each.name)):
            with TemporaryFile() as file:
                try:
                    source.get(name, file)
                except FileNotFoundError:  # forgotten meanwhile
                    continue
                _arrive(name, file, target)
            moved += 1
            if moved % SAY_EVERY == 0:
                say(f"{moved} photos…")
    return moved


def _arrive(name: str, file: IO[bytes], target: Storage) -> None:
    wanted = _sum(file)
    if _sum_there(name, target) == wanted:
        return
    file.seek(0)
    target.put(name, file)
    if _sum_there(name, target) != wanted:
        raise MoveError(f"La photo {name} n'est pas arrivée telle qu'elle est partie. Recommencez.")


def _sum_there(name: str, target: Storage) -> str | None:
    with TemporaryFile() as file:
        try:
            target.get(name, file)
        except FileNotFoundError:
            return None
        return _sum(file)


def _sum(file: IO[bytes]) -> str:
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise MoveError(
            f"Le déplacement s'arrête : {error}. La même commande reprendra où il en est."
        ) from error
