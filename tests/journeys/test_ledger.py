"""A coordinator finds a letter that did not arrive and sends it again: on a phone, by axe's rules."""

import random

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser

from app.db import transaction
from app.models import Match
from app.models.states import MatchState, Role
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.outbox import Recipient
from notifications.outcomes import Outcome, Refused, Sent
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Person, Portal, person

pytestmark = pytest.mark.databases("sqlite")

REFUSED = Refused(
    "550 5.1.1 <donatrice@essai.example>: Recipient address rejected: User unknown", address=True
)


def write(portal: Portal, match: Match, party: str, outcome: Outcome) -> None:
    with portal.app.app_context(), transaction() as session:
        to = Recipient("Donatrice d'exemple", f"{party.partition(':')[0]}@essai.example")
        rendered, event = MESSAGES["match_found"].sample().render("fr"), f"match:{match.id}:approved"
        outbox.enqueue(
            session,
            rendered,
            event=event,
            party=party,
            to=to,
            now=portal.clock(),
            handover_id=match.handover_id,
            match_ids=[match.id],
        )
        (row,) = outbox.claim(session, "w", 1, portal.clock())
        outbox.settle(session, row, "w", outcome, portal.clock(), random.Random(1))


def sign_in(portal: Portal, somebody: Person) -> None:
    account = Builder(portal.app, portal.clock).account(Role.COORDINATOR)
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": account.fs_uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


def test_a_letter_that_did_not_arrive_is_found_and_sent_again(portal: Portal, browser: Browser) -> None:
    match = Builder(portal.app, portal.clock).match(state=MatchState.APPROVED)
    coordinator = person(portal, browser, "ledger", width=PHONE)
    sign_in(portal, coordinator)
    coordinator.open("/coordination/courriels")
    coordinator.look("tout-arrive")

    write(portal, match, "donor:1", REFUSED)
    write(portal, match, "committee:1", Sent("250 2.0.0 Ok: queued as 4Zk1"))
    coordinator.open(f"/coordination/rapprochements/{match.id}")
    coordinator.page.get_by_role("link", name="Lire les e-mails").click()
    coordinator.look("rapprochement")
    coordinator.page.get_by_role("link", name="À faire").click()
    coordinator.look("a-faire")
    coordinator.page.get_by_role("link", name="n’arrivent pas").last.click()
    coordinator.look("perdus")
    coordinator.page.get_by_role("link", name="Nous avons trouvé une place").click()
    coordinator.look("lettre")
    coordinator.page.get_by_role("button", name="Renvoyer").click()
    assert coordinator.sees("L'e-mail repart dans la minute.")
