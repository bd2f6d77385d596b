"""Nobody acts on a stale page: each form carries the last decision that its page could know of, and what it was filled with.

An act about something that somebody has decided about since then is not carried out: its transaction ends with a StaleError,
which says who did what and when. Pages need do nothing for it: what an act is about stands in the route's address or signed
link, and whether it changes that, in the decisions that it leaves. What leaves no decision compares what the form was filled
with (`filled_with`, `unchanged`). A form without these fields is answered as if nobody else were there.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, g, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlmodel import Session, SQLModel, col, func, select
from werkzeug.exceptions import HTTPException

from app.db import seen_by, session
from app.models import Account, Decision, Match
from app.models.states import Side, Verb
from app.transitions import UNTOLD
from app.web.access import Who, current_account, declared
from app.web.deeds import Deed, Viewer, changed_sentence, deed_sentence, typed_sentence
from app.web.errors import DomainError
from app.web.links import Purpose
from app.web.meanwhile import kept_meanwhile

SUBJECTS: Mapping[str, Any] = {
    "offer_id": col(Decision.offer_id),
    "need_id": col(Decision.need_id),
    "match_id": col(Decision.match_id),
    "account_id": col(Decision.about_account_id),
    "donor_id": col(Decision.donor_id),
    "committee_id": col(Decision.committee_id),
    "round_id": col(Decision.round_id),
}
"""What an address or a link may name, and where decisions name it."""

OF_LINKS = {
    Purpose.CONFIRM_OFFER: "offer_id",
    Purpose.TRACK_OFFER: "offer_id",
    Purpose.DONOR_ANSWER: "match_id",
    Purpose.COMMITTEE_ANSWER: "match_id",
    Purpose.DONOR_REPORT: "match_id",
    Purpose.COMMITTEE_REPORT: "match_id",
    Purpose.OWN_DATA: "donor_id",
}
OF_DONORS = {
    Purpose.CONFIRM_OFFER,
    Purpose.TRACK_OFFER,
    Purpose.DONOR_ANSWER,
    Purpose.DONOR_REPORT,
    Purpose.OWN_DATA,
}

BESIDE = frozenset(
    {
        (Verb.ACCEPT, Verb.PROPOSE_TIMES),
        (Verb.ACCEPT, Verb.DECLINE),
        (Verb.PROPOSE_TIMES, Verb.ACCEPT),
        (Verb.REPORT, Verb.REPORT),
        (Verb.REPORT, Verb.COMPLETE),
        (Verb.REPORT, Verb.FAIL),
    }
)
"""(what one side of a match has done, what the other side is doing): neither makes the other untrue."""

BESIDE_OF_OFFER = frozenset(
    {
        (Verb.CONFIRM, Verb.EXTEND),
        (Verb.CONFIRM, Verb.WITHDRAW),
        (Verb.EXTEND, Verb.CONFIRM),
        (Verb.EXTEND, Verb.WITHDRAW),
    }
)
"""(done to an offer, being done to it), by whomever."""

OF_ONE_ARTICLE = frozenset({Verb.REPORT, Verb.COMPLETE, Verb.FAIL, Verb.CORRECT})
"""What is said of one article of a trip leaves the others as they were."""

OWN_FACTORS = frozenset(
    {Verb.ADD_FACTOR, Verb.REMOVE_FACTOR, Verb.USE_RECOVERY_CODE, Verb.RENEW_RECOVERY_CODES}
)
NO_MATTER = (
    frozenset({Verb.PROPOSE, Verb.MESSAGE, Verb.NEW_DEVICE, Verb.CLOSE_SESSIONS, Verb.ASK_DATA}) | OWN_FACTORS
)
"""What makes no page untrue, and is not made wrong by one that is."""

SIDES = {Verb.ACCEPT: Side.DONOR, Verb.PROPOSE_TIMES: Side.COMMITTEE}
"""Who does what is done by one side alone; of the rest, decisions say it."""


class StaleError(DomainError):
    """Somebody was quicker; nothing was changed. `sentence` says who did what and when."""


def on(**subjects: int | Collection[int]) -> None:
    """Say what this request is about where its address does not: `on(need_id=3)`, `on(need_id=[3, 4])`."""
    g.setdefault("about", {}).update(subjects)


def on_link(purpose: Purpose, subject: int) -> None:
    """A signed link was opened: it says what this request is about, and who asks."""
    if purpose in OF_LINKS:
        on(**{OF_LINKS[purpose]: subject})
    g.viewer = Viewer.DONOR if purpose in OF_DONORS else Viewer.COMMITTEE


def posted() -> int | None:
    """The last decision that the page of this form could know of; None where there is no form, or it does not say."""
    return _number(request.form.get("seen", "")) if has_request_context() else None


def _number(sent: str) -> int | None:
    return int(sent) if re.fullmatch(r"[0-9]{1,18}", sent) else None


def _about() -> sa.ColumnElement[bool]:
    """The decisions about what this request is about; of a match, those about its whole trip."""
    named = {**(request.view_args or {}), **g.get("about", {})}
    ids = {
        key: [value] if isinstance(value, int) else value for key, value in named.items() if key in SUBJECTS
    }
    found = [SUBJECTS[key].in_(value) for key, value in ids.items()]
    if "match_id" in ids:
        trips = sa.select(col(Match.handover_id)).where(col(Match.id).in_(ids["match_id"]))
        found.append(
            SUBJECTS["match_id"].in_(sa.select(col(Match.id)).where(col(Match.handover_id).in_(trips)))
        )
    return sa.or_(sa.false(), *found)


def _since(current: Session, seen: int, about: sa.ColumnElement[bool]) -> list[Deed]:
    """What was decided after the page was read, in that order."""
    query = (
        select(Decision, Account)
        .join(Account, col(Decision.account_id) == col(Account.id), isouter=True)
        .where(col(Decision.id) > seen, about)
        .order_by(col(Decision.id))
    )
    return [
        Deed(decision, by) for decision, by in current.exec(query.where(col(Decision.verb).not_in(NO_MATTER)))
    ]


def check(current: Session) -> None:
    """At the end of an act's transaction. Raises StaleError where it would change what was decided about meanwhile."""
    if not has_request_context():
        return
    seen = posted()
    current.flush()
    ids = {each.id for each in current.info.get(UNTOLD, ()) if each in current}
    deeds = _since(current, seen, _about()) if seen is not None and ids else []
    own = [each.decision for each in deeds if each.decision.id in ids]
    others = [
        each
        for each in deeds
        if each.decision.id not in ids and not all(_beside(each.decision, one) for one in own)
    ]
    if own and others:
        raise StaleError(sentence(others[-1]))
    if ids:
        g.seen, g.acted = max(ids), True


