"""How the simulated year is lived: the real table of jobs on a frozen clock, and people who answer what they are sent."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from threading import Event

from flask import Flask
from sqlmodel import Session, col, select

from app import jobs
from app.db import transaction
from app.handovers import service as handovers
from app.handovers.reporting import HandoverReport, Says, report
from app.handovers.service import Terms
from app.handovers.slots import Span, suggest
from app.handovers.trips import HandoverError
from app.matches import service as matches
from app.matches.service import MatchError
from app.models import (
    Committee,
    Decision,
    HandoverSlot,
    Match,
    Need,
    Offer,
    OfferedItem,
    OutboxMessage,
    Preference,
)
from app.models.states import Condition, Language, MatchState, NeedState, Reason, Role, Side
from app.needs import service as needs
from app.needs.service import NeedError
from app.offers import service as offers
from app.offers.drafts import ArticleDraft, DonorContact, OfferDraft
from app.offers.service import OfferError
from app.places import Place
from app.transitions import COMMITTEE, DONOR, Actor
from config import Settings
from notifications.models import State
from notifications.scheduler import Job
from notifications.typography import PARIS
from tests.app import year_cast as cast
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, OFFER_LASTS, FrozenClock

YEAR = 2028
LOOKS = (time(8, 10), time(13, 10), time(18, 10))
"""When the machine is awake; in between it sleeps, and what was missed runs once."""
NIGHTS = (date(YEAR, 3, 26), date(YEAR, 10, 29))
"""Of the summer and of the winter time: then it is awake every quarter of an hour."""


@dataclass(order=True)
class Act:
    """What somebody will do, once `at` has come."""

    at: datetime
    number: int
    do: Callable[[Session, datetime], object] = field(compare=False)


class Year:
    """The portal, its table of jobs, and a heap of what people are about to do."""

    def __init__(self, app: Flask, settings: Settings, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        self.jobs: tuple[Job, ...] = jobs.table(app, settings, clock, "year", Event())
        self.last = {job.name: clock() for job in self.jobs}
        self.acts: list[Act] = []
        self.numbers = count()
        self.read_at = clock()
        self.opened: set[int] = set()
        self.log: list[Line] = []
        self.committees: dict[int, cast.Manner] = {}
        self.donors: dict[str, cast.Manner] = {}
        self.seen: Counter[tuple[str, str]] = Counter()

    def later(self, at: datetime, do: Callable[[Session, datetime], object]) -> None:
        heapq.heappush(self.acts, Act(at, next(self.numbers), do))

    def run_due(self, *, mail: bool = False) -> None:
        """Each job whose tick has come, once, however many it missed; or, with `mail`, the one that sends."""
        now = self.clock()
        for job in self.jobs:
            if (job.name == "courriels") is not mail:
                continue
            due = job.trigger.get_next_fire_time(self.last[job.name], self.last[job.name])
            if due is not None and due <= now:
                self.last[job.name] = now
                job.run()

    def live(self) -> None:
        """One look: the jobs, then what people do, then the jobs again if anybody did anything."""
        self.tick()
        acted = False
        awake = self.clock().astimezone(PARIS).hour >= 8
        while awake and self.acts and self.acts[0].at <= self.clock():
            act = heapq.heappop(self.acts)
            try:
                with self.app.app_context(), transaction() as session:
                    act.do(session, self.clock())
            except (HandoverError, OfferError, NeedError, MatchError):
                pass  # too late: the page says so kindly
            acted = True
        if acted:
            self.clock.advance(minutes=10)
            self.tick()

    def tick(self) -> None:
        """What is due; then the letters that it wrote leave, as they do within seconds."""
        self.run_due()
        self.clock.advance(minutes=1)
        self.run_due(mail=True)
        self.read()

    def read(self) -> None:
        """People open what has arrived since they last looked."""
        with self.app.app_context(), transaction() as session:
            query = select(OutboxMessage).where(
                col(OutboxMessage.state) == State.SENT, col(OutboxMessage.sent_at) >= self.read_at
            )
            rows = [
                row
                for row in session.exec(query.order_by(col(OutboxMessage.sent_at), col(OutboxMessage.id)))
                if row.id not in self.opened
            ]
            self.opened = {row.id for row in rows} | {
                key for key in self.opened if rows == [] or key > max(self.opened) - 500
            }
            arrived = [
                Line(
                    (row.sent_at or self.clock()).astimezone(PARIS),
                    row.to_email,
                    row.message,
                    row.subject,
                    row.event,
                    row.party,
                    _about(session, row),
                )
                for row in rows
            ]
        self.read_at = self.clock()
        self.log += arrived
        for line in arrived:
            self.react(line)

    def react(self, line: "Line") -> None:
        kind, number = line.party.split(":")
        manner = self.committees.get(int(number)) if kind == "committee" else self.donors.get(line.to)
        if manner is None or line.message not in manner.after:
            return
        self.seen[(line.party, line.message)] += 1
        asked = Asked(
            int(line.about.split(":")[1]),
            self.seen[(line.party, line.message)],
            manner.says.get(line.message, ""),
        )
        answer = ANSWERS[line.message]
        at = self.clock() + timedelta(days=manner.after[line.message])
        self.later(at, lambda session, now: answer(session, asked, now))

    def day(self, day: date) -> None:
        for at in _looks(day):
            self.clock.moment = datetime.combine(day, at, PARIS).astimezone(UTC)
            self.live()


def _about(session: Session, letter: OutboxMessage) -> str:
    """What a letter is about: `offer:3`, `match:12`."""
    if letter.match_ids:
        return f"match:{letter.match_ids[0]}"
    kind, number, *_rest = letter.event.split(":")
    if kind != "decision":
        return f"{kind}:{number}"
    return f"offer:{session.get_one(Decision, int(number)).offer_id}"


def _looks(day: date) -> list[time]:
    if day not in NIGHTS:
        return list(LOOKS)
    night = [time(hour, minute) for hour in range(8) for minute in (0, 15, 30, 45)]
    return sorted({*LOOKS, *night})


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as it arrived; `at` in Paris."""

    at: datetime
    to: str
    message: str
    subject: str
    event: str
    party: str
    about: str

    def __str__(self) -> str:
        day = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")[self.at.weekday()]
        subject = self.subject.replace("\u00a0", " ").replace("\u202f", " ")
        return f"{self.at:%Y-%m-%d} {day} {self.at:%H:%M}  {self.to:<32} {self.message:<32} {subject}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter was about, how many of its kind had come, and what this person says then."""

    subject: int
    nth: int
    says: str


