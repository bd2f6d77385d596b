"""What committees and donors of the sample's past do, and what the others answer.

Who says what goes round in turns, so that every answer is given; how long people take is drawn from one seed.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from app.days import day_of
from app.handovers import service as handovers
from app.handovers.reporting import HandoverReport, Received, Says, report
from app.handovers.rounds import planning as rounds
from app.handovers.rounds import queries as driving
from app.handovers.rounds import service as driven
from app.handovers.rounds.planning import StopWish
from app.handovers.rounds.service import RoundDraft
from app.handovers.service import Terms
from app.handovers.slots import Span, local_span, suggest
from app.handovers.trips import spans
from app.handovers.unannounced import Unannounced
from app.history.topics import Topic
from app.models import Committee, Handover, Match, Membership, Need, Offer, OfferedItem
from app.models.states import (
    CallOutcome,
    Condition,
    Language,
    Reason,
    Side,
    Urgency,
)
from app.needs import service as needs
from app.needs.service import NeedDraft
from app.notes import service as notes
from app.notes.service import NoteDraft
from app.offers import service as offers
from app.offers.drafts import ArticleDraft, DonorContact, OfferDraft
from app.places import place
from app.sample.collecting import one_after_the_other
from app.sample.life import Life
from app.sample.load import Cast
from app.transitions import COMMITTEE, DONOR, Actor
from matching.recognition import recognise
from matching.rounds import SPEED_KMH

DONORS = 50
LASTS = timedelta(days=60)
QUIET = timedelta(days=10)
"""Of the end: what begins then waits for somebody in the present."""
BY_VAN = "secours-populaire-givors"
"""The committee that collects on rounds."""

Turns = Mapping[str, Iterator[Any]]
TURNS: Mapping[str, tuple[Any, ...]] = {
    "decides": (True, True, Reason.TOO_FAR, True, True, True, None, True, True, Reason.CONDITION, True, True),
    "committee": (True, True, True, Reason.NO_ROOM, True, True, None, True, True, True, Reason.CONDITION),
    "donor": (True, True, True, "another time", True, True, Reason.GIVEN_ELSEWHERE, True, True, True, None, True, "yes"),
    "reports": (
        "all", "all", "less", "all", "more", "all", "no show", "all", "broken", "all", "all", "apart", "all",
        "beside", "all", "donor", "not yet", "all", "corrected",
    ),
    "reports at the end": ("nobody", "apart", "all"),
    "answers at the end": (None, True, True),
    "donors at the end": (True, True, None, "yes"),
    "offers": (*(9 * ("confirmed",)), "never", *(8 * ("confirmed",)), "spoken", "withdrawn", "confirmed", "refused"),
    "needs": (*(7 * (True,)), "paused", True, True, "withdrawn", True),
    "calls": tuple(CallOutcome),
}  # fmt: skip
"""Who says what, one after the other, again and again; None says nothing."""


class BothSides:
    """Committees and donors; each act leads to the next."""

    def __init__(self, life: Life, cast: Cast, until: datetime) -> None:
        self.life, self.session, self.cast, self.until = life, life.session, cast, until
        self.turns: Turns = {name: itertools.cycle(said) for name, said in TURNS.items()}
        self.keys = itertools.count(1)
        self.coordinator = Actor.account(cast.accounts[0].id)
        query = select(Membership).order_by(col(Membership.account_id))
        self.members = {row.committee_id: row.account_id for row in self.session.exec(query)}
        self.reported: set[int] = set()
        self.wishes, self.gifts = cast.data["needs"]["rows"], cast.data["offers"]["rows"]
        self.places = cast.data["offers"]["places"]
        self.named = {recognise(words).item: [words, *rest] for words, *rest in self.gifts}

    @property
    def now(self) -> datetime:
        return self.life.now

    @property
    def ends(self) -> bool:
        return self.now > self.until - QUIET

    def act(self, verb: Callable[..., object], *given: object) -> None:
        """A verb of a service, at the moment that is lived."""
        verb(self.session, *given, self.now)

    def actor(self, committee_id: int) -> Actor:
        """Whoever acts for a committee: by its page, or by the link of a letter."""
        member = self.members.get(committee_id)
        return COMMITTEE if member is None else Actor.account(member)

    def ask(self, row: list[Any]) -> None:
        """A need; for most of them a gift comes along a few days later."""
        number = next(self.keys)
        slug, quantity, words, condition, urgency, reason, *action = row
        committee = self.cast.committees[slug]
        said = NeedDraft(
            item=recognise(words).item,
            description=words,
            quantity=max(1, quantity * (number % 3 + 1) // 3),
            minimum_condition=Condition(condition),
            urgency=Urgency(urgency),
            needed_by=day_of(self.now) + timedelta(days=50) if number % 5 == 0 else None,
            reason=reason,
            action_id=self.cast.actions[action[0]].id if action else None,
        )
        actor = self.actor(committee.id)
        need = needs.declare(self.session, committee.id, said, f"passe-{number}", actor, self.now)
        if number % 5:
            words, *_rest = self.named.get(said.item, [words])
            gift = [words, max(1, said.quantity - number % 3), Condition.VERY_GOOD]
            where = [committee.postal_code, committee.commune]
            self.life.later(30, 200, self.offer, gift, where)
        match next(self.turns["needs"]):
            case "paused":
                self.life.later(200, 300, self.act, needs.pause, need.id, actor)
                self.life.later(500, 600, self.act, needs.resume, need.id, actor)
            case "withdrawn":
                self.life.later(400, 900, self.act, needs.withdraw, need.id, actor)

    def answer(self, match_id: int) -> None:
        """The committee says yes with times, or no, or nothing until it is reminded, or not even then."""
        match, committee = self._sides(match_id)
        said = next(self.turns["answers at the end" if self.ends else "committee"])
        if isinstance(said, Reason):
            actor = self.actor(committee.id)
            handovers.decline(self.session, match_id, Side.COMMITTEE, said, "", actor, self.now)
        elif said:
            self.propose_times(match_id, match, committee)
        elif not self.ends:
            self.life.later(30, 80, self.telephone, "rapprochement", match_id)

    def propose_times(self, match_id: int, match: Match, committee: Committee) -> None:
        handover = self._trip(match)
        if handover.starts_at is not None:
            handovers.take_along(self.session, match_id, self.actor(committee.id), self.now)
            return
        offer = self.session.get_one(Offer, handover.offer_id)
        open_at = suggest(
            committee.opening_hours, offer.available_from, offer.available_until, self.now, committee.zone
        )
        terms = Terms(open_at[:3], match.transport, committee.street, "Sonnez à la grille (exemple).")
        self._propose(match_id, terms, committee.id)
        self.life.later(3, 50, self.choose, match_id)

    def _propose(self, match_id: int, terms: Terms, committee_id: int) -> None:
        within = self.life.desk.answer_within
        handovers.accept_with_times(self.session, match_id, terms, self.actor(committee_id), self.now, within)

    def drive(self) -> None:
        """Next Tuesday's round, if there are two things to collect at least."""
        committee = self.cast.committees[BY_VAN]
        day = day_of(self.now) + timedelta(days=4)
        span = local_span(day, time(9), time(18), self.now, committee.zone)
        draft = RoundDraft(f"tournee-{next(self.keys)}", span, 9_000, SPEED_KMH)
        this = driven.sketch(committee.id, draft, self.now)
        found = driving.pickups(self.session, committee, span, self.now)
        if len(found) < 2:
            for pickup in found:
                self.life.attempt(self.answer, pickup.call.lines[0].match.id)
            return
        actor = self.actor(committee.id)
        plan = rounds.plan(this, committee, found, None, one_after_the_other, self.now)
        made = driven.draw_up(self.session, this, plan, actor, self.now)
        for line in driving.drive(self.session, made).outside:
            wish, drive = StopWish(line.stop.id), driving.drive(self.session, made)
            plan = rounds.plan(
                this, committee, found, rounds.granted(drive, wish), one_after_the_other, self.now
            )
            driven.order_anew(self.session, made.id, plan, actor, self.now, wish)
        driven.propose(self.session, made.id, actor, self.now, self.life.desk.answer_within)
        for line in driving.drive(self.session, made).stops:
            key = line.call.lines[0].match.id
            self.life.later(3, 30, self.choose, key)

    def tell(self, handover_id: int, match_id: int) -> None:
        """After an appointment: what came of it."""
        if handover_id in self.reported:
            return
        self.reported.add(handover_id)
        said = next(self.turns["reports at the end" if self.ends else "reports"])
        if said == "nobody":
            return
        later, first = self.life.later, said
        if said in {"no show", "corrected"}:
            first = "no show"
        self._report(match_id, first)
        match said:
            case "corrected":
                later(15, 40, self._report, match_id, "all")
            case "not yet":
                later(60, 90, self._report, match_id, "all")
            case "apart":
                later(4, 30, self._report, match_id, "donor")

    def _report(self, match_id: int, said: str) -> None:
        match, committee = self._sides(match_id)
        if said == "donor":
            no = HandoverReport(Says.NO, reason=Reason.NO_SHOW)
            report(self.session, match_id, Side.DONOR, no, DONOR, self.now)
            return
        condition = self.session.get_one(OfferedItem, match.offered_item_id).condition
        pieces = {"less": max(1, match.quantity - 1), "more": match.quantity + 1}.get(said, match.quantity)
        one = Received(pieces, condition)
        if said == "broken":
            one = Received(pieces, Condition.FOR_PARTS, meets_need=False)
        beside = Unannounced("Bouilloire", 1, Condition.GOOD, recognise("Bouilloire").item)
        told = {
            "no show": HandoverReport(Says.NO, reason=Reason.NO_SHOW, note="Personne n'a ouvert (exemple)."),
            "not yet": HandoverReport(Says.NOT_YET),
        }.get(said) or HandoverReport(
            Says.YES,
            {match_id: one},
            note="Merci, c'est déjà utile (exemple).",
            extra=beside if said == "beside" else None,
        )
        report(self.session, match_id, Side.COMMITTEE, told, self.actor(committee.id), self.now)

    def offer(self, row: list[Any], where: list[str], email: str = "") -> None:
        how, number = next(self.turns["offers"]), next(self.keys)
        made = offers.record_offer(self.session, self._draft(row, where, how, number, email), self.now)
        if how in {"spoken", "never"}:
            return
        self.life.later(0.2, 30, self.act, offers.confirm_offer, made.id, DONOR)
        if how == "withdrawn":
            given = made.id, Reason.GIVEN_ELSEWHERE, "", DONOR
            self.life.later(100, 300, self.act, offers.withdraw_offer, *given)
        elif how == "refused":
            told = made.id, Reason.NO_NEED, "", self.coordinator
            self.life.later(40, 90, self.act, offers.refuse_offer, *told)

    def _draft(self, row: list[Any], where: list[str], how: str, number: int, email: str) -> OfferDraft:
        words, quantity, condition = row
        names = self.cast.data["offers"]["names"]
        donor = number % DONORS
        today = day_of(self.now)
        return OfferDraft(
            submission_key=f"passe-{number}",
            articles=[
                ArticleDraft(
                    slot=0,
                    item=recognise(words).item,
                    description=words,
                    quantity=quantity,
                    condition=Condition(condition),
                    divisible=True,
                )
            ],
            contact=DonorContact(
                f"{names[donor % len(names)]} {donor + 201}", f"06 00 00 02 {donor:02d}", ""
            ),
            email=email or f"donateur{donor + 201}@don.example",
            language=Language.FRENCH,
            place=place(*where),
            street=f"{donor + 201} chemin de l'Exemple",
            available_from=today,
            available_until=today + LASTS,
            availability="En semaine après 18 h.",
            delivers_km=(0, 0, 30)[number % 3],
            recorded_by_id=self.cast.accounts[0].id if how == "spoken" else None,
            spoken=how == "spoken",
        )

    def choose(self, match_id: int) -> None:
        """The donor takes the first time, asks for another, says yes alone, no, or nothing."""
        match, committee = self._sides(match_id)
        said = next(self.turns["donors at the end" if self.ends else "donor"])
        within = self.life.desk.answer_within
        if said is True:
            free = [one for one in spans(self.session, self._trip(match)) if one.starts_at > self.now]
            if free:
                self._fix(match_id, free[-1 if self.ends else 0])
        elif said == "another time":
            words = "Plutôt la semaine suivante (exemple)."
            handovers.suggest_other_time(self.session, match_id, words, self.now, within)
            self.life.later(10, 40, self.propose_times, match_id, match, committee)
        elif said == "yes":
            handovers.donor_says_yes(self.session, match_id, self.now)
        elif said is not None:
            handovers.decline(self.session, match_id, Side.DONOR, said, "", DONOR, self.now)
        else:
            self.life.later(30, 60, self.telephone, "rapprochement", match_id)

    def _fix(self, match_id: int, span: Span) -> None:
        handover = handovers.choose_time(self.session, match_id, span, self.now)
        after = span.ends_at + timedelta(hours=self.life.chance.uniform(1, 30))
        self.life.at(after, self.tell, handover.id, match_id)

    def telephone(self, kind: str, key: int) -> None:
        said = next(self.turns["calls"])
        self._note(Topic(kind, key), NoteDraft(words="Appel d'exemple.", call=said))

    def _note(self, about: Topic, draft: NoteDraft) -> None:
        notes.write(
            self.session, about, draft, f"passe-{next(self.keys)}", self.cast.accounts[0].id, self.now
        )

    def _sides(self, match_id: int) -> tuple[Match, Committee]:
        match = self.session.get_one(Match, match_id)
        need = self.session.get_one(Need, match.need_id)
        return match, self.session.get_one(Committee, need.committee_id)

    def _trip(self, match: Match) -> Handover:
        return self.session.get_one(Handover, match.handover_id)
