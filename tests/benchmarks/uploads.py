"""Photos on a small server: the memory that the largest ones take, and 20 offers a second with a photo each while a plan is made.

The portal is served as `make run` does, two workers of the web and a scheduler, on SQLite, with a world of a few thousand rows. An offer
is what a browser asks: the form, a photo as the browser sends it (1,600 × 1,200, JPEG), the form with its button. Its time is by the
clock, from the moment it is due: an offer that waits for others has waited. Offers come from as many addresses.

- **growth**: how far the resident memory of the one worker rose at most above what it was after a first photo, in MiB.
- **processor**: what 20 offers a second take of the processors there are, whoever else has them meanwhile.
- **idle**: offers one after another, nothing else to do.
- **planning**: offers as they are due, whether or not those before are done, while `flask plan` runs without a pause.
- **client**: what the browsers of this bench take themselves of the processors, for an offer.
"""

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psutil
from PIL import Image

from app import migrate
from app.db import create_engine
from app.serve import GIVES_WAY
from config import Settings
from tests.app.photos.samples import HEIC_48, encoded
from tests.benchmarks.pages_world import Sizes, load
from tests.benchmarks.process import ROOT, served
from tests.ports import reserved_port

WORLD = Sizes(articles=6_000, needs=3_000, committees=200, proposals=300, letters=1_000)
A_SECOND, SECONDS, ALONE = 20, 60, 40
PATIENCE = 120
"""Seconds that a browser waits for an answer."""
BOUNDARY = b"----------------benchmark"
MIB = 1024 * 1024


def figures() -> Iterator[tuple[str, float | int]]:
    with tempfile.TemporaryDirectory(prefix="uploads") as folder, reserved_port() as port:
        yield from _memory(Path(folder) / "memory", port)
        yield from _load(Path(folder) / "load", port)


def _memory(folder: Path, port: int) -> Iterator[tuple[str, float]]:
    with served(folder, port, PORTAIL_PROXIES="1", PORTAIL_WEB_WORKERS="1") as parent:
        [worker] = [each for child in parent.children() for each in child.children()]
        for number, (name, content) in enumerate(_largest()):
            browser = Browser(port, number)
            asyncio.run(browser.opens())
            asyncio.run(browser.sends(_photo()))
            before = _peak(worker, forgotten=True)
            asyncio.run(_at_once(browser, content, 4 if "four" in name else 1))
            yield f"growth of a worker (MiB), {name}", _peak(worker) - before


async def _at_once(browser: "Browser", content: bytes, times: int) -> None:
    answers = await asyncio.gather(*(browser.sends(content, slot) for slot in range(1, times + 1)))
    if set(answers) - {200}:
        raise RuntimeError(f"not taken: {answers}")


def _largest() -> Iterator[tuple[str, bytes]]:
    """The largest pictures of each kind that are taken, and one of the heaviest files."""
    heic = HEIC_48.read_bytes()
    yield "HEIC of 48 megapixels", heic
    yield "HEIC of 48 megapixels, four at once", heic
    grey = Image.radial_gradient("L")
    yield "JPEG of 52 megapixels", encoded(grey.resize((8300, 6200)).convert("RGB"))
    large = grey.resize((5770, 4320)).convert("RGB")
    yield "JPEG of 25 megapixels, progressive", encoded(large, progressive=True)
    yield "PNG of 25 megapixels", encoded(large, "PNG", compress_level=1)
    yield "PNG of 25 megapixels, not opaque", encoded(large.convert("RGBA"), "PNG", compress_level=1)
    yield "AVIF of 25 megapixels", encoded(large, "AVIF", speed=10)
    yield "WebP of 16 megapixels", encoded(large.resize((4600, 3450)), "WEBP", method=0)
    photo = _photo()
    yield "JPEG of 25 MB", photo + bytes(25 * MIB - len(photo))


def _peak(process: psutil.Process, *, forgotten: bool = False) -> float:
    """MiB of resident memory: the most since it was last `forgotten`, then as much as now."""
    if forgotten:
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    if found is None:
        raise RuntimeError("this system does not say how much memory a process had at most")
    return int(found[1]) / 1024


def _photo() -> bytes:
    """As a browser sends it, of some 360 kB: a picture with some noise, made small."""
    grey = Image.radial_gradient("L").resize((1600, 1200))
    return encoded(Image.blend(grey, Image.effect_noise((1600, 1200), 60), 0.1).convert("RGB"), quality=85)


