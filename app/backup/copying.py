"""The administrator's own command, which takes a backup to another machine: run as it is written, without a shell."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO

from app.backup.errors import BackupError

PLACE = "{}"
WORDS_KEPT = 2_000
"""Bytes of what the command says last; the rest is read and forgotten."""


def copy(command: Sequence[str], path: Path, minutes: int, stop: Event | None = None) -> float:
    """Run the command, `{}` replaced by the backup's path, which else comes last; the seconds it took.

    Raises BackupError where it cannot be started, takes longer than `minutes`, or ends with another code than 0.
    """
    words = [word.replace(PLACE, str(path)) for word in command]
    if words == list(command):
        words.append(str(path))
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise BackupError(
            f"La commande de copie {words[0][:100]!r} ne se lance pas : {error.strerror}."
        ) from error
    said = _Listening(process.stdout)
    try:
        code = _wait(process, began + 60 * minutes, stop)
    finally:
        _end(process)
        said.join(5)
    if code is None:
        reason = (
            "le portail s'arrêtait"
            if stop is not None and stop.is_set()
            else f"elle durait plus de {minutes} min"
        )
        raise BackupError(f"La copie de {path} a été arrêtée : {reason}. {said.last}".strip())
    if code != 0:
        raise BackupError(f"La copie de {path} a échoué (code {code}). {said.last}".strip())
    return time.monotonic() - began


def _wait(process: "subprocess.Popen[bytes]", until: float, stop: Event | None) -> int | None:
    """The code that it ended with; None when its time is over, or the portal's."""
    waiting = stop or Event()
    while (code := process.poll()) is None:
        if time.monotonic() > until or waiting.wait(0.1):
            return None
    return code


def _end(process: "subprocess.Popen[bytes]") -> None:
    """With all that it has started: a dead `ssh` would hold the other end for ever."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Listening(Thread):
    """Reads all that a command says, and keeps the end of it."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self.stream = stream
        self.kept: deque[int] = deque(maxlen=WORDS_KEPT)
        self.start()

    def run(self) -> None:
        if self.stream is None:
            return
        with self.stream as stream:
            while piece := stream.read1(65536):  # type: ignore[attr-defined]
                self.kept.extend(piece[-WORDS_KEPT:])

    @property
    def last(self) -> str:
        """Its last line that says anything."""
        lines = [line.strip() for line in bytes(self.kept).decode("utf-8", "replace").splitlines()]
        return next((line[:300] for line in reversed(lines) if line), "")
