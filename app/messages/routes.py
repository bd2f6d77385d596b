"""A coordinator writes to a donor or a committee, from its page."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.history.topics import Topic
from app.messages import service
from app.messages.forms import MessageForm
from app.messages.service import MessageDraft, MessageRefusal
from app.models import Committee, Donor
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.text import _

blueprint = Blueprint("messages", __name__)


def _why_not(code: MessageRefusal, email: str) -> str:
    return {
        MessageRefusal.GONE: _("Cette personne a été effacée du portail : on ne peut plus lui écrire."),
        MessageRefusal.NO_ADDRESS: _("Ce comité n'a pas d'adresse e-mail. Ajoutez-la, ou téléphonez."),
        MessageRefusal.REFUSED: _(
            "L'adresse %(email)s ne reçoit pas nos e-mails. Téléphonez, et corrigez-la d'abord.", email=email
        ),
    }[code]


READERS: Mapping[str, Any] = {"donateur": Donor, "comite": Committee}


@blueprint.route("/coordination/messages/<any(donateur, comite):kind>/<int:key>", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def write(kind: str, key: int) -> ResponseReturnValue:
    topic = Topic(kind, key)
    reader: Donor | Committee = session().get(READERS[kind], key) or abort(404)
    endpoint, arguments = topic.place
    back, form, email = asked.back(url_for(endpoint, **arguments)), MessageForm(), reader.email
    offer_id, why = asked.whole(request.values.get("offre", "")), service.trouble(session(), reader)
    if why is not None or not form.validate_on_submit():
        refused = _why_not(why, email) if why else ""
        return form_page(
            "messages/form.html",
            form,
            reader=reader,
            topic=topic,
            back=back,
            offer_id=offer_id,
            refused=refused,
        )
    draft = MessageDraft(
        title=form.title.data or "",
        words=form.words.data or "",
        key=form.submission_key.data,
        offer_id=offer_id,
    )
    with trying(lambda error: _why_not(error.code, email), back) as current:
        service.write(current, current.get_one(READERS[kind], key), draft, deciding(), now())
    return done(_("Votre message part dans la minute. Il est gardé ci-dessous."), back)
