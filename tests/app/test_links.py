"""Every link that a letter carries: bound to person and purpose, shows on GET, acts on POST, kind when used twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, select

from app.db import transaction
from app.models.states import MatchState, OfferState
from app.post.desk import Desk
from app.web.links import LIFETIMES, Purpose, path_of
from tests.builders import Builder
from tests.conftest import FrozenClock

EMAIL, PHONE, STREET, NAME = "secret@essai.example", "06 99 88 77 66", "99 rue Secrète", "Donatrice Secrète"
PASSWORD = "un-mot-de-passe-de-test"
COUNTERS = {"rate_counter", "alembic_version", "job_run"}


@dataclass(frozen=True)
class Link:
    """A link that is good, what may be posted to it, and what whoever it is forwarded to must not learn."""

    subject: int
    party: str
    acts: dict[str, dict[str, str]] = field(default_factory=dict)
    said_twice: str = ""
    secrets: tuple[str, ...] = (EMAIL, PHONE, STREET, NAME)


Make = Callable[[Builder, FrozenClock], Link]


def _donor(build: Builder, clock: FrozenClock) -> int:
    donor = build.donor(name=NAME, email=EMAIL, phone=PHONE, confirmed_at=clock())
    return donor.id


def _match(build: Builder, clock: FrozenClock, state: MatchState) -> tuple[int, int, int]:
    """(match, donor, committee); a scheduled one whose appointment was yesterday."""
    donor_id = _donor(build, clock)
    offer = build.offer(donor_id=donor_id, contact_name=NAME, contact_phone=PHONE, street=STREET)
    committee = build.committee()
    match = build.match(
        build.offered_item(offer), build.need(committee), state=state, approved_at=clock() - timedelta(days=3)
    )
    if state is MatchState.SCHEDULED:
        day = clock() - timedelta(days=1)
        build.handover(match, starts_at=day, ends_at=day + timedelta(hours=1))
    return match.id, donor_id, committee.id


def confirm_offer(build: Builder, clock: FrozenClock) -> Link:
    donor_id = _donor(build, clock)
    offer = build.offer(
        donor_id=donor_id, state=OfferState.UNCONFIRMED, confirmed_at=None, street=STREET, contact_name=NAME
    )
    build.offered_item(offer)
    return Link(
        offer.id,
        f"donor:{donor_id}",
        {"": {}},
        "C'était déjà confirmé : vous n'avez rien d'autre à faire.",
    )


def track_offer(build: Builder, clock: FrozenClock) -> Link:
    donor_id = _donor(build, clock)
    offer = build.offer(donor_id=donor_id, street=STREET, contact_name=NAME, contact_phone=PHONE)
    build.offered_item(offer)
    return Link(
        offer.id,
        f"donor:{donor_id}",
        {"/retirer": {"reason": "given_elsewhere"}, "/prolonger": {}},
        "Vous avez retiré ce don.",
    )


def resume_form(build: Builder, _clock: FrozenClock) -> Link:
    row = build.kept_form(email=EMAIL)
    return Link(row.id, f"kept_form:{row.id}", {"/effacer": {}}, "Ce lien n'est plus valable")


def track_consignment(build: Builder, clock: FrozenClock) -> Link:
    donor_id = _donor(build, clock)
    sent = build.consignment(
        donor_id, contact_name=NAME, contact_phone=PHONE, contact_email=EMAIL, sent_at=clock()
    )
    build.offered_item(build.offer(donor_id=donor_id, street=STREET, consignment_id=sent.id, site="Siège"))
    return Link(sent.id, f"donor:{donor_id}")


def donor_answer(build: Builder, clock: FrozenClock) -> Link:
    match_id, donor_id, _ = _match(build, clock, MatchState.APPROVED)
    return Link(
        match_id,
        f"donor:{donor_id}",
        {
            "/oui": {},
            "/non": {"reason": "given_elsewhere"},
            "/autre-moment": {"words": "le samedi"},
            "/moment": {"slot": "x"},
        },
        "Vous avez déjà répondu, merci.",
    )


def committee_answer(build: Builder, clock: FrozenClock) -> Link:
    match_id, _, committee_id = _match(build, clock, MatchState.APPROVED)
    return Link(
        match_id,
        f"committee:{committee_id}",
        {"/decliner": {"reason": "no_room"}, "/accepter": {"transport": "committee_collects"}},
        "Vous avez déjà répondu, ou ce don a changé de situation entre-temps.",
    )


def donor_report(build: Builder, clock: FrozenClock) -> Link:
    match_id, donor_id, _ = _match(build, clock, MatchState.SCHEDULED)
    return Link(
        match_id,
        f"donor:{donor_id}",
        {"": {"says": "no", "reason": "no_show"}},
        "Vous avez déjà répondu, ou ce don a changé de situation entre-temps.",
    )


def committee_report(build: Builder, clock: FrozenClock) -> Link:
    match_id, _, committee_id = _match(build, clock, MatchState.SCHEDULED)
    return Link(
        match_id,
        f"committee:{committee_id}",
        {"": {"says": "yes", f"m{match_id}-quantity": "1", f"m{match_id}-condition": "good"}},
        "Vous avez déjà répondu, ou ce don a changé de situation entre-temps.",
    )


def committee_needs(build: Builder, clock: FrozenClock) -> Link:
    committee = build.committee(email=EMAIL)
    need = build.need(committee, asked_at=clock())
    return Link(
        committee.id,
        f"committee:{committee.id}",
        {f"/{need.id}/retirer": {}, "/tous": {}},
    )


def invitation(build: Builder, clock: FrozenClock) -> Link:
    account = build.account(committee=build.committee(), password=None, invited_at=clock())
    return Link(
        account.id,
        f"account:{account.id}",
        {"": {"password": PASSWORD, "again": PASSWORD}},
        "Cette invitation a déjà servi",
    )


def disown(build: Builder, clock: FrozenClock) -> Link:
    account = build.account(email=EMAIL, name=NAME, committee=build.committee(), password="x")
    one = build.session(account, key="inconnu", created_at=clock(), last_seen_at=clock())
    return Link(one.id, f"account:{account.id}", {"": {}}, said_twice="C'est déjà réglé")


def unsubscribe(build: Builder, clock: FrozenClock) -> Link:
    committee = build.committee(email=EMAIL)
    return Link(
        committee.id,
        f"committee:{committee.id}",
        {"": {}, "/reprendre": {}},
    )


def agenda(build: Builder, clock: FrozenClock) -> Link:
    _, _, committee_id = _match(build, clock, MatchState.SCHEDULED)
    return Link(1, f"committee:{committee_id}")


def follow(build: Builder, clock: FrozenClock) -> Link:
    return _follower(build, clock, "C'est confirmé")


def unfollow(build: Builder, clock: FrozenClock) -> Link:
    return _follower(build, clock)


def _follower(build: Builder, clock: FrozenClock, said_twice: str = "") -> Link:
    row = build.follower(email=EMAIL, asked_at=clock())
    return Link(row.id, f"follower:{row.id}", {"": {}}, said_twice)


def own_data(build: Builder, clock: FrozenClock) -> Link:
    """It shows all that is held: it goes to the donor's own address alone, and lasts a week."""
    donor_id = _donor(build, clock)
    return Link(donor_id, f"donor:{donor_id}", {"/effacer": {}}, "C'est déjà effacé", secrets=())


