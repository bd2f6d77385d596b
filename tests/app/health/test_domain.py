"""SPF and DMARC of the sender's domain, asked of a real server of names."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rrset
import pytest
from sqlmodel import Session

from app import jobs
from app.health.answers import Health
from app.health.checks import findings
from app.health.domain import mail_domain
from app.health.seeing import see
from app.models import HealthLook
from config import Settings
from tests.conftest import FrozenClock

RECORDS = {
    "exemple.fr.": "v=spf1 include:spf.fournisseur.fr -all",
    "_dmarc.exemple.fr.": "v=DMARC1; p=none",
    "sans.fr.": "google-site-verification=1",
    "dons.exemple.fr.": "V=SPF1 -all",
}


class Names(socketserver.BaseRequestHandler):
    """Answers what it knows; of what it does not, that there is no such name."""

    def handle(self) -> None:
        content, connection = self.request
        asked = dns.message.from_wire(content)
        name = asked.question[0].name
        answer = dns.message.make_response(asked)
        found = RECORDS.get(str(name).lower())
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{found}"'))
        connection.sendto(answer.to_wire(), self.client_address)


@contextmanager
def names() -> Iterator[tuple[str, int]]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Names) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield ("127.0.0.1", server.server_address[1])
        server.shutdown()


@pytest.mark.parametrize(
    ("sender", "spf", "dmarc"),
    [
        ("dons@exemple.fr", RECORDS["exemple.fr."], "v=DMARC1; p=none"),
        ("retours@dons.exemple.fr", "V=SPF1 -all", "v=DMARC1; p=none"),
        ("dons@sans.fr", "", ""),
        ("dons@absent.fr", "", ""),
    ],
)
def test_what_stands_is_found_and_what_does_not_is_said(sender: str, spf: str, dmarc: str) -> None:
    with names() as server:
        assert mail_domain(sender, server) == {"spf": spf, "dmarc": dmarc}


def test_a_server_of_names_that_is_away_is_said() -> None:
    with names() as server:
        pass

    assert set(mail_domain("dons@exemple.fr", server)) == {"error"}


def test_of_a_domain_that_nobody_has_nothing_is_asked() -> None:
    assert mail_domain("dons@portail.example", ("127.0.0.1", 1)) == {}


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        (
            {"spf": "v=spf1 -all", "dmarc": "v=DMARC1; p=none"},
            Health.OK,
            "a ses enregistrements SPF et DMARC",
        ),
        ({"spf": "", "dmarc": "v=DMARC1; p=none"}, Health.WARNING, "n'a pas d'enregistrement SPF :"),
        ({"spf": "", "dmarc": ""}, Health.WARNING, "n'a pas d'enregistrement SPF ni DMARC :"),
        ({"error": "LifetimeTimeout"}, Health.UNKNOWN, "ne répond pas"),
    ],
)
def test_the_page_says_what_is_missing(
    session: Session, settings: Settings, clock: FrozenClock, facts: dict[str, str], state: Health, words: str
) -> None:
    look = HealthLook(name="mail_domain", at=clock(), facts=facts)
    seen = see(session, settings, jobs.TABLE, clock(), {"mail_domain": look})

    (found,) = (each for each in findings(seen) if each.cause == "mail_domain")

    assert found.state is state
    assert words in found.sentence.replace("’", "'").replace("\u00a0", " ")
