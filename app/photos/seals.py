"""The seal in the address of a photo: for one who looks, until the day after. Of days of Paris, so that a page's addresses stay the same for a day."""

from collections.abc import Collection
from datetime import date, timedelta

from flask import current_app
from itsdangerous import Signer

BY_LINK = 0
"""Who looks where nobody is signed in: a page that a signed link opened."""


def made(key: str, viewer: int, today: date) -> str:
    until = (today + timedelta(days=1)).toordinal()
    return f"{until}.{_signature(key, viewer, until)}"


def good(seal: str, key: str, viewers: Collection[int], today: date) -> bool:
    """Whether it was made for this photo and one of these, and is not over."""
    until, _dot, signature = seal.partition(".")
    if not (until.isascii() and until.isdigit() and len(until) < 8) or int(until) < today.toordinal():
        return False
    return any(
        _signer(key, viewer).verify_signature(until, signature.encode("utf-8", "replace"))
        for viewer in viewers
    )


def _signature(key: str, viewer: int, until: int) -> str:
    return _signer(key, viewer).get_signature(str(until)).decode()


def _signer(key: str, viewer: int) -> Signer:
    return Signer(current_app.extensions["settings"].secret_key, salt=f"portail-photo:{key}:{viewer}")
