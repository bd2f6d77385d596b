"""Figures in words: masses, money, months, and what the lines of each cut are called."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import format_currency, format_date, format_decimal
from flask_babel.speaklater import LazyString

from app.figures.brought import Brought
from app.figures.measures import Tally, ademe
from app.figures.months import Period
from app.web.navigation import shown_name
from app.web.text import _, lazy, month_name, plural
from app.web.text import mass as mass
from notifications.typography import NO_BREAK_SPACE

CUTS: dict[str, LazyString] = {
    "organisations": lazy("Par association"),
    "committees": lazy("Par comité"),
    "actions": lazy("Par action solidaire"),
    "families": lazy("Par famille d'articles"),
    "items": lazy("Par article"),
}
FIRST_COLUMN: dict[str, LazyString] = {
    "organisations": lazy("Association"),
    "committees": lazy("Comité"),
    "actions": lazy("Action solidaire"),
    "families": lazy("Famille"),
    "items": lazy("Article"),
}
STAGES: dict[str, LazyString] = {
    "offered": lazy("proposés par un donateur"),
    "proposed": lazy("rapprochés d'un besoin"),
    "approved": lazy("approuvés par un coordinateur"),
    "agreed": lazy("acceptés des deux côtés"),
    "received": lazy("reçus"),
}
LEGS: dict[str, LazyString] = {
    "decided": lazy("de l'offre à la décision"),
    "answered": lazy("de la décision aux deux réponses"),
    "met": lazy("des réponses au rendez-vous"),
    "whole": lazy("de l'offre à la remise"),
}
SHORTCUTS: dict[str, LazyString] = {
    "month": lazy("Ce mois-ci"),
    "last_month": lazy("Le mois dernier"),
    "quarter": lazy("Trois derniers mois"),
    "year": lazy("Cette année"),
    "last_year": lazy("L'an dernier"),
    "twelve": lazy("Douze derniers mois"),
}


def number(value: float) -> str:
    return str(format_decimal(round(value)))


def euros(value: float) -> str:
    return str(format_currency(round(value), "EUR", format="#,##0 ¤", currency_digits=False))


def month_letter(month: date) -> str:
    """« N »."""
    return str(format_date(month, "MMMMM", rebase=False))


def period_name(period: Period) -> str:
    """« novembre 2026 », « de janvier à novembre 2026 », « de décembre 2025 à novembre 2026 »."""
    if period.first == period.last:
        return month_name(period.first)
    first = (
        str(format_date(period.first, "MMMM", rebase=False))
        if period.first.year == period.last.year
        else month_name(period.first)
    )
    return _("de %(first)s à %(last)s", first=first, last=month_name(period.last))


def line_name(found: Brought, cut: str, line: Tally) -> str:
    """What a line of a cut stands for."""
    key: Any = line.key
    if cut == "committees":
        return found.names.committees[key]
    if cut == "organisations":
        return str(key)
    if cut == "actions":
        return found.names.actions.get(key, "") or _("Hors action solidaire")
    return thing(key)


def of_all(known: int, pieces: int) -> str:
    """« calcul sur 31 des 52 pièces »; nothing where it is all of them."""
    if known == pieces:
        return ""
    return _("calcul sur %(known)s des %(pieces)s pièces", known=number(known), pieces=number(pieces))


def thing(item: str | None) -> str:
    return shown_name(item) if item else _("Hors du catalogue")


def delay(hours: float) -> str:
    """« 31 h », « 5 jours »: as people compare it with 72 hours."""
    if hours < 96:
        return _("%(hours)s h", hours=number(hours)).replace(" h", f"{NO_BREAK_SPACE}h")
    return plural("%(num)s jour", "%(num)s jours", round(hours / 24))


def others(lines: Sequence[Tally]) -> Tally:
    """Lines as one: what is left of a cut below those that are shown."""
    rest = Tally(None)
    for line in lines:
        rest.now.join(line.now)
        rest.before.join(line.before)
    return rest


def only(found: Brought) -> str:
    """What a report is narrowed to: « Meuble », « Rentrée, Cartable »."""
    scope = found.scope
    action = found.names.actions.get(scope.action_id or 0, "")
    return ", ".join(filter(None, (action, shown_name(scope.item) if scope.item else "")))


def source_of_co2() -> str:
    """« ADEME, Impact CO₂, 2026 (licence MIT, © 2022 Datagir) »."""
    source, _items = ademe()
    return _(
        "%(name)s, %(year)s (licence %(licence)s)",
        **{key: source[key] for key in ("name", "year", "licence")},
    )
