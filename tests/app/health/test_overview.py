"""The administrator's page: what is wrong comes first, in words, in the hours of Paris."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs import sessions_of
from app.models import OutboxMessage
from app.models.states import Role
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import Outcome
from notifications.runs import Figures, Recorder
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

PATH = "/administration/sante"


@pytest.fixture
def administrator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.ADMINISTRATOR))
    return client


def ran(
    app: Flask,
    clock: FrozenClock,
    name: str,
    outcome: Outcome = Outcome.OK,
    detail: str | None = None,
    seconds: float = 3,
    figures: Figures | None = None,
) -> None:
    """One run of a job, recorded as the scheduler does; it ends `seconds` after it began."""
    with app.app_context():
        recorder = Recorder(sessions_of(db.engine), clock)
        number = recorder.start(name, clock() + timedelta(minutes=15))
        clock.advance(seconds=seconds)
        recorder.finish(number, name, outcome, detail, figures)


def wrote(app: Flask, event: str, at: datetime, not_before: datetime | None = None) -> None:
    with app.app_context(), transaction() as session:
        outbox.enqueue(
            session,
            MESSAGES["password_reset"].sample().render("fr"),
            event=event,
            party="account:1",
            to=outbox.Recipient("Donatrice", "jeanne@essai.example", "fr"),
            now=at,
            not_before=not_before,
        )


def test_a_portal_whose_clock_never_ran_says_what_to_start(administrator: FlaskClient) -> None:
    page = words(administrator.get(PATH))

    assert "L'horloge ne tourne pas" in page
    assert "flask --app wsgi scheduler" in page
    assert "pas encore passé" in page
    assert "Sauvegardes aucune automatique" in page


def test_all_is_well_when_the_last_runs_were(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances", figures={"matches_reminded": 2})
    clock.advance(seconds=40)

    page = words(administrator.get(PATH))

    assert "Tout va bien." in page
    assert "2 rapprochements relancés." in page
    assert "3 secondes" in page
    assert "23 novembre 2026, 10 h" in page
    assert "23 novembre 2026, 10 h 15" in page
    assert "toutes les 15 minutes" in page


def test_what_a_job_did_is_said_in_the_language_of_whoever_reads(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances", figures={"matches_reminded": 1})
    ran(app, clock, "courriels", figures={"letters_sent": 0, "letters_refused": 1})
    ran(app, clock, "veille", detail="3 rendez-vous")  # recorded before there were figures

    page = words(administrator.get(PATH, headers={"Accept-Language": "en"}))
    with administrator.session_transaction() as cookie:
        cookie["language"] = "en"
    english = words(administrator.get(PATH))

    assert "1 rapprochement relancé." in page
    assert "1 match reminded." in english
    assert "1 message refused." in english
    assert "refusé" not in english
    assert "3 rendez-vous" in english


def test_a_failure_is_told_first_and_in_words(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances", Outcome.FAILED, "OperationalError: connection refused")
    ran(app, clock, "veille", Outcome.FAILED, "ValueError: <b>mauvaise valeur</b>")

    text = administrator.get(PATH).text
    page = words(administrator.get(PATH))

    assert "2 travaux ont échoué à leur dernier passage : Relances, Veille des rendez-vous." in page
    assert "La base de données n'a pas répondu : connection refused" in page
    assert "<b>mauvaise" not in text
    assert "&lt;b&gt;mauvaise valeur" in text


def test_a_failure_that_is_over_is_remembered_and_alarms_nobody(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances", Outcome.FAILED, "ValueError: une fois")
    clock.advance(minutes=5)
    ran(app, clock, "relances")

    page = words(administrator.get(PATH))

    assert "Tout va bien." in page
    assert "Dernier échec : il y a 5 minutes" in page
    assert "une fois" in page


def test_a_run_that_was_interrupted_says_so(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    with app.app_context():
        recorder = Recorder(sessions_of(db.engine), clock)
        recorder.start("relances", None)
        recorder.interrupt()

    page = words(administrator.get(PATH))

    assert "L'horloge s'est arrêtée pendant ce travail. Il repart de lui-même." in page
    assert "interrupted" not in page


def test_a_job_that_stopped_coming_is_late_while_the_others_go_on(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances")
    clock.advance(minutes=40)
    ran(app, clock, "courriels")

    page = words(administrator.get(PATH))

    assert "En retard : Relances." in page


def test_the_mail_is_counted_and_the_oldest_is_told(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    wrote(app, "first", clock())
    wrote(app, "second", clock.advance(minutes=50))
    wrote(app, "later", clock(), not_before=clock() + timedelta(hours=3))
    ran(app, clock, "courriels")

    page = words(administrator.get(PATH))

    assert "2 e-mails attendent, le plus ancien depuis 50 minutes." in page
    assert "E-mails pour plus tard 1" in page
    assert "Des e-mails attendent depuis trop longtemps" in page


def test_what_could_not_be_delivered_is_counted_for_a_week(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    for event, at in (("old", clock() - timedelta(days=8)), ("new", clock())):
        wrote(app, event, at)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(OutboxMessage).values({"state": "failed"}))
    ran(app, clock, "courriels")

    page = words(administrator.get(PATH))

    assert "E-mails non distribués 1 en sept jours" in page
    assert "E-mails à envoyer Rien n'attend." in page


def test_hours_are_those_of_paris_through_the_year(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    clock.moment = datetime(2027, 7, 14, 22, 30, tzinfo=UTC)
    ran(app, clock, "menage")

    assert "15 juillet 2027, 0 h 30" in words(administrator.get(PATH))


def test_only_administrators_enter_and_see_the_entry(
    app: Flask, administrator: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    assert f'href="{PATH}"' in administrator.get(PATH).text
    for role in (Role.MEMBER, Role.COORDINATOR):
        other = app.test_client()
        sign_in(other, build.account(role, committee=build.committee()))
        assert other.get(PATH).status_code == 403
        assert f'href="{PATH}"' not in other.get("/preferences").text
    assert app.test_client().get(PATH).status_code == 302


def test_it_asks_the_database_as_little_with_many_runs_as_with_few(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "relances")
    counted: list[str] = []
    with app.app_context():
        engine = db.engine

    def count(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    def asked() -> int:
        counted.clear()
        administrator.get(PATH)
        return len(counted)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        few = asked()
        for name in ("veille", "bilan", "silences", "offres", "besoins", "courriels"):
            ran(app, clock, name, Outcome.FAILED, "ValueError: non")
        assert asked() == few
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
