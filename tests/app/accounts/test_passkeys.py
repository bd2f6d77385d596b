"""What a passkey's answer proves, and what it does not: signed by a device of the tests, as a browser would hand it on."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from app.models import Account
from app.models.states import Role
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")
PASSWORD = "girafe parapluie lundi"
ENROL = "/preferences/double-authentification/cle"
SECOND, ALONE = "/connexion/code/cle", "/connexion/cle"
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


class Device:
    """Holds one passkey. `verifies` says whether it asks for a code, a finger or a face."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True) -> None:
        self.origin, self.verifies, self.signed = origin, verifies, 0
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), b"a device of the tests"

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps(
            {"type": f"webauthn.{kind}", "challenge": options["challenge"], "origin": self.origin}
        ).encode()

    def _data(self, host: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.signed.to_bytes(4, "big")

    def _answer(self, **response: bytes) -> str:
        told = {name: text(value) for name, value in response.items()}
        name = text(self.name)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})

    def create(self, options: dict[str, Any]) -> str:
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))  # type: ignore[no-untyped-call]
        held = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + public
        data = self._data(options["rp"]["id"], ATTESTED) + held
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=self._said("create", options), attestationObject=attested)

    def get(self, options: dict[str, Any]) -> str:
        self.signed += 1
        said, data = self._said("get", options), self._data(options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)


