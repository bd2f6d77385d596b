"""`make bench`: one figure a line, `name: value`, each measured in this run. `make bench ONLY=engine` runs a part."""

import importlib
import sys
from collections.abc import Iterable

PARTS = {
    "engine": ("engine", "recognition", "getusppe"),
    "mail": ("mail",),
    "pages": ("pages",),
    "process": ("process", "past"),
    "plan": ("plan",),
    "races": ("races",),
    "rounds": ("rounds",),
}
"""The modules of each part, in order; each has `figures()`, which yields names and values as they are measured."""


def main(only: Iterable[str]) -> int:
    """Print the figures of the parts named, of all when none is; 2 and a sentence for a part that does not exist."""
    names = list(only) or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names:
        for module in PARTS[name]:
            for figure, value in importlib.import_module(f"tests.benchmarks.{module}").figures():
                print(
                    f"{figure}: {value:.4g}" if isinstance(value, float) else f"{figure}: {value}", flush=True
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
