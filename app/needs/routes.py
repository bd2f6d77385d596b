"""A committee's needs: declare, list, edit, pause, withdraw; all of them for coordinators."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.committees import queries as committees
from app.db import session, transaction
from app.explaining.helping import OF_NEEDS, loosened, not_yet, read
from app.explaining.ways import wish
from app.models import Committee, Need
from app.models.states import NeedState, Right, Urgency
from app.needs import queries, service
from app.needs.effects import opened
from app.needs.forms import NeedForm
from app.needs.queries import NeedFilters, NeedOrder
from app.needs.service import NeedError, NeedRefusal
from app.web import asked
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, form_page, trying, turn_back
from app.web.clock import now
from app.web.current_committee import committees_of, may_act_for, own_committee
from app.web.seen import told
from app.web.text import _, plural
from app.web.words import URGENCIES, choices, item_name

blueprint = Blueprint("needs", __name__)

CURRENT = (NeedState.OPEN, NeedState.PAUSED, NeedState.EXPIRED)
PAST = (NeedState.MET, NeedState.WITHDRAWN)
TOGETHER: dict[NeedState | None, tuple[str, ...]] = {
    NeedState.OPEN: ("toujours-vrai", "pause", "retirer"),
    NeedState.PAUSED: ("reprendre", "retirer"),
    NeedState.EXPIRED: ("toujours-vrai",),
    NeedState.WITHDRAWN: ("retablir",),
    NeedState.MET: (),
}
"""What can be done to many needs of one state (`app.needs.many`)."""


def sentence(error: NeedError) -> str:
    """Why not, and what to do."""
    return {
        NeedRefusal.UNKNOWN: _("Ce besoin n'existe plus."),
        NeedRefusal.CHANGED: _("Ce formulaire a déjà servi. Ouvrez-en un nouveau et recommencez."),
        NeedRefusal.BELOW_PROMISED: plural(
            "Une pièce est déjà promise ou reçue : la quantité ne peut pas descendre plus bas.",
            "%(num)s pièces sont déjà promises ou reçues : la quantité ne peut pas descendre plus bas.",
            error.number,
        ),
        NeedRefusal.ITEM_PROMISED: _(
            "Un don est déjà promis pour ce besoin : l'article ne change plus. Déclarez un autre besoin."
        ),
        NeedRefusal.APPOINTMENT: _(
            "Un rendez-vous est fixé pour ce besoin. Répondez d'abord à ce rendez-vous, puis retirez le besoin."
        ),
        NeedRefusal.PROMISED: _(
            "Un don est promis pour ce besoin. Déclinez-le d'abord, puis retirez le besoin."
        ),
        NeedRefusal.WRONG_STATE: _("Ce besoin a changé d'état entre-temps : ce geste n'est plus possible."),
    }[error.code]


def _need(need_id: int) -> Need:
    """A need that this account may act on; any other does not exist for it."""
    need = session().get(Need, need_id)
    if need is None or not may_act_for(signed_in(), need.committee_id):
        abort(404)
    return need


@blueprint.get("/mon-comite/besoins")
@access(Who.MEMBER)
def index() -> str:
    committee = own_committee("needs.everywhere")
    key = committee.id
    current = queries.of_committee(session(), key, CURRENT)
    return render_template(
        "needs/index.html",
        committee=committee,
        others=committees_of(signed_in()),
        current=current,
        asked=sum(bool(line.need.asked_at) or line.need.state is NeedState.EXPIRED for line in current),
        past=queries.of_committee(session(), key, PAST),
        withdrawn=request.args.get("retire", type=int),
    )


@blueprint.route("/besoins/nouveau", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DECLARE)
def new() -> ResponseReturnValue:
    committee = own_committee()
    form = NeedForm(
        actions=queries.actions(session()),
        zone=committee.zone,
        open_already=lambda key: queries.open_already(session(), committee.id, key),
    )
    if not form.validate_on_submit():
        already = queries.open_needs(session(), committee.id, form.twice) if form.twice else []
        others = committees_of(signed_in())
        return form_page("needs/form.html", form, committee=committee, others=others, already=already)
    key, slug, committee_id = form.submission_key.data, committee.slug, committee.id
    with trying(sentence) as current:
        if "split" in request.form and form.things:
            service.declare_all(current, committee_id, form.drafts(), key, deciding(), now())
        else:
            service.declare(current, committee_id, form.draft(), key, deciding(), now())
        said, kind = _declared(service.declared_with(current, committee_id, key))
    return done(said, url_for("needs.new" if "another" in request.form else "needs.index", comite=slug), kind)


def _declared(made: Sequence[Need]) -> tuple[str, str]:
    """What is said of what the form declared, now or the first time it was sent; and the kind of that news."""
    if len(made) > 1:
        return plural("Un besoin est déclaré.", "%(num)s besoins sont déclarés.", len(made)), "success"
    [need] = made
    if need.item is None:
        return _(
            "Le besoin est déclaré. Nous n'avons pas reconnu l'article : un coordinateur le précisera."
        ), "warning"
    return _(
        "Le besoin est déclaré : %(quantity)s × %(item)s.",
        quantity=need.quantity,
        item=item_name(need.item),
    ), "success"


@blueprint.route("/besoins/<int:need_id>/modifier", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DECLARE)
def edit(need_id: int) -> ResponseReturnValue:
    need = _need(need_id)
    committee = session().get_one(Committee, need.committee_id)
    wanted = read(request.args, OF_NEEDS) if request.method == "GET" else {}
    changed = loosened(need, wanted)
    form = NeedForm.of(
        need, queries.actions(session()), item_name(need.item), committee.zone, _typed(changed)
    )
    if changed:
        opens = opened(session(), need, changed, now())
        made = not_yet(wanted, partial(loosened, need))
        return _edit_page(form, need, proposed=wish(made, committee), opens=opens)
    if not form.validate_on_submit():
        return _edit_page(form, need)
    try:
        with transaction() as current:
            service.edit(current, need_id, form.draft(), deciding(), now())
    except NeedError as refused:
        field = {NeedRefusal.BELOW_PROMISED: form.quantity, NeedRefusal.ITEM_PROMISED: form.item}.get(
            refused.code
        )
        if field is None:
            turn_back(told() or sentence(refused), url_for("needs.edit", need_id=need_id))
        field.errors = [sentence(refused)]
        return _edit_page(form, _need(need_id))
    return done(_("Le besoin est modifié."), _back(_need(need_id)))


def _typed(changed: dict[str, Any]) -> dict[str, Any]:
    """The columns as the form's fields hold them."""
    return {name: str(value) if name == "quantity" else value for name, value in changed.items()}


