"""Two browsers act at the same moment on what both have before them: one wins, the other is told who did what and when.

Each pair of acts is raced so many times, on things made for the race. On SQLite, or on the empty database of DATABASE_URL.
"""

import logging
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, col, select

from app import create_app, migrate
from app.db import create_engine, session
from app.models import Account, Committee, Decision, Match, Need, Offer
from app.models.states import ActorKind, MatchState, OfferState, Role
from app.web import logs
from app.web.clock import Clock
from app.web.links import Purpose, path_of
from config import Settings
from tests.app.test_every_form import Form, Reader
from tests.builders import Builder

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TIMES = 100
TOLD = ("Votre geste n'a rien changé", "Vous avez déjà", "pendant que vous la remplissiez")


@dataclass(frozen=True, slots=True)
class Act:
    """The form on the page `path` whose address ends with `end`, sent with these values by the browser named `who`."""

    who: str
    path: str
    end: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """A portal with two members of a committee, two coordinators, and browsers in which nobody has signed in."""

    app: Flask
    build: Builder
    clock: Clock
    committee: Committee
    browsers: dict[str, FlaskClient]

    @classmethod
    def of(cls, app: Flask, clock: Clock) -> "Track":
        build = Builder(app, clock)
        committee = build.committee()
        people = {
            "anne": build.account(committee=committee, name="Anne Exemple"),
            "bob": build.account(committee=committee, name="Bob Exemple"),
            "claire": build.account(Role.COORDINATOR, name="Claire Exemple"),
            "denis": build.account(Role.COORDINATOR, name="Denis Exemple"),
        }
        browsers = {name: _signed_in(app, account) for name, account in people.items()}
        return cls(app, build, clock, committee, browsers | {"donor": app.test_client()})

    def link(self, purpose: Purpose, subject: int, party: str) -> str:
        return path_of(purpose, self.app.extensions["links"].token(purpose, subject, party, self.clock()))

    def offer(self, **values: Any) -> tuple[Offer, str]:
        """With the donor's link to it."""
        offer = self.build.offer(**values)
        self.build.offered_item(offer)
        return offer, self.link(Purpose.TRACK_OFFER, offer.id, f"donor:{offer.donor_id}")

    def match(self, state: MatchState = MatchState.APPROVED) -> tuple[Match, str]:
        """With the donor's link to it."""
        offer, _link = self.build.offer(), ""
        match = self.build.match(
            self.build.offered_item(offer),
            self.build.need(self.committee),
            state=state,
            approved_at=self.clock() - timedelta(hours=1),
            answer_by=self.clock() + timedelta(days=5),
        )
        return match, self.link(Purpose.DONOR_ANSWER, match.id, f"donor:{offer.donor_id}")


