"""The sheet to bring along: each side finds what it needs on it, and nothing on it lets a stranger act."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.states import MatchState, Role
from app.web.links import Purpose
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.world import VISITOR, make


def slips(app: Flask, clock: FrozenClock) -> tuple[str, str]:
    """The paths of the donor's and of the committee's sheet, by link."""
    pages = [path for path in make(app, clock).pages[VISITOR] if path.endswith("/bon")]
    return pages[0], pages[1]


def test_both_sides_find_what_and_when_and_the_code(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    of_donor, of_committee = slips(app, clock)

    for path in (of_donor, of_committee):
        page = client.get(path)
        assert page.status_code == 200
        assert "2 × Lave-linge" in words(page)
        assert "mercredi 25 novembre, de 10 h à 12 h" in words(page)
        assert "Comité de Givors" in words(page)
        assert 'src="data:image/svg+xml' in page.text
    assert "06 00 00 00 00" in client.get(of_committee).text
    assert "06 00 00 00 00" not in client.get(of_donor).text


def test_the_code_opens_a_page_for_members_only(
    app: Flask, client: FlaskClient, clock: FrozenClock, build: Builder, sign_in: SignIn
) -> None:
    of_donor, _of_committee = slips(app, clock)
    found = re.search(r"localhost(/mon-comite/dons/\d+/bilan)", client.get(of_donor).text)
    assert found is not None

    assert client.get(found[1]).headers["Location"].startswith("/connexion")
    sign_in(client, build.account(Role.COORDINATOR))
    assert client.get(found[1]).status_code == 200


def test_there_is_no_sheet_before_the_time_is_fixed(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    waiting = [path for path in make(app, clock).pages[VISITOR] if path.startswith("/reponse/donateur/")]

    assert client.get(f"{waiting[0]}/bon").status_code == 404


def test_the_place_is_not_filled_in_with_the_committee_s_own_address(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    """A committee that collects would send itself home: left empty, the place follows from who moves the gift."""
    match = build.match(state=MatchState.APPROVED)
    sign_in(client, build.account(Role.COORDINATOR))

    page = client.get(f"/mon-comite/dons/{match.id}").text

    (field,) = re.findall(r'<input[^>]*name="place"[^>]*>', page)
    assert 'value=""' in field


@pytest.mark.parametrize("state", [MatchState.COMPLETED, MatchState.FAILED])
def test_what_is_over_shows_nobody_s_name_and_address_any_more(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn, state: MatchState
) -> None:
    donor = build.donor(name="Donatrice Secrète", phone="06 99 88 77 66", email="secret@essai.example")
    committee = build.committee()
    item = build.offered_item(build.offer(donor, street="99 rue Secrète"))
    match = build.match(item, build.need(committee), state=state)
    day = clock() - timedelta(days=1)
    build.handover(match, starts_at=day, ends_at=day + timedelta(hours=1), sequence=1)
    links, party = app.extensions["desk"].links, f"committee:{committee.id}"
    answer = links.token(Purpose.COMMITTEE_ANSWER, match.id, party, clock())
    told = links.token(Purpose.COMMITTEE_REPORT, match.id, party, clock())
    sign_in(client, build.account(committee=committee))

    for page in (f"/reponse/comite/{answer}", f"/mon-comite/dons/{match.id}", f"/bilan/comite/{told}"):
        for path in (page, f"{page}/bon", f"{page}/remise.ics"):
            shown = client.get(path).text
            assert not re.search("Secr|99 88|secret@", shown), path
