"""Who answers for one association acts on nothing of another's: what an address or a form names is there for them, or the page is not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import abort, request

from app.db import session
from app.models import (
    Account,
    Committee,
    Decision,
    Donor,
    Earmark,
    Handover,
    Match,
    Need,
    Note,
    Offer,
    OfferedItem,
    PhoneCall,
    Receipt,
    Round,
    RoundStop,
    SavedView,
)

NAMED: Mapping[str, Any] = {
    "offer_id": Offer, "offre": Offer, "article_id": OfferedItem, "item_id": OfferedItem, "article": OfferedItem,
    "need_id": Need, "besoin": Need, "match_id": Match, "match": Match, "vu": Match, "earmark_id": Earmark,
    "committee_id": Committee, "account_id": Account, "donor_id": Donor, "note_id": Note,
    "decision_id": Decision, "handover_id": Handover, "round_id": Round, "stop_id": RoundStop, "receipt_id": Receipt,
    "call_id": PhoneCall, "view_id": SavedView,
}  # fmt: skip
"""What the arguments of addresses and the fields of forms that hold a row's number name."""
BY_KIND: Mapping[str, Any] = {
    "offre": Offer, "besoin": Need, "rapprochement": Match, "donateur": Donor, "comite": Committee,
}  # fmt: skip
TICKED: Mapping[str, Any] = {"offers": Offer, "needs": Need, "matches": Match, "actions": Need}
"""What is ticked in the lists of a room."""
OF_PAIRS = re.compile(r"([1-9]\d{0,8})-(0|[1-9]\d{0,8})-([1-9]\d{0,8})(?:-\w+)?", re.ASCII)
"""An article, a need (0 for none) and a committee, as gifts by hand name them."""


def check() -> None:
    """End the request where it names what is not there for whoever asks."""
    arguments = dict(request.view_args or {})
    if "key" in arguments and "kind" in arguments:
        _there(BY_KIND[arguments["kind"]], arguments["key"])
    for name, value in arguments.items():
        if name in NAMED:
            _there(NAMED[name], value)
    for model, key in _sent():
        _there(model, key)


def _sent() -> Iterator[tuple[Any, int]]:
    """What the form names."""
    ticked = TICKED.get(request.blueprint or "")
    for name, value in request.form.items(multi=True):
        model = ticked if name in {"choisi", "chosen", "shown"} else NAMED.get(name)
        if model is not None and re.fullmatch(r"[1-9][0-9]{0,8}", value):
            yield model, int(value)
        pair = OF_PAIRS.fullmatch(value if name in {"seul", "paire"} else name)
        for each, key in zip((OfferedItem, Need, Committee), pair.groups() if pair else (), strict=False):
            if key != "0":
                yield each, int(key)


def _there(model: Any, key: int) -> None:
    if session().get(model, key) is None:
        abort(404)
