"""The process that solves for `solver`: reads questions on its standard input, answers on its standard output.

Run as a file, not as a part of `app`: it loads the engine and nothing else, so that it is ready in a moment. Both ends
are ours; a question is a pickled mapping of `matching.plan`'s arguments with the `past`, and as `weights` pairs of those of a plan and those
that its prices are learnt under; an answer is a pickled list of plans, each pairing (offer, need, quantity, kilometres); or it is a van with its stops, and the answer a route. It ends when its input does, so that nothing is left behind when a web worker dies.
"""

import pickle
import select
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import matching
from matching.rounds import Route, Stop, Van
from matching.route_checks import check_route

IDLE_SECONDS = 120
"""After so long without a question it ends, and gives its memory back."""

Bare = list[tuple[str, str, int, float]]


def answer(question: dict[str, Any]) -> list[Bare] | Route:
    """What was asked for, verified from scratch. Raises PlanError, RouteError."""
    return _route(**question) if "van" in question else _plans(question)


def _route(van: Van, stops: Sequence[Stop]) -> Route:
    # Here, for OR-Tools' routing is another library than its flow: each is loaded by whoever asks for it.
    from matching import routing

    found = routing.plan(van, stops)
    check_route(found, van, stops)
    return found


def _plans(question: dict[str, Any]) -> list[Bare]:
    """A plan for each of the weights. Prices are learnt once where they are learnt alike: that takes longer than to plan."""
    found, past, asked = [], question.pop("past"), question.pop("weights")
    prices = {
        priced: matching.prices_of_plan(
            question["offers"], question["needs"], past, {**question, "weights": priced}
        )
        for priced in {priced for _weights, priced in asked}
    }
    for weights, priced in asked:
        under = {**question, "weights": weights, "ahead": prices[priced]}
        plan = matching.plan(**under)
        matching.check(plan, **under)
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
