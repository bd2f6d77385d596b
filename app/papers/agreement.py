"""The agreement by which a company gives: both sides, what, by whom it is carried, when it changes hands. Blank where one signs."""

from collections.abc import Sequence
from datetime import datetime

from app.models.states import MatchState
from app.papers.queries import GiftTrip, GivenLine, cents
from app.papers.record import money, name_of, reference_of, siret_written
from app.papers.rules import rule
from app.printing.paper import Block, Paper
from app.web.text import _, full_date, language, plural
from app.web.words import word

BLANK = "…" * 24


def agreement(trip: GiftTrip, now: datetime) -> Paper:
    """Of a trip that both sides agree on."""
    offer, committee, organisation = trip.offer, trip.committee, trip.organisation
    return Paper(
        title=_("Convention de don de matériel"),
        eyebrow=_("Projet à relire, à compléter et à signer"),
        reference=reference_of(trip),
        language=language(),
        blocks=[
            Block("text", reference_of(trip)),
            Block("heading", _("Entre le donateur")),
            Block("facts", rows=[
                (_("Nom"), trip.company),
                (_("SIRET"), siret_written(trip.consignment.siret) if trip.consignment and trip.consignment.siret else BLANK),
                (_("Adresse"), ", ".join(part for part in (offer.street, f"{offer.postal_code} {offer.commune}") if part)),
                (_("Représenté par"), _represented(trip)),
            ]),
            Block("heading", _("et l'association")),
            Block("facts", rows=[
                (_("Nom"), organisation.name),
                (_("Comité"), f"{committee.name}, {committee.street}, {committee.postal_code} {committee.commune}"),
                (_("Représentée par"), BLANK),
            ]),
            *_articles(trip),
            Block("text", _("Fait en deux exemplaires, à %(blank)s le %(blank)s", blank="…" * 10)),
            Block("signatures", rows=[
                (_("Pour le donateur"), _("Nom et qualité :"), "", _("Signature :")),
                (_("Pour l'association"), _("Nom et qualité :"), "", _("Signature :")),
            ]),
            Block("small", _("Modèle préparé le %(day)s. Rien n'est signé tant que les deux parties n'ont pas signé ci-dessus. Ce n'est pas un reçu fiscal.", day=full_date(now))),
            Block("heading", _("Annexe : ce qui est donné")),
            _annex(trip.lines),
        ],
    )  # fmt: skip


def _represented(trip: GiftTrip) -> str:
    by = trip.consignment
    if by is None or not by.contact_name:
        return trip.giver or BLANK
    return ", ".join(part for part in (by.contact_name, by.contact_function) if part)


def _articles(trip: GiftTrip) -> list[Block]:
    said = [
        (_("Objet du don"), _object(trip)),
        (_("Valeur"), _value(trip.lines)),
        (_("Transport et remise"), _transport(trip)),
        (_("Propriété"), _("Le donateur déclare être propriétaire de ce matériel et pouvoir en disposer. La propriété et les risques passent à l'association à la remise, une fois le matériel reçu et compté.")),
        (_("État"), _("Le matériel est donné en l'état, tel que l'annexe le décrit. Le donateur signale les défauts et les dangers qu'il connaît. L'association peut refuser à la remise ce qui ne correspond pas.")),
        *([(_("Données"), data)] if (data := _data(trip.lines)) else []),
    ]  # fmt: skip
    blocks = []
    for number, (title, words) in enumerate(said, 1):
        blocks += [Block("heading", f"{number}. {title}"), Block("text", words)]
    return blocks


def _object(trip: GiftTrip) -> str:
    pieces = sum(line.pieces for line in trip.lines)
    return _(
        "Le donateur donne à l'association, sans contrepartie, le matériel de l'annexe : %(lines)s, %(pieces)s. L'association l'accepte.",
        lines=plural("%(num)s ligne", "%(num)s lignes", len(trip.lines)),
        pieces=plural("%(num)s pièce", "%(num)s pièces", pieces),
    )


def _value(lines: Sequence[GivenLine]) -> str:
    worth, said = cents(lines), sum(line.cents is not None for line in lines)
    if worth is None:
        return _("Le donateur n'a pas déclaré de valeur. %(rule)s", rule=rule("valeur-entreprise"))
    counted = _("Valeur déclarée par le donateur : %(amount)s.", amount=money(worth))
    if said < len(lines):
        counted = _(
            "Valeur déclarée par le donateur : %(amount)s, pour %(said)s des %(lines)s lignes.",
            amount=money(worth), said=said, lines=len(lines),
        )  # fmt: skip
    return f"{counted} {rule('valeur-entreprise')}"


def _transport(trip: GiftTrip) -> str:
    handover, days = trip.handover, set(trip.days)
    if handover.starts_at and any(line.match.state is MatchState.SCHEDULED for line in trip.lines):
        days.add(trip.day(handover.starts_at))
    date = _("La date de la remise reste à fixer.")
    if days:
        date = _("Remise : le %(day)s.", day=", ".join(full_date(day) for day in sorted(days)))
    return " ".join((_("Transport : %(who)s.", who=word(handover.transport)), date))


def _data(lines: Sequence[GivenLine]) -> str:
    """Of devices that hold data: of how many the giver says that they are, or are to be, erased; of what came, nothing is to be any more."""
    holding = [line for line in lines if line.holds_data]
    if not holding:
        return ""
    pieces = sum(line.pieces for line in holding)
    erased = sum(line.pieces for line in holding if line.item.erased)
    to_erase = sum(
        line.pieces
        for line in holding
        if line.item.erased is False and line.match.state is not MatchState.COMPLETED
    )
    unsaid = pieces - erased - to_erase
    said = plural("%(num)s appareil garde des données.", "%(num)s appareils gardent des données.", pieces)
    parts = (
        (erased, _("Le donateur déclare les avoir effacées."), _("Le donateur déclare les avoir effacées de %(num)s.", num=erased)),
        (to_erase, _("Le donateur les efface avant la remise."), _("Le donateur les efface de %(num)s avant la remise.", num=to_erase)),
        (unsaid, _("L'effacement des données reste à dire."), _("L'effacement des données de %(num)s reste à dire.", num=unsaid)),
    )  # fmt: skip
    return " ".join(
        (said, *(of_all if some == pieces else of_some for some, of_all, of_some in parts if some))
    )


def _annex(lines: Sequence[GivenLine]) -> Block:
    valued = cents(lines) is not None
    headings = [_("N°"), _("Article"), _("Quantité"), _("État")]
    rows = [
        [str(number), name_of(line), str(line.pieces), word(line.condition)]
        for number, line in enumerate(lines, 1)
    ]
    if valued:
        headings += [_("Valeur unitaire"), _("Valeur")]
        for row, line in zip(rows, lines, strict=True):
            row += ["", ""] if line.cents is None else [money(line.unit_value or 0), money(line.cents)]
    widths = (-0.9, 5.2, -1.5, 1.7, *([-1.9, -2] if valued else []))
    return Block("table", headings=headings, widths=widths, rows=rows)
