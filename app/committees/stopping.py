"""« Ne plus nous proposer ceci »: what it changes, then one button; and how it is taken back for a week."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from app.committees import stops
from app.committees.routes import blueprint
from app.committees.sentences import rules_in_words
from app.committees.stops import Rule, StopError, StopRefusal
from app.days import day_of
from app.db import session
from app.matches.queries import storage
from app.models import Committee
from app.models.states import Right
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, trying
from app.web.clock import now
from app.web.current_committee import approved_before, committees_of, own_committee
from app.web.fields import PortalForm
from app.web.seen import filled_with, on, unchanged
from app.web.text import _, lazy, plural
from app.web.words import item_name
from matching.items import load


class StopForm(PortalForm):
    withdraws = BooleanField(lazy("Retirer aussi de notre liste"), default=True)


def sentence(error: StopError) -> str:
    return {
        StopRefusal.ALL_THAT_IS_TAKEN: _(
            "Vos règles disent que vous ne prenez que cela. Mettez plutôt vos besoins en pause, ou changez vos règles."
        ),
        StopRefusal.TOO_MANY: _(
            "Vous refusez déjà cent articles. Écrivez plutôt une famille dans vos règles : « meubles »."
        ),
        StopRefusal.NOTHING: _("Vos règles le disent déjà : rien ne change."),
        StopRefusal.OVER: _("Ce n'est plus à reprendre d'ici. Voyez vos règles."),
    }[error.code]


@blueprint.route("/mon-comite/ne-plus-proposer/<slug:item>", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def stop(item: str) -> ResponseReturnValue:
    if item not in load():
        abort(404)
    committee, form = own_committee("committees.index"), StopForm()
    key, slug = committee.id, committee.slug
    on(committee_id=key)
    told = stops.stop_of(session(), key, item, approved_before())
    filled_with(concerned=told.mark)
    if not form.validate_on_submit():
        return _page(committee, form, told)
    note = _("Le comité ne prend plus : %(item)s", item=item_name(item))
    with trying(sentence, url_for("committees.home", comite=slug)) as current:
        told = stops.stop_of(current, key, item, approved_before())
        unchanged(concerned=told.mark)
        stopped = stops.stop(current, key, told, bool(form.withdraws.data), note, deciding(), now())
        comes_back = stops.can_be_taken_back(current.get_one(Committee, key), stopped)
    said = [
        _("C'est noté : nous ne vous proposerons plus « %(item)s ».", item=item_name(item)),
        _("Un don qu'un coordinateur vient de vous attribuer peut encore vous parvenir."),
        _("Vos règles le disent plus bas, et vous pouvez y revenir pendant une semaine.")
        if comes_back
        else _("Vos règles le disaient déjà."),
    ]
    return done(" ".join(said), url_for("committees.home", comite=slug, _anchor="ours"))


def _page(committee: Committee, form: StopForm, told: stops.Stopping) -> str:
    """What it would change. `refused` says why it cannot be."""
    room, today = storage.room_of(session(), committee), day_of(now())
    try:
        rule, refused = stops.rule_against(committee, told.item), ""
    except StopError as error:
        rule, refused = Rule(False), sentence(error)
    columns = rule.columns(committee, told.item)
    imagined = Committee(**{**committee.model_dump(), **columns})
    changes = columns["refuses"] != committee.refuses or columns["takes"] != committee.takes
    return render_template(
        "committees/stop.html",
        committee=committee,
        others=committees_of(signed_in()),
        told=told,
        form=form,
        refused=refused,
        changes=changes,
        sentences=rules_in_words(imagined, room, today),
    )


@blueprint.post("/mon-comite/ne-plus-proposer/<int:decision_id>/reprendre")
@access(Who.MEMBER, Right.DESCRIBE)
def take_again(decision_id: int) -> ResponseReturnValue:
    committee = own_committee("committees.index")
    back = url_for("committees.home", comite=committee.slug, _anchor="ours")
    key = committee.id
    on(committee_id=key)
    with trying(sentence, back) as current:
        resumed = stops.resume(current, key, decision_id, deciding(), now())
    return done(_resumed(resumed), back)


def _resumed(resumed: stops.Resumed) -> str:
    name, needs = item_name(resumed.item), resumed.needs
    if resumed.refused_by:
        broader = item_name(resumed.refused_by)
        said = _(
            "« %(item)s » ne vous est toujours pas proposé : vos règles, plus bas, refusent « %(broader)s ».",
            item=name,
            broader=broader,
        )
    elif resumed.not_taken:
        said = _(
            "« %(item)s » ne vous est toujours pas proposé : vos règles, plus bas, ne prennent que d'autres articles.",
            item=name,
        )
    else:
        said = _(
            "« %(item)s » peut de nouveau vous être proposé. Ce que vous aviez décliné ne revient pas de lui-même.",
            item=name,
        )
    if not needs:
        return said
    listed = plural(
        "Le besoin retiré est revenu dans votre liste.",
        "Les %(num)s besoins retirés sont revenus dans votre liste.",
        needs,
    )
    return f"{said} {listed}"
