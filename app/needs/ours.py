"""A committee's own list as a whole: last month's again, acts for many, « toujours vrai » for all, more of what is asked already."""

from dataclasses import replace
from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.models import Committee, Need
from app.models.states import NeedState, Right
from app.needs import queries, service
from app.needs.many import ACTS, left
from app.needs.routes import blueprint, sentence
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, trying, turn_back
from app.web.asked import whole
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.fields import LARGEST_QUANTITY, key_of
from app.web.many import answer, ticked
from app.web.seen import on, posted
from app.web.text import _, plural
from notifications.zones import local


def _last_month(committee: Committee) -> list[Need]:
    """What was asked for in the month before this one and not taken back."""
    first = local(now(), committee.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (first - timedelta(days=1)).replace(day=1)
    rows = queries.declared_between(session(), committee.id, before, first)
    return [need for need in rows if need.state is not NeedState.WITHDRAWN]


def _copy_page(committee: Committee, wrong: frozenset[int] = frozenset()) -> str:
    rows = _last_month(committee)
    open_ones = queries.open_already(session(), committee.id)
    sent = request.method == "POST"
    return render_template(
        "needs/copy.html",
        committee=committee,
        others=committees_of(signed_in()),
        rows=rows,
        open_already=open_ones,
        ticked=set(ticked()) if sent else {need.id for need in rows if need.item not in open_ones},
        typed={need.id: request.form.get(f"quantite-{need.id}", need.quantity) for need in rows},
        wrong=wrong,
        key=key_of(request.form.get("cle", "")),
    )


@blueprint.route("/mon-comite/besoins/recopier", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DECLARE)
def copy() -> ResponseReturnValue:
    """Declare the ticked ones again, urgency, reason and action with them."""
    committee = own_committee("needs.everywhere")
    if request.method == "GET":
        return _copy_page(committee)
    chosen = [need for need in _last_month(committee) if need.id in set(ticked())]
    if not chosen:
        turn_back(_("Cochez au moins un besoin."), url_for("needs.copy", comite=committee.slug))
    numbers = {need.id: whole(request.form.get(f"quantite-{need.id}", "")) for need in chosen}
    wrong = frozenset(key for key, number in numbers.items() if not 1 <= (number or 0) <= LARGEST_QUANTITY)
    if wrong:
        return _copy_page(committee, wrong), 422
    key, slug, submission = committee.id, committee.slug, key_of(request.form.get("cle", ""))
    with trying(sentence) as current:
        drafts = [
            replace(service.said_again(current, need, now()), quantity=numbers[need.id] or 1)
            for need in chosen
        ]
        count = len(service.declare_all(current, key, drafts, submission, deciding(), now()))
    said = plural("Un besoin est déclaré.", "%(num)s besoins sont déclarés.", count)
    return done(said, url_for("needs.index", comite=slug))


@blueprint.post("/mon-comite/besoins/ensemble")
@access(Who.MEMBER, Right.DECLARE)
def act_on_ours() -> ResponseReturnValue:
    """One act for the ticked needs of the committee; those of others are left alone."""
    committee = own_committee("needs.everywhere")
    back = url_for("needs.index", comite=committee.slug)
    ours = {line.need.id for line in queries.of_committee(session(), committee.id, list(NeedState))}
    ids, act = [key for key in ticked() if key in ours], ACTS.get(request.form.get("geste", ""))
    if not ids or act is None:
        turn_back(_("Cochez au moins un besoin."), back)
    do, said = act
    with transaction() as current:
        actor, moment = deciding(), now()
        outcomes = service.many(current, ids, posted(), lambda key: do(current, key, actor, moment))
    return answer(outcomes, "need_id", sentence, said, left, back)


@blueprint.post("/mon-comite/besoins/tous-vrais")
@access(Who.MEMBER, Right.DECLARE)
def all_true() -> ResponseReturnValue:
    """Whatever we were asked about is still true, and what was set aside meanwhile."""
    committee = own_committee("needs.everywhere")
    back = url_for("needs.index", comite=committee.slug)
    lines = queries.of_committee(session(), committee.id, [NeedState.OPEN, NeedState.EXPIRED])
    ids = [line.need.id for line in lines if line.need.asked_at or line.need.state is NeedState.EXPIRED]
    on(need_id=ids)
    with transaction() as current:
        actor, moment = deciding(), now()
        outcomes = service.many(
            current, ids, posted(), lambda key: service.confirm(current, key, actor, moment)
        )
    return answer(outcomes, "need_id", sentence, ACTS["toujours-vrai"][1], left, back)


@blueprint.post("/mon-comite/besoins/<int(max=2147483647):need_id>/ajouter")
@access(Who.MEMBER, Right.DECLARE)
def add_to(need_id: int) -> ResponseReturnValue:
    """So many more of what the committee asks for already."""
    committee = own_committee("needs.everywhere")
    back = url_for("needs.index", comite=committee.slug)
    more = whole(request.form.get("quantity", ""))
    need = session().get(Need, need_id)
    if need is None or need.committee_id != committee.id or not more or more > LARGEST_QUANTITY:
        turn_back(_("Dites combien il en faut de plus, en chiffres."), back)
    with trying(sentence, back) as current:
        quantity = service.raise_quantity(current, need_id, more, deciding(), now()).quantity
    return done(_("C'est noté : vous en demandez %(quantity)s.", quantity=quantity), back)
