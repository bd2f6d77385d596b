"""Who uses the portal while it is broken: donors, coordinators and committees, as browsers, and what each was shown.

Somebody whose form got no answer sends it again, as people do; what they were not shown is not held against the portal.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from app.sample import SAMPLE_PASSWORD
from tests.app.test_every_form import Form, Reader
from tests.benchmarks.faults_portal import MailServer

PATIENCE = 20
"""Seconds that a browser waits for an answer."""
TRIES = 12
REFUSED = 0
"""For a status: no answer came."""
COORDINATOR, MEMBERS = "coordination@portail.example", ("givors@portail.example", "grigny@portail.example")
STALE = ("rien changé", "Vous avez déjà")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: when it was sent, how long it took, in seconds, what came back."""

    at: float
    took: float
    method: str
    path: str
    status: int


@dataclass
class Shown:
    """What people were told is done."""

    offers: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    approved: set[int] = field(default_factory=set)
    accepted: set[int] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)
    """What nobody should have been shown, in words."""

    @property
    def events(self) -> int:
        return sum(len(each) for each in (self.offers, self.confirmed, self.approved, self.accepted))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    page: str

    def form(self, ends: str) -> Form | None:
        found = [each for each in Reader(self.page).forms if urlsplit(each.action).path.endswith(ends)]
        return found[0] if found else None


@dataclass
class Person:
    """A browser with an address of its own. `ports` are where the portal may be met: of two versions, either."""

    number: int
    ports: Sequence[int]
    shown: Shown
    chance: random.Random
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> Answer:
        began = time.monotonic()
        answer = Answer(REFUSED, "", "")
        with suppress(OSError, TimeoutError, IndexError, ValueError):
            async with asyncio.timeout(PATIENCE):
                answer = await self._ask(method, path, urlencode(fields).encode())
        self.shown.asked.append(
            Asked(began, time.monotonic() - began, method, path.partition("?")[0], answer.status)
        )
        return answer

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        port = self.chance.choice(self.ports)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        here = f"127.0.0.1:{self.ports[0]}"
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {here}",
            "Connection: close",
            f"X-Forwarded-For: 10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}",
            f"Origin: http://{here}",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            f"Content-Length: {len(body)}",
            "Content-Type: application/x-www-form-urlencoded",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        ]
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            await writer.drain()
            start, end, page = (await reader.read()).decode("utf-8", "replace").partition("\r\n\r\n")
        finally:
            writer.close()
        if not end:
            return Answer(REFUSED, "", "")
        for name, value in re.findall(r"(?im)^set-cookie: ([^=]+)=([^;\r]*)", start):
            self.cookies[name] = value
        location = re.search(r"(?im)^location: (\S+)", start)
        return Answer(int(start.split(" ", 2)[1]), location[1] if location else "", page)

    async def until(
        self, wanted: Callable[[Answer], bool], method: str, path: str, fields: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        """Ask again and again, a second apart, until the answer is one that is wanted or patience ends."""
        answer = await self.ask(method, path, fields)
        for _ in range(TRIES):
            if wanted(answer) or (answer.status != REFUSED and answer.status < 500):
                break
            await asyncio.sleep(self.chance.uniform(0.5, 1.5))
            answer = await self.ask(method, path, fields)
        return answer

    async def sends(self, form: Form, path: str, more: Sequence[tuple[str, str]] = ()) -> Answer:
        given = {**{name: value[0] for name, value in form.filled().items()}, **dict(more)}
        return await self.until(_taken, "POST", form.action or path, list(given.items()))

    async def signs_in(self, address: str) -> bool:
        page = await self.until(_ok, "GET", "/connexion")
        form = page.form("") if page.status == 200 else None
        if form is None:
            return False
        return _taken(
            await self.sends(form, "/connexion", [("email", address), ("password", SAMPLE_PASSWORD)])
        )


def _ok(answer: Answer) -> bool:
    return answer.status == 200


def _taken(answer: Answer) -> bool:
    return answer.status in {302, 303}


async def give(person: Person, mail: MailServer) -> None:
    """Offer something, wait for the letter, confirm."""
    address = f"donatrice-{person.number}@essai.example"
    page = await person.until(_ok, "GET", "/offrir")
    form = next((each for each in Reader(page.page).forms if "submission_key" in str(each.fields)), None)
    if form is None:
        return
    today = datetime.now(UTC).date()
    given = {
        "articles-0-slot": "0",
        "articles-0-what": person.chance.choice(("chaise", "lave-linge", "table", "réfrigérateur", "lit")),
        "articles-0-quantity": str(person.chance.randint(1, 6)),
        "articles-0-condition": "good",
        "postal_code": "69700",
        "commune": "69091",
        "available_from": str(today),
        "available_until": str(today + timedelta(days=30)),
        "transport": "sur-place",
        "name": "Donatrice (exemple)",
        "email": address,
        "review": "1",
        "send": "1",
    }
    kept = [(each.name, each.value) for each in form.fields if each.name in {"csrf_token", "submission_key"}]
    answer = await person.until(_taken, "POST", "/offrir", [*given.items(), *kept])
    if not _taken(answer):
        return
    person.shown.offers.add(address)
    followed = await person.until(_ok, "GET", urlsplit(answer.location).path)
    if followed.status not in {200, REFUSED, 503}:
        person.shown.oddities.append(f"the page of what was just offered answered {followed.status}")
    await _confirm(person, mail, address)


async def _confirm(person: Person, mail: MailServer, address: str) -> None:
    for _ in range(120):
        if address in mail.letters:
            break
        await asyncio.sleep(0.5)
    links = re.findall(r"https?://[^\s/]+(/\S+)", mail.letters.get(address, ""))
    for link in links[:1]:
        page = await person.until(_ok, "GET", link)
        forms = Reader(page.page).forms
        if page.status == 200 and forms and _taken(await person.sends(forms[0], link)):
            person.shown.confirmed.add(address)


async def coordinate(person: Person) -> None:
    """Approve what is proposed, one after another."""
    while True:
        page = await person.until(_ok, "GET", "/coordination")
        forms = [each for each in Reader(page.page).forms if each.action.endswith("/approuver")]
        if not forms:
            if page.status in {302, 303}:
                await person.signs_in(COORDINATOR)
            await asyncio.sleep(2)
            continue
        form = person.chance.choice(forms)
        await _decided(person, form, "/coordination", person.shown.approved)
        await asyncio.sleep(person.chance.uniform(0.5, 1.5))


async def receive(person: Person, address: str) -> None:
    """Accept what is given to one's committee."""
    while True:
        page = await person.until(_ok, "GET", "/mon-comite")
        if page.status in {302, 303}:
            await person.signs_in(address)
        links = sorted(set(re.findall(r'href="(/mon-comite/dons/\d+)"', page.page)))
        if links:
            link = person.chance.choice(links)
            form = (await person.until(_ok, "GET", link)).form("/accepter")
            if form is not None:
                day = str(datetime.now(UTC).date() + timedelta(days=2))
                times = [("day", day), ("start", "14:00"), ("end", "16:00")]
                await _decided(person, form, link, person.shown.accepted, times)
        await asyncio.sleep(person.chance.uniform(1, 2))


async def _decided(
    person: Person, form: Form, path: str, done: set[int], more: Sequence[tuple[str, str]] = ()
) -> None:
    number = int(re.findall(r"/(\d+)/", form.action)[-1])
    answer = await person.sends(form, path, more)
    if not _taken(answer):
        return
    said = await person.until(_ok, "GET", _local(answer.location))
    if said.status == 200 and not any(words in said.page for words in STALE):
        done.add(number)


def _local(location: str) -> str:
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")
