"""The process that solves for `solver`: reads questions on its standard input, answers on its standard output.

Run as a file, not as a part of `app`: it loads the engine and nothing else, so that it is ready in a moment. Both ends
are ours; a question is a pickled mapping of `matching.plan`'s arguments with `weights` a sequence, an answer a pickled list
of (pairings, value), each pairing (offer, need, quantity, kilometres). Each is preceded by its length on eight bytes.
It ends when its input does, so that nothing is left behind when a web worker dies.
"""

import pickle
import select
import sys
from typing import Any

import matching

IDLE_SECONDS = 120
"""After so long without a question it ends, and gives its memory back."""

Bare = tuple[tuple[tuple[str, str, int, float], ...], float]


def answer(question: dict[str, Any]) -> list[Bare]:
    """Plan once for each of the weights, and verify each plan from scratch. Raises PlanError."""
    found = []
    for weights in question.pop("weights"):
        plan = matching.plan(**question, weights=weights)
        matching.check(plan, weights=weights, **question)
        bare = tuple((each.offer, each.need, each.quantity, each.distance_km) for each in plan.pairings)
        found.append((bare, plan.value))
    return found


def main() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE_SECONDS)[0] and (size := source.read(8)):
        told = pickle.dumps(answer(pickle.loads(source.read(int.from_bytes(size, "big")))))  # noqa: S301
        sink.write(len(told).to_bytes(8, "big") + told)
        sink.flush()


if __name__ == "__main__":
    main()
