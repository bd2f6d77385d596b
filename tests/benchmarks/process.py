"""What the portal costs before anybody asks it for anything: processor time to load it, memory to serve it."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.ports import reserved_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
PAGES = ("/", "/besoins", "/offrir", "/connexion", "/healthz")
REQUESTS = 200
TIMES = 3


def figures() -> Iterator[tuple[str, float]]:
    """Seconds of processor (the least of three, bytecode there already) and MiB of proportional memory."""
    with tempfile.TemporaryDirectory() as folder:
        flask, portal = _least("import flask", folder), _least("import wsgi", folder)
        yield "processor seconds to import flask", flask
        yield "processor seconds to import wsgi", portal
        yield "import of wsgi, times that of flask", portal / flask
        with reserved_port() as port, served(Path(folder), port) as parent:
            _ask(port)
            yield from memory(parent)


def _least(code: str, folder: str) -> float:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": folder}
    costs = []
    for _ in range(TIMES + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(costs[1:])


@contextmanager
def served(folder: Path, port: int, **settings: str) -> Iterator[psutil.Process]:
    """`make run` in a folder of its own, ready, with what is there or its sample data."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "var"), "PORT": str(port)} | settings
    running = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while _status(port, "/readyz") != 200:
            if time.monotonic() > end or running.poll() is not None:
                raise RuntimeError("the portal is not ready")
            time.sleep(0.5)
        yield psutil.Process(running.pid)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def _status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _ask(port: int) -> None:
    """Pages enough that every worker has shown each: what it does not share any more shows after use alone."""
    for number in range(REQUESTS):
        _status(port, PAGES[number % len(PAGES)])


def memory(parent: psutil.Process) -> list[tuple[str, float]]:
    processes = {"supervisor": parent}
    for child in parent.children():
        words = child.cmdline()
        if "scheduler" in words:
            processes["scheduler"] = child
        else:
            processes["web, parent"] = child
            for number, worker in enumerate(sorted(child.children(), key=lambda each: each.pid), 1):
                processes[f"web, worker {number}"] = worker
    each = {f"memory (PSS, MiB), {name}": _pss(process) for name, process in processes.items()}
    return [*each.items(), ("memory (PSS, MiB), in all", sum(each.values()))]


def _pss(process: psutil.Process) -> float:
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say what a process shares")
