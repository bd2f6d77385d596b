"""A committee sends its van round: what it collects, in which order, at which hours; what falls out, and what then."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.handovers import service as handovers
from app.handovers.reporting import HandoverReport, Received, Says, report
from app.handovers.slots import Span
from app.models import Account, Committee, Decision, HandoverSlot, Match, OutboxMessage, Round, RoundStop
from app.models.states import Condition, MatchState, Outside, Reason, RoundState, Side, Verb
from app.transitions import COMMITTEE, DONOR
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn, act

PLACES = {
    "Grigny": (45.608, 4.790),
    "Millery": (45.632, 4.778),
    "Mornant": (45.618, 4.672),
    "Vienne": (45.525, 4.874),
}
DAY = {"day": "2026-11-25", "start": "14:00", "end": "18:00", "vehicle": "9000", "speed": "40"}


@dataclass
class Van:
    """A committee of Givors with four gifts to collect, accepted by both and without an hour, and a member at its page."""

    app: Flask
    build: Builder
    clock: FrozenClock
    client: FlaskClient
    committee: Committee = field(init=False)
    matches: dict[str, Match] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.committee = self.build.committee(name="Comité de Givors")
        for commune, (latitude, longitude) in PLACES.items():
            self.gift(commune, latitude=latitude, longitude=longitude)

    def gift(self, commune: str, state: MatchState = MatchState.ACCEPTED, **offer: Any) -> None:
        """A wardrobe that is to be fetched there."""
        n = len(self.matches) + 1
        donor = self.build.donor(name=f"Exemple de {commune}", phone=f"06 00 00 00 {n:02d}")
        base = {"commune": commune, "street": f"{n} rue d'Exemple", "floor": 2, "lift": False}
        article = self.build.offered_item(self.build.offer(donor, **base | offer), item="armoire")
        answered = {"committee_answered_at": self.clock(), "donor_answered_at": self.clock()}
        match = self.build.match(
            article,
            self.build.need(self.committee, item="armoire"),
            state=state,
            approved_at=self.clock() - timedelta(hours=1),
            answer_by=self.clock() + timedelta(days=5),
            **(answered if state is not MatchState.APPROVED else {}),
        )
        self.matches[commune] = match

    def fix(self, commune: str, hour: int, *, day: date = date(2026, 11, 25)) -> None:
        """An appointment of an hour, by the clock of Paris."""
        starts = self.clock().replace(year=day.year, month=day.month, day=day.day, hour=hour - 1, minute=0)
        values = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
        self.build.handover(self.matches[commune], state=MatchState.SCHEDULED, **values)

    def prepare(self, **values: str) -> str:
        """The page of a new round."""
        key = f"tournee-essai-{len(self.rounds()):04d}"
        answer = self.client.post("/mon-comite/tournees/nouvelle", data=DAY | {"key": key} | values)
        assert answer.status_code == 303, words(answer.text)
        return str(answer.location)

    def page(self, path: str) -> str:
        return words(self.client.get(path).text)

    def press(self, path: str, button: str, commune: str = "", **values: str) -> str:
        """Send the form of the button, as the page shows it; what the next page says."""
        cards = self.client.get(path).text.split("<li") if commune else [self.client.get(path).text]
        (action,) = [
            there
            for card in cards
            if commune in words(card)
            for there, inside in re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', card, re.DOTALL)
            if button in words(inside)
        ]
        answer = self.client.post(action, data=values, headers={"Referer": f"http://localhost{path}"})
        assert answer.status_code == 303, answer.status_code
        return self.page(answer.location)

    def order(self) -> list[str]:
        """The communes that the last round calls at."""
        with self.app.app_context(), transaction() as session:
            this = session.exec(select(Round).order_by(col(Round.id).desc())).first()
            assert this is not None
            stops = session.exec(
                select(RoundStop).where(RoundStop.round_id == this.id, col(RoundStop.outside).is_(None))
            ).all()
            trips = {match.handover_id: commune for commune, match in self.matches.items()}
            return [trips[stop.handover_id] for stop in sorted(stops, key=lambda stop: stop.position)]

    def outside(self) -> dict[str, Outside | None]:
        with self.app.app_context(), transaction() as session:
            trips = {match.handover_id: commune for commune, match in self.matches.items()}
            stops = session.exec(select(RoundStop).where(col(RoundStop.outside).is_not(None)))
            return {trips[stop.handover_id]: stop.outside for stop in stops}

    def rounds(self) -> list[Round]:
        with self.app.app_context(), transaction() as session:
            found = list(session.exec(select(Round).order_by(col(Round.id))))
            session.expunge_all()
            return found

    def slot(self, commune: str) -> Span:
        """The time that its donor was asked for."""
        with self.app.app_context(), transaction() as session:
            trip = self.matches[commune].handover_id
            (slot,) = session.exec(select(HandoverSlot).where(HandoverSlot.handover_id == trip)).all()
            return Span(slot.starts_at, slot.ends_at)

    def chooses(self, commune: str) -> None:
        act(self.app, self.clock, handovers.choose_time, self.matches[commune].id, self.slot(commune))

    def declines(self, commune: str) -> None:
        values = (self.matches[commune].id, Side.DONOR, Reason.GIVEN_ELSEWHERE, "", DONOR)
        act(self.app, self.clock, handovers.decline, *values)

    def receives(self, commune: str) -> None:
        match = self.matches[commune]
        said = HandoverReport(Says.YES, {match.id: Received(match.quantity, Condition.GOOD)})
        act(self.app, self.clock, report, match.id, Side.COMMITTEE, said, COMMITTEE)

    def fails(self, commune: str) -> None:
        said = HandoverReport(Says.NO, {}, Reason.NO_SHOW)
        act(self.app, self.clock, report, self.matches[commune].id, Side.COMMITTEE, said, COMMITTEE)

    def letters(self) -> list[str]:
        with self.app.app_context(), transaction() as session:
            rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
            return [f"{row.party.split(':')[0]} {row.message}" for row in rows]


def words(page: str) -> str:
    bare = re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return " ".join(bare.replace("&#39;", "'").split())


@pytest.fixture
def van(app: Flask, build: Builder, clock: FrozenClock, sign_in: SignIn) -> Van:
    van = Van(app, build, clock, app.test_client())
    sign_in(van.client, build.account(committee=van.committee))
    return van


def test_four_gifts_one_drive_and_each_donor_is_asked_for_an_hour(van: Van) -> None:
    path = van.prepare()

    assert set(van.order()) == set(PLACES)
    page = van.page(path)
    for said in (
        "4 arrêts",
        "Exemple de Vienne",
        "06 00 00 00 04",
        "étage 2, sans ascenseur",
        "Armoire",
        "Heure à proposer",
    ):
        assert said in page
    assert van.letters() == []

    said = van.press(path, "Proposer ces heures aux donateurs")

    assert "C'est envoyé : 4 donateurs reçoivent l'heure de votre passage." in said
    assert van.letters() == ["donor times_proposed"] * 4
    for commune in PLACES:
        van.chooses(commune)
    assert van.page(path).count("Rendez-vous fixé") == 4
    assert [each.state for each in van.rounds()] == [RoundState.PROPOSED]


def test_what_falls_out_is_shown_and_the_rest_is_ordered_anew_without_asking_anybody_again(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    first, *others = van.order()
    for commune in (first, *others[:2]):
        van.chooses(commune)
    before = {commune: van.slot(commune) for commune in others}
    van.declines(first)

    page = van.page(path)
    assert "Un arrêt ne tient plus." in page
    assert "Ce don ne se fait plus" in page
    sent = van.letters()
    page = van.press(path, "Réordonner la tournée")

    assert van.order() == others
    assert {commune: van.slot(commune) for commune in others} == before
    assert "Rendez-vous fixé" in page
    assert "Un arrêt ne tient plus" not in page
    assert van.letters() == sent
    assert van.outside() == {first: Outside.GONE}


def test_an_appointment_of_that_day_is_kept_and_what_cannot_be_is_said(van: Van, build: Builder) -> None:
    van.fix("Vienne", 15)
    van.fix("Mornant", 9)
    van.fix("Millery", 15, day=date(2026, 11, 27))
    van.gift("Brignais", MatchState.APPROVED)
    van.gift("Ternay", available_from=date(2026, 12, 1))

    page = van.page(van.prepare())

    assert set(van.order()) == {"Grigny", "Vienne"}
    assert van.outside() == {
        "Mornant": Outside.HOURS, "Brignais": Outside.UNANSWERED, "Ternay": Outside.DAY,
    }  # fmt: skip
    assert (
        "Un rendez-vous est fixé : mercredi 25 novembre, de 9 h à 10 h. Cette tournée ne le tient pas."
        in page
    )
    (stop,) = re.findall(r"(\d+ h(?: \d+)?) Rendez-vous fixé", page)
    assert stop.startswith("15 h")


def test_a_person_may_put_in_take_out_move_and_say_when_a_donor_is_there(van: Van) -> None:
    van.gift("Brignais", MatchState.APPROVED, latitude=45.674, longitude=4.754)
    path = van.prepare()

    van.press(path, "Ajouter à la tournée", "Brignais")
    assert "Brignais" in van.order()
    van.press(path, "Retirer", "Mornant")
    assert "Mornant" not in van.order()
    assert van.outside() == {"Mornant": Outside.TAKEN_OUT}
    first, second, *rest = van.order()
    van.press(path, "Plus tard", first)
    assert van.order() == [second, first, *rest]
    page = van.press(path, "Tenir compte de ces heures", second, not_before="16:30", not_after="17:00")
    assert set(van.order()) == {first, second, *rest}
    assert re.search(
        rf"(16 h [345]\d|17 h) Heure à proposer À proposer : entre 16 h 30 et 17 h Exemple de {second}",
        page,
    )

    with van.app.app_context(), transaction() as session:
        kept = session.exec(select(Decision.verb).where(col(Decision.round_id).is_not(None))).all()
    assert kept == [Verb.RECORD, *[Verb.EDIT] * 4]


def test_what_donors_wrote_of_their_hours_is_kept_to(van: Van) -> None:
    """A Wednesday, from 14 h to 18 h."""
    van.gift("Brignais", availability="Le mercredi après 16 h.", latitude=45.674, longitude=4.754)
    van.gift("Ternay", availability="Le samedi matin", latitude=45.602, longitude=4.811)
    van.gift("Loire", availability="En semaine après 19 h", latitude=45.55, longitude=4.79)

    path = van.prepare()
    page = van.page(path)

    assert van.outside() == {"Ternay": Outside.DAY, "Loire": Outside.HOURS}
    assert re.search(r"1[67] h(?: \d\d)? Heure à proposer À proposer : entre 16 h", page)
    assert "Ses disponibilités : Le samedi matin" in page
    van.press(path, "Ajouter à la tournée", "Ternay")
    assert "Ternay" in van.order()


def test_an_order_that_keeps_no_appointment_is_refused(van: Van) -> None:
    van.fix("Vienne", 14)
    van.fix("Mornant", 17)
    path = van.prepare()
    before = van.order()
    assert (before[0], before[-1]) == ("Vienne", "Mornant")

    assert "Rien n'a changé" in van.press(path, "Plus tard", "Vienne")
    assert van.order() == before


def test_a_small_car_takes_what_it_can(van: Van) -> None:
    van.prepare(vehicle="3000")

    assert len(van.order()) == 1
    assert set(van.outside().values()) == {Outside.FULL}


def test_a_cancelled_round_lets_its_trips_go_and_can_be_taken_up_again(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Annuler la tournée")
    assert "Cette tournée est annulée" in van.page(path)

    van.prepare()
    assert len(van.order()) == 4
    van.press(path, "Reprendre la tournée")
    assert [each.state for each in van.rounds()] == [RoundState.DRAFT, RoundState.DRAFT]
    van.press(path, "Chercher de nouveau")
    assert "Rien à collecter" in van.page(path)


def test_a_donor_is_not_asked_for_an_hour_at_which_the_van_is_elsewhere(van: Van) -> None:
    path = van.prepare()
    van.gift("Brignais")
    van.fix("Brignais", 15)

    assert "vous allez déjà chercher un don" in van.press(path, "Proposer ces heures aux donateurs")
    assert van.letters() == []
    assert [each.state for each in van.rounds()] == [RoundState.DRAFT]
    van.press(path, "Chercher de nouveau")
    assert "Brignais" in van.order()
    assert "C'est envoyé" in van.press(path, "Proposer ces heures aux donateurs")


def test_what_donors_were_asked_for_holds_when_something_else_must_be_fetched(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    van.gift("Brignais", latitude=45.674, longitude=4.754)
    van.fix("Brignais", 14)

    page = van.press(path, "Chercher de nouveau")

    assert van.order()[0] == "Brignais"
    assert "Heure à proposer" not in page
    assert {*van.order(), *van.outside()} == {*PLACES, "Brignais"}


def test_whoever_prefers_another_time_falls_out_with_their_words(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    values = (van.matches["Vienne"].id, "Plutôt vendredi matin")
    act(van.app, van.clock, handovers.suggest_other_time, *values)

    assert "Un arrêt ne tient plus." in van.page(path)
    page = van.press(path, "Réordonner la tournée")

    assert van.outside() == {"Vienne": Outside.OTHER_TIME}
    assert "Le donateur écrit : Plutôt vendredi matin" in page


def test_on_the_road_the_rest_is_ordered_anew_without_whoever_was_not_asked(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    for commune in PLACES:
        van.chooses(commune)
    van.gift("Brignais")
    first, second, *rest = van.order()
    van.clock.advance(days=2, hours=4, minutes=30)
    van.receives(first)
    van.fails(second)

    page = van.press(path, "Réordonner la tournée")

    assert van.order() == [first, *rest]
    assert "Collecté" in page
    assert van.outside() == {second: Outside.GONE, "Brignais": Outside.TIME}
    assert "Exemple de " + first not in page


def test_the_sheet_and_the_calendar(van: Van) -> None:
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    sheet = van.client.get(f"{path}/feuille").text
    calendar = van.client.get(f"{path}/tournee.ics").text.replace("\r\n ", "").replace("\u00a0", " ")

    assert sheet.count("data:image/svg+xml") == 4
    assert "<polyline" in sheet
    for said in (
        "Feuille de route du mercredi 25 novembre",
        "Exemple de Grigny",
        "06 00 00 00 01",
        "3 rue d'Exemple",
        "Armoire",
    ):
        assert said in words(sheet)
    assert "Tournée : 4 arrêts" in calendar
    assert "Grigny" in calendar
    assert "Exemple de" not in calendar
    assert "06 00" not in calendar

    van.declines("Vienne")
    assert "Exemple de Vienne" not in words(van.client.get(f"{path}/feuille").text)


def test_only_its_own_members_and_coordinators_see_a_round(
    van: Van, build: Builder, app: Flask, sign_in: SignIn
) -> None:
    path = van.prepare()
    stranger: Account = build.account(committee=build.committee())
    somebody = app.test_client()
    sign_in(somebody, stranger)

    for page in (path, f"{path}/feuille", f"{path}/tournee.ics"):
        assert somebody.get(page).status_code == 404
    for verb in ("ordre", "proposer", "annuler"):
        assert somebody.post(f"{path}/{verb}").status_code == 404
    assert "Exemple de" not in words(somebody.get("/mon-comite/tournees").text)


def test_two_donors_of_one_round_may_be_called_at_within_one_hour(van: Van) -> None:
    """The committee has one van, which is at each of them in turn: another donor may not have it meanwhile."""
    path = van.prepare()
    van.press(path, "Proposer ces heures aux donateurs")
    slots = sorted((van.slot(commune), commune) for commune in PLACES)
    assert slots[1][0].starts_at < slots[0][0].ends_at
    for _slot, commune in slots:
        van.chooses(commune)

    assert van.page(path).count("Rendez-vous fixé") == 4


def test_nothing_to_collect_says_what_will_bring_something(
    app: Flask, build: Builder, sign_in: SignIn
) -> None:
    client = app.test_client()
    sign_in(client, build.account(committee=build.committee()))
    assert "Aucune tournée pour l'instant" in words(client.get("/mon-comite/tournees").text)
    answer = client.post("/mon-comite/tournees/nouvelle", data=DAY | {"key": "k" * 20})
    assert "Une tournée se remplit des dons que vous avez acceptés" in words(client.get(answer.location).text)


def test_the_form_begins_with_the_next_day_of_the_van_and_the_last_one_used(
    van: Van, build: Builder, app: Flask, sign_in: SignIn
) -> None:
    def value(page: str, name: str) -> str:
        (found,) = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
        return str(found)

    page = van.client.get("/mon-comite/tournees/nouvelle").text
    assert (value(page, "day"), value(page, "start"), value(page, "end")) == ("2026-11-24", "14:00", "17:00")
    assert '<option selected value="9000">' in page
    other, client = build.committee(collection_hours={"3": [["09:00", "12:00"]]}), app.test_client()
    sign_in(client, build.account(committee=other))
    page = client.get("/mon-comite/tournees/nouvelle").text
    assert (value(page, "day"), value(page, "start"), value(page, "end")) == ("2026-11-25", "09:00", "12:00")
    van.prepare(vehicle="3000", speed="30")
    page = van.client.get("/mon-comite/tournees/nouvelle").text
    assert '<option selected value="3000">' in page
    assert value(page, "speed") == "30"
    answer = van.client.post("/mon-comite/tournees/nouvelle", data=DAY | {"end": "13:00", "speed": "vite"})
    assert answer.status_code == 422
    assert "L'heure de fin doit venir après l'heure de début." in words(answer.text)
