"""A committee looks around: what nobody takes, and « Cela nous servirait »."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.around import queries, service
from app.around.service import AroundError, AroundRefusal
from app.db import session
from app.matches.queries import pulse
from app.models.states import Right
from app.photos.queries import of_items
from app.web import asked
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, trying, turn_back
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.fields import KeyField, PortalForm, WholeNumberField, new_key
from app.web.text import _, lazy, plural

PAGE = 20

blueprint = Blueprint("around", __name__)


class AroundForm(PortalForm):
    """So many pieces of one article."""

    submission_key = KeyField(default=new_key)
    quantity = WholeNumberField(lazy("Combien ?"))


@blueprint.get("/mon-comite/autour")
@access(Who.MEMBER)
def index() -> str:
    committee, current, moment = own_committee("committees.index"), session(), now()
    seen = pulse.last_plan(current)
    page = queries.around(current, committee, moment, seen, asked=asked.page(), size=PAGE)
    return render_template(
        "around/index.html",
        committee=committee,
        others=committees_of(signed_in()),
        page=page,
        photos=of_items(current, [each.item.id for each in page.rows]),
        forms={
            each.item.id: AroundForm(formdata=None, data={"quantity": str(each.suggested)})
            for each in page.rows
        },
        raised=asked.number("demande"),
    )


def _sentence(error: AroundError) -> str:
    return {
        AroundRefusal.GONE: _("Ce don vient de trouver preneur, ou n'est plus proposé."),
        AroundRefusal.NOT_FOR_YOU: _("Vos règles, ou le donateur, ne permettent pas ce don."),
        AroundRefusal.TOO_MANY: plural(
            "Il n'en reste qu'une pièce : demandez-en une.",
            "Il n'en reste que %(num)s pièces : demandez-en moins.",
            error.most,
        ),
        AroundRefusal.WHOLE_LOT: _("Ce lot ne se partage pas : demandez-le en entier, ou laissez-le."),
    }[error.code]


@blueprint.post("/mon-comite/autour/<int(max=2147483647):item_id>")
@access(Who.MEMBER, Right.DECLARE)
def raise_hand(item_id: int) -> ResponseReturnValue:
    committee = own_committee("committees.index")
    key, slug = committee.id, committee.slug
    back = url_for("around.index", comite=slug, page=request.args.get("page", type=int))
    form = AroundForm()
    if not form.validate():
        turn_back(str(next(iter(form.quantity.errors), _("Dites combien."))), back)
    with trying(_sentence, back) as current:
        need = service.raise_hand(
            current, key, item_id, form.quantity.number, form.submission_key.data or "", deciding(), now()
        )
        number = need.id
    said = _(
        "C'est noté : un besoin est déclaré pour vous. Un coordinateur décidera, en tenant compte de ce que d'autres demandent."
    )
    return done(said, url_for("around.index", comite=slug, demande=number))