def _edit_page(form: NeedForm, need: Need, **more: Any) -> ResponseReturnValue:
    return form_page(
        "needs/form.html",
        form,
        need=need,
        line=queries.with_quantities(session(), [need])[0],
        committee=session().get_one(Committee, need.committee_id),
        back=_back(need),
        **more,
    )


def _back(need: Need) -> str:
    """Where one came from: the committee's list, or the coordinators' page of the need."""
    if signed_in().is_coordinator and request.values.get("retour") == "besoin":
        return url_for("needs.show", need_id=need.id)
    return url_for("needs.index", comite=session().get_one(Committee, need.committee_id).slug)


def _act(need_id: int, verb: Callable[..., Need], said: str, **query: int) -> ResponseReturnValue:
    """Run one verb on a need of one's own and return to the list."""
    need = _need(need_id)
    back = _back(need)
    with trying(sentence, back, "error") as current:
        verb(current, need_id, deciding(), now())
    return done(said, f"{back}&retire={need_id}" if query and "?" in back else back)


@blueprint.post("/besoins/<int:need_id>/pause")
@access(Who.MEMBER, Right.DECLARE)
def pause(need_id: int) -> ResponseReturnValue:
    return _act(need_id, service.pause, _("Le besoin est en pause : plus rien n'est proposé pour lui."))


@blueprint.post("/besoins/<int:need_id>/reprendre")
@access(Who.MEMBER, Right.DECLARE)
def resume(need_id: int) -> ResponseReturnValue:
    return _act(need_id, service.resume, _("Le besoin est de nouveau ouvert."))


@blueprint.post("/besoins/<int:need_id>/retirer")
@access(Who.MEMBER, Right.DECLARE)
def withdraw(need_id: int) -> ResponseReturnValue:
    return _act(need_id, service.withdraw, _("Le besoin est retiré."), retire=need_id)


@blueprint.post("/besoins/<int:need_id>/retablir")
@access(Who.MEMBER, Right.DECLARE)
def restore(need_id: int) -> ResponseReturnValue:
    return _act(need_id, service.restore, _("Le besoin est rétabli."))


@blueprint.post("/besoins/<int:need_id>/toujours-vrai")
@access(Who.MEMBER, Right.DECLARE)
def confirm(need_id: int) -> ResponseReturnValue:
    return _act(need_id, service.confirm, _("C'est noté : ce besoin est toujours vrai."))


@blueprint.get("/coordination/besoins")
@access(Who.COORDINATOR)
def everywhere() -> ResponseReturnValue:
    filters = NeedFilters(
        state=asked.member(NeedState, "etat", NeedState.OPEN),
        urgency=asked.member(Urgency, "urgence"),
        organisation_id=asked.number("association"),
        committee_id=asked.number("comite"),
        unrecognised=request.args.get("a_reconnaitre") == "oui",
        text=asked.words(),
        order=asked.member(NeedOrder, "tri") or NeedOrder.OLDEST,
    )
    return render_template(
        "needs/everywhere.html",
        found=queries.everywhere(session(), filters, asked.page()),
        filters=filters,
        states=choices(NeedState),
        urgencies=URGENCIES,
        orders=choices(NeedOrder),
        acts=TOGETHER.get(filters.state, tuple(dict.fromkeys(chain(*TOGETHER.values())))),
        organisations=queries.organisation_choices(session()),
        committees=committees.choices(session()),
    )
