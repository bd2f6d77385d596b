"""What the start page of a shared computer leads to: the usual sites of the administration (`sites.toml`), and a committee's own."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from app.models.base import LINE
from app.web.text import language, typeset

MOST = 30


class BadAddressError(ValueError):
    """What was typed is no public address that a shared computer could be led to."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`kept` is how `ComputerRoom.sites` names it; `does` what it serves for, in the language of the page."""

    kept: Any
    title: str
    address: str
    does: str = ""

    @property
    def key(self) -> str:
        """Its name in forms."""
        return self.kept if isinstance(self.kept, str) else self.address

    @property
    def host(self) -> str:
        return (urlsplit(self.address).hostname or "").removeprefix("www.")


@cache
def _listed() -> dict[str, dict[str, Any]]:
    rows = tomllib.loads(Path(__file__).with_name("sites.toml").read_text(encoding="utf-8"))["site"]
    return {row["name"]: row for row in rows}


def usual() -> list[Any]:
    """What a new room shows."""
    return [name for name, row in _listed().items() if row.get("usual")]


def shortcuts(kept: Iterable[Any]) -> list[Shortcut]:
    """Those of `ComputerRoom.sites`, in their order; what is listed no more is left out."""
    known, spoken = _listed(), "en" if language() == "en" else "fr"
    return [
        Shortcut(each, known[each]["title"], known[each]["address"], typeset(known[each][spoken]))
        if isinstance(each, str)
        else Shortcut(each, *each)
        for each in kept
        if not isinstance(each, str) or each in known
    ]


def others(kept: Iterable[Any]) -> list[Shortcut]:
    """Those of the list that a room does not show."""
    shown = {each for each in kept if isinstance(each, str)}
    return shortcuts(name for name in _listed() if name not in shown)


def address(typed: str) -> str:
    """« https://www.mairie-exemple.fr/ » of « www.mairie-exemple.fr ». Raises BadAddressError for anything but the https address of a
    public site: another scheme, a name and password in it, a machine of a local network."""
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError):
        raise BadAddressError from None
    name, dot, ending = host.rpartition(".")
    named = (name and dot and ending.isalpha()) or ending.startswith("xn--")
    if parts.scheme != "https" or not named or "@" in parts.netloc or port not in (None, 443):
        raise BadAddressError
    found = urlunsplit(("https", host, parts.path or "/", parts.query, parts.fragment))
    if len(found) > LINE or not found.isprintable() or any(sign in found for sign in ' "<>\\^`{|}'):
        raise BadAddressError
    return found
