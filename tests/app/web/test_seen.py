"""Two people at once: who comes second changes nothing and reads who did what and when; who is beside it is let through."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.models import Committee, Match, Need, Offer, OfferedItem
from app.models.states import MatchState, NeedState, OfferState, Role
from app.web.links import Purpose, path_of
from tests.app.test_every_form import Form, Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask, build: Builder, sign_in: SignIn) -> Enter:
    """A browser of somebody with this name, a member of `committee` or a coordinator; of nobody without one."""

    def enter(name: str = "", committee: Committee | None = None) -> FlaskClient:
        client = app.test_client()
        if name:
            role = Role.COORDINATOR if committee is None else Role.MEMBER
            sign_in(client, build.account(role, committee=committee, name=name))
        return client

    return enter


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee()


@pytest.fixture
def match(build: Builder, committee: Committee, clock: FrozenClock) -> Match:
    return build.match(
        build.offered_item(), build.need(committee), state=MatchState.APPROVED, approved_at=clock()
    )


def form(client: FlaskClient, path: str, action: str) -> Form:
    """The form of the page whose address ends so."""
    return next(
        each for each in Reader(client.get(path).text).forms if (each.action or path).endswith(action)
    )


def press(client: FlaskClient, sent: Form, path: str = "", **values: Any) -> str:
    answer = client.post(sent.action or path, data=sent.filled() | values, follow_redirects=True)
    return answer.text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def row(app: Flask, model: type[Any], key: int) -> Any:
    with app.app_context():
        return session().get_one(model, key)


def by_link(app: Flask, purpose: Purpose, subject: int, party: str, clock: FrozenClock) -> str:
    return path_of(purpose, app.extensions["links"].token(purpose, subject, party, clock()))


def test_declining_after_a_colleague_has_accepted_changes_nothing(
    app: Flask, enter: Enter, committee: Committee, match: Match, clock: FrozenClock
) -> None:
    anne, bob = enter("Anne Exemple", committee), enter("Bob Exemple", committee)
    path = f"/mon-comite/dons/{match.id}"
    declines = form(bob, path, "decliner")
    press(anne, form(anne, path, "accepter"), day="2026-11-25", start="14:00", end="16:00")
    clock.advance(minutes=2)

    told = press(bob, declines)

    assert "Anne Exemple a accepté et proposé des moments à 10 h. Votre geste n'a rien changé" in told
    found = row(app, Match, match.id)
    assert (found.state, found.committee_answered_at) == (MatchState.APPROVED, match.approved_at)


def test_the_same_by_the_link_in_the_committee_s_mail(
    app: Flask, enter: Enter, committee: Committee, match: Match, clock: FrozenClock
) -> None:
    path = by_link(app, Purpose.COMMITTEE_ANSWER, match.id, f"committee:{committee.id}", clock)
    first, second = enter(), enter()
    accepts = form(second, path, "accepter")
    press(first, form(first, path, "decliner"), reason="no_room")

    told = press(second, accepts, day="2026-11-25", start="14:00", end="16:00")

    assert "Le comité a décliné à 10 h." in told
    assert row(app, Match, match.id).state is MatchState.DECLINED


def test_the_donor_s_yes_does_not_stand_in_the_committee_s_way(
    app: Flask, enter: Enter, committee: Committee, match: Match, clock: FrozenClock
) -> None:
    anne, desk = enter("Anne Exemple", committee), enter("Coordinatrice Exemple")
    accepts = form(anne, f"/mon-comite/dons/{match.id}", "accepter")
    press(desk, form(desk, f"/coordination/rapprochements/{match.id}/donateur", "oui"))

    told = press(anne, accepts, day="2026-11-25", start="14:00", end="16:00")

    assert "C'est noté. Le donateur reçoit vos propositions" in told
    assert row(app, Match, match.id).state is MatchState.ACCEPTED


def test_a_donor_reads_who_acted_and_no_name(
    app: Flask, enter: Enter, build: Builder, clock: FrozenClock
) -> None:
    offer = build.offer()
    build.offered_item(offer)
    path = by_link(app, Purpose.TRACK_OFFER, offer.id, f"donor:{offer.donor_id}", clock) + "/retirer"
    donor, desk = enter(), enter("Coordinatrice Exemple")
    withdraws = form(donor, path, path)
    press(desk, form(desk, f"/coordination/offres/{offer.id}", "refuser"), reason="not_handled")

    told = press(donor, withdraws, path)

    assert "Un coordinateur a refusé ce don à 10 h." in told
    assert "Coordinatrice Exemple" not in told
    assert row(app, Offer, offer.id).state is OfferState.REFUSED


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(
    app: Flask, enter: Enter, committee: Committee
) -> None:
    anne, bob = enter("Anne Exemple", committee), enter("Bob Exemple", committee)
    path = f"/comites/{committee.slug}/modifier"
    old = form(bob, path, path)
    press(anne, form(anne, path, path), path, presentation="Ouvert à tous.", etape="enregistrer")

    told = press(bob, old, path, presentation="")

    assert "Quelqu'un d'autre a modifié cette page pendant que vous la remplissiez." in told
    assert row(app, Committee, committee.id).presentation == "Ouvert à tous."


def test_a_form_sent_back_to_be_mended_stays_as_old_as_it_was(
    app: Flask, enter: Enter, committee: Committee, build: Builder
) -> None:
    need = build.need(committee)
    anne, bob = enter("Anne Exemple", committee), enter("Bob Exemple", committee)
    path = f"/besoins/{need.id}/modifier"
    old = form(bob, path, path)
    press(anne, form(anne, path, path), path, quantity="3")

    mended = bob.post(path, data=old.filled() | {"quantity": "beaucoup"})
    assert mended.status_code == 422
    again = next(each for each in Reader(mended.text).forms if (each.action or path).endswith(path))
    press(bob, again, path, quantity="1")

    assert row(app, Need, need.id).quantity == 3


def test_a_form_that_does_not_say_what_it_saw_is_answered_as_before(
    app: Flask, enter: Enter, committee: Committee, build: Builder
) -> None:
    need = build.need(committee)
    anne = enter("Anne Exemple", committee)
    anne.post(f"/besoins/{need.id}/pause")

    anne.post(f"/besoins/{need.id}/retirer")

    assert row(app, Need, need.id).state is NeedState.WITHDRAWN


def test_a_form_that_comes_late_keeps_what_was_typed_and_shows_what_is_kept_beside_it(
    app: Flask, enter: Enter, build: Builder, committee: Committee
) -> None:
    offer = build.offer()
    article = build.offered_item(offer, quantity=4, description="Chaises")
    need = build.need(committee, quantity=3, reason="Une famille arrive")
    own = {
        f"/coordination/articles/{article.id}/corriger": ("articles-0-quantity", "articles-0-note"),
        f"/coordination/offres/{offer.id}/corriger": ("street", "availability"),
        f"/besoins/{need.id}/modifier": ("quantity", "reason"),
        f"/coordination/articles/{article.id}/mettre-de-cote": ("", "note"),
    }
    for path, (number, words) in own.items():
        anne, bob = enter("Anne Exemple"), enter("Bob Exemple")
        late = form(bob, path, path)
        early = {number: "9"} if number else {"aside": "held", "note": "Anne attend"}
        press(anne, form(anne, path, path), **early)

        answer = bob.post(path, data=late.filled() | {"aside": "withdrawn", words: "Ce que Bob a écrit"})
        told = Reader(answer.text)
        again = next(each for each in told.forms if (each.action or path).endswith(path))

        assert (answer.status_code, again.filled()[words]) == (409, ["Ce que Bob a écrit"]), path
        assert "Anne Exemple a " in answer.text, path
        assert "Votre geste n’a rien changé" in answer.text, path
        if number:
            assert "Enregistré maintenant : 9<" in answer.text.replace("\u00a0", " "), path

        press(bob, again, path)
        with app.app_context():
            kept = [session().get_one(*each) for each in ((Offer, offer.id), (Need, need.id))]
            kept.append(session().get_one(OfferedItem, article.id))
        assert not number or "Ce que Bob a écrit" in "".join(map(repr, kept)), path
