"""What became of a letter, as a sentence."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel.speaklater import LazyString

from app.ledger.service import AddressRefusal
from app.models import OutboxMessage
from app.web.text import _, clock_time, full_date, lazy, plural
from notifications.models import State

WAITING: Mapping[State, LazyString] = {
    State.PENDING: lazy("En attente."),
    State.CLAIMED: lazy("En cours d'envoi."),
    State.CANCELLED: lazy("Annulé avant l'envoi."),
}

REFUSED: Mapping[AddressRefusal, LazyString] = {
    AddressRefusal.TAKEN: lazy("Quelqu'un d'autre a déjà cette adresse dans le portail. Faites-la épeler."),
    AddressRefusal.GONE: lazy("Cette personne n'est plus dans le portail : son adresse ne se corrige plus."),
    AddressRefusal.NOT_YOURS: lazy("Seul un administrateur peut toucher au compte d'un administrateur."),
}


def address_refused(refusal: AddressRefusal) -> str:
    return str(REFUSED[refusal])


def letter_state(letter: OutboxMessage) -> str:
    """« Accepté par le serveur de messagerie le 24 novembre 2026 à 14 h 30. »"""
    if letter.bounced_at is not None:
        return _("Revenu %(when)s : il n'est pas arrivé.", when=_when(letter.bounced_at))
    if letter.sent_at is not None:
        return _("Accepté par le serveur de messagerie %(when)s.", when=_when(letter.sent_at))
    if letter.state is State.FAILED:
        return plural(
            "Refusé : l'envoi est abandonné après %(num)s essai.",
            "Refusé : l'envoi est abandonné après %(num)s essais.",
            letter.attempts,
        )
    if letter.state is State.PENDING and letter.attempts:
        return plural(
            "Retardé par le serveur, %(num)s fois ; prochain essai %(when)s.",
            "Retardé par le serveur, %(num)s fois ; prochain essai %(when)s.",
            letter.attempts,
            when=_when(letter.not_before),
        )
    return str(WAITING[letter.state])


def _when(moment: datetime) -> str:
    return _("le %(day)s à %(time)s", day=full_date(moment), time=clock_time(moment))