def _signed_in(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["fs_cc"] = account.fs_uniquifier, True, "set"
    return client


Start = tuple[Any, Act, Act]
"""What is raced about, and who does what to it."""

REFUSES = (("reason", "other"),)
COMES = (("day", "2026-11-25"), ("start", "14:00"), ("end", "16:00"))


def _answers(track: Track) -> Start:
    match, _link = track.match()
    path = f"/mon-comite/dons/{match.id}"
    return match, Act("anne", path, "accepter", COMES), Act("bob", path, "decliner", REFUSES)


def _both_decline(track: Track) -> Start:
    match, _link = track.match()
    path = f"/mon-comite/dons/{match.id}"
    return (
        match,
        Act("anne", path, "decliner", REFUSES),
        Act("bob", path, "decliner", (("reason", "no_room"),)),
    )


def _donor_or_committee_declines(track: Track) -> Start:
    match, link = track.match()
    gone = Act("donor", link, "non", (("reason", "given_elsewhere"),))
    return match, gone, Act("bob", f"/mon-comite/dons/{match.id}", "accepter", COMES)


def _approve_or_reject(track: Track) -> Start:
    match, _link = track.match(MatchState.PROPOSED)
    path = f"/coordination/rapprochements/{match.id}"
    return match, Act("claire", path, "approuver"), Act("denis", path, "ecarter", REFUSES)


def _approve_twice(track: Track) -> Start:
    match, _link = track.match(MatchState.PROPOSED)
    path = f"/coordination/rapprochements/{match.id}"
    return match, Act("claire", path, "approuver"), Act("denis", path, "approuver")


def _withdraw_or_refuse(track: Track) -> Start:
    offer, link = track.offer()
    refuses = Act("claire", f"/coordination/offres/{offer.id}", "refuser", REFUSES)
    return offer, Act("donor", f"{link}/retirer", "retirer", REFUSES), refuses


def _refuse_or_confirm(track: Track) -> Start:
    offer, _link = track.offer(state=OfferState.UNCONFIRMED, confirmed_at=None)
    path = f"/coordination/offres/{offer.id}"
    return offer, Act("claire", path, "confirmer"), Act("denis", path, "refuser", REFUSES)


def _edit_or_edit(track: Track) -> Start:
    need = track.build.need(track.committee)
    path = f"/besoins/{need.id}/modifier"
    return need, Act("anne", path, path, (("quantity", "3"),)), Act("bob", path, path, (("quantity", "5"),))


def _edit_or_withdraw(track: Track) -> Start:
    need = track.build.need(track.committee)
    path = f"/besoins/{need.id}/modifier"
    withdraws = Act("bob", "/mon-comite/besoins", f"{need.id}/retirer")
    return need, Act("anne", path, path, (("quantity", "3"),)), withdraws


def _pause_or_withdraw(track: Track) -> Start:
    need = track.build.need(track.committee)
    path = "/mon-comite/besoins"
    return need, Act("anne", path, f"{need.id}/pause"), Act("bob", path, f"{need.id}/retirer")


def _rights_or_closed(track: Track) -> Start:
    account = track.build.account(committee=track.committee, password="x")
    path = f"/coordination/comptes/{account.id}"
    return account, Act("claire", path, path, (("role", "coordinator"),)), Act("denis", path, "fermer")


PAIRS: dict[str, Callable[[Track], Start]] = {
    "accept or decline, one committee": _answers,
    "decline twice, one committee": _both_decline,
    "donor's no or committee's yes": _donor_or_committee_declines,
    "approve or reject": _approve_or_reject,
    "approve twice": _approve_twice,
    "withdraw or refuse an offer": _withdraw_or_refuse,
    "confirm or refuse an offer": _refuse_or_confirm,
    "edit a need twice": _edit_or_edit,
    "edit or withdraw a need": _edit_or_withdraw,
    "pause or withdraw a need": _pause_or_withdraw,
    "change or close an account": _rights_or_closed,
}
"""A new act that does not leave the other's true is one more line."""

WON = "one won, the other was told"


def race(track: Track, start: Callable[[Track], Start]) -> str:
    """Run one race; WON, or what happened instead."""
    about, *acts = start(track)
    forms = [_form(track.browsers[act.who], act) for act in acts]
    together = Barrier(2)

    def press(number: int) -> str:
        act, form = acts[number], forms[number]
        together.wait()
        answer = track.browsers[act.who].post(
            form.action or act.path,
            data=form.filled() | dict(act.values),
            headers={"Referer": f"http://localhost{act.path}"},
            follow_redirects=True,
        )
        page = answer.text.replace("\u00a0", " ").replace("’", "'").replace("&#39;", "'")
        return str(answer.status_code) if answer.status_code >= 500 else ("told" if _told(page) else "done")

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(press, range(2)))
    deciders = _deciders(track.app, about)
    return WON if ends == ["done", "told"] and len(deciders) == 1 else f"{ends}, decided by {len(deciders)}"


def _told(page: str) -> bool:
    return any(words in page for words in TOLD)


def _form(client: FlaskClient, act: Act) -> Form:
    forms = Reader(client.get(act.path).text).forms
    return next(each for each in forms if (each.action or act.path).endswith(act.end))


def _deciders(app: Flask, about: SQLModel) -> set[tuple[ActorKind, int | None]]:
    """Whose decisions about it are kept."""
    column = {
        Match: Decision.match_id,
        Offer: Decision.offer_id,
        Need: Decision.need_id,
        Account: Decision.about_account_id,
    }[type(about)]
    query: Any = select(Decision.actor, Decision.account_id).where(column == about.id)  # type: ignore[attr-defined]
    with app.app_context():
        return set(session().exec(query.where(col(Decision.actor) != ActorKind.SYSTEM)))


def results(track: Track, times: int, pairs: Sequence[str] = ()) -> Iterator[tuple[str, Counter[str]]]:
    """For each pair of acts, how its races ended."""
    for name in pairs or PAIRS:
        yield name, Counter(race(track, PAIRS[name]) for _ in range(times))


def figures() -> Iterator[tuple[str, str]]:
    """Names and values of the benchmark."""
    logs.init(json=False)
    logging.getLogger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/races.sqlite3")
        engine = create_engine(url)
        migrate.upgrade(engine)
        engine.dispose()
        settings = Settings.from_environ(
            {
                "DATA_DIR": folder,
                "DATABASE_URL": url,
                "PORTAIL_SECRET_KEY": "r" * 40,
                "PORTAIL_BASE_URL": "http://localhost",
            }
        )
        app = create_app(settings, lambda: MOMENT)
        app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        for name, ends in results(Track.of(app, lambda: MOMENT), TIMES):
            others = [f"{count} × {end}" for end, count in ends.items() if end != WON]
            yield f"races: {name}", ", ".join([f"{ends[WON]} of {TIMES}: {WON}", *others])