def _beside(meanwhile: Decision, doing: Decision) -> bool:
    pair = (meanwhile.verb, doing.verb)
    if doing.offer_id is not None:
        articles = [each.data.get("offered_item") for each in (meanwhile, doing)]
        return pair in BESIDE_OF_OFFER or (None not in articles and articles[0] != articles[1])
    sides = [each.data.get("side") or SIDES.get(each.verb) for each in (meanwhile, doing)]
    if meanwhile.verb is Verb.APPROVE and meanwhile.match_id != doing.match_id:
        return True  # another article joins the trip
    if OF_ONE_ARTICLE.issuperset(pair) and meanwhile.match_id != doing.match_id:
        return not doing.data.get("unannounced")  # a form that is sent twice would bring it twice
    return pair in BESIDE and sides[0] != sides[1] and "other_time" not in meanwhile.data


def told(seen: int | None = None) -> str | None:
    """Why a service has just refused, if somebody was quicker than who saw the decision `seen`, or than what the form says:
    who did what and when. After the transaction."""
    seen = posted() if seen is None else seen
    deeds = _since(session(), seen, _about()) if seen is not None else []
    changes = [
        each
        for each in deeds
        if each.decision.about_account_id or each.decision.from_state != each.decision.to_state
    ]
    return sentence(changes[-1]) if changes else None


