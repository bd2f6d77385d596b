"""« Reçus à préparer »: what donors ask for, its numbers, the data for the association's own form, and a file of them."""

from collections.abc import Iterator, Sequence

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.models import Organisation, Receipt
from app.models.states import ReceiptState
from app.papers import service
from app.papers.asking import why
from app.papers.forms import ReceiptRefusalForm, written
from app.papers.queries import ReceiptLine, issuing, receipts, trip
from app.papers.receipt import data_of, numbered
from app.papers.record import money
from app.papers.routes import FILES, blueprint
from app.papers.rules import known
from app.papers.service import told_of
from app.printing import pdf
from app.transitions import Actor
from app.web import asked, exports
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.exports import Cell, ExportTable
from app.web.limits import limiter
from app.web.seen import on
from app.web.text import _, full_date
from app.web.words import word

YEARS = 6
"""So long an association keeps what it issued."""
OPEN = (ReceiptState.ASKED, ReceiptState.PREPARED)


@blueprint.get("/coordination/recus-fiscaux")
@access(Who.COORDINATOR)
def index() -> str:
    """What waits; all of a year, or of a state, where somebody asks for it."""
    organisation, year = asked.number("association"), asked.number("annee")
    state = asked.member(ReceiptState, "etat")
    states = (state,) if state else (OPEN if year is None else ())
    return render_template(
        "papers/receipts.html",
        page=receipts(session(), organisation, year, states, asked.page()),
        organisation=organisation,
        year=year,
        state=state,
        situations=[(each.value, word(each)) for each in ReceiptState],
        associations=[(row.id, row.name) for row in issuing(session())],
        years=[(each, each) for each in range(now().year, now().year - YEARS, -1)],
        numbered=numbered,
        money=money,
    )


def _found(receipt_id: int) -> tuple[Receipt, Organisation]:
    receipt = session().get(Receipt, receipt_id) or abort(404)
    on(offer_id=receipt.offer_id)
    return receipt, session().get_one(Organisation, receipt.organisation_id)


@blueprint.get("/coordination/recus-fiscaux/<int:receipt_id>")
@access(Who.COORDINATOR)
def show(receipt_id: int) -> ResponseReturnValue:
    return _page(receipt_id, ReceiptRefusalForm(formdata=None))


def _page(receipt_id: int, form: ReceiptRefusalForm) -> ResponseReturnValue:
    receipt, organisation = _found(receipt_id)
    found = trip(session(), receipt.handover_id)
    return form_page(
        "papers/receipt.html",
        form,
        receipt=receipt,
        organisation=organisation,
        changed=receipt.state is not ReceiptState.REFUSED
        and (found is None or told_of(receipt) != found.arrived),
        paper=data_of(receipt, organisation),
        file=url_for(".receipt_file", receipt_id=receipt_id),
        back=url_for(".index"),
    )


@blueprint.get("/coordination/recus-fiscaux/<int:receipt_id>.pdf")
@access(Who.COORDINATOR)
@limiter.limit(FILES)
def receipt_file(receipt_id: int) -> Response:
    receipt, organisation = _found(receipt_id)
    return pdf.answer(
        data_of(receipt, organisation), f"donnees-recu-{numbered(receipt) or f'demande-{receipt.id}'}"
    )


@blueprint.post("/coordination/recus-fiscaux/<int:receipt_id>/<any(preparer, remis):act>")
@access(Who.COORDINATOR)
def decide(receipt_id: int, act: str) -> ResponseReturnValue:
    _found(receipt_id)
    back = url_for(".show", receipt_id=receipt_id)
    do = service.prepare if act == "preparer" else service.hand_over
    with trying(why, back) as current:
        number = numbered(do(current, receipt_id, Actor.account(signed_in().id), now()))
    if act == "remis":
        return done(_("C'est noté : l'association a remis son reçu au donateur."), back)
    return done(_("Numéro %(number)s. Vérifiez, reportez sur le modèle, faites signer.", number=number), back)


@blueprint.post("/coordination/recus-fiscaux/<int:receipt_id>/refuser")
@access(Who.COORDINATOR)
def refuse(receipt_id: int) -> ResponseReturnValue:
    form = ReceiptRefusalForm()
    if not form.validate_on_submit():
        return _page(receipt_id, form)
    _found(receipt_id)
    back = url_for(".show", receipt_id=receipt_id)
    with trying(why, back) as current:
        service.refuse(current, receipt_id, form.note.data or "", Actor.account(signed_in().id), now())
    return done(_("C'est refusé : le donateur reçoit votre phrase par e-mail."), back)


@blueprint.get("/coordination/recus-fiscaux/fichier")
@access(Who.COORDINATOR)
def file() -> Response:
    """Every receipt of an association or a year, the refused ones too: a series has no gaps."""
    organisation, year = asked.number("association"), asked.number("annee")
    rows = receipts(session(), organisation, year, (), None).rows
    portal, checked = current_app.extensions["settings"].portal_name, known()["checked"]["on"]
    notes = [
        _(
            "Données préparées par %(portal)s le %(day)s ; le portail n'émet aucun reçu.",
            portal=portal,
            day=full_date(now()),
        ),
        _("Règles relues le %(day)s.", day=full_date(checked)),
    ]
    form = "ods" if request.args.get("format") == "ods" else "csv"
    table = ExportTable(_("Reçus"), _headings(), list(_rows(rows)))
    return exports.answer(form, f"recus-{year or 'tous'}", [table], notes)


def _headings() -> list[str]:
    return [
        _("Numéro d'ordre"), _("Situation"), _("Formulaire"), _("Association"), _("SIREN ou RNA"), _("Adresse de l'association"), _("Objet"),
        _("À quel titre"), _("Donateur"), _("Forme juridique"), _("SIRET"), _("Adresse du donateur"), _("Code postal"), _("Commune"),
        _("Montant en euros"), _("Date du don"), _("Forme du don"), _("Nature du don"), _("Description"), _("Référence"), _("Demandé le"),
    ]  # fmt: skip


def _rows(lines: Sequence[ReceiptLine]) -> Iterator[list[Cell]]:
    kinds = known()["kinds"]
    for line in lines:
        receipt, organisation = line.receipt, line.organisation
        yield [
            numbered(receipt), word(receipt.state), "2041-MEC-SD" if receipt.company else "11580", organisation.name, organisation.registered_as,
            organisation.seat, organisation.purpose, kinds.get(organisation.kind, ""), receipt.company or receipt.name, receipt.legal_form,
            receipt.siret, receipt.street, receipt.postal_code, receipt.commune, receipt.cents / 100, receipt.given_on,
            _("Déclaration de don manuel"), _("Don en nature"),
            " ; ".join(f"{pieces} × {name} ({written(cents)} €)" for _key, name, pieces, cents in receipt.lines),
            line.offer.reference, receipt.asked_at.date(),
        ]  # fmt: skip
