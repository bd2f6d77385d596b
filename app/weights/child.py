"""The process that solves for `solver`: reads questions on its standard input, answers on its standard output.

Run as a file, not as a part of `app`: it loads the engine and nothing else, so that it is ready in a moment. Both ends
are ours; a question is a pickled mapping of `matching.plan`'s arguments with `weights` a sequence, an answer a pickled list
of plans, each pairing (offer, need, quantity, kilometres). It ends when its input does, so that nothing is left behind when a web worker dies.
"""

import pickle
import select
import sys
from contextlib import suppress
from typing import Any

import matching

IDLE_SECONDS = 120
"""After so long without a question it ends, and gives its memory back."""

Bare = list[tuple[str, str, int, float]]


def answer(question: dict[str, Any]) -> list[Bare]:
    """Plan once for each of the weights, and verify each plan from scratch. Raises PlanError."""
    found = []
    for weights in question.pop("weights"):
        plan = matching.plan(**question, weights=weights)
        matching.check(plan, weights=weights, **question)
        found.append([(each.offer, each.need, each.quantity, each.distance_km) for each in plan.pairings])
    return found


def main() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError):
        while select.select([source], [], [], IDLE_SECONDS)[0]:
            pickle.dump(answer(pickle.load(source)), sink)  # noqa: S301
            sink.flush()


if __name__ == "__main__":
    main()
