"""A committee's own pages, the public ones, and the list for coordinators."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.committees.current import current_committee
from app.web.access import Who, access, signed_in
from app.web.errors import DomainError
from app.web.text import _

blueprint = Blueprint("committees", __name__)


@blueprint.get("/mon-comite")
@access(Who.MEMBER)
def home() -> ResponseReturnValue:
    account = signed_in()
    committee = current_committee(account)
    if committee is None and account.is_coordinator:
        return redirect(url_for("needs.everywhere"), 303)
    if committee is None:
        raise DomainError(
            _("Votre compte n'appartient à aucun comité. Demandez à votre coordinateur de vous y inscrire."),
            403,
        )
    return redirect(url_for("needs.index", comite=committee.slug), 303)
