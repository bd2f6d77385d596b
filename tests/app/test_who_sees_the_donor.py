"""Who sees a donor's name, address and telephone: one rule, in the same words wherever somebody asks, and kept."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.states import MatchState
from app.web.links import Purpose
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

TO_THE_DONOR = {
    "fr": "Votre nom, votre adresse et votre téléphone ne sont vus que de nos coordinateurs, "
    "puis du comité qui accepte votre don.",
    "en": "Your name, address and telephone number are seen only by our coordinators, "
    "and then by the committee that accepts your donation.",
}
TO_OTHERS = {
    "fr": "Le nom, l'adresse et le téléphone d'un donateur ne sont vus que des coordinateurs, "
    "puis du comité qui accepte son don.",
    "en": "A donor's name, address and telephone number are seen only by the coordinators, "
    "and then by the committee that accepts their donation.",
}
README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ["/offrir", "/vos-donnees"])
def test_the_donor_reads_the_rule(client: FlaskClient, path: str, language: str) -> None:
    page = words(client.get(path, headers={"Accept-Language": language}))

    assert TO_THE_DONOR[language] in page
    assert not re.search("avant que vous ayez un rendez-vous|before you have an appointment", page)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_committee_reads_the_rule_and_finds_it_kept(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn, language: str
) -> None:
    donor = build.donor(name="Donatrice Secrète", phone="06 99 88 77 66", email="secret@essai.example")
    committee = build.committee()
    item = build.offered_item(build.offer(donor, street="99 rue Secrète"))
    waiting = build.match(item, build.need(committee), state=MatchState.APPROVED)
    party = f"committee:{committee.id}"
    token = app.extensions["desk"].links.token(Purpose.COMMITTEE_ANSWER, waiting.id, party, clock())
    sign_in(client, build.account(committee=committee))
    spoken = {"Accept-Language": language}
    client.post("/langue", data={"language": language})

    for page in (f"/mon-comite/dons/{waiting.id}", f"/reponse/comite/{token}"):
        shown = client.get(page, headers=spoken)
        assert TO_OTHERS[language] in words(shown)
        for path in (page, f"{page}/bon", f"{page}/remise.ics", f"{page}/bilan"):
            assert not re.search("Secr|99 88|secret@", client.get(path).text), path

    item = build.offered_item(build.offer(donor, street="99 rue Secrète"))
    agreed = build.match(
        item, build.need(committee), state=MatchState.APPROVED, committee_answered_at=clock()
    )
    accepted = client.get(f"/mon-comite/dons/{agreed.id}")
    assert all(known in accepted.text for known in ("Donatrice Secrète", "99 rue Secrète", "06 99 88 77 66"))

    sign_in(client, build.account(committee=build.committee()))
    assert client.get(f"/mon-comite/dons/{agreed.id}").status_code == 404


def test_the_documents_say_the_same() -> None:
    assert TO_OTHERS["fr"] in README.read_text(encoding="utf-8")
