"""The data of a tax receipt, for the association to check, copy onto its form and sign. It is no receipt, and says so."""

from app.models import Organisation, Receipt
from app.models.states import ReceiptState
from app.papers.agreement import BLANK
from app.papers.record import money, siret_written
from app.papers.rules import known, rule
from app.printing.paper import Block, Paper
from app.web.text import _, full_date, language
from app.web.words import word


def numbered(receipt: Receipt) -> str:
    """« 2026-0007 », or nothing yet."""
    return "" if receipt.number is None else f"{receipt.year}-{receipt.number:04d}"


def data_of(receipt: Receipt, organisation: Organisation) -> Paper:
    company = receipt.company != ""
    of = "entreprise" if company else "particulier"
    number = numbered(receipt) or _("à donner")
    first = _("Ce document n'est pas un reçu fiscal. Il réunit ce que l'association vérifie, reporte sur le modèle et signe, si elle y a droit.")  # fmt: skip
    if receipt.state is ReceiptState.REFUSED:
        first = _("%(state)s : aucun reçu n'est à signer.", state=word(receipt.state))
    return Paper(
        title=_("Données pour le reçu fiscal – à vérifier et à signer par l'association"),
        eyebrow=_("N° d'ordre : %(number)s", number=number),
        reference=_("Données pour le reçu %(number)s – ce n'est pas un reçu fiscal", number=number),
        language=language(),
        blocks=[
            Block("strong", first),
            Block("text", rule(f"formulaire-{of}")),
            Block("heading", _("L'association")),
            Block("facts", rows=_issuer(organisation)),
            Block("heading", _("Le donateur")),
            Block("facts", rows=_giver(receipt)),
            Block("heading", _("Le don")),
            Block("facts", rows=[
                # Between asterisks the sum need not be written in letters.
                (_("Montant"), f"*** {money(receipt.cents)} ***"),
                (_("Date"), full_date(receipt.given_on)),
                (_("Article du code"), "238 bis" if company else "200"),
                (_("Forme"), _("Déclaration de don manuel")),
                (_("Nature"), _("Don en nature")),
            ]),
            Block("table", headings=[_("Article"), _("Reçu"), _("Valeur unitaire"), _("Valeur")], widths=(6, -1, -2, -2), rows=[
                (name, str(pieces), money(cents), money(pieces * cents)) for _key, name, pieces, cents in receipt.lines
            ]),
            Block("small", _("Les valeurs sont celles du donateur. %(rule)s", rule=rule(f"valeur-{of}"))),
            *(Block("small", rule(each)) for each in (f"eligibilite-{of}", "amende", "declaration")),
            Block("small", _("Règles relues le %(day)s.", day=full_date(known()["checked"]["on"]))),
            Block("signatures", rows=[(_("Vérifié pour l'association par"), _("Nom et qualité :"), "", _("Le :"))]),
        ],
    )  # fmt: skip


def _issuer(organisation: Organisation) -> list[tuple[str, str]]:
    return [
        (_("Nom"), organisation.name),
        (_("SIREN ou RNA"), organisation.registered_as or BLANK),
        (_("Adresse"), organisation.seat or BLANK),
        (_("Objet"), organisation.purpose or BLANK),
        (_("À quel titre"), known()["kinds"].get(organisation.kind, BLANK)),
    ]


def _giver(receipt: Receipt) -> list[tuple[str, str]]:
    town = f"{receipt.postal_code} {receipt.commune}".strip()
    address = (_("Adresse"), ", ".join(part for part in (receipt.street, town) if part) or _("effacé"))
    if not receipt.company:
        return [(_("Nom et prénom"), receipt.name or _("effacé")), address]
    return [
        (_("Dénomination"), receipt.company),
        (_("Forme juridique"), receipt.legal_form),
        (_("SIRET"), siret_written(receipt.siret)),
        address,
        (_("Représentée par"), receipt.name),
    ]
