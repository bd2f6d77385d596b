"""The packing list of an action: its boxes, their labels and papers, how far they are. For the committees of the action and coordinators."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import boxes, customs, queries
from app.actions.box_forms import BoxForm, box_data, counted
from app.actions.boxes import BoxTakenError
from app.db import session, transaction
from app.late import Late
from app.models import Action, Box, Committee
from app.models.states import BoxState, Language, Right
from app.printing import pdf
from app.web import exports
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, form_page, turn_back
from app.web.clock import now
from app.web.current_committee import may, may_act_for
from app.web.deeds import changed_sentence
from app.web.limits import limiter
from app.web.opening import links
from app.web.seen import filled_with, unchanged
from app.web.text import _, only_shown_again, plural, speaking

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

blueprint = Blueprint("packing", __name__, url_prefix="/mon-comite/actions/<slug:slug>/colis")
FILES = "120 per hour"


def _action(slug: str) -> Action:
    """One whose boxes this account may handle; any other does not exist for it."""
    action, account = queries.by_slug(session(), slug) or abort(404), signed_in()
    preparing = queries.own_committees(session(), action)
    if any(may(account, key, Right.RECEIVE) for key in preparing):
        return action
    for key in preparing:
        may_act_for(account, key)  # a member whose part does not go so far is told so
    return abort(404)


def _box(action: Action, box_id: int) -> Box:
    box = session().get(Box, box_id)
    if box is not None and box.action_id == action.id:
        return box
    if request.method == "POST":  # taken off the list since the page was opened
        turn_back(changed_sentence(), url_for(".index", slug=action.slug))
    return abort(404)


def _states(found: Sequence[Box]) -> list[tuple[int, str]]:
    return [(box.id, box.state) for box in found]


@blueprint.get("")
@access(Who.MEMBER, Right.RECEIVE)
def index(slug: str) -> str:
    action = _action(slug)
    found = boxes.of_action(session(), action.id)
    filled_with(boxes=_states(found))
    return render_template(
        "actions/boxes.html",
        action=action,
        boxes=found,
        load=boxes.Load.of(found),
        undoable=boxes.undoable(found),
        states=list(BoxState),
    )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(Who.MEMBER, Right.RECEIVE)
def new(slug: str) -> ResponseReturnValue:
    action = _action(slug)
    action_id = action.id
    form = BoxForm(data={"number": str(boxes.next_number(session(), action_id))})
    if not form.validate_on_submit():
        return form_page("actions/box.html", form, action=action)
    try:
        with transaction() as current:
            boxes.pack(current, action_id, form.draft(), now())
    except BoxTakenError:
        return _taken(form, action)
    to = url_for(".new" if "another" in request.form else ".index", slug=slug)
    return done(_("Le colis %(number)s est sur la liste.", number=form.number.number), to)


def _taken(form: BoxForm, action: Action, box: Box | None = None) -> ResponseReturnValue:
    form.number.errors = [_("Un autre colis de cette action a ce numéro. Donnez-lui-en un autre.")]
    return form_page("actions/box.html", form, action=action, box=box)


@blueprint.route("/<int:box_id>", methods=["GET", "POST"])
@access(Who.MEMBER, Right.RECEIVE)
def edit(slug: str, box_id: int) -> ResponseReturnValue:
    action = _action(slug)
    box = _box(action, box_id)
    filled_with(box=box)
    form = BoxForm(data=box_data(box))
    if not form.validate_on_submit():
        return form_page("actions/box.html", form, action=action, box=box)
    action_id = action.id
    try:
        with transaction() as current:
            [held] = boxes.held(current, action_id, [box_id]) or abort(404)
            unchanged(box=held)
            boxes.repack(current, held, form.draft())
    except BoxTakenError:
        return _taken(form, _action(slug), _box(_action(slug), box_id))
    return done(_("C'est enregistré."), url_for(".index", slug=slug))


@blueprint.post("/<int:box_id>/retirer")
@access(Who.MEMBER, Right.RECEIVE)
def remove(slug: str, box_id: int) -> ResponseReturnValue:
    """What has left is not taken off the list any more."""
    action_id = _action(slug).id
    with transaction() as current:
        found = boxes.held(current, action_id, [box_id])
        if found and found[0].state in {BoxState.SENT, BoxState.ARRIVED}:
            turn_back(_("Ce colis est déjà parti : il reste sur la liste."), url_for(".index", slug=slug))
        for box in found:
            unchanged(box=box)
            current.delete(box)
    return done(_("Le colis est retiré de la liste."), url_for(".index", slug=slug))


@blueprint.post("/etape")
@access(Who.MEMBER, Right.RECEIVE)
def step(slug: str) -> ResponseReturnValue:
    """The boxes ticked go on, or back, to the state chosen."""
    action_id, back = _action(slug).id, url_for(".index", slug=slug)
    ids = {
        int(value)
        for value in request.form.getlist("box")[: boxes.MOST]
        if value.isdecimal() and len(value) < 10
    }
    asked = request.form.get("state", "")
    if not ids or asked not in set(BoxState):
        turn_back(_("Cochez d'abord des colis, puis choisissez l'étape."), back)
    with transaction() as current:
        held = boxes.held(current, action_id)
        unchanged(boxes=_states(held))
        moved = boxes.step(current, held, ids, BoxState(asked), deciding(), now())
    if moved < len(ids):
        left = plural(
            "Un colis n'a pas changé : on avance ou on recule d'une étape à la fois.",
            "%(num)s colis n'ont pas changé : on avance ou on recule d'une étape à la fois.",
            len(ids) - moved,
        )
        flash(left, "warning")
    return (
        done(plural("L'étape d'un colis est notée.", "L'étape de %(num)s colis est notée.", moved), back)
        if moved
        else turn_back(_("Rien n'a changé."), back)
    )


@blueprint.post("/annuler")
@access(Who.MEMBER, Right.RECEIVE)
def undo(slug: str) -> ResponseReturnValue:
    action_id = _action(slug).id
    with transaction() as current:
        held = boxes.held(current, action_id)
        unchanged(boxes=_states(held))
        boxes.undo(current, held, deciding(), now())
    return done(_("La dernière étape est annulée."), url_for(".index", slug=slug))


@blueprint.route("/<int:box_id>/arrivee", methods=["GET", "POST"])
@access(Who.MEMBER, Right.RECEIVE)
def arrival(slug: str, box_id: int) -> ResponseReturnValue:
    """What was in a box when it was opened at the other end: where the code on its label leads."""
    action = _action(slug)
    box = _box(action, box_id)
    filled_with(box=box)
    if request.method == "GET" or only_shown_again():
        return render_template("actions/arrival.html", action=action, box=box)
    counts, action_id = counted(request.form, box.contents), action.id
    if counts is None:
        flash(_("Écrivez un nombre à chaque ligne, zéro s'il n'y en a pas."), "warning")
        return render_template("actions/arrival.html", action=action, box=box), 422
    with transaction() as current:
        held = boxes.held(current, action_id)
        opened = next((each for each in held if each.id == box_id), None) or abort(404)
        unchanged(box=opened)
        opened.received = counts
        boxes.step(current, held, [box_id], BoxState.ARRIVED, deciding(), now())
    return done(_("Merci : ce qui est arrivé est noté."), url_for(".index", slug=slug))


@blueprint.get("/etiquettes")
@access(Who.MEMBER, Right.RECEIVE)
def labels(slug: str) -> str:
    """To print and stick on the boxes. The code leads to a page for those who are signed in: nothing on it lets a stranger act."""
    action = _action(slug)
    found = boxes.of_action(session(), action.id)
    led = {box.id: links().url(url_for(".arrival", slug=slug, box_id=box.id)) for box in found}
    codes = {
        key: segno.make(address, error="m").svg_data_uri(scale=3, border=1) for key, address in led.items()
    }
    committee = session().get_one(Committee, action.committee_id)
    return render_template(
        "actions/labels.html", action=action, committee=committee, boxes=found, codes=codes
    )


@blueprint.get("/liste.<any(pdf, ods):form>")
@access(Who.MEMBER, Right.RECEIVE)
@limiter.limit(FILES)
def file(slug: str, form: str) -> Response:
    """For the customs: in French, or in English (`?en=oui`)."""
    action = _action(slug)
    found = boxes.of_action(session(), action.id)
    committee = session().get_one(Committee, action.committee_id)
    spoken = Language.ENGLISH if "en" in request.args else Language.FRENCH
    with speaking(spoken):
        name = f"colis-{action.slug}-{spoken}"
        if form == "ods":
            return exports.answer(
                "ods", name, [customs.sheet(found)], customs.notes(action, committee, now())
            )
        return pdf.answer(customs.paper(action, committee, found, now()), name)


@blueprint.app_template_global()
def box_contents(box: Box) -> str:
    return customs.contents(box)


@blueprint.app_template_global()
def box_weight(grams: int) -> str:
    return customs.weight(grams)


@blueprint.app_template_global()
def box_volume(litres: int) -> str:
    return customs.volume(litres)


@blueprint.app_template_global()
def load_words(load: boxes.Load) -> str:
    return customs.load_words(load)
