"""What a letter would have told somebody without an address is a call to make, for whoever should make it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app import forgetting
from app.db import transaction
from app.handovers import service as handovers
from app.matches import service as matches
from app.models import Account, Committee, Match, Membership, Offer, OutboxMessage, PhoneCall
from app.models.states import Part, Reason, Role, Side
from app.offers import service, waiting
from app.transitions import DONOR, SYSTEM
from notifications.models import State
from tests.app.acting import Acting
from tests.app.offers.steps import letters, rows, words
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, SignIn, told

pytestmark = pytest.mark.databases("sqlite")
SAID = "Dites : « Nous avons trouvé une place pour votre don : Lave-linge »"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(email="givors@essai.example")


@pytest.fixture
def volunteer(build: Builder, committee: Committee) -> Account:
    return build.account(committee=committee, name="Bénévole Exemple")


@pytest.fixture
def offer(build: Builder, volunteer: Account) -> Offer:
    stand_in = build.donor(name="Comité", email="givors@essai.example")
    return build.offer(
        stand_in,
        recorded_by_id=volunteer.id,
        contact_name="Paul Exemple",
        contact_phone="06 11 22 33 44",
    )


@pytest.fixture
def approved(app: Flask, build: Builder, clock: FrozenClock, offer: Offer) -> Match:
    """A place was found for it, and it is too late to undo that."""
    match = build.match(build.offered_item(offer), build.need(build.committee(name="Comité de Vienne")))
    with app.app_context(), transaction() as session:
        matches.approve(session, match.id, SYSTEM, clock(), ANSWER_WITHIN)
        told(session)
    clock.advance(minutes=2)
    return match


def test_stand_in_every_letter_s_subject_and_first_line_name_the_person(app: Flask, approved: Match) -> None:
    (letter,) = [
        each
        for each in letters(app)
        if each.to_email == "givors@essai.example" and each.party.startswith("donor")
    ]

    for text in (letter.subject, letter.body_text.partition("\n")[0]):
        assert "Paul Exemple, 06 11 22 33 44" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COORDINATOR])
def test_who_should_call_is_told_whom_and_what_and_takes_it_back(
    client: FlaskClient,
    app: Flask,
    build: Builder,
    sign_in: SignIn,
    volunteer: Account,
    approved: Match,
    role: Role,
) -> None:
    home = "/mon-comite" if role is Role.MEMBER else "/coordination/a-faire"
    sign_in(client, volunteer if role is Role.MEMBER else build.account(role))
    (call,) = rows(app, PhoneCall)

    page = words(client.get(home))
    assert "Paul Exemple" in page
    assert "06 11 22 33 44" in page
    assert SAID in page

    done = client.post(f"/appels/{call.id}/dit", follow_redirects=True)
    assert "Paul Exemple le sait" in words(done)
    assert SAID not in words(done)
    again = client.post(f"/appels/{call.id}/a-redire", data={"retour": home}, follow_redirects=True)
    assert SAID in words(again)


def test_the_page_where_a_volunteer_answers_names_the_person(
    client: FlaskClient, app: Flask, approved: Match
) -> None:
    (letter,) = [each for each in letters(app) if each.party.startswith("donor")]
    link = re.search(r"http://localhost(/reponse/donateur/\S+)", letter.body_text)
    assert link is not None

    assert "Vous répondez pour Paul Exemple" in words(client.get(link[1]))


def test_nobody_else_is_told_nor_may_say_that_it_is_done(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn, approved: Match
) -> None:
    sign_in(client, build.account(committee=build.committee()))
    (call,) = rows(app, PhoneCall)

    assert "Paul Exemple" not in words(client.get("/mon-comite"))
    assert client.post(f"/appels/{call.id}/dit").status_code == 404
    assert rows(app, PhoneCall)[0].done_at is None


def test_who_may_only_look_reads_the_call_and_does_not_settle_it(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn, committee: Committee, approved: Match
) -> None:
    sign_in(client, build.account(committee=committee, part=Part.READER))
    (call,) = rows(app, PhoneCall)

    page = client.get("/mon-comite")
    assert "Appeler Paul Exemple" in words(page)
    assert "/appels/" not in page.text
    assert client.post(f"/appels/{call.id}/dit").status_code == 403
    assert rows(app, PhoneCall)[0].done_at is None


def test_what_was_undone_is_not_called_about(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock, sign_in: SignIn, approved: Match
) -> None:
    with app.app_context(), transaction() as session:
        matches.undo(session, approved.id, SYSTEM, clock(), timedelta(hours=1))
        told(session)
    sign_in(client, build.account(Role.COORDINATOR))

    assert "à dire par téléphone" not in words(client.get("/coordination/a-faire"))


def test_somebody_with_an_address_is_written_to_and_not_called(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    match = build.match(build.offered_item(), build.need())
    with app.app_context(), transaction() as session:
        matches.approve(session, match.id, SYSTEM, clock(), ANSWER_WITHIN)
        told(session)

    assert rows(app, PhoneCall) == []


def test_who_is_forgotten_is_called_no_more(
    app: Flask, clock: FrozenClock, offer: Offer, approved: Match
) -> None:
    with app.app_context(), transaction() as session:
        forgetting.forget(session, [offer.id], clock())

    assert rows(app, PhoneCall) == []


def all_sent(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for letter in session.exec(select(OutboxMessage)):
            letter.state, letter.attempts, letter.sent_at = State.SENT, 1, letter.created_at


@pytest.mark.parametrize(("side", "still"), [(Side.COMMITTEE, 1), (Side.DONOR, 0)])
def test_what_is_true_no_more_is_not_called_about_beside_the_news(
    app: Flask, clock: FrozenClock, approved: Match, side: Side, still: int
) -> None:
    all_sent(app)

    with app.app_context(), transaction() as session:
        handovers.decline(session, approved.id, side, Reason.OTHER, "", SYSTEM, clock())
        told(session)

    assert [call.said for call in rows(app, PhoneCall) if "trouvé une place" in call.said] == []
    assert len(rows(app, PhoneCall)) == still


def test_what_was_given_up_is_not_called_about_because_it_ends(
    app: Flask, build: Builder, clock: FrozenClock, offer: Offer
) -> None:
    build.offered_item(offer)
    acting = Acting(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(Offer, offer.id).available_until = (clock() + timedelta(days=8)).date()
    clock.advance(days=7)
    acting.do(waiting.ask_before_end)
    assert len(rows(app, PhoneCall)) == 1
    all_sent(app)

    with app.app_context(), transaction() as session:
        service.withdraw_offer(session, offer.id, Reason.CHANGED_MIND, "", DONOR, clock())
        told(session)

    assert rows(app, PhoneCall) == []


@pytest.mark.parametrize("elsewhere", [None, Part.READER])
def test_where_the_volunteer_s_own_address_stands_in_a_colleague_makes_the_call(
    client: FlaskClient,
    app: Flask,
    build: Builder,
    clock: FrozenClock,
    sign_in: SignIn,
    elsewhere: Part | None,
) -> None:
    home = build.committee(email="")
    volunteer = build.account(committee=home, name="Bénévole Exemple")
    colleague = build.account(committee=home)
    if elsewhere is not None:
        other = build.committee(email="")
        with app.app_context(), transaction() as session:
            for account, part in ((volunteer, Part.MEMBER), (colleague, elsewhere)):
                session.add(
                    Membership(account_id=account.id, committee_id=other.id, part=part, created_at=clock())
                )
    stand_in = build.donor(email=volunteer.email.lower())
    offer = build.offer(stand_in, recorded_by_id=volunteer.id, contact_name="Paul Exemple")
    match = build.match(build.offered_item(offer), build.need(build.committee()))
    with app.app_context(), transaction() as session:
        matches.approve(session, match.id, SYSTEM, clock(), ANSWER_WITHIN)
        told(session)
    clock.advance(minutes=2)
    sign_in(client, colleague)

    page = client.get("/mon-comite", query_string={"comite": home.slug})
    assert "Appeler Paul Exemple" in words(page)
    assert client.post(f"/appels/{rows(app, PhoneCall)[0].id}/dit").status_code == 303


@pytest.mark.parametrize("both", [False, True])
def test_of_several_articles_only_those_that_stand_are_told(
    app: Flask, build: Builder, clock: FrozenClock, offer: Offer, *, both: bool
) -> None:
    committee = build.committee(name="Comité de Vienne")
    names = (("lave-linge", "Lave-linge"), ("table", "Table"))
    found = [
        build.match(build.offered_item(offer, item=item, description=name), build.need(committee, item=item))
        for item, name in names
    ]
    with app.app_context(), transaction() as session:
        for match in found:
            matches.approve(session, match.id, SYSTEM, clock(), ANSWER_WITHIN)
        told(session)
    clock.advance(minutes=2)
    all_sent(app)

    for match in found if both else found[1:]:
        with app.app_context(), transaction() as session:
            handovers.decline(session, match.id, Side.COMMITTEE, Reason.OTHER, "", SYSTEM, clock())
            told(session)

    place = [call.said for call in rows(app, PhoneCall) if "trouvé une place" in call.said]
    assert [said.endswith(". Sauf\u00a0: Table") for said in place] == ([] if both else [True])


def test_a_call_about_many_articles_stays_one_line_that_names_each_but_once(
    app: Flask, build: Builder, clock: FrozenClock, offer: Offer
) -> None:
    committee = build.committee()
    long = "Meuble d'angle sur mesure, " * 8 + "\nen deux parties"
    found = [
        build.match(
            build.offered_item(offer, item=None, description=f"{number} {long}"), build.need(committee)
        )
        for number in range(15)
    ]
    with app.app_context(), transaction() as session:
        for match in found:
            matches.approve(session, match.id, SYSTEM, clock(), ANSWER_WITHIN)
        told(session)
    clock.advance(minutes=2)
    all_sent(app)

    for match in found[1:]:
        with app.app_context(), transaction() as session:
            handovers.decline(session, match.id, Side.COMMITTEE, Reason.OTHER, "", SYSTEM, clock())
            told(session)

    [said] = [call.said for call in rows(app, PhoneCall) if "trouvé une place" in call.said]
    assert len(said) <= 200
    assert said.count("Sauf") == 1
    assert "\n" not in said
