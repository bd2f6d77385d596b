"""A donor's page: who it is, all that it offered, and everything that happened; two that are one person are merged there."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.donors import queries, service
from app.donors.service import MergeError, MergeRefusal
from app.history.pages import remembered
from app.history.queries import of_donor
from app.models import Decision, Donor
from app.models.states import LookupKind
from app.todo.queries import errands_of
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, trying, turn_back
from app.web.clock import now
from app.web.lookups import looked_at
from app.web.text import _

blueprint = Blueprint("donors", __name__)


def _donor(donor_id: int) -> Donor:
    return session().get(Donor, donor_id) or abort(404)


@blueprint.get("/coordination/donateurs/<int:donor_id>")
@access(Who.COORDINATOR)
def show(donor_id: int) -> ResponseReturnValue:
    donor = _donor(donor_id)
    if donor.merged_into_id is not None:
        return redirect(url_for("donors.show", donor_id=donor.merged_into_id), 303)
    person = queries.person(session(), donor)
    looked_at(LookupKind.PAGE, [donor.id])
    return render_template(
        "donors/show.html",
        donor=donor,
        person=person,
        offers=queries.offers_of(session(), person.keys),
        most=queries.SHOWN,
        waiting=errands_of(session(), now(), "donor", person.keys),
        now=now(),
        **remembered(of_donor(session(), donor_id, person.keys)),
    )


def _why_not(error: MergeError) -> str:
    return {
        MergeRefusal.SAME: _("C'est le même donateur : choisissez-en un autre."),
        MergeRefusal.GONE: _("L'un des deux a été effacé du portail : ils ne peuvent plus être réunis."),
        MergeRefusal.MERGED: _("L'un des deux est déjà réuni à un autre. Séparez-les d'abord."),
        MergeRefusal.OVER: _("Ces deux donateurs ont déjà été séparés, ou réunis autrement."),
    }[error.code]


@blueprint.get("/coordination/donateurs/<int:donor_id>/reunir")
@access(Who.PORTAL)
def choose(donor_id: int) -> ResponseReturnValue:
    """Who else it is; then what would move."""
    donor, other_id, words = _donor(donor_id), asked.number("avec"), asked.words("q")
    back = url_for("donors.show", donor_id=donor_id)
    if donor.anonymised_at is not None or donor.merged_into_id is not None:
        turn_back(
            _why_not(MergeError(MergeRefusal.MERGED if donor.merged_into_id else MergeRefusal.GONE)), back
        )
    if other_id is None:
        found = queries.alike(session(), donor, words)
        looked_at(LookupKind.SEARCH, [each.id for each, _count in found])
        return render_template("donors/choose.html", donor=donor, words=words, found=found)
    both = {each.id: (each, count) for each, count in queries.with_counts(session(), {donor_id, other_id})}
    if len(both) < 2:
        turn_back(
            _why_not(MergeError(MergeRefusal.SAME if other_id == donor_id else MergeRefusal.MERGED)), back
        )
    looked_at(LookupKind.PAGE, both)
    return render_template(
        "donors/merge.html",
        donor=donor,
        other=both[other_id][0],
        moving=both[other_id][1],
        offers=queries.offers_of(session(), [other_id]),
    )


@blueprint.post("/coordination/donateurs/<int:donor_id>/reunir")
@access(Who.PORTAL)
def merge(donor_id: int) -> ResponseReturnValue:
    _donor(donor_id)
    other_id, back = asked.whole(request.form.get("avec", "")), url_for("donors.show", donor_id=donor_id)
    if other_id is None:
        turn_back(_("Choisissez avec qui réunir ce donateur."), back)
    _donor(other_id)
    with trying(_why_not, back) as current:
        service.merge(current, donor_id, other_id, deciding(), now())
    return done(_("C'est un seul donateur maintenant. Vous pouvez les séparer à tout moment."), back)


@blueprint.post("/coordination/donateurs/<int:donor_id>/separer/<int:decision_id>")
@access(Who.PORTAL)
def part(donor_id: int, decision_id: int) -> ResponseReturnValue:
    back, merging = url_for("donors.show", donor_id=donor_id), session().get(Decision, decision_id)
    if merging is None or merging.donor_id != donor_id:
        abort(404)
    with trying(_why_not, back) as current:
        service.part(current, decision_id, deciding(), now())
    return done(_("Les deux donateurs sont séparés : chacun a retrouvé ses offres."), back)