def asked(client: FlaskClient, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What the page asks the browser, and the form that the answer goes into."""
    page = client.get(path).text
    options = re.search(r'data-options="([^"]*)"', page)
    challenge = re.search(r'name="challenge"[^>]*value="([^"]*)"', page)
    assert options
    assert challenge
    return json.loads(unescape(options[1])), {"challenge": unescape(challenge[1])}


@pytest.fixture
def marie(app: Flask, build: Builder) -> Account:
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(Role.COORDINATOR, password=hashed, email="marie@essai.example")


def enrol(client: FlaskClient, device: Device) -> int:
    options, form = asked(client, ENROL)
    return client.post(ENROL, data={**form, "answer": device.create(options), "name": "Clé"}).status_code


@pytest.fixture
def device(app: Flask, marie: Account, sign_in: SignIn, clock: FrozenClock) -> Device:
    """Marie's, enrolled elsewhere."""
    made, elsewhere = Device(), app.test_client()
    sign_in(elsewhere, marie)
    assert enrol(elsewhere, made) == 303
    clock.advance(minutes=5)
    return made


def is_in(client: FlaskClient) -> bool:
    return client.get("/coordination/offres").status_code == 200


def prove(client: FlaskClient, device: Device, to: str) -> dict[str, str]:
    """What was sent, for whoever wants to send it again."""
    options, form = asked(client, "/connexion" if to == ALONE else "/connexion/code")
    sent = {**form, "answer": device.get(options)}
    client.post(to, data=sent)
    return sent


def knock(client: FlaskClient) -> None:
    client.post("/connexion", data={"email": "marie@essai.example", "password": PASSWORD})


def test_an_answer_is_good_once(app: Flask, client: FlaskClient, device: Device, clock: FrozenClock) -> None:
    sent = prove(client, device, ALONE)
    assert is_in(client)
    clock.advance(seconds=1)

    thief = app.test_client()
    page = thief.post(ALONE, data=sent, follow_redirects=True)
    assert not is_in(thief)
    assert "La page est restée ouverte trop longtemps" in page.text


def test_a_passkey_that_asks_its_owner_nothing_stands_beside_the_password_only(
    client: FlaskClient, device: Device
) -> None:
    device.verifies = False
    prove(client, device, ALONE)
    assert not is_in(client)
    knock(client)
    prove(client, device, SECOND)
    assert is_in(client)


@pytest.mark.parametrize("to", [ALONE, SECOND])
def test_another_site_a_copied_device_and_an_old_page_prove_nothing(
    client: FlaskClient, device: Device, clock: FrozenClock, to: str
) -> None:
    knock(client)
    prove(client, device, to)
    assert is_in(client)
    client.post("/deconnexion")
    clock.advance(minutes=1)
    for fault in ("origin", "key", "counter", "age"):
        false = Device("https://portail-des-dons.example" if fault == "origin" else device.origin)
        false.key = false.key if fault == "key" else device.key
        false.signed = 0 if fault == "counter" else 50
        knock(client)
        options, form = asked(client, "/connexion" if to == ALONE else "/connexion/code")
        clock.advance(minutes=31 if fault == "age" else 0)
        client.post(to, data={**form, "answer": false.get(options)})
        assert not is_in(client), fault


def test_a_passkey_of_somebody_else_is_no_second_factor(
    app: Flask, client: FlaskClient, device: Device, build: Builder, sign_in: SignIn
) -> None:
    paul = build.account(Role.COORDINATOR)
    other = Device()
    other.name = b"paul's"
    client_of_paul = app.test_client()
    sign_in(client_of_paul, paul)
    assert enrol(client_of_paul, other) == 303
    knock(client)
    prove(client, other, SECOND)

    assert not is_in(client)


def test_a_passkey_is_enrolled_once_and_in_ones_own_name(
    app: Flask, client: FlaskClient, device: Device, marie: Account, sign_in: SignIn, build: Builder
) -> None:
    sign_in(client, marie)
    options, form = asked(client, ENROL)
    assert [each["id"] for each in options["excludeCredentials"]] == [text(device.name)]
    page = client.post(
        ENROL, data={**form, "answer": device.create(options), "name": "Clé"}, follow_redirects=True
    )
    assert "Cette clé est déjà inscrite." in page.text

    another = app.test_client()
    sign_in(another, build.account(Role.COORDINATOR))
    fresh = Device()
    fresh.name = b"fresh"
    assert (
        another.post(ENROL, data={**form, "answer": fresh.create(options), "name": "Clé"}).status_code == 422
    )


HOSTILE = (
    "",
    "null",
    "[]",
    "{}",
    "9" * 5000,
    "[" * 15_000,
    '{"id": "\\u0000"}',
    '{"id": {}}',
    "é\0",
    "x" * 200_000,
)


def test_whatever_else_is_sent_gets_a_sentence(
    client: FlaskClient, device: Device, marie: Account, sign_in: SignIn
) -> None:
    name = text(device.name)
    responses: tuple[Any, ...] = (
        {},
        [],
        {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
    )
    broken = [
        json.dumps({"id": name, "rawId": name, "type": "public-key", "response": each}) for each in responses
    ]
    attested = text(cbor.encode({"fmt": "none", "attStmt": {}, "authData": b"x" * 60}))
    broken.append(
        json.dumps(
            {"id": name, "rawId": name, "response": {"clientDataJSON": "e30", "attestationObject": attested}}
        )
    )
    for answer in (*HOSTILE, *broken):
        knock(client)
        for to, page in ((ALONE, "/connexion"), (SECOND, "/connexion/code")):
            _options, form = asked(client, page)
            for sent in ({**form, "answer": answer}, {"challenge": answer, "answer": answer}):
                assert client.post(to, data=sent).status_code == 303, answer[:40]
                assert not is_in(client)
    sign_in(client, marie)
    _options, form = asked(client, ENROL)
    for answer in (*HOSTILE, *broken):
        for sent in ({**form, "answer": answer}, {"challenge": answer, "answer": answer}):
            assert client.post(ENROL, data={**sent, "name": "Clé"}).status_code == 422, answer[:40]


def test_signed_challenges_are_not_taken_for_one_another(
    app: Flask, client: FlaskClient, device: Device
) -> None:
    """One that the page to sign in shows to everybody is not the one that comes after the password."""
    options, form = asked(client, "/connexion")
    knock(client)
    client.post(SECOND, data={**form, "answer": device.get(options)})

    assert not is_in(client)