@dataclass
class Browser:
    """Somebody who gives something, from an address of their own. Requests answer with their status."""

    port: int
    number: int
    cookie: str = ""
    token: str = ""
    key: str = ""

    async def gives(self, photo: bytes) -> list[int]:
        return [await self.opens(), await self.sends(photo), await self.offers()]

    async def opens(self) -> int:
        status, head, page = await self._ask("GET", "/offrir")
        self.cookie = "; ".join(re.findall(r"(?im)^set-cookie: ([^;\r]+)", head))
        self.token = _value(page, "csrf_token")
        self.key = _value(page, "submission_key")
        return status

    async def sends(self, photo: bytes, slot: int = 0) -> int:
        body = b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
            % (BOUNDARY, name, more, value)
            for name, more, value in (
                (b"csrf_token", b"", self.token.encode()),
                (b"submission_key", b"", self.key.encode()),
                (b"slot", b"", b"%d" % slot),
                (b"photos", b'; filename="photo.jpg"', photo),
            )
        )
        kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
        return (await self._ask("POST", "/offrir/photos", body + b"--%b--\r\n" % BOUNDARY, kind))[0]

    async def offers(self) -> int:
        today = datetime.now(UTC).date()
        said = {
            "csrf_token": self.token,
            "submission_key": self.key,
            "articles-0-slot": "0",
            "articles-0-what": "chaise",
            "articles-0-quantity": "2",
            "articles-0-condition": "good",
            "postal_code": "69700",
            "commune": "69091",
            "available_from": str(today),
            "available_until": str(today + timedelta(days=30)),
            "transport": "sur-place",
            "name": "Donatrice (exemple)",
            "email": f"donatrice-{self.number}@essai.example",
            "review": "1",
            "send": "1",
        }
        body = urlencode(said).encode()
        return (await self._ask("POST", "/offrir", body, "application/x-www-form-urlencoded"))[0]

    async def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            here = f"127.0.0.1:{self.port}"
            head = [
                f"{method} {path} HTTP/1.1",
                f"Host: {here}",
                "Connection: close",
                f"X-Forwarded-For: 10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}",
                f"Origin: http://{here}",
                f"Content-Length: {len(body)}",
                *([f"Content-Type: {kind}"] if kind else []),
                *([f"Cookie: {self.cookie}"] if self.cookie else []),
            ]
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            await writer.drain()
            answer = (await reader.read()).decode("utf-8", "replace")
        finally:
            writer.close()
        start, _end, page = answer.partition("\r\n\r\n")
        return int(start.split(" ", 2)[1]), start, page


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]+)"', page)
    if found is None:
        raise RuntimeError(f"the form has no {name}")
    return found[1]


def _load(folder: Path, port: int) -> Iterator[tuple[str, float | int]]:
    engine = create_engine(Settings.from_environ({"DATA_DIR": str(folder / "var")}).database_url)
    migrate.upgrade(engine)
    load(engine, WORLD, datetime.now(UTC))
    engine.dispose()
    photo = _photo()
    with served(folder, port, PORTAIL_PROXIES="1") as parent:
        workers = [each for child in parent.children() for each in child.children()]
        asyncio.run(_offers(port, photo, 5, 0))
        before, own = _worked(workers), time.process_time()
        alone = asyncio.run(_offers(port, photo, ALONE, 1000))
        yield "processor of the web for an offer (ms)", 1000 * (_worked(workers) - before) / ALONE
        yield "processor of the client for an offer (ms)", 1000 * (time.process_time() - own) / ALONE
        yield from alone.told("idle")
        with _planning(folder) as plans:
            busy = asyncio.run(_offers(port, photo, A_SECOND * SECONDS, 10_000, A_SECOND))
        yield "plans made meanwhile", len(plans)
        yield from busy.told(f"planning, {A_SECOND} a second for {SECONDS} s")
        yield "p50 of an offer, planning over idle", busy.at(50) / alone.at(50)
        yield "p99 of an offer, planning over idle", busy.at(99) / alone.at(99)


def _worked(processes: list[psutil.Process]) -> float:
    """Seconds of processor."""
    return sum(sum(each.cpu_times()[:2]) for each in processes)


@dataclass(frozen=True)
class Offers:
    """How many seconds each took by the clock, how many did not get through, and the time from the first to the last."""

    seconds: list[float]
    errors: list[str]
    over: float

    def at(self, percentile: int) -> float:
        return statistics.quantiles(self.seconds, n=100)[percentile - 1]

    def told(self, when: str) -> Iterator[tuple[str, float | int]]:
        yield f"offers with a photo, {when}", len(self.seconds)
        yield f"errors, {when}", len(self.errors)
        for error in sorted(set(self.errors)):
            yield f"errors, {when}: {error}", self.errors.count(error)
        yield f"offers a second, {when}", len(self.seconds) / self.over
        for percentile in (50, 99):
            yield f"p{percentile} of an offer (s), {when}", self.at(percentile)


async def _offers(port: int, photo: bytes, count: int, first: int, a_second: float = 0) -> Offers:
    """So many offers, so many due `a_second`; one after another where that is 0."""
    seconds: list[float] = []
    errors: list[str] = []
    began = time.perf_counter()

    async def one(number: int, due: float) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                statuses = await Browser(port, first + number).gives(photo)
            if statuses != [200, 200, 303]:
                errors.append(str(statuses))
        except (OSError, RuntimeError, TimeoutError, IndexError, ValueError) as error:
            errors.append(type(error).__name__)
        seconds.append(time.perf_counter() - due)

    under_way = []
    for number in range(count):
        if a_second:
            due = began + number / a_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            under_way.append(asyncio.create_task(one(number, due)))
        else:
            await one(number, time.perf_counter())
    await asyncio.gather(*under_way)
    return Offers(seconds, errors, time.perf_counter() - began)


@contextmanager
def _planning(folder: Path) -> Iterator[list[int]]:
    """`flask plan` at the clock's priority, one after another, for as long as the block lasts; each that ended well is one more in the list."""
    plans: list[int] = []
    over = threading.Event()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "var")}

    def work() -> None:
        while not over.is_set():
            command = [*GIVES_WAY, sys.executable, "-m", "flask", "--app", "wsgi", "plan"]
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=True
            )
            plans.append(len(done.stdout))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield plans
    finally:
        over.set()
        thread.join()
