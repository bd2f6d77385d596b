"""The administrator's page alone installs the portal on an empty machine: every command that is run is read from `docs/installation.md`.

Ten minutes and root are what it takes, so it is run where it is asked for: `pytest tests/journeys/test_installation.py --installation`.
What the page leaves to the reader is answered as a reader would: the address of the code, the values of their own, the names of files. Of its
steps one cannot be had on a machine that the world does not see: the certificate, which is made here and put where certbot would.
"""

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from passlib.totp import TOTP
from playwright.sync_api import Page, sync_playwright

from tests.conftest import PATIENCE
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.journeys.empty_machine import LACKS, Ended, Machine, can_be_made, empty_machine
from tests.ports import reserved_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "installation.md"
SITE, SMTP = "dons.exemple.fr", "smtp.exemple.fr"
ANSWERS = {
    "PORTAIL_SECRET_KEY=…": "PORTAIL_SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "PORTAIL_MAIL_USERNAME=…": "PORTAIL_MAIL_USERNAME=portail",
    "PORTAIL_MAIL_PASSWORD='…'": "PORTAIL_MAIL_PASSWORD='un mot de passe, avec $ et #'",
    "vous@exemple.fr": "admin@exemple.fr",
}
"""What is written where the page leaves it to the reader."""
PASSWORD = "tabouret nuage quatorze"
CERTBOT = "\n    listen 443 ssl;\n    ssl_certificate /etc/ssl/certs/site.pem;\n    ssl_certificate_key /etc/ssl/private/site.key;\n}"
"""What certbot puts at the end of a server of nginx's, in its own words."""
COMMAND = re.compile(r"(?:sudo|cd|journalctl) ")

pytestmark = pytest.mark.skipif("not config.getoption('--installation')", reason="run with --installation")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page: of commands, or the contents of the file at `path`."""

    section: str
    code: str
    path: str

    @property
    def is_typed(self) -> bool:
        return COMMAND.match(self.code) is not None


def blocks(text: str) -> Iterator[Block]:
    """A file's contents stand under the paragraph that begins with its path; a file that is opened with an editor, under that."""
    section = path = ""
    for part in re.split(r"(?ms)(^```.*?^```$)", text):
        if part.startswith("```"):
            code = part.partition("\n")[2].removesuffix("```")
            yield Block(section, code, path)
            path = (re.findall(r"sudo editor (\S+)", code) or [""])[-1]
            continue
        section = (re.findall(r"(?m)^##+ (.+)$", part) or [section])[-1]
        named = re.findall(r"`(/(?:etc|usr)/[^`]+)`[^`]*$", part.strip())
        path = named[-1] if named else path