def _terms(session: Session, match_id: int, now: datetime) -> Terms:
    match = session.get_one(Match, match_id)
    committee = session.get_one(Committee, session.get_one(Need, match.need_id).committee_id)
    item = session.get_one(OfferedItem, match.offered_item_id)
    offer = session.get_one(Offer, item.offer_id)
    spans = suggest(committee.opening_hours, offer.available_from, offer.available_until, now)
    return Terms(spans[1:4], match.transport, committee.street)


def accepts(session: Session, asked: Asked, now: datetime) -> None:
    if asked.says == "second no" and asked.nth == 2:
        handovers.decline(session, asked.subject, Side.COMMITTEE, Reason.NO_ROOM, "", COMMITTEE, now)
    else:
        terms = _terms(session, asked.subject, now)
        handovers.accept_with_times(session, asked.subject, terms, COMMITTEE, now, ANSWER_WITHIN)


def committee_tells(session: Session, asked: Asked, now: datetime) -> None:
    said = HandoverReport(Says.YES, note="Merci à vous.")
    if asked.says == "first not yet" and asked.nth == 1:
        said = HandoverReport(Says.NOT_YET)
    elif asked.says == "no show" and asked.nth == 1:
        said = HandoverReport(Says.NO, reason=Reason.NO_SHOW)
    report(session, asked.subject, Side.COMMITTEE, said, COMMITTEE, now)


def keeps_needs(session: Session, asked: Asked, now: datetime) -> None:
    query = select(Need.id).where(Need.committee_id == asked.subject, col(Need.asked_at).is_not(None))
    for need_id in session.exec(query.order_by(col(Need.id))).all():
        needs.confirm(session, need_id, COMMITTEE, now)


def confirms(session: Session, asked: Asked, now: datetime) -> None:
    offers.confirm_offer(session, asked.subject, DONOR, now)


def says_yes(session: Session, asked: Asked, now: datetime) -> None:
    handovers.donor_says_yes(session, asked.subject, now)


def chooses(session: Session, asked: Asked, now: datetime) -> None:
    if asked.says == "first another time" and asked.nth == 1:
        handovers.suggest_other_time(
            session, asked.subject, "Plutôt la semaine suivante.", now, ANSWER_WITHIN
        )
        return
    query = (
        select(HandoverSlot)
        .join(Match, col(Match.handover_id) == col(HandoverSlot.handover_id))
        .where(Match.id == asked.subject, col(HandoverSlot.starts_at) > now)
    )
    slot = session.exec(query.order_by(col(HandoverSlot.starts_at))).first()
    if slot is not None:
        handovers.choose_time(session, asked.subject, Span(slot.starts_at, slot.ends_at), now)


def donor_gives_up(session: Session, asked: Asked, now: datetime) -> None:
    handovers.decline(session, asked.subject, Side.DONOR, Reason.CHANGED_MIND, "", DONOR, now)


def donor_tells(session: Session, asked: Asked, now: datetime) -> None:
    report(session, asked.subject, Side.DONOR, HandoverReport(Says.YES), DONOR, now)


