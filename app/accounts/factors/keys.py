"""Passkeys (WebAuthn): what a browser is asked, and what its answer proves. No request, no database.

Yubico's fido2 checks them. (Flask-Security would use py_webauthn, and loads it, with OpenSSL's bindings, in every process of the web.)

A challenge travels with its page, signed, and says when it was made: `Key.used_at` is what makes it good once for a key.
"""

import hashlib
import hmac
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import structlog
from itsdangerous import BadData, URLSafeSerializer

from app.late import Late

if TYPE_CHECKING:
    from fido2 import server, webauthn
else:
    server, webauthn = Late("fido2.server"), Late("fido2.webauthn")

log = structlog.get_logger("portail")

GOOD_FOR = timedelta(minutes=30)
"""How long a page that asks for a passkey may lie open."""
LARGEST_ANSWER = 20_000
"""Characters; a browser's is about 1,500."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,1400}")
"""Of a passkey, in base64url."""
ALGORITHM = 3
"""Where a COSE key says what it signs with."""
LARGEST_KEY = 1480
"""Bytes of a public key with its name: as many characters as its column holds."""
PATIENCE = 120_000
"""Milliseconds that a browser waits for somebody to find the key in the bag."""


class Asking(StrEnum):
    """What a passkey is asked for."""

    ENROL = "enrol"
    SECOND = "second"
    """Beside the password: that it is there is enough."""
    ALONE = "alone"
    """Instead of the password: it must have asked its owner for a code, a finger or a face."""


class KeyFault(StrEnum):
    """Why an answer proves nothing."""

    OLD = "old"
    UNREADABLE = "unreadable"
    UNVERIFIED = "unverified"


class PasskeyError(Exception):
    def __init__(self, fault: KeyFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where passkeys belong: the name of the machine in addresses, and from which addresses answers may come."""

    host: str
    origins: tuple[str, ...]
    name: str
    secret_key: str

    def challenge(self, asking: Asking, about: int, now: datetime) -> str:
        """Signed, for the page; `about` is the account's number, 0 where it is not known yet."""
        return self._signer(asking).dumps([secrets.token_urlsafe(32), about, now.timestamp()])

    def made_at(self, asking: Asking, about: int, challenge: str, now: datetime) -> float:
        """When it was made, in Unix time. Raises PasskeyError if it is not ours, another's, or too old."""
        try:
            _random, whose, at = self._signer(asking).loads(challenge)
        except (BadData, ValueError, TypeError):
            raise PasskeyError(KeyFault.OLD) from None
        if whose != about or not 0 <= now.timestamp() - at <= GOOD_FOR.total_seconds():
            raise PasskeyError(KeyFault.OLD)
        return float(at)

    def _signer(self, asking: Asking) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt=f"passkey:{asking}")

    def handle(self, account_id: int) -> bytes:
        """What a passkey keeps of its account: nothing that says whose it is."""
        return hmac.digest(self.secret_key.encode(), f"passkey of {account_id}".encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a passkey. `public` holds its name, its public key and the kind of its device, in base64url."""

    credential_id: str
    public: str
    counter: int
    used_at: datetime | None = None


def _text(value: bytes) -> str:
    """In base64url."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(f"{text}===")


def _server(site: RelyingParty) -> "server.Fido2Server":
    party = webauthn.PublicKeyCredentialRpEntity(name=site.name, id=site.host)
    return server.Fido2Server(
        party, webauthn.AttestationConveyancePreference.NONE, verify_origin=site.origins.__contains__
    )


def _random(challenge: str) -> bytes:
    """What the device signs for the challenge of a page."""
    return hashlib.sha256(challenge.encode()).digest()


def _known(credential_ids: Iterable[str]) -> list[Any]:
    kind = webauthn.PublicKeyCredentialType.PUBLIC_KEY
    return [webauthn.PublicKeyCredentialDescriptor(type=kind, id=_bytes(each)) for each in credential_ids]


def _written(options: Any) -> str:
    return json.dumps({**dict(options)["publicKey"], "timeout": PATIENCE})


def to_enrol(
    site: RelyingParty, challenge: str, account_id: int, email: str, name: str, known: Iterable[str]
) -> str:
    """What `navigator.credentials.create` is given, as JSON. `known` are the account's passkeys: no device gives a second one."""
    options, _state = _server(site).register_begin(
        webauthn.PublicKeyCredentialUserEntity(name=email, id=site.handle(account_id), display_name=name),
        credentials=_known(known),
        resident_key_requirement=webauthn.ResidentKeyRequirement.PREFERRED,
        user_verification=webauthn.UserVerificationRequirement.PREFERRED,
        challenge=_random(challenge),
    )
    return _written(options)


def to_prove(site: RelyingParty, challenge: str, asking: Asking, known: Iterable[str] = ()) -> str:
    """What `navigator.credentials.get` is given, as JSON. Without `known` the browser shows those that it holds for this site."""
    verification = webauthn.UserVerificationRequirement
    options, _state = _server(site).authenticate_begin(
        credentials=_known(known) or None,
        user_verification=verification.REQUIRED if asking is Asking.ALONE else verification.PREFERRED,
        challenge=_random(challenge),
    )
    return _written(options)


def credential_of(answer: str) -> str:
    """Which passkey says that it answers; "" where that cannot be read."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    found = said.get("id") if isinstance(said, dict) else None
    return found if isinstance(found, str) and NAME.fullmatch(found) else ""


def enrolled(site: RelyingParty, challenge: str, answer: str) -> Key:
    """The new passkey. Raises PasskeyError. The challenge's date is the caller's affair."""
    state = {"challenge": _text(_random(challenge)), "user_verification": "preferred"}
    try:
        told = _server(site).register_complete(state, json.loads(answer))
        found = told.credential_data
        known = found is not None and found.public_key[ALGORITHM] in found.public_key.supported_algorithms()
    except Exception as error:  # whatever a hostile answer breaks in the library, it proves nothing
        raise _refused(error) from None
    if found is None or not known or len(found) > LARGEST_KEY:
        raise PasskeyError(KeyFault.UNREADABLE)
    return Key(_text(found.credential_id), _text(found), told.counter)


def proved(site: RelyingParty, challenge: str, answer: str, key: Key, asking: Asking, made_at: float) -> int:
    """That the device holds `key`: how often it says that it signed. Raises PasskeyError."""
    if key.used_at is not None and made_at < key.used_at.timestamp():
        raise PasskeyError(KeyFault.OLD)
    state = {"challenge": _text(_random(challenge)), "user_verification": "preferred"}
    try:
        said = webauthn.AuthenticationResponse.from_dict(json.loads(answer))
        known = webauthn.AttestedCredentialData(_bytes(key.public))
        _server(site).authenticate_complete(state, [known], said)
        signed = said.response.authenticator_data
    except Exception as error:  # as above
        raise _refused(error) from None
    if asking is Asking.ALONE and not signed.is_user_verified():
        raise PasskeyError(KeyFault.UNVERIFIED)
    return int(signed.counter)


def _refused(error: Exception) -> PasskeyError:
    log.info("passkey refused", kind=type(error).__name__)
    return PasskeyError(KeyFault.UNREADABLE)