def sentence(deed: Deed) -> str:
    """« Anne Exemple a accepté à 14 h 02. Votre geste n'a rien changé. », as whoever is looking may read it."""
    return deed_sentence(deed, g.get("viewer", Viewer.DESK), current_account())


def filled_with(**values: Any) -> None:
    """What the forms of this page were filled with: rows, or what JSON can hold. To be called before they are shown."""
    g.was = {**g.get("was", {}), **{name: _mark(value) for name, value in values.items()}}


def unchanged(**values: Any) -> None:
    """In the transaction, the rows locked: these are the values by now. Raises StaleError where the form was filled with
    others under the same name."""
    was = dict(each.split(":", 1) for each in request.form.get("was", "").split(",") if ":" in each)
    if any(was.get(name, mark) != mark for name, mark in ((name, _mark(values[name])) for name in values)):
        raise StaleError(changed_sentence())
    g.acted = True


def _mark(value: Any) -> str:
    plain = value.model_dump() if isinstance(value, SQLModel) else value
    written = json.dumps(plain, default=str, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _look() -> None:
    """Before a page reads its rows: what is decided while it reads them counts as not seen."""
    who = declared(current_app, request.endpoint) if request.endpoint else None
    if who not in {None, Who.PUBLIC, Who.HOOK, Who.DEVELOPMENT}:
        # The last of all: looking for the last that concerns an association, PostgreSQL reads every decision there is.
        with seen_by(None):
            g.seen = session().exec(select(func.max(Decision.id))).one() or 0


def _fields() -> Markup:
    """The hidden fields of a form. One that is shown again with what was typed stays as old as it was."""
    again = request.method == "POST" and not g.get("acted")
    was = ",".join(f"{name}:{mark}" for name, mark in g.get("was", {}).items())
    values = {
        name: (request.form.get(name) if again else None) or here
        for name, here in (("seen", g.get("seen")), ("was", was or None))
    }
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in values.items()
        if value is not None
    )


def fresh_page() -> str | None:
    """Where the form was sent from, if that is a page of ours that can be asked for again."""
    there = urlsplit(request.referrer or "")
    if there.netloc != request.host:
        return None
    path = f"{there.path}?{there.query}" if there.query else there.path
    try:
        current_app.url_map.bind(request.host).match(there.path, method="GET")
    except HTTPException:
        return None
    return path


def own_page() -> bool:
    """Whether the form that was sent is shown at the address that it is sent to."""
    return request.url_rule is not None and {"GET", "POST"} <= set(request.url_rule.methods or ())


def _once_more(late: StaleError) -> ResponseReturnValue:
    """The form with what was typed, as its view shows it now; beside each field that differs, what is kept by now."""
    _look()
    g.late, g.acted, g.was = True, True, {}
    flash(f"{late.sentence} {typed_sentence()}", "warning")
    view: Any = current_app.view_functions[request.endpoint or ""]
    answer = current_app.make_response(view(**(request.view_args or {})))
    if answer.status_code < 300 or answer.status_code == 422:
        answer.status_code = late.status
    return answer


def _answer(late: StaleError) -> ResponseReturnValue:
    """On the page itself, read anew, with what was typed; on one of its own where nobody knows which that is."""
    if own_page() and "late" not in g and request.headers.get("HX-Request") != "true":
        return _once_more(late)
    back = fresh_page()
    if back is None:
        return late.page()
    flash(late.sentence, "warning")
    if request.headers.get("HX-Request") == "true":
        return Response(headers={"HX-Redirect": back})
    return redirect(back, 303)


def init_app(app: Flask) -> None:
    app.register_error_handler(StaleError, _answer)
    app.before_request(_look)
    app.jinja_env.globals |= {"seen_fields": _fields, "kept_meanwhile": kept_meanwhile}