def decides_about_offer(session: Session, asked: Asked, now: datetime) -> None:
    if asked.says == "withdraw":
        offers.withdraw_offer(session, asked.subject, Reason.GIVEN_ELSEWHERE, "", DONOR, now)
    else:
        offers.extend_offer(session, asked.subject, DONOR, now, OFFER_LASTS)


ANSWERS: dict[str, Callable[[Session, Asked, datetime], None]] = {
    "match_approved": accepts,
    "next_donor": accepts,
    "reminder_committee": accepts,
    "other_time_wanted": accepts,
    "did_it_happen_committee": committee_tells,
    "need_still_true": keeps_needs,
    "confirm_address": confirms,
    "reminder_donor": says_yes,
    "times_proposed": chooses,
    "reminder_times": chooses,
    "match_found": donor_gives_up,
    "appointment_tomorrow": donor_gives_up,
    "did_it_happen": donor_tells,
    "offer_ending": decides_about_offer,
    "offer_expired": decides_about_offer,
}


def at_noon(month: int, day: int) -> datetime:
    return datetime(YEAR, month, day, 12, 0, tzinfo=PARIS).astimezone(UTC)


def settle_down(year: Year, build: Builder) -> None:
    """The committees and a coordinator, who looks on Mondays, Wednesdays and Fridays and rejects every ninth proposal."""
    account = build.account(
        Role.COORDINATOR, email="coordination@essai.example", name="Coordination", password="x"
    )
    actor, decided = Actor.account(account.id), count(1)
    for number, (name, town, manner) in enumerate(cast.COMMITTEES, 1):
        committee = build.committee(
            name=name,
            email=f"comite-{name.split()[1].lower()}@essai.example",
            **{key: getattr(town, key) for key in cast.Town.__dataclass_fields__},
        )
        year.committees[committee.id] = manner
        if number == 4:
            with year.app.app_context(), transaction() as session:
                party = f"committee:{committee.id}"
                session.add(Preference(party=party, digest_weekday=7, digest_hour=2, changed_at=year.clock()))

    def decide(session: Session, now: datetime) -> None:
        query = select(Match.id).where(Match.state == MatchState.PROPOSED).order_by(col(Match.id))
        for match_id in session.exec(query).all():
            if next(decided) % 9 == 0:
                matches.reject(session, match_id, Reason.TOO_FAR, "", actor, now)
            else:
                matches.approve(session, match_id, actor, now, ANSWER_WITHIN)

    for offset in range(366):
        day = date(YEAR, 1, 1) + timedelta(days=offset)
        if day.isoweekday() in {1, 3, 5}:
            year.later(datetime.combine(day, time(18), PARIS).astimezone(UTC), decide)


def ask_and_give(year: Year) -> None:
    """What will be asked for and offered through the year."""
    ids = sorted(year.committees)
    for number, (month, day, who, item, quantity, by) in enumerate(cast.NEEDS):
        draft = needs.NeedDraft(item=item, quantity=quantity, needed_by=date(YEAR, *by) if by else None)
        year.later(at_noon(month, day), _declaration(ids[who], draft, f"besoin-{number}"))
    for number, row in enumerate(cast.OFFERS):
        month, day, who, town, item, quantity, manner, days = row
        email = f"donateur-{who:02d}@essai.example"
        year.donors[email] = manner
        draft_ = OfferDraft(
            submission_key=f"offre-{number:028d}",
            articles=[
                ArticleDraft(
                    slot=0,
                    item=item or None,
                    description=item or "bidule bleu",
                    quantity=quantity,
                    condition=Condition.GOOD,
                    divisible=True,
                )
            ],
            contact=DonorContact(f"Donateur {who}", "06 00 00 00 00", ""),
            email=email,
            language=Language.ENGLISH if who == 15 else Language.FRENCH,
            place=_place(town),
            street="1 rue du Don",
            available_from=date(YEAR, month, day),
            available_until=date(YEAR, month, day) + timedelta(days=days),
            availability="",
            delivers_km=0,
        )
        year.later(at_noon(month, day), _offering(draft_))


def _place(town: cast.Town) -> Place:
    return Place(
        town.postal_code,
        town.commune,
        insee="",
        department=town.postal_code[:2],
        latitude=town.latitude,
        longitude=town.longitude,
        approximate=False,
    )


def _declaration(
    committee_id: int, draft: needs.NeedDraft, key: str
) -> Callable[[Session, datetime], object]:
    return lambda session, now: needs.declare(session, committee_id, draft, key, COMMITTEE, now)


def _offering(draft: OfferDraft) -> Callable[[Session, datetime], object]:
    return lambda session, now: offers.record_offer(session, draft, now)


def someone_reopens_what_was_set_aside(year: Year) -> None:
    def reopen(session: Session, now: datetime) -> None:
        for need in session.exec(select(Need).where(Need.state == NeedState.EXPIRED)).all():
            needs.resume(session, need.id, COMMITTEE, now)

    year.later(at_noon(6, 15), reopen)