LINKS: dict[Purpose, Make] = {
    Purpose.FOLLOW: follow,
    Purpose.UNFOLLOW: unfollow,
    Purpose.CONFIRM_OFFER: confirm_offer,
    Purpose.TRACK_OFFER: track_offer,
    Purpose.RESUME_FORM: resume_form,
    Purpose.TRACK_CONSIGNMENT: track_consignment,
    Purpose.DONOR_ANSWER: donor_answer,
    Purpose.COMMITTEE_ANSWER: committee_answer,
    Purpose.DONOR_REPORT: donor_report,
    Purpose.COMMITTEE_REPORT: committee_report,
    Purpose.COMMITTEE_NEEDS: committee_needs,
    Purpose.INVITATION: invitation,
    Purpose.DISOWN: disown,
    Purpose.UNSUBSCRIBE: unsubscribe,
    Purpose.AGENDA: agenda,
    Purpose.OWN_DATA: own_data,
}


@dataclass
class Holder:
    """Whoever has the link: opens it, posts to it, and sees what that left in the database."""

    app: Flask
    client: FlaskClient
    clock: FrozenClock
    purpose: Purpose
    link: Link

    def token(self, purpose: Purpose | None = None, *, subject: int = 0, party: str = "") -> str:
        desk: Desk = self.app.extensions["desk"]
        return desk.links.token(
            purpose or self.purpose, subject or self.link.subject, party or self.link.party, self.clock()
        )

    def act(self, token: str, act: str) -> tuple[int, str]:
        """Post, follow, and give the status and the page."""
        address = path_of(self.purpose, token) + act
        response = self.client.post(address, data=self.link.acts[act], follow_redirects=True)
        return response.status_code, readable(response.get_data(as_text=True))

    def database(self) -> list[object]:
        """Every row there is, counters apart."""
        with self.app.app_context(), transaction() as session:
            return [
                tuple(row)
                for table in SQLModel.metadata.sorted_tables
                if table.name not in COUNTERS
                for row in session.execute(select(table).order_by(*table.primary_key))  # type: ignore[call-overload]
            ]


