"""Who looked at whose data is noted, off the request, and read by administrators alone."""

import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.models import Lookup
from app.models.states import LookupKind, Role
from app.privacy import watching
from app.web.lookups import LookupLog
from tests.app.offers.steps import counted
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


def rows(app: Flask) -> list[tuple[int, int, LookupKind]]:
    app.extensions["lookups"].write()
    with app.app_context(), transaction() as session:
        found = session.exec(select(Lookup).order_by(col(Lookup.donor_id), col(Lookup.kind)))
        return [(row.account_id, row.donor_id, row.kind) for row in found]


def test_each_way_to_a_donor_s_data_is_noted_once_a_minute(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    donor, other = build.donor(name="Zébulon Exemple"), build.donor(name="Anne Autre")
    offer = build.offered_item(build.offer(donor)).offer_id
    build.offered_item(build.offer(other))
    by = build.account(Role.COORDINATOR)
    sign_in(client, by)
    for _ in range(3):
        client.get(f"/coordination/donateurs/{donor.id}")
    client.get(f"/coordination/offres/{offer}")
    client.get("/coordination/chercher?q=zebulon")
    client.get("/coordination/offres")
    client.get(f"/coordination/donateurs/{donor.id}/donnees.json")
    client.get(f"/coordination/donateurs/{other.id}/reunir?q=zebulon")
    client.get("/coordination/donateurs/999")

    assert rows(app) == [(by.id, donor.id, kind) for kind in sorted(LookupKind)]
    client.get("/coordination/offres?q=anne")
    assert client.get(f"/coordination/offres/{offer}/corriger").status_code == 200
    clock.advance(minutes=1)
    client.get("/coordination/offres?q=anne")
    assert rows(app)[4:] == [(by.id, other.id, LookupKind.SEARCH)] * 2


def test_administrators_alone_read_it_and_it_is_forgotten(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    donor = build.donor(name="Zébulon Exemple")
    by = build.account(Role.COORDINATOR, name="Coline Regarde")
    sign_in(client, by)
    client.get(f"/coordination/donateurs/{donor.id}")
    assert client.get("/administration/consultations").status_code == 403
    assert rows(app)
    reader = app.test_client()
    sign_in(reader, build.account(Role.ADMINISTRATOR))

    for query, found in (("", True), ("?qui=coline&donateur=zébulon&comment=page&du=2026-11-23&au=2026-11-23", True),
                         ("?qui=autre", False), ("?au=2026-11-22", False), ("?du=9999-12-31&au=9999-12-31", False), ("?comment=search", False)):  # fmt: skip
        page = reader.get(f"/administration/consultations{query}").text
        assert ("Coline Regarde" in re.sub(r"<form.*?</form>", "", page, flags=re.DOTALL)) == found, query
    with app.app_context(), transaction() as session:
        assert watching.forget(session, timedelta(days=365), clock() + timedelta(days=364)) == 0
        assert watching.forget(session, timedelta(days=365), clock() + timedelta(days=366)) == 1


def test_no_page_waits_for_it_and_what_cannot_be_written_is_written_later(
    app: Flask, build: Builder, client: FlaskClient, sign_in: SignIn
) -> None:
    donor = build.donor()
    sign_in(client, build.account(Role.COORDINATOR))
    client.get(f"/coordination/donateurs/{donor.id}")
    with counted(app) as said:
        client.get(f"/coordination/donateurs/{donor.id}")
    assert said
    assert [each for each in said if re.match("INSERT|UPDATE", each)] == []

    other = LookupLog(app)
    other.note((999, donor.id, LookupKind.PAGE, app.extensions["clock"]()))
    other.write()
    assert len(other.counts) == 1, "no such account: kept for the next time"
    assert rows(app)


NOTED = {
    "donors/show.html",
    "donors/choose.html",
    "donors/merge.html",
    "offers/offer.html",
    "handovers/telephone.html",
    "finding/_lines.html",
    "privacy/people.html",
    "privacy/erase.html",
}
SAID = {
    "todo/_errands.html",
    "ledger/undelivered.html",
    "rounds/_stop.html",
    "handovers/today.html",
    "handovers/slip.html",
    "handovers/_gift.html",
    "offers/_calls.html",
}
"""What the page says that it leaves out: « À faire », and what a committee sees of whoever gives to it."""
THEIR_OWN = {
    "offers/tracking.html",
    "offers/of_committee.html",
    "offers/recorded.html",
    "offers/recorded_for.html",
    "offers/slip.html",
    "offers/_stands_in.html",
    "offers/change.html",
    "companies/sent.html",
    "companies/summary.html",
}
"""Pages of whoever gives, and of who recorded it for them."""


def test_a_page_with_a_donor_s_telephone_notes_it_or_is_named_where_it_is_read() -> None:
    """A template that shows one and stands in none of these lists has been forgotten."""
    root = Path("app/templates")
    shows = re.compile(
        r"\{[{%][^}]*\b(donor|person|offer|other|row|contact|part)\.(contact_)?(phone|email)\b"
    )
    found = {
        str(path.relative_to(root)) for path in root.rglob("*.html") if shows.search(path.read_text("utf-8"))
    }
    assert sorted(found - NOTED - SAID - THEIR_OWN) == []
