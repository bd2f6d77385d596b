"""The administrator sees and stops the programs of every committee."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api import hooks, service
from app.db import transaction
from app.models.states import HookEvent, Part, ProgramScope, Role
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")
TOKENS, HOOKS = "/administration/programmes", "/administration/avertissements"


def test_every_committees_programs_are_seen_and_stopped_by_the_administrator_alone(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, clock: FrozenClock
) -> None:
    committees = [build.committee(slug=slug, name=f"Comité {slug}") for slug in ("givors", "vienne")]
    makers = [
        build.account(committee=each, part=Part.RESPONSIBLE, name=f"Responsable {each.slug}")
        for each in committees
    ]
    with app.app_context(), transaction() as work:
        secrets = [
            service.make(work, each.id, maker, f"Site {each.slug}", [ProgramScope.MATCHES], clock())
            for each, maker in zip(committees, makers, strict=True)
        ]
        for each, maker in zip(committees, makers, strict=True):
            hooks.make(work, each.id, maker, f"https://{each.slug}.example/", list(HookEvent), clock())

    def answers(secret: str) -> int:
        told = {"Authorization": f"Bearer {secret}"}
        return app.test_client().get("/api/v1/matches", headers=told).status_code

    assert [answers(each) for each in secrets] == [200, 200]
    sign_in(client, build.account(Role.COORDINATOR))
    assert client.get(TOKENS).status_code == client.post(f"{TOKENS}/1/revoquer").status_code == 403
    sign_in(client, build.account(Role.ADMINISTRATOR))
    page = words(client.get(TOKENS))
    for slug in ("givors", "vienne"):
        assert f"Site {slug} Comité {slug} Responsable {slug}" in page
    assert page.count("Lire les dons destinés au comité") == 2
    assert "Jamais utilisé" not in page, "both were just used"

    client.post(f"{TOKENS}/2/revoquer")
    client.post(f"{HOOKS}/1/arreter")

    assert [answers(each) for each in secrets] == [200, 401]
    assert "Site vienne Comité vienne" in words(client.get(TOKENS)), "what was revoked stays to be seen"
    assert [words(client.get(HOOKS)).count(each) for each in ("arrêtée", "https://vienne.example/")] == [1, 2]
    assert client.post(f"{TOKENS}/99/revoquer").status_code == 404
    assert client.get(f"{TOKENS}?page=2").status_code == 200
