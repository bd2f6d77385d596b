"""`/metrics`: who has the token reads what all processes counted, and nothing of anybody."""

import re
from dataclasses import replace
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, jobs
from config import Settings
from tests.app.health.test_overview import wrote
from tests.conftest import FrozenClock

TOKEN = "0123456789-abcdefghij-ABCDEFGHIJ"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_token=TOKEN)


def figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        name: float(value)
        for name, value in re.findall(r"^([a-z_]+(?:\{.*?\})?) (\S+)$", answer.text, re.MULTILINE)
    }


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer faux", "Basic x", f"Bearer {TOKEN}\x00", "Bearer é"])
def test_without_the_token_nothing_is_told(client: FlaskClient, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})

    assert answer.status_code == 401
    assert "portail" not in answer.text


def test_a_portal_without_a_token_has_no_such_page(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    app.extensions["settings"] = replace(settings, metrics_token="")

    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_what_is_asked_what_is_done_and_what_waits_is_counted_without_a_word_of_anybody(
    app: Flask, client: FlaskClient, clock: FrozenClock, settings: Settings
) -> None:
    before = figures(client)
    wrote(app, "first", clock())
    clock.advance(minutes=3)
    client.get("/besoins?texte=jeanne@essai.example")
    for number in range(3):
        client.get(f"/nulle-part-{number}")
        client.open("/besoins", method=f"ODD{number}")
    waits = figures(client)
    for job in jobs.table(app, settings, clock, "tests", Event()):
        if job.name in {"courriels", "rapprochements"}:
            job.run()
    after = figures(client)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more('portail_requests_total{endpoint="public.needs",method="GET",status="2xx"}') == 1
    assert more('portail_requests_total{endpoint="none",method="GET",status="4xx"}') == 3
    assert more('portail_request_seconds_count{endpoint="public.needs"}') == 1
    assert (waits["portail_outbox_due"], waits["portail_outbox_oldest_seconds"]) == (1, 180)
    assert after["portail_outbox_due"] == 0
    assert more('portail_letters_total{outcome="sent"}') == 1
    assert more('portail_jobs_total{job="rapprochements",outcome="ok"}') == 1
    assert more('portail_job_seconds_count{job="rapprochements"}') == 1
    assert not re.search(r"jeanne|nulle-part|ODD|127\.0\.0\.1", " ".join(after))


@pytest.mark.databases("postgresql")
def test_while_the_database_is_away_what_was_counted_is_told_and_doctor_says_what_it_sees(
    settings: Settings, clock: FrozenClock
) -> None:
    away = create_app(replace(settings, database_url="postgresql+psycopg://127.0.0.1:1/absente"), clock)
    found = figures(away.test_client())
    doctor = away.test_cli_runner().invoke(args=["doctor"])

    assert found["portail_up"] == 0
    assert any(name.startswith("portail_requests_total") for name in found)
    assert doctor.exit_code == 1
    for said in (
        "MAL   Base de données : Elle ne répond pas",
        "Disque des données : ",
        "Mémoire : ",
        "Réglages : ",
    ):
        assert said in doctor.output
    assert "Horloge" not in doctor.output
