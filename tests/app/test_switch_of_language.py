"""The switch between languages takes along what is being typed, checks nothing and does nothing."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Need, Offer
from app.models.states import MatchState, Role
from tests.app.offers.steps import fill, rows, words
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import SignIn


def switch(page: str) -> tuple[str, str]:
    """The id of the form that the switch belongs to, and where it sends it."""
    found = re.search(r'<button class="linklike" form="([^"]+)" formaction="([^"]+)" formnovalidate', page)
    assert found is not None
    assert f'id="{found[1]}"' in page
    return found[1], unescape(found[2])


def typed_in(page: str, action: str) -> dict[str, str]:
    """What stands in the fields of a form, as a browser would send it without another key pressed."""
    [form] = [form for form in Reader(page).forms if form.action == action]
    kinds = {"radio", "checkbox"}
    return {one.name: one.value for one in form.fields if one.kind not in kinds or one.checked}


def test_a_half_filled_offer_is_shown_again_in_english(client: FlaskClient, app: Flask) -> None:
    form = fill(client, what="deux fauteuils & <un> tapis", name="Exemple", email="pas une adresse")
    form |= {"postal_code": "", "commune": "", "available_from": "2026-12-24", "transport": "apporte"}
    _form, address = switch(client.get("/offrir").text)

    page = client.post(address, data=form)

    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert "data-error-summary" not in page.text
    again = typed_in(page.text, "/offrir")
    assert {name: again.get(name, "") for name in form} == form
    assert '<html lang="en"' in client.get("/offrir").text, "and the language is remembered"
    assert rows(app, Offer) == []


def test_the_summary_of_an_offer_stays_the_summary(client: FlaskClient, app: Flask) -> None:
    form = fill(client)
    summary = client.post("/offrir", data=form | {"review": "1"})
    _form, address = switch(summary.text)

    page = client.post(address, data=typed_in(summary.text, "/offrir"))

    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert "3 rue du Don" in page.text
    assert rows(app, Offer) == []
    assert client.post("/offrir", data=typed_in(page.text, "/offrir") | {"send": "1"}).status_code == 303
    assert len(rows(app, Offer)) == 1


def test_a_half_filled_need_is_shown_again_in_english_and_then_declared(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    committee = build.committee()
    sign_in(client, build.account(committee=committee))
    first = client.get(f"/besoins/nouveau?comite={committee.slug}")
    _form, address = switch(first.text)
    own = f"/besoins/nouveau?comite={committee.slug}"
    typed = typed_in(first.text, own) | {
        "item": "lave-linge",
        "quantity": "beaucoup",
        "reason": "Vite.",
    }

    page = client.post(address, data=typed)

    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert "data-error-summary" not in page.text
    again = typed_in(page.text, own)
    # The token bears the second in which it was made, by the machine's clock.
    kept = {name: value for name, value in typed.items() if name != "csrf_token"}
    assert {name: again.get(name) for name in kept} == kept
    assert rows(app, Need) == []
    assert client.post(own, data=again | {"quantity": "2"}).status_code == 303
    assert [need.reason for need in rows(app, Need)] == ["Vite."]


def test_dials_that_were_turned_stay_turned(client: FlaskClient, build: Builder, sign_in: SignIn) -> None:
    sign_in(client, build.account(Role.COORDINATOR))
    form, _address = switch(client.get("/coordination/reglages").text)
    assert form == "dials"

    page = client.get("/coordination/reglages", query_string={"fit": "77", "lire_en": "en"})

    assert '<html lang="en"' in page.text
    assert re.search(r'name="fit"[^>]*value="77"', page.text)


def test_the_switch_elsewhere_comes_back_to_the_same_list(client: FlaskClient) -> None:
    page = client.get("/besoins?q=frigo&lire_en=xx")

    assert 'name="back" value="/besoins?q=frigo"' in page.text


def test_what_can_only_be_posted_is_not_asked_for_in_another_language(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    """The switch would go to an address that opens no page, and leave what was typed behind."""
    sign_in(client, build.account(Role.COORDINATOR))
    match = build.match(state=MatchState.APPROVED)

    refused = client.post(f"/mon-comite/dons/{match.id}/decliner", data={"note": "Trop grand."})

    assert refused.status_code == 422
    assert "Trop grand." in words(refused)
    assert "/langue" not in refused.text


@pytest.mark.parametrize("language", ["", "xx", "fr\r\n", "e" * 5000])
def test_a_language_that_is_none_changes_nothing(client: FlaskClient, language: str) -> None:
    page = client.get("/offrir", query_string={"lire_en": language})

    assert page.status_code == 200
    assert '<html lang="fr"' in page.text
