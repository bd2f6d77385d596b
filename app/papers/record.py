"""The record of a gift: what a committee said that it received, of which trip, from whom. No tax receipt."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import format_currency

from app.papers.queries import GiftTrip, GivenLine, cents, grams
from app.printing.paper import Block, Paper
from app.web.text import _, full_date, language, mass, plural
from app.web.words import item_name, word


def money(amount: int) -> str:
    """« 1 237,50 € », of cents."""
    return str(format_currency(amount / 100, "EUR"))


def name_of(line: GivenLine) -> str:
    """What it is called, and the giver's words where they say more."""
    words = " ".join(line.item.description.split())[:160]
    name = item_name(line.item.item, words)
    return name if words.casefold() in ("", name.casefold()) else f"{name} ({words})"


def reference_of(trip: GiftTrip) -> str:
    return _(
        "Référence %(reference)s, remise n° %(number)s",
        reference=trip.offer.reference,
        number=trip.number,
    )


def giver_of(trip: GiftTrip) -> str:
    """« Société Exemple (SIRET 123 456 789 00012) », or a person's name."""
    if not trip.company:
        return trip.giver
    siret = trip.consignment.siret if trip.consignment else ""
    return f"{trip.company} (SIRET {siret_written(siret)})" if siret else trip.company


def siret_written(digits: str) -> str:
    return "\u00a0".join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def record(trip: GiftTrip, portal: str, now: datetime) -> Paper:
    """Of a trip that brought something."""
    lines, committee = trip.came, trip.committee
    valued = cents(lines) is not None
    facts = [
        (_("Donné par"), giver_of(trip)),
        (_("Reçu par"), f"{committee.name} ({trip.organisation.name})"),
        (_("À"), f"{committee.postal_code} {committee.commune}"),
        (_("Remis le"), ", ".join(full_date(day) for day in trip.days)),
    ]
    headings = [_("Article"), _("Reçu"), _("État"), _("Poids")] + ([_("Valeur déclarée")] if valued else [])
    table = Block("table", headings=headings, widths=(6, -1, 2, -1.6, *([-2] if valued else [])), rows=[
        _row(line, valued=valued) for line in lines
    ])  # fmt: skip
    return Paper(
        title=_("Récapitulatif de don"),
        eyebrow=reference_of(trip),
        reference=reference_of(trip),
        language=language(),
        blocks=[
            Block("facts", rows=facts),
            table,
            Block("strong", total(lines)),
            Block("text", _("Ce récapitulatif n'est pas un reçu fiscal, et n'en tient pas lieu.")),
            *(Block("small", words) for words in _explained(lines, portal, now, valued=valued)),
        ],
    )


def _row(line: GivenLine, *, valued: bool) -> Sequence[str]:
    weight = mass(line.grams / 1000) if line.grams else ""
    if line.grams and line.estimated:
        weight = f"≈\u00a0{weight}"
    row = [name_of(line), str(line.pieces), word(line.condition), weight]
    return [*row, "" if line.cents is None else money(line.cents)] if valued else row


def total(lines: Sequence[GivenLine]) -> str:
    """« En tout : 4 pièces, environ 120 kg, 250,00 € de valeur déclarée. »"""
    pieces = sum(line.pieces for line in lines)
    parts = [plural("%(num)s pièce", "%(num)s pièces", pieces)]
    if grams(lines):
        weight = mass(grams(lines) / 1000)
        exact = all(line.grams and not line.estimated for line in lines)
        parts.append(weight if exact else _("environ %(mass)s", mass=weight))
    worth = cents(lines)
    if worth is not None:
        parts.append(_("%(amount)s de valeur déclarée par le donateur", amount=money(worth)))
    return _("En tout : %(what)s.", what=", ".join(parts))


def _explained(lines: Sequence[GivenLine], portal: str, now: datetime, *, valued: bool) -> list[str]:
    said = [
        _(
            "Établi le %(day)s par %(portal)s, d'après ce que le comité a dit avoir reçu.",
            day=full_date(now),
            portal=portal,
        )
    ]
    if any(line.grams and line.estimated for line in lines):
        said.append(_("Les poids précédés de « ≈ » sont estimés par le portail, pour un article de ce type."))
    if valued:
        said.append(
            _("La valeur est celle que le donateur a déclarée : ni le comité ni le portail ne l'ont estimée.")
        )
    return said
