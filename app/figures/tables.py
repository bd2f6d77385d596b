"""Everything that a page of figures shows, as tables for a spreadsheet: all lines, where the page shows the first ones."""

from collections.abc import Sequence

from app.figures import wording
from app.figures.brought import Brought
from app.figures.course import STAGES, Course, for_somebody
from app.figures.measures import Tally
from app.figures.queries import Extent
from app.web.exports import OPEN_LICENCE, Cell, ExportTable
from app.web.text import _, full_date
from app.web.words import word

PLACES = frozenset({"organisations", "committees"})


def tables(found: Brought) -> list[ExportTable]:
    """The total, the months, and each cut."""
    total, months = _("Total"), _("Mois")
    sheets = [
        ExportTable(total, _headings(found, _("Période"), places=True), [_row(found, wording.period_name(found.scope.period), found.total, places=True)]),
        ExportTable(_("Par mois"), _headings(found, months, places=True), [_row(found, f"{line.key:%Y-%m}", line, places=True) for line in found.months]),
    ]  # fmt: skip
    for cut, lines in found.cuts.items():
        places = cut in PLACES
        rows = [_row(found, wording.line_name(found, cut, line), line, places=places) for line in lines]
        headings = _headings(found, str(wording.FIRST_COLUMN[cut]), places=places)
        sheets.append(ExportTable(str(wording.CUTS[cut]), headings, rows))
    return sheets


def _headings(found: Brought, first: str, *, places: bool) -> list[str]:
    worth = [_("Valeur estimée (€)")] if found.scale.cents else []
    more = [_("Rendez-vous"), _("Kilomètres à vol d'oiseau")] if places else []
    people = (
        [_("Familles équipées"), _("Personnes équipées")] if places and not found.scope.of_some_things else []
    )
    return [
        first, _("Pièces reçues"), _("Pièces un an avant"), _("Poids (kg)"), _("Pièces pesées"),
        _("CO₂ évité au plus (kg)"), _("Pièces avec un chiffre de CO₂"), *worth, *more, *people,
    ]  # fmt: skip


def _row(found: Brought, name: str, line: Tally, *, places: bool) -> list[Cell]:
    now = line.now
    worth: list[Cell] = [round(now.euros, 2)] if found.scale.cents else []
    more: list[Cell] = [now.trips, round(now.kilometres, 1)] if places else []
    people: list[Cell] = [now.families, now.people] if places and not found.scope.of_some_things else []
    return [
        name, now.pieces, line.before.pieces, round(now.kilograms, 3), now.weighed, round(now.co2_kilograms, 3),
        now.counted, *worth, *more, *people,
    ]  # fmt: skip


def notes(told: Sequence[str], source: str, on: str) -> list[str]:
    """Where the figures come from, who may use them how, and what they mean."""
    return [
        _("Source : %(source)s, le %(day)s.", source=source, day=on),
        _("Licence : %(licence)s.", licence=OPEN_LICENCE),
        *told,
    ]


def explained(found: Brought) -> list[str]:
    """What each figure means, and what it leaves out."""
    now = found.total.now
    told = [
        _("Un don compte au mois de son rendez-vous, à l'heure du comité, d'après le dernier compte rendu."),
        _("Poids : le poids habituel de chaque article, d'après le catalogue du portail."),
    ]
    if now.counted:
        told.append(
            _(
                "CO₂ : ce que la fabrication et la distribution des mêmes objets neufs auraient rejeté. C'est un maximum : chaque pièce n'évite pas toujours un achat neuf. Source : %(source)s.",
                source=wording.source_of_co2(),
            )
        )
        told += _part(now.counted, now.pieces)
    if found.scale.set_at is not None:
        told.append(
            _(
                "Valeur estimée : barème au kilogramme, par famille, fixé par l'administrateur du portail le %(day)s.",
                day=full_date(found.scale.set_at),
            )
        )
        told += _part(now.valued, now.pieces)
    if now.trips:
        told.append(_("Kilomètres : à vol d'oiseau, un aller par rendez-vous."))
    if not found.scope.of_some_things and (now.families or now.people):
        told.append(_("Familles et personnes équipées : ce que les comités en ont dit."))
    return told


def _part(known: int, pieces: int) -> list[str]:
    """Of how many pieces a figure is known, where that is not all of them."""
    if known == pieces:
        return []
    return [
        _(
            "Ce chiffre porte sur %(known)s des %(pieces)s pièces : les autres n'en ont pas.",
            known=known,
            pieces=pieces,
        )
    ]


def of_course(found: Course, most: int | None = None) -> dict[str, ExportTable]:
    """The course of gifts, at most so many lines of each table; the last cell of a line is what a bar shows."""
    stages = [
        (stage, found.stages[stage])
        for stage in STAGES
        if not (stage == "offered" and for_somebody(found.scope))
    ]
    item, committee = str(wording.FIRST_COLUMN["items"]), str(wording.FIRST_COLUMN["committees"])
    asked, received = _("Demandé"), _("Reçu")
    missed = sum(found.missed.values())
    return {
        "stages": ExportTable(_("De l'offre à la remise"), [_("Étape"), _("Articles")], [[str(wording.STAGES[stage]), count] for stage, count in stages]),
        "delays": ExportTable(_("Délais médians"), [_("Étape"), _("Heures")], [[str(wording.LEGS[leg]), None if hours is None else round(hours, 1)] for leg, hours in found.hours.items()]),
        "unmet": ExportTable(_("Ce qui est demandé et ne vient pas"), [item, asked, received, _("Manque")], [[wording.thing(each.key), each.asked, each.received, each.missing] for each in found.unmet[:most]]),
        "unasked": ExportTable(_("Ce qui vient et que personne ne demande"), [item, _("Proposés"), _("Sans preneur")], [[wording.thing(each.item), each.offered, each.left] for each in found.unasked[:most]]),
        "fairness": ExportTable(_("Ce que chaque comité reçoit de ce qu'il demande"), [committee, asked, received, _("Part (%)")], [[found.names.get(each.key, ""), each.asked, each.received, round(100 * each.share)] for each in found.committees[:most]]),
        "missed": ExportTable(_("Rendez-vous manqués"), [_("Raison"), _("Articles"), _("Part (%)")], [[word(reason) if reason else _("Sans raison donnée"), count, round(100 * count / (missed + found.kept))] for reason, count in found.missed.items()]),
    }  # fmt: skip


def explained_course() -> list[str]:
    """What is counted in each table."""
    return [
        _("De l'offre à la remise : les articles des offres de la période, et jusqu'où ils sont allés à ce jour."),
        _("Délais : la moitié est allée plus vite ; ce qui a été approuvé pendant la période. L'objectif est de 72 h de l'offre à la décision."),
        _("Demandes, en pièces : les besoins déclarés pendant la période et non retirés ; ce qui est venu pour eux à ce jour."),
        _("Rendez-vous manqués : la part est celle de tous les articles attendus à un rendez-vous de la période."),
    ]  # fmt: skip


def period_name(scope: Extent) -> str:
    """For the name of a file."""
    return f"{scope.period.first:%Y-%m}-{scope.period.last:%Y-%m}"
