"""Two portals on this machine: a program's whole journey at one of them, and a gift that the other could not place."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.serving import make_server

from app import create_app
from app.api import hooks, service
from app.api.publishing import publish_now
from app.api.shapes import ApiArticle, ApiOffer, ApiTexts, ApiTriedNeed, ApiTry
from app.api.trying import try_now
from app.db import session, transaction
from app.matches import planning
from app.matches import service as matches
from app.models import Committee, Donor, Match, Offer, OfferedItem
from app.models.states import Aside, Condition, HookEvent, MatchState, OfferState, Part, ProgramScope, Reason
from app.solving.solver import Solver
from app.transitions import Actor
from config import Settings
from tests.app.api.test_hooks import listening
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, UNDO_WITHIN, FrozenClock, NewDatabase
from tests.portal_client import PortalClient, PortalError
from tests.ports import reserved_port

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def other(new_database: NewDatabase, tmp_path: Path, clock: FrozenClock, what_if: Solver) -> Iterator[Flask]:
    """A second portal, served."""
    with reserved_port() as port:
        settings = Settings.from_environ(
            {
                "DATA_DIR": str(tmp_path / "autre"),
                "DATABASE_URL": new_database(),
                "PORTAIL_SECRET_KEY": "tests-only-9876543210-abcdefghijklmnop",
                "PORTAIL_BASE_URL": f"http://127.0.0.1:{port}",
                "PORTAIL_WEBHOOKS_LOOPBACK": "true",
            }
        )
        portal = create_app(settings, clock)
        portal.extensions["what_if"] = what_if
        portal.config["RATELIMIT_ENABLED"] = False
        server = make_server("127.0.0.1", port, portal, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield portal
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def there(other: Flask, clock: FrozenClock) -> Builder:
    return Builder(other, clock)


@pytest.fixture
def receiver(there: Builder) -> Committee:
    return there.committee(slug="lyon", collects_km=100)


def base(portal: Flask) -> str:
    return str(portal.extensions["settings"].base_url)


def a_token(portal: Flask, build: Builder, committee: Committee) -> str:
    account = build.account(committee=committee, part=Part.RESPONSIBLE)
    with portal.app_context(), transaction() as work:
        return service.make(work, committee.id, account, "essai", tuple(ProgramScope), FrozenClock()())


def test_a_program_goes_all_the_way(
    other: Flask, there: Builder, receiver: Committee, clock: FrozenClock
) -> None:
    """From what is lacking to a gift that is known to its committee, with nothing but the interface."""
    wanted = [there.need(receiver, item=item) for item in ("refrigerateur", "lave-linge", "chaise")]
    there.action(receiver, slug="nioro")
    client = PortalClient(base(other), a_token(other, there, receiver))
    account = there.account(committee=receiver)
    with listening() as listener, other.app_context():
        with transaction() as work:
            hooks.make(work, receiver.id, account, listener.url, tuple(HookEvent), clock())

        assert [need.id for need in client.needs(committee="lyon")] == [need.id for need in wanted]
        assert [action.slug for action in client.actions()] == ["nioro"]
        assert list(client.needs(committee="lyon"))
        assert client.spared == 2
        [[fridge]] = [row.things for row in client.read(ApiTexts(texts=["un frigo"])).data]
        gift = ApiOffer(
            articles=[ApiArticle(what=fridge.words, condition=Condition.GOOD)],
            postal_code="69700",
            commune="Givors",
            name="Une Personne",
            email="quelqu.un@essai.example",
            spoken=True,
        )
        made = client.offer(gift, "don-1")
        assert client.offer(gift, "don-1") == made
        asked = client.plan(ApiTry(needs=[ApiTriedNeed(item="refrigerateur", quantity=1)]))
        try_now(clock)
        assert client.tried(asked).data[0].item == "refrigerateur"

        planning.plan_now(clock())
        match_id = session().exec(select(Match.id)).one()
        assert list(client.matches()) == []
        with transaction() as work:
            matches.approve(work, match_id, Actor.account(account.id), clock(), ANSWER_WITHIN)
        clock.advance(seconds=UNDO_WITHIN.seconds)
        assert hooks.send_now(other.extensions["settings"], clock) == 1
        assert [(row.id, row.state, row.need) for row in client.matches()] == [
            (match_id, MatchState.APPROVED, wanted[0].id)
        ]
        assert client.follow(made).articles[0].promised == 1
        with pytest.raises(PortalError) as refused:
            client.offer(gift.model_copy(update={"postal_code": "0"}), "don-2")
        assert [each.field for each in refused.value.problem.errors or ()] == ["postal_code"]


def test_a_gift_that_finds_no_place_here_finds_one_there(
    app: Flask,
    build: Builder,
    settings: Settings,
    other: Flask,
    there: Builder,
    receiver: Committee,
    clock: FrozenClock,
) -> None:
    """Without a word of who gives. What is promised there is planned no more here; what is refused there is free again; what finds its place
    here first is taken back there."""
    here = replace(
        settings,
        partner_url=base(other),
        partner_token=a_token(other, there, receiver),
        contact_email="portail.a@essai.example",
        portal_name="Portail A",
        webhooks_loopback=True,
    )
    there.need(receiver, item="lave-linge")
    offer = build.offer(street="3 rue Secrète")
    article = build.offered_item(offer, item="lave-linge", description="Lave-linge de tante Berthe")
    busy = build.match(build.offered_item(item="lave-linge"), build.need(item="lave-linge"))
    with app.app_context():
        assert publish_now(here, clock) == 0  # it has waited for a moment
        clock.advance(days=4)
        assert (publish_now(here, clock), publish_now(here, clock)) == (1, 0)
        donor = session().get_one(Donor, offer.donor_id)
        secrets = [donor.name, donor.email, donor.phone, "Secrète", "Berthe"]
    with other.app_context():
        got = session().exec(select(Offer)).one()
        told = session().exec(select(Donor)).one()
        assert (got.state, got.commune, told.name) == (OfferState.OPEN, "Givors", "Portail A")
        everything = f"{got!r} {told!r} {session().exec(select(OfferedItem)).all()!r}"
        assert [secret for secret in secrets if secret and secret in everything] == []
        planning.plan_now(clock())
        match_id = session().exec(select(Match.id)).one()
        actor = Actor.account(there.account().id)
        with transaction() as work:
            matches.approve(work, match_id, actor, clock(), ANSWER_WITHIN)
    with app.app_context():
        publish_now(here, clock)
        assert session().get_one(OfferedItem, article.id).aside is Aside.PAUSED
    with other.app_context(), transaction() as work:
        matches.undo(work, match_id, actor, clock(), UNDO_WITHIN)
        matches.reject(work, match_id, Reason.OTHER, "", actor, clock())
    with app.app_context():
        publish_now(here, clock)
        assert session().get_one(OfferedItem, article.id).aside is None
    build.match(article, build.need(item="lave-linge"))
    with app.app_context():
        publish_now(here, clock)
    with other.app_context():
        assert session().exec(select(Offer.state)).one() is OfferState.WITHDRAWN
    assert busy.state is MatchState.PROPOSED
