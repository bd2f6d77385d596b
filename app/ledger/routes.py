"""What was sent to whom and what came back: for coordinators, and for the mail server that reports a bounce."""

import hmac
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.db import session, transaction
from app.late import Late
from app.ledger import queries, service
from app.ledger.forms import AddressForm
from app.ledger.wording import address_refused, letter_state
from app.models import Match, OutboxMessage, RefusedAddress
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.guard import csrf, takes_up_to
from app.web.limits import limiter
from app.web.seen import filled_with, unchanged
from app.web.text import _
from config import Settings
from notifications.models import NOBODY

if TYPE_CHECKING:
    from app.ledger import letters
    from notifications import bounces
else:
    letters, bounces = Late("app.ledger.letters"), Late("notifications.bounces")

blueprint = Blueprint("ledger", __name__)
log = structlog.get_logger("portail")

LARGEST_REPORT = 256 * 1024


@blueprint.get("/coordination/rapprochements/<int:match_id>/courriels")
@access(Who.COORDINATOR)
def of_match(match_id: int) -> str:
    """Every letter about a match: to whom, when, what the server answered, and its text."""
    current = session()
    match = current.get(Match, match_id) or abort(404)
    letters = queries.of_match(current, match_id)
    return render_template("ledger/match.html", match=match, **_shown(letters))


@blueprint.get("/coordination/courriels")
@access(Who.PORTAL)
def undelivered() -> str:
    """What did not arrive, and the addresses that receive nothing."""
    current = session()
    marks, letters = queries.marks(current, asked.page()), queries.undelivered(current, asked.page())
    # Both lists turn together; the longer one says whether a page follows.
    page = marks if marks.more else letters
    return render_template("ledger/undelivered.html", page=page, marks=marks.rows, **_shown(letters.rows))


@blueprint.get("/coordination/courriels/<int:letter_id>")
@access(Who.PORTAL)
def letter(letter_id: int) -> str:
    """One letter, and the address its reader has today."""
    return _letter_page(letter_id)


def _letter_page(letter_id: int, form: AddressForm | None = None) -> str:
    found = _letter(letter_id)
    holder = queries.holder(session(), found.party)
    today = holder.email if holder else ""
    filled_with(email=today)
    return render_template(
        "ledger/letter.html",
        today=today,
        form=form
        or (AddressForm(formdata=None, data={"email": today or found.to_email}) if holder else None),
        **_shown([found]),
    )


def _letter(letter_id: int) -> OutboxMessage:
    return session().get(OutboxMessage, letter_id) or abort(404)


def _shown(letters: Sequence[OutboxMessage]) -> dict[str, Any]:
    return {
        "letters": letters,
        "texts": {one.id: queries.readable(one, _("lien personnel")) for one in letters},
        "marked": queries.marked(session(), [one.to_email for one in letters]),
        "letter_state": letter_state,
        "nobody": NOBODY,
    }


@blueprint.post("/coordination/courriels/<int:letter_id>/renvoyer")
@access(Who.PORTAL)
def send_again(letter_id: int) -> ResponseReturnValue:
    form = AddressForm() if "email" in request.form else None
    if form and not form.validate():
        return _letter_page(letter_id, form), 422
    try:
        with transaction() as work:
            found = work.get(OutboxMessage, letter_id) or abort(404)
            holder = queries.holder(work, found.party, lock=True)
            unchanged(email=holder.email if holder else "")
            if form:
                email, by = form.email.data or "", signed_in()
                sent = service.correct_and_send_again(work, found, email, by, now())
                log.info("address.corrected", letter=letter_id, party=found.party, by=by.id, sent=sent)
            else:
                sent = service.send_again(work, found, now())
    except service.AddressError as error:
        assert form is not None
        form.email.errors = [address_refused(error.code)]
        return _letter_page(letter_id, form), 422
    back = url_for("ledger.letter", letter_id=letter_id)
    if sent:
        return done(_("L'e-mail repart dans la minute."), back)
    return done(_("Cet e-mail est déjà parti, ou en route : il n'a pas été renvoyé."), back, "warning")


@blueprint.post("/coordination/adresses/<int:mark_id>/relever")
@access(Who.PORTAL)
def trust_again(mark_id: int) -> ResponseReturnValue:
    with transaction() as work:
        mark = work.get(RefusedAddress, mark_id)
        if mark is not None:
            service.trust_again(work, mark)
    said = _("C'est noté : nous écrivons de nouveau à cette adresse.")
    return done(said, url_for("ledger.undelivered"))


@blueprint.post("/api/hooks/bounce")
@access(Who.HOOK)
@limiter.limit("120 per minute")
@takes_up_to(LARGEST_REPORT)
def bounce() -> ResponseReturnValue:
    """A mail server hands over a delivery report (RFC 3464), as it received it; the answer is one JSON sentence."""
    _check_secret()
    try:
        content = request.get_data()
    except RequestEntityTooLarge:
        return _sentence(
            413, f"Un compte rendu tient en {LARGEST_REPORT // 1024} Ko : celui-ci est trop long."
        )
    if not content.strip():
        return _sentence(400, "Envoyez le message de retour, entier, dans le corps de la requête.")
    try:
        reports = bounces.read(content)
    except bounces.NotAReportError as error:
        log.warning("bounce.unreadable", size=len(content), reason=str(error))
        return _sentence(422, str(error))
    with transaction() as work:
        tell = partial(letters.undeliverable, current_app.extensions["desk"])
        taken = [service.take_report(work, report, tell, now()) for report in reports]
    log.info("bounce.taken", results=[str(one) for one in taken])
    return jsonify({"results": [str(one) for one in taken]}), 200


csrf.exempt(bounce)


@blueprint.app_template_global()
def marked_among(emails: Iterable[str]) -> Collection[str]:
    """Those of `emails` that receive nothing, in lower case; for pages of other rooms. One query."""
    return queries.marked(session(), list(emails)).keys()


def _check_secret() -> None:
    """404 where the hook is not set up: nobody need know that there could be one."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.bounce_secret:
        abort(404)
    kind, _separator, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), settings.bounce_secret.encode())
    if kind.lower() != "bearer" or not right:
        abort(_sentence(401, "Le secret manque ou n'est pas le bon (en-tête Authorization: Bearer …)."))


def _sentence(status: int, sentence: str) -> Response:
    response = jsonify({"error": sentence})
    response.status_code = status
    return response
