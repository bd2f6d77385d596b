"""What is remembered of the device that somebody sits at: whether it is shared, and nothing shall stay on it."""

import re

from flask import g, request
from flask import session as cookie

from app.web.access import current_account

LAST_ACT = "last_act"
"""In the session of a shared computer: when somebody last did something, in seconds of Unix time."""
SENT, MOST_SENT = "sent", 20
"""In the session of a shared computer: the keys of what was sent without an account."""
DEVICE = "poste_partage"
"""The cookie by which a device remembers that it is shared, and with which computer room's page it opens."""
ACTS = frozenset({"document", "iframe"})
"""What a person asks for, as a browser says."""
STILL_THERE = "shared.go_on"
"""An open page says that somebody types there."""
BY_ITSELF = frozenset({"matches.look"})
"""What open pages send unasked."""
SHARED = "1"
"""What stands there where no room is known."""


def is_shared() -> bool:
    """Whether this session is on a shared computer."""
    return LAST_ACT in cookie


def is_act() -> bool:
    """Whether a person asks for this; the rest is asked by pages that lie open."""
    if request.endpoint == STILL_THERE or request.headers.get("Sec-Fetch-Dest", "document") in ACTS:
        return True
    return request.method == "POST" and request.endpoint not in BY_ITSELF


def _said() -> str:
    return str(g.get("device_shared", request.cookies.get(DEVICE, "")))


def was_shared() -> bool:
    """Whether whoever came last to this device said that it is shared, or that nothing shall stay on it."""
    return bool(_said())


def room_of_device() -> str:
    """The name in addresses of the committee in whose computer room this device stands, or nothing."""
    said = _said()
    return said if said != SHARED and re.fullmatch(r"[a-z0-9-]{1,80}", said) else ""


def keeps_drafts() -> bool:
    """Whether what is typed may stay in this browser: neither on a shared computer nor of what a volunteer types about somebody."""
    return current_account() is None and not is_shared() and not was_shared()


def remember_device(shared: bool) -> None:
    """What was ticked on this device holds until somebody ticks otherwise."""
    g.device_shared = (room_of_device() or SHARED) if shared else ""


def begin_sharing(room: str) -> None:
    """This device stands in that committee's computer room."""
    g.device_shared = room


def remember_sent(key: str) -> None:
    """On a shared computer the page of what was sent is for whoever sent it, until they leave."""
    if was_shared() and current_account() is None:
        cookie[SENT] = [*cookie.get(SENT, []), key][-MOST_SENT:]


def sent_by_another(key: str) -> bool:
    """Whether somebody has sent this here, and left: the history of a browser still leads to it."""
    return was_shared() and current_account() is None and key not in cookie.get(SENT, [])


def keep_nothing() -> None:
    """From now on nothing stays on this device, and nothing that did: what donors say who do not sign in."""
    remember_device(True)
    g.nothing_left = True
