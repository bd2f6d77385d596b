"""Everything that a page of figures shows, as tables for a spreadsheet: all lines, where the page shows the first ones."""

from collections.abc import Iterator, Sequence

from app.figures import wording
from app.figures.brought import Brought
from app.figures.measures import Tally
from app.figures.queries import Extent
from app.web.exports import OPEN_LICENCE, Cell, ExportTable
from app.web.text import _, full_date

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


def notes(found: Brought, source: str, on: str) -> Sequence[str]:
    """Where the figures come from, what they mean, and who may use them how."""
    return list(_notes(found, source, on))


def _notes(found: Brought, source: str, on: str) -> Iterator[str]:
    yield _("Source : %(source)s, le %(day)s.", source=source, day=on)
    yield _("Licence : %(licence)s.", licence=OPEN_LICENCE)
    yield from explained(found)


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


def file_name(scope: Extent) -> str:
    return f"bilan-{scope.period.first:%Y-%m}-{scope.period.last:%Y-%m}"
