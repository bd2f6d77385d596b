"""What Lighthouse gives each public page of `make run` on its phone: performance, accessibility, best practices and being found, of 100.

The Lighthouse on the machine, else the 13th from npm, with the machine's Chromium. One page of each kind, of the sample data. What tells search
engines to leave it out is not asked whether they find it. Whoever else uses the machine makes a page look slow: of several visits the best counts.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.process import served
from tests.ports import reserved_port

ASKED = ("performance", "accessibility", "best-practices", "seo")
TIMES, SECONDS = 4, 150
"""Visits of a page at most, and how long each may take."""
FLAGS = "--headless --no-sandbox --disable-dev-shm-usage"
ALSO = (
    "/connexion", "/mot-de-passe-oublie", "/chercher", "/chercher?q=chaise+Givors", "/comites?q=lyon", "/offrir/liste", "/actions?terminees=oui",
    *(f"/comites/secours-populaire-givors{page}" for page in ("/affiche", "/impact")), "/integrer/secours-populaire-givors",
    "/associations/secours-populaire-exemple/impact",
    *(f"/actions/multimedia-nioro{page}" for page in ("/impact", "/suivre")), "/actions/premier-envoi-nioro/bilan",
    "/donner-autrement?article=armoire&code_postal=69700", "/besoins?code_postal=69700", "/offre/lien-perdu",
)  # fmt: skip
"""Public pages that no search engine is told of."""


def figures() -> Iterator[tuple[str, str]]:
    """A line a page with what it was marked down for, then how many have 100 wherever they are asked."""
    command, chromium = _lighthouse(), _chromium()
    if not command or not chromium:
        missing = "node (lighthouse or npx)" if not command else "chromium-headless-shell or chromium"
        yield "lighthouse", f"not measured: {missing} is not installed"
        return
    whole = seen = 0
    with tempfile.TemporaryDirectory() as folder, reserved_port() as port, served(Path(folder), port):
        address = f"http://127.0.0.1:{port}"
        for page in _pages(address):
            scores, faults = _best(command, chromium, f"{address}{page}")
            seen, whole = seen + 1, whole + (set(scores.values()) == {100})
            yield page, "  ".join([*(f"{name} {score}" for name, score in scores.items()), *faults])
    yield "lighthouse", f"{whole} of {seen} pages have 100"


def _lighthouse() -> list[str]:
    if found := shutil.which("lighthouse"):
        return [found]
    return [found, "--yes", "lighthouse@13"] if (found := shutil.which("npx")) else []


def _chromium() -> str:
    return next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), "")


def _pages(address: str) -> list[str]:
    """One of each kind that the sitemap names, and ALSO."""
    with urllib.request.urlopen(f"{address}/sitemap.xml") as answer:
        named = re.findall(rf"<loc>{address}([^<?]*)</loc>", answer.read().decode())
    kinds = {(page.count("/"), page.split("/")[1] if page.count("/") > 1 else page): page for page in named}
    return list(dict.fromkeys([*kinds.values(), *ALSO]))


def _best(command: list[str], chromium: str, page: str) -> tuple[dict[str, int], list[str]]:
    found: list[tuple[dict[str, int], list[str]]] = []
    while len(found) < TIMES and not (found and set(found[-1][0].values()) == {100}):
        found.append(_marked(command, chromium, page))
    return max(found, key=lambda each: sum(each[0].values()))


def _marked(command: list[str], chromium: str, page: str) -> tuple[dict[str, int], list[str]]:
    """The scores of what is asked of the page, and what took some away."""
    with urllib.request.urlopen(page) as answer:
        asked = ASKED[:-1] if answer.headers["X-Robots-Tag"] else ASKED
    flags = [f"--only-categories={','.join(asked)}", "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    ran = subprocess.run(
        [*command, page, *flags],
        env=os.environ | {"CHROME_PATH": chromium},
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    told: dict[str, Any] = json.loads(ran.stdout)
    categories = told["categories"]
    scores = {name: round(100 * (categories[name]["score"] or 0)) for name in asked}
    faults = [
        f"{each['id']}: {told['audits'][each['id']].get('displayValue') or told['audits'][each['id']]['title']}"
        for name, score in scores.items()
        if score < 100
        for each in categories[name]["auditRefs"]
        if each["weight"] and (told["audits"][each["id"]]["score"] or 0) < 1
    ]
    return scores, faults
