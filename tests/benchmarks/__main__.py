"""`make bench`: one figure a line, `name: value`, each measured in this run. `make bench ONLY=engine` runs a part.

Each module runs in a process of its own, which is ended, and said to be, when it takes longer than it may.
"""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

PARTS = {
    "engine": ("engine", "lots", "recognition", "getusppe"),
    "faults": ("faults",),
    "fuzz": ("fuzz",),
    "kinds": ("kinds",),
    "lighthouse": ("lighthouse",),
    "load": ("load",),
    "lots": ("lots",),
    "mail": ("mail",),
    "pages": ("pages",),
    "process": ("process", "past"),
    "plan": ("plan",),
    "portal": ("portal",),
    "races": ("races",),
    "reuse": ("reuse",),
    "rounds": ("rounds",),
    "uploads": ("uploads",),
    "year": ("year", "success", "ahead"),
}
"""The modules of each part, in order; each has `figures()`, which yields names and values as they are measured."""
BY_NAME = frozenset({"faults", "fuzz", "lighthouse", "load"})
"""Parts that are run where they are asked for: they take long, or what they need may have to be fetched."""
MINUTES = {
    "engine": 2.5,
    "faults": 15 + 2.5 * float(os.environ.get("SECONDS") or 150) / 60,
    "fuzz": 10 + int(os.environ.get("N") or 10_000) / 600,
    "lighthouse": 60,
    "lots": 3,
    "recognition": 1,
    "getusppe": 3.5,
    "year": 5,
    "success": 8,
    "ahead": 5,
    "uploads": 8,
}
"""How long a module may take, where it is not LONGEST; all of the part `engine` together ten."""
LONGEST = 20
_ALONE = "--module"


def main(only: Sequence[str]) -> int:
    """Print the figures of the parts named, of all when none is; 2 and a sentence for a part that does not exist, 1 where one failed."""
    if only[:1] == [_ALONE]:
        return _print(only[1])
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    modules = dict.fromkeys(
        module for name in only or [name for name in PARTS if name not in BY_NAME] for module in PARTS[name]
    )
    return max(_run(module, MINUTES.get(module, LONGEST) * 60) for module in modules)


def _print(module: str) -> int:
    for figure, value in importlib.import_module(f"tests.benchmarks.{module}").figures():
        print(f"{figure}: {value:.4g}" if isinstance(value, float) else f"{figure}: {value}", flush=True)
    return 0


def _run(module: str, seconds: float) -> int:
    command = [sys.executable, "-m", "tests.benchmarks", _ALONE, module]
    with subprocess.Popen(command, start_new_session=True) as child:
        try:
            return min(1, abs(child.wait(seconds)))
        except subprocess.TimeoutExpired:
            print(f"{module}: ended after {seconds:.0f} s, unfinished", flush=True)
            return 1
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
