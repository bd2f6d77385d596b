"""Encryption in the age format (https://age-encryption.org/v1), piece by piece: no more of a backup is in memory than a piece of it.

The portal knows whom a backup is for (`age1…`), and never the secret that opens it. So that what it has written can be tried all the same, each is
also for a second reader, whose secret is made for the occasion, stays in memory and is forgotten with the trial.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from app.backup.errors import BackupError
from app.late import Late

if TYPE_CHECKING:
    import pyrage
else:
    pyrage = Late("pyrage")

MAGIC = b"age-encryption.org/v1"
LONGEST_KEY_FILE = 20_000
PIECE = 1 << 20
NO_KEY = "{path} est chiffrée. Donnez le fichier de la clé secrète : --key FICHIER."


class KeyPair:
    """A secret and the public key that goes with it. The secret opens what was written for the key."""

    def __init__(self, secret: str = "") -> None:
        self.identity: Any = (
            pyrage.x25519.Identity.from_str(secret) if secret else pyrage.x25519.Identity.generate()
        )

    @property
    def public(self) -> str:
        return str(self.identity.to_public())


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_pair(path: Path) -> KeyPair:
    """The secret that stands in this file, as `flask backup-key` and age-keygen write it. Raises BackupError, OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file.read(LONGEST_KEY_FILE).splitlines()]
    secrets = [line for line in lines if line and not line.startswith("#")]
    try:
        return KeyPair(secrets[0])
    except (IndexError, pyrage.IdentityError):
        raise BackupError(
            f"{path} ne contient pas de clé secrète. Il y faut une ligne qui commence par AGE-SECRET-KEY-1."
        ) from None


def write_pair(path: Path) -> KeyPair:
    """Make a pair and write its secret to a new file that its owner alone may read. Raises OSError: nothing is overwritten."""
    pair = KeyPair()
    words = f"# La clé secrète des sauvegardes du portail : sans elle, elles sont perdues.\n# public key: {pair.public}\n{pair.identity}\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    return pair


@contextmanager
def sealing(target: IO[bytes], keys: Sequence[str]) -> Iterator[IO[bytes]]:
    """What is written to the file given goes to `target`, encrypted for these keys; complete when the block has ended. Raises OSError."""
    readers = [pyrage.x25519.Recipient.from_str(key) for key in keys]
    out, into = os.pipe()
    kept = _Target(target)

    def work() -> None:
        with os.fdopen(out, "rb") as source:
            pyrage.encrypt_io(source, kept, readers)

    with os.fdopen(into, "wb") as entrance:
        beside = _Beside(work)
        try:
            yield entrance
            entrance.close()
        except BaseException as error:
            with suppress(BrokenPipeError):
                entrance.close()
            failure = beside.ended()
            raise kept.failure or failure or error from None
        if failure := beside.ended():
            raise kept.failure or OSError(str(failure))


@contextmanager
def opened(path: Path, pair: KeyPair | None) -> Iterator[IO[bytes]]:
    """What a file holds that may be encrypted. Raises BackupError, OSError."""
    with path.open("rb") as file:
        if not is_sealed(path):
            yield file
            return
        if pair is None:
            raise BackupError(NO_KEY.format(path=path))
        out, into = os.pipe()

        def work() -> None:
            with os.fdopen(into, "wb") as entrance:
                pyrage.decrypt_io(file, entrance, [pair.identity])

        with os.fdopen(out, "rb") as source:
            beside = _Beside(work)
            try:
                yield source
                while source.read(PIECE):  # to the end, whose seal says that nothing was cut off
                    pass
            except BaseException:
                source.close()
                _explain(path, beside.ended())
                raise
            _explain(path, beside.ended())


class _Target:
    """A file to write to that remembers what the system refused: the library keeps its words alone."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.failure: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self.file.write(piece)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        self.file.flush()


class _Beside(threading.Thread):
    """Work on the other end of a pipe; begins at once."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.failure = error

    def ended(self) -> BaseException | None:
        """What it failed of, once it has ended; a pipe that nobody reads any more is no failure."""
        self.join()
        return None if "Broken pipe" in str(self.failure) else self.failure


def _explain(path: Path, failure: BaseException | None) -> None:
    if failure is None:
        return
    if "No matching keys" in str(failure):
        raise BackupError(f"{path} est chiffrée pour une autre clé que celle-ci.") from failure
    raise BackupError(
        f"{path} est abîmée ou incomplète : elle ne se déchiffre pas. Prenez-en une autre."
    ) from failure