class Letters:
    """A provider's mail server: STARTTLS, a name and a password, or nothing is taken."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.taken.append(f"{envelope.rcpt_tos} {envelope.content.decode('utf-8', 'replace')}")
        return "250 OK"


@contextmanager
def provider(folder: Path) -> Iterator[Letters]:
    letters, context = Letters(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{SMTP}.pem", folder / f"{SMTP}.key")

    def knows(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(
            success=(data.login, data.password) == (b"portail", b"un mot de passe, avec $ et #")
        )

    served = Controller(
        letters,
        hostname="127.0.0.1",
        port=587,
        tls_context=context,
        require_starttls=True,
        authenticator=knows,
        auth_required=True,
    )
    served.start()
    try:
        yield letters
    finally:
        served.stop()


def certificates(folder: Path) -> None:
    """One that signs itself for each name."""
    for name in (SITE, SMTP):
        key, subject = (
            ec.generate_private_key(ec.SECP256R1()),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        )
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=60))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


@contextmanager
def repository(folder: Path) -> Iterator[str]:
    """The address from which the code of this clone, as it is committed, can be had."""
    bare = folder / "code" / "portail.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(ROOT), str(bare)], check=True)
    for words in (("branch", "-f", "main", "HEAD"), ("symbolic-ref", "HEAD", "refs/heads/main")):
        subprocess.run(["git", "-C", str(bare), *words], check=False, capture_output=True)
    with reserved_port() as port:
        daemon = subprocess.Popen(
            [
                "git", "daemon", "--reuseaddr", "--export-all", f"--base-path={bare.parent}",
                "--listen=127.0.0.1", f"--port={port}",
            ]
        )  # fmt: skip
        try:
            yield f"git://127.0.0.1:{port}/portail.git"
        finally:
            for each in (*psutil.Process(daemon.pid).children(recursive=True), daemon):
                each.kill()
            daemon.wait()


class Administrator:
    """Somebody who follows the page, and remembers what the machine answered."""

    def __init__(self, machine: Machine, folder: Path, address: str) -> None:
        self.machine, self.folder, self.address = machine, folder, address
        self.heard = ""
        """All that it ever answered."""

    def follows(self, section: str) -> str:
        """All that it said."""
        found = [each for each in blocks(PAGE.read_text()) if each.section.startswith(section)]
        assert found, f"the page has no section {section!r}"
        return "".join(self._does(each) for each in found)

    def types(self, command: str) -> Ended:
        return self.machine.types(command)

    def reads_in_the_log(self, words: str) -> bool:
        for _ in range(PATIENCE):
            if words in self.types("journalctl --unit portail --no-pager").said:
                return True
            time.sleep(1)
        return False

    def _does(self, block: Block) -> str:
        code = self._filled(block.code)
        if not block.is_typed:
            assert block.path, f"what is to be done with this is not said:\n{code}"
            self.machine.writes(block.path, code)
            return ""
        said = ""
        # A folder that was entered is left with the block.
        here = ""
        for line in code.splitlines():
            command = self._changed(line.partition("  #")[0].strip())
            if not command:
                continue
            ended = self.types(f"{here}{command}")
            assert ended.status == 0, f"{command}\n{ended.said}"
            if command.startswith("cd "):
                here = f"{command.partition(' && ')[0]}; "
            said += ended.said
        self.heard += said
        return said

    def _filled(self, code: str) -> str:
        for left, given in {**ANSWERS, "ADRESSE-DU-DÉPÔT": self.address}.items():
            code = code.replace(left, given)
        newest = re.findall(r"/srv/sauvegarde/portail-\S+?\.tar\.gz(?:\.age)?", self.heard)
        return (
            re.sub(r"/srv/sauvegarde/portail-\S+", newest[-1].rstrip(".") if newest else "", code)
            if newest
            else code
        )

    def _changed(self, command: str) -> str:
        """What cannot be done as it stands: nobody sits at an editor or watches a log, and no authority would sign."""
        if command.startswith("sudo editor "):
            return ""
        if command.startswith("sudo certbot "):
            site = "/etc/nginx/sites-available/portail"
            self.machine.writes("/etc/ssl/certs/site.pem", (self.folder / f"{SITE}.pem").read_text())
            self.machine.writes("/etc/ssl/private/site.key", (self.folder / f"{SITE}.key").read_text())
            self.machine.writes(site, self.machine.reads(site).rstrip().removesuffix("}") + CERTBOT)
            return "sudo systemctl reload nginx"
        return command.replace(" -f", " -n 20") if command.startswith("journalctl") else command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("installation")
    certificates(made)
    return made


@pytest.fixture(scope="module")
def administrator(folder: Path) -> Iterator[Administrator]:
    if not can_be_made():
        pytest.skip(LACKS)
    with empty_machine(folder) as machine, repository(folder) as address:
        machine.writes("/etc/hosts", f"127.0.0.1 localhost {socket.gethostname()} {SITE} {SMTP}\n")
        machine.writes(f"/usr/local/share/ca-certificates/{SMTP}.crt", (folder / f"{SMTP}.pem").read_text())
        assert machine.types("apt-get update && update-ca-certificates").status == 0
        machine.reaches_the_world()
        yield Administrator(machine, folder, address)


@pytest.fixture(scope="module")
def letters(folder: Path) -> Iterator[Letters]:
    with provider(folder) as taken:
        yield taken


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, f"--host-resolver-rules=MAP {SITE} 127.0.0.1"]
        )
        yield chromium.new_context(ignore_https_errors=True, locale="fr-FR").new_page()
        chromium.close()


@pytest.mark.slow
def test_the_page_installs_the_portal_on_an_empty_machine(
    administrator: Administrator, letters: Letters, page: Page, folder: Path
) -> None:
    for section in ("1. ", "2. ", "3. ", "4. ", "5. "):
        administrator.follows(section)

    link = re.findall(rf"https://{SITE}/invitation/\S+", administrator.heard)[-1]
    _chooses_a_password(page, link)
    _enrols_an_application(page)
    page.goto(f"https://{SITE}/administration/sante")
    page.screenshot(path=folder / "sante.png", full_page=True)
    page.get_by_role("button", name=re.compile("e-mail d.essai")).click()
    for _ in range(PATIENCE):
        if any("admin@exemple.fr" in each for each in letters.taken):
            break
        page.wait_for_timeout(1_000)

    assert any("admin@exemple.fr" in each for each in letters.taken)
    assert page.goto(f"https://{SITE}/readyz").status == 200  # type: ignore[union-attr]
    assert administrator.types("sudo portail doctor").status == 0


@pytest.mark.slow
def test_it_backs_up_restores_and_brings_up_to_date(administrator: Administrator, page: Page) -> None:
    """After the one before: each section goes on from what stands."""
    administrator.follows("Sauvegarder")
    administrator.follows("Restaurer")
    refused = _asking(page)

    administrator.follows("Mettre à jour")

    assert administrator.reads_in_the_log("Rechargé : la nouvelle version répond.")
    assert refused() == []


def _chooses_a_password(page: Page, link: str) -> None:
    page.goto(link)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_load_state()


def _enrols_an_application(page: Page) -> None:
    """An administrator must have a second factor before anything else."""
    page.get_by_role("link", name="Ajouter une application").click()
    page.locator("summary", has_text="lire le carré").click()
    key = page.locator(".secret").inner_text()
    page.get_by_label(re.compile("Code à 6.chiffres")).fill(
        str(TOTP(key=key.replace(" ", "")).generate().token)
    )
    page.get_by_role("button", name="Vérifier et inscrire").click()
    page.get_by_role("button", name=re.compile("Je les ai gardés")).click()


def _asking(page: Page) -> Callable[[], list[str]]:
    """Somebody asks for the home page ten times a second until told; what was answered otherwise than with it."""
    page.goto(f"https://{SITE}/")
    page.evaluate(
        """() => {
            window.wrong = [];
            window.asking = setInterval(() => fetch("/", {cache: "no-store"}).then(
                (answer) => { if (answer.status !== 200) window.wrong.push(String(answer.status)); },
                (error) => window.wrong.push(String(error))), 100);
        }"""
    )

    def ends() -> list[str]:
        wrong: list[str] = page.evaluate("() => { clearInterval(window.asking); return window.wrong; }")
        return wrong

    return ends
