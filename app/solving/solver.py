"""Plans for a screen, bounded: in a process of their own, with a time limit, for boards that are not too large.

Nothing else is solved inside a request. This is the stated exception: a coordinator moves a slider and looks, a committee
sends its van round. Why a child process and not a job: the answer is worth something only while the person waits. Why not
here: the solver would hold up the other requests of this worker, and nothing could stop it. The child stays for the next question
(starting it takes most of the time), is killed when it takes too long, and ends by itself with the worker.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import matching.types as engine
from app.matches.queries.engine import Board
from app.refusing import RefusedError
from matching.rounds import Route, Stop, Van

LARGEST = 20_000
"""Articles and needs together, beyond which nothing is tried; those of the past count each time that prices are learnt of them."""
SECONDS = 8.0

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("child.py")

_HUNG_UP = (OSError, EOFError, pickle.UnpicklingError)
"""What asking a child that has ended, or that ends meanwhile, comes to."""


class SolverRefusal(StrEnum):
    """Why there is no answer."""

    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    BUSY = "busy"
    BROKEN = "broken"


class SolverError(RefusedError[SolverRefusal]):
    """There is no answer."""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """So many units of this offer for that need, as the engine names them."""

    offer: str
    need: str
    quantity: int
    kilometres: float


def priced_as(weights: engine.Weights) -> engine.Weights:
    """The same, but for what the prices of what usually comes do not depend on."""
    original = engine.Weights()
    apart = ("calm", "patience", "patience_days", "longest_weeks")
    return replace(weights, **{name: getattr(original, name) for name in apart})


class Solver:
    """One child at most, one question at a time. Safe from any thread."""

    def __init__(self, seconds: float = SECONDS, largest: int = LARGEST) -> None:
        self.seconds, self.largest = seconds, largest
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def plans(
        self, board: Board, weights: Sequence[engine.Weights], *, keep: bool = True
    ) -> list[tuple[PlannedPair, ...]]:
        """The plan of this board under each of the weights: the next one, which keeps what is proposed unless
        something better comes, or without `keep` as if nothing were proposed yet. Raises SolverError.
        """
        priced = tuple(map(priced_as, weights))
        past = len(board.past.offers) + len(board.past.needs) if board.past else 0
        learnt = len({each for each in priced if each.ahead_days})
        if len(board.offers) + len(board.needs) + past * learnt > self.largest:
            raise SolverError(SolverRefusal.TOO_LARGE)
        question = {
            "offers": board.offers,
            "needs": board.needs,
            "weights": tuple(zip(weights, priced, strict=True)),
            "now": board.now,
            "kept": board.kept if keep else (),
            "barred": board.barred,
            "received": dict(board.received),
            "lessons": board.lessons,
            "room": dict(board.room),
            "since": dict(board.since),
            "chances": board.chances,
            "past": board.past,
        }
        answers = self._answer(question)
        return [tuple(PlannedPair(*each) for each in pairings) for pairings in answers]

    def route(self, van: Van, stops: Sequence[Stop]) -> Route:
        """The round of this van, at most `matching.routing.MOST_STOPS` stops weighed. Raises SolverError."""
        found: Route = self._answer({"van": van, "stops": tuple(stops)})
        return found

    def _answer(self, question: dict[str, Any]) -> Any:
        if not self._lock.acquire(timeout=self.seconds):
            raise SolverError(SolverRefusal.BUSY)
        try:
            return self._ask_twice(pickle.dumps(question))
        except _HUNG_UP:
            self.stop()
            raise SolverError(SolverRefusal.BROKEN) from None
        except SolverError:
            self.stop()
            raise
        finally:
            self._lock.release()

    def _ask_twice(self, question: bytes) -> Any:
        """A child that had nothing to do may end just when it is asked; a new one answers."""
        try:
            return self._ask(question)
        except _HUNG_UP:
            self.stop()
            return self._ask(question)

    def _ask(self, question: bytes) -> Any:
        """The child's answer. Raises SolverError once its time is over: its end is also that of every wait for it."""
        child = self._running()
        if child.stdin is None or child.stdout is None:
            raise EOFError
        until = time.monotonic() + self.seconds
        end = threading.Timer(self.seconds, child.kill)
        end.start()
        try:
            child.stdin.write(question)
            child.stdin.flush()
            return pickle.load(child.stdout)  # noqa: S301 - our own child's
        except _HUNG_UP:
            if time.monotonic() >= until:
                raise SolverError(SolverRefusal.TOO_LONG) from None
            raise
        finally:
            end.cancel()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.stop()
            self._child = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
                cwd=ROOT,
            )
        return self._child

    def __del__(self) -> None:
        self.stop()

    def stop(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
