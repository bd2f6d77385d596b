"""The packing list as customs officers read it, in the language that is spoken: what is in each box, how heavy, how large, worth what."""

from collections.abc import Sequence
from datetime import datetime

from app.actions.boxes import Load
from app.actions.destinations import country_name
from app.models import Action, Box, Committee
from app.printing.paper import Block, Paper
from app.web.exports import Cell, ExportTable
from app.web.text import _, decimal, euros, full_date, language, plural
from app.web.words import item_name, word


def contents(box: Box) -> str:
    """A line for each thing: « 12 × Ordinateur portable »; in English the box's own words where it has some."""
    if language() == "en" and box.english:
        return box.english
    return "\n".join(f"{pieces} × {item_name(item, words)}" for pieces, item, words in box.contents)


def weight(grams: int) -> str:
    """To the gram, as a scale shows it: « 30,5 kg »."""
    return f"{decimal(grams / 1000)}\u00a0kg"


def volume(litres: int) -> str:
    return f"{decimal(litres / 1000)}\u00a0m³"


def load_words(load: Load) -> str:
    parts = [
        plural("%(num)s colis", "%(num)s colis", load.boxes),
        plural("%(num)s pièce", "%(num)s pièces", load.pieces),
        weight(load.grams),
        volume(load.litres),
        euros(load.cents),
    ]
    return ", ".join(parts)


def paper(action: Action, committee: Committee, found: Sequence[Box], now: datetime) -> Paper:
    load = Load.of(found)
    table = Block(
        "table",
        headings=[
            _("Colis"),
            _("Contenu"),
            _("Pièces"),
            _("État"),
            _("Poids brut"),
            _("Volume"),
            _("Valeur"),
        ],
        widths=(1.1, 5, -1.3, 1.6, -1.7, -1.9, -1.9),
        rows=[_row(box) for box in found],
    )
    facts = [
        (_("Expéditeur"), f"{committee.name}, {committee.street}, {committee.postal_code} {committee.commune}, {country_name(committee.country)}, {committee.phone}"),
        (_("Destinataire"), action.consignee or action.destination),
        (_("Destination"), f"{action.destination} ({country_name(action.country)})"),
        (_("Objet de l'envoi"), action.title),
        (_("Nature"), _("Don à des fins humanitaires, sans caractère commercial")),
    ]  # fmt: skip
    title = _("Liste de colisage")
    said = [_("La valeur est estimée pour la douane seulement : rien n'est vendu.")]
    if not load.whole:
        said.append(_("Le total ne compte que ce qui est dit : il manque un poids, un volume ou une valeur."))
    return Paper(
        title=title,
        eyebrow=full_date(now),
        reference=f"{title} · {action.title}",
        language=language(),
        blocks=[
            Block("facts", rows=facts),
            table,
            Block("strong", _("En tout : %(what)s.", what=load_words(load))),
            *(Block("small", words) for words in said),
            Block("signatures", rows=[[_("Pour l'expéditeur"), _("Nom, date, signature :")], [_("Pour la douane"), _("Cachet :")]]),
        ],
    )  # fmt: skip


def _row(box: Box) -> list[str]:
    return [
        str(box.number),
        contents(box),
        str(sum(line[0] for line in box.contents)),
        word(box.condition),
        weight(box.grams) if box.grams else "",
        volume(box.litres) if box.litres else "",
        euros(box.cents) if box.cents is not None else "",
    ]


def sheet(found: Sequence[Box]) -> ExportTable:
    """A row for each thing in a box: what is said of the whole box stands in the first of them."""
    headings = [
        _("Colis"), _("Pièces"), _("Contenu"), _("État"), _("Poids brut (kg)"), _("Dimensions (cm)"), _("Volume (m³)"),
        _("Valeur (€)"), _("Étape"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for box in found:
        for at, (pieces, item, words) in enumerate(box.contents):
            whole: list[Cell] = [
                box.grams / 1000 if box.grams else None,
                box.measure,
                box.litres / 1000 if box.litres else None,
                box.cents / 100 if box.cents is not None else None,
                word(box.state),
            ]
            rows.append(
                [
                    box.number,
                    pieces,
                    item_name(item, words),
                    word(box.condition),
                    *(whole if at == 0 else [None] * 5),
                ]
            )
    return ExportTable(_("Liste de colisage"), headings, rows)


def notes(action: Action, committee: Committee, now: datetime) -> list[str]:
    return [
        f"{action.title}, {full_date(now)}",
        _("Expéditeur : %(name)s, %(commune)s", name=committee.name, commune=committee.commune),
        _("Destination : %(destination)s", destination=action.destination),
        _("Don à des fins humanitaires, sans caractère commercial"),
    ]
