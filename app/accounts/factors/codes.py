"""Codes that people type: those of an application (TOTP, RFC 6238) and those that were printed. Pure: no request, no clock.

Both rest on a key that is derived from the portal's: what a stolen database holds opens nothing. With another
`PORTAL_SECRET_KEY` none is known any more, as no link and no session is.
"""

import hashlib
import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography import fernet
from passlib import exc, totp

PERIOD = 30
"""Seconds that a code is shown; the one before and the one after are taken too, for telephones that are slow or fast."""
DIGITS, RECOVERY_DIGITS = 6, 12
RECOVERY_CODES, FEW_LEFT = 10, 3
_COST = {"n": 2**11, "r": 8, "p": 1, "dklen": 32}
"""Of scrypt: some milliseconds, for ten are made while SQLite's only writer waits; the salt is no secret that a database holds."""


def digits(typed: str) -> str:
    """The code without the spaces, dashes and dots that people write between its digits; "" where it is none."""
    bare = re.sub(r"[\s.\-\u2010-\u2014]", "", typed[:60])
    return bare if re.fullmatch(r"[0-9]+", bare) else ""


def grouped(text: str, size: int) -> str:
    """`abcdefgh` → `abcd efgh`."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a telephone has to be told: `key` to type, in groups, and `uri` to read from a picture."""

    key: str
    uri: str


@dataclass(frozen=True)
class Codes:
    """The codes of one portal."""

    secret_key: str = field(repr=False)
    portal_name: str

    @cached_property
    def _key(self) -> bytes:
        return hmac.digest(self.secret_key.encode(), b"second factors", "sha256")

    @cached_property
    def _application(self) -> Any:
        # A colon would part the issuer from the account.
        issuer = self.portal_name.replace(":", " ").strip() or "Portail"
        return totp.TOTP.using(issuer=issuer, digits=DIGITS, period=PERIOD, secrets={"1": self._key.hex()})

    def new_secret(self) -> str:
        """A secret for an application, encrypted."""
        return str(self._application.new().to_json(encrypt=True))

    def enrolment(self, secret: str, email: str) -> Enrolment:
        known = self._application.from_source(secret)
        return Enrolment(grouped(known.base32_key, 4), known.to_uri(email.replace(":", " ")))

    def period_of(self, secret: str, code: str, last: int, now: datetime) -> int | None:
        """Of which period this code is, or None if it is wrong. A code of the period `last`, or of one before it, has served."""
        try:
            known = self._application.from_source(secret)
            # A counter of 0 is one that never served.
            found = known.match(code, now, window=PERIOD, last_counter=last or None)
        except (exc.TokenError, ValueError, UnicodeDecodeError):
            return None
        return int(found.counter)

    def new_recovery_codes(self) -> list[str]:
        return [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}" for _ in range(RECOVERY_CODES)]

    def recovery_digest(self, code: str, account_id: int, made_at: datetime) -> str:
        """What is kept of a recovery code. Slow, and not to be reckoned without the portal's key."""
        salt = hmac.digest(self._key, f"{account_id} {made_at.timestamp():.0f}".encode(), "sha256")
        return hashlib.scrypt(code.encode(), salt=salt, **_COST).hex()

    def sealed(self, made: list[str], now: datetime) -> str:
        """Whose they are, and recovery codes, on their way to the page that shows them: a cookie that is found later does not tell them."""
        return str(self._seal.encrypt_at_time(json.dumps(made).encode(), int(now.timestamp())).decode())

    def unsealed(self, kept: str, within: int, now: datetime) -> list[str]:
        """The same for so many seconds; nothing afterwards."""
        try:
            opened = self._seal.decrypt_at_time(kept.encode(), within, int(now.timestamp()))
        except fernet.InvalidToken:
            return []
        return [str(code) for code in json.loads(opened)]

    @property
    def _seal(self) -> Any:
        return fernet.Fernet(urlsafe_b64encode(self._key))


def printed(code: str) -> str:
    """`123456789012` → `1234 5678 9012`."""
    return grouped(code, 4)


def digest_of_device(cookie: str, account_mark: str) -> str:
    """What is kept of the cookie of a trusted device: it ends with the account's sessions, for it holds their mark."""
    return hashlib.sha256(f"{account_mark} {cookie}".encode()).hexdigest()
