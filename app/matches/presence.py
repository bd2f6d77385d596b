"""What a colleague is looking at: said by the page while it is open, shown to the others for as long."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, delete, select

from app.db import among, session, transaction
from app.matches import forms
from app.matches.room import blueprint
from app.models import Account, Match, Presence
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.text import _

FRESH = timedelta(seconds=90)
"""A page says every half minute what it shows: two of them may be lost."""


@blueprint.post("/coordination/regards")
@access(Who.COORDINATOR)
def look() -> ResponseReturnValue:
    """The page of who asks shows `vu`; what colleagues look at among `match`, in words by match."""
    seen = forms.numbers(request.form.getlist("vu"))[:1]
    with transaction() as work:
        note(work, signed_in().id, seen, now())
    shown = forms.numbers(request.form.getlist("match"))
    return jsonify({str(key): said for key, said in looked_at(session(), shown, now()).items()})


def note(session: Session, account_id: int, match_ids: Collection[int], now: datetime) -> None:
    """This account looks at these matches, and at nothing else."""
    session.execute(delete(Presence).where(col(Presence.account_id) == account_id))
    for key in session.exec(select(Match.id).where(among(Match.id, match_ids))).all():
        session.add(Presence(account_id=account_id, match_id=key, at=now))


def looked_at(session: Session, match_ids: Collection[int], now: datetime) -> dict[int, str]:
    """For each of these matches that a colleague looks at, a sentence. One query."""
    query = (
        select(Presence.match_id, Account.name)
        .join(Account, col(Account.id) == col(Presence.account_id))
        .where(
            among(Presence.match_id, match_ids), col(Presence.at) > now - FRESH, Account.id != signed_in().id
        )
        .order_by(col(Account.name))
    )
    names: dict[int, list[str]] = {}
    for match_id, name in session.exec(query):
        names.setdefault(match_id, []).append(name)
    return {
        key: _("%(names)s regarde aussi.", names=found[0])
        if len(found) == 1
        else _("%(names)s regardent aussi.", names=", ".join(found))
        for key, found in names.items()
    }
