"""The shell's door: `python -m matching [plan] [--weights FILE] < instance.json`, `recognise`, `catalogue`,
`learn < outcomes.json`, `ahead [--weights FILE] < past.json`.

Exit 0 with the answer on stdout, or exit 2 with one line on stderr that says what is wrong and where.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from matching.ahead import UNDER
from matching.ahead import learn as look_ahead
from matching.chances import LEAST_OUTCOMES
from matching.instance import (
    ahead_document,
    chances_document,
    plan_document,
    read_instance,
    read_outcomes,
    read_past,
    read_weights,
)
from matching.items import load, to_jsonable
from matching.learning import learn
from matching.planner import plan
from matching.recognition import SURE, Recogniser
from matching.strict import LARGEST_BYTES, InputError
from matching.types import PlanError, Weights
from matching.validation import LONGEST_TEXT
from matching.weights import LEAST_WEEKS


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(message)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    parser = _Parser(
        prog="python -m matching", description="Pairs offers with needs. See matching/README.md."
    )
    parser.add_argument(
        "command", nargs="?", choices=("plan", "recognise", "catalogue", "learn", "ahead"), default="plan"
    )
    parser.add_argument("--weights", metavar="FILE", help="JSON object of weights; plan and ahead")
    parser.add_argument(
        "--timings", action="store_true", help="tell the seconds spent, which differ at every run"
    )
    try:
        chosen = parser.parse_args(arguments)
        doors: dict[str, Callable[[], Iterator[str]]] = {
            "plan": partial(_plan, chosen.weights, timings=chosen.timings),
            "recognise": _recognise,
            "catalogue": _catalogue,
            "learn": _learn,
            "ahead": partial(_ahead, chosen.weights),
        }
        for line in doors[chosen.command]():
            sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.flush()
    except (InputError, PlanError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever reads has enough; the interpreter would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _weights(file: str | None) -> Weights:
    return Weights() if file is None else read_weights(_contents(file))


def _plan(weights_file: str | None, *, timings: bool) -> Iterator[str]:
    weights = _weights(weights_file)
    instance = read_instance(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    found = plan(instance.offers, instance.needs, weights=weights, **instance.surroundings())
    yield json.dumps(plan_document(found, timings=timings), ensure_ascii=False)


def _contents(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"weights: cannot read {json.dumps(name)}: {reason}") from None


def _recognise() -> Iterator[str]:
    reader = Recogniser()
    # A character takes four bytes at most: a longer line is refused before it fills the memory.
    most = 4 * LONGEST_TEXT
    lines = iter(lambda: sys.stdin.buffer.readline(most + 2), b"")
    for number, line in enumerate(lines, start=1):
        if len(line.rstrip(b"\r\n")) > most:
            raise InputError(f"line {number}: must have at most {LONGEST_TEXT} characters")
        try:
            text = line.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise InputError(f"line {number}: must be UTF-8") from None
        if len(text) > LONGEST_TEXT:
            raise InputError(f"line {number}: must have at most {LONGEST_TEXT} characters")
        found = reader.recognise(text)
        told = {"text": text, **found.as_dict()}
        if found.confidence < SURE and (likely := reader.suggestions(text)):
            told["suggestions"] = list(likely)
        yield json.dumps(told, ensure_ascii=False)


def _learn() -> Iterator[str]:
    outcomes = read_outcomes(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    found = learn(outcomes)
    if found is None:
        raise InputError(f"input: {len(outcomes)} outcomes teach nothing: there must be {LEAST_OUTCOMES}")
    yield json.dumps(chances_document(found), ensure_ascii=False)


def _ahead(weights_file: str | None) -> Iterator[str]:
    weights = _weights(weights_file)
    instance, past = read_past(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    under = {"weights": weights, **instance.surroundings()}
    given = {name: under[name] for name in UNDER}
    found = look_ahead(instance.offers, instance.needs, past.offers, past.needs, **given)
    if found is None:
        raise InputError(f"input: the past teaches nothing: its first row must be {LEAST_WEEKS} weeks old")
    yield json.dumps(ahead_document(found), ensure_ascii=False)


def _catalogue() -> Iterator[str]:
    catalogue = load()
    for item in catalogue.values():
        yield json.dumps(to_jsonable(item, catalogue), ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
