"""What all pages of the coordinator's room share: how one match is found, told and undone, and whether what is shown is fresh."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app
from sqlmodel import Session
from werkzeug.datastructures import MultiDict

from app.db import session
from app.explaining import why, why_not
from app.lessons import queries as lessons
from app.matches import forms, service, wording
from app.matches.queries import board as reads
from app.matches.queries import pulse as pulses
from app.matches.queries.board import Card
from app.matches.queries.pulse import Pulse
from app.models.states import MatchState
from app.web.text import to_the_second
from app.web.words import word
from config import Settings

blueprint = Blueprint("matches", __name__)


def pulse(current: Session, moment: datetime) -> Pulse:
    """Whether what the room shows is fresh."""
    return pulses.read(current, moment, timedelta(minutes=settings().plan_minutes))


def for_templates(moment: datetime) -> dict[str, Any]:
    """What every page of the room is given."""
    return {
        "now": moment,
        "seconds_left": _seconds_left(moment),
        "leaves_at": lambda card: to_the_second(_leaves(card, moment)),
        "can_undo": undoable(moment),
        "words": wording,
        "why": why,
        "why_not": why_not,
        "word": word,
    }


def settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _seconds_left(moment: datetime) -> Callable[[Card], int]:
    """How long an approval can still be undone, before its letters leave."""

    return lambda card: max(0, int((_leaves(card, moment) - moment).total_seconds()))


def _leaves(card: Card, moment: datetime) -> datetime:
    return (card.match.approved_at or moment) + settings().undo_within


def undoable(moment: datetime) -> Callable[[Card], bool]:
    return lambda card: service.may_undo(card.match, moment, settings().undo_within)


def teaches(cards: Sequence[Card], moment: datetime) -> dict[int, dict[str, str]]:
    """For each proposal and each reason to reject it, what the portal would learn."""
    proposed = [card for card in cards if card.match.state is MatchState.PROPOSED]
    sides = ((card.match, card.item, card.need, card.committee) for card in proposed)
    found = lessons.would_teach(session(), moment, sides) if proposed else {}
    return {key: wording.reject_hints(lessons) for key, lessons in found.items()}


def learnt(cards: Sequence[Card], moment: datetime) -> list[str]:
    """What the one rejection that the page tells of has taught."""
    if len(cards) != 1 or cards[0].match.state is not MatchState.REJECTED:
        return []
    return lessons.learnt(session(), moment, cards[0].match.id)


def card_of(match_id: int) -> Card:
    """The match that an address names, or a page that says there is none."""
    found = reads.cards(session(), [match_id])
    return found[0] if found else abort(404)


def new_form(match_id: int) -> forms.RejectForm:
    # An empty mapping: the form that was sent belongs to another card, or to another act.
    return forms.RejectForm(match_id, MultiDict())
