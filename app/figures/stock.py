"""What was received, a line for each thing, as tools for stocks read it (docs/exports.md). Stock itself is not kept here."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.days import day_of
from app.figures.measures import Scale
from app.web.exports import Cell, ExportTable
from app.web.navigation import shown_name
from app.web.text import _
from app.web.words import word
from matching.items import load

UNKNOWN = "hors-catalogue"
"""The reference of what the catalogue has no word for."""


def table(lines: Iterable[Any], scale: Scale) -> ExportTable:
    """The first five columns, in this order, are those of a batch of stock movements in Dolibarr: the heading may be in any language."""
    headings = [
        _("Entrepôt source"), _("Entrepôt de destination"), _("Référence produit"), _("Quantité"), _("Lot"),
        _("Date"), _("Désignation"), _("Unité"), _("État"), _("Poids unitaire (kg)"), _("Poids total (kg)"),
        _("Valeur estimée (€)"), _("Association"), _("Comité"), _("Action solidaire"), _("Référence de l'offre"), _("Numéro"),
    ]  # fmt: skip
    return ExportTable(_("Entrées en stock"), headings, _rows(lines, scale))


def _rows(lines: Iterable[Any], scale: Scale) -> Iterator[list[Cell]]:
    for line in lines:
        known = line.item in load()
        worth, committee = scale.of(line.item), line.Committee
        grams = worth.grams
        yield [
            "", committee.slug, line.item if known else UNKNOWN, line.pieces, "",
            day_of(line.at, committee.zone),
            shown_name(line.item) if known else line.description.partition("\n")[0],
            _("pièce"), word(line.received_condition or line.condition),
            None if grams is None else grams / 1000,
            None if grams is None else line.pieces * grams / 1000,
            None if worth.value is None else round(line.pieces * worth.value / 100_000, 2),
            line.organisation, committee.name, line.action or "", line.reference, line.id,
        ]  # fmt: skip