def readable(page: str) -> str:
    text = unescape(page)
    for fancy, plain in (("’", "'"), ("\u202f", " "), ("\xa0", " ")):
        text = text.replace(fancy, plain)
    return text


@pytest.fixture(params=LINKS, ids=str)
def holder(
    request: pytest.FixtureRequest, app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> Holder:
    return Holder(app, client, clock, request.param, LINKS[request.param](build, clock))


def test_every_purpose_is_tried() -> None:
    assert set(LINKS) == set(Purpose) == set(LIFETIMES)


def _looking_changes_nothing_and_leaves_no_trace(holder: Holder) -> None:
    """Mail scanners open links, search engines follow them, caches keep them."""
    before, address = holder.database(), path_of(holder.purpose, holder.token())
    for response in (holder.client.get(address), holder.client.head(address), holder.client.get(address)):
        assert response.status_code == 200
        assert response.headers["X-Robots-Tag"].startswith("noindex")
        assert response.headers["Cache-Control"] in {"no-store", "private, no-cache"}
        assert response.headers["Referrer-Policy"] == "same-origin"
    assert holder.database() == before


def _who_gets_it_forwarded_learns_no_more_than_it_must_tell(holder: Holder) -> None:
    page = readable(holder.client.get(path_of(holder.purpose, holder.token())).get_data(as_text=True))
    learnt = [secret for secret in holder.link.secrets if secret in page or secret.replace(" ", "") in page]
    assert learnt == []


def _a_link_for_something_or_somebody_else_opens_nothing(holder: Holder) -> None:
    good, before = holder.token(), holder.database()
    other = next(purpose for purpose in Purpose if purpose is not holder.purpose)
    bad = [
        good[:-1],
        good[1:],
        good.swapcase(),
        good + "x",
        "x",
        "W" * 10_000,
        "%00",
        "é",
        holder.token(other),
        holder.token(subject=holder.link.subject + 1000),
        holder.token(party="donor:999999"),
        holder.token(party="committee:999999"),
        holder.token(party="nobody"),
    ]
    for token in bad:
        address = path_of(holder.purpose, token)
        answers = [holder.client.get(address)]
        answers += [holder.client.post(address + act, data=data) for act, data in holder.link.acts.items()]
        for answer in answers:
            assert answer.status_code in {404, 410}, token
            assert "<h1>" in answer.get_data(as_text=True)
    assert holder.database() == before


def _it_ends_at_its_date_and_says_so(holder: Holder) -> None:
    token, before = holder.token(), holder.database()
    holder.clock.advance(seconds=LIFETIMES[holder.purpose].total_seconds() + 1)
    address = path_of(holder.purpose, token)
    answers = [holder.client.get(address)]
    answers += [holder.client.post(address + act, data=data) for act, data in holder.link.acts.items()]
    for answer in answers:
        assert answer.status_code == 410
        assert "n'est plus valable" in readable(answer.get_data(as_text=True))
    assert holder.database() == before


def test_it_is_bound_to_person_purpose_and_date_and_looking_changes_nothing(holder: Holder) -> None:
    """One database for the four: each leaves it as it was."""
    _looking_changes_nothing_and_leaves_no_trace(holder)
    _who_gets_it_forwarded_learns_no_more_than_it_must_tell(holder)
    _a_link_for_something_or_somebody_else_opens_nothing(holder)
    _it_ends_at_its_date_and_says_so(holder)


def test_used_twice_it_says_so_kindly_and_does_nothing_more(holder: Holder) -> None:
    if not holder.link.acts:
        pytest.skip("nothing can be posted to it")
    act, token = next(iter(holder.link.acts)), holder.token()
    first, _page = holder.act(token, act)
    assert first == 200
    after = holder.database()
    holder.client.delete_cookie("session")
    status, page = holder.act(token, act)
    assert status in {200, 410}
    assert holder.link.said_twice in page
    assert holder.database() == after
