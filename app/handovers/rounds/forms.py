"""What a committee says of its van and its day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import Field, SelectChoice
from wtforms.validators import StopValidation

from app.days import day_of
from app.handovers.forms import BAD_SPAN, TimeField
from app.handovers.rounds.service import RoundDraft
from app.handovers.slots import BadSpanError, Span, local_span
from app.models import Committee, Round
from app.models.states import Size
from app.web.fields import DayField, KeyField, MenuField, PortalForm, WholeNumberField, new_key
from app.web.text import _, lazy
from matching.rounds import SPEED_KMH

VEHICLES: tuple[tuple[int, LazyString], ...] = (
    (1_000, lazy("Voiture, 1 m³")),
    (3_000, lazy("Petit utilitaire, 3 m³")),
    (6_000, lazy("Camionnette, 6 m³")),
    (9_000, lazy("Fourgon, 9 m³")),
    (12_000, lazy("Grand fourgon, 12 m³")),
    (20_000, lazy("Camion avec hayon, 20 m³")),
)
"""Litres, and what such a vehicle is called."""
USUAL = {Size.SMALL: 1_000, Size.MEDIUM: 1_000, Size.LARGE: 6_000, Size.VERY_LARGE: 9_000}
"""The vehicle of a committee that takes things up to this size, until it has said which."""
AHEAD = timedelta(days=14)


def vehicle_name(litres: int) -> str:
    """« Fourgon, 9 m³ »."""
    return str(dict(VEHICLES).get(litres) or _("%(room)s m³", room=litres // 1000))


class RoundForm(PortalForm):
    """A day, from when to when, with which van. Times are those of the committee's clock."""

    key = KeyField()
    day = DayField(lazy("Quel jour ?"))
    start = TimeField(lazy("Départ au plus tôt"))
    end = TimeField(lazy("Retour au plus tard"))
    vehicle = MenuField(
        lazy("Avec quel véhicule ?"),
        choices=[SelectChoice(str(litres), words) for litres, words in VEHICLES],
        required=lazy("Choisissez un véhicule de la liste."),
    )
    speed = WholeNumberField(lazy("Vitesse moyenne, en km/h"), low=5, high=110)

    def __init__(self, zone: str, now: datetime, **kwargs: Any) -> None:
        self.zone, self.now = zone, now
        self.span: Span | None = None
        super().__init__(**kwargs)

    def validate_day(self, field: Field) -> None:
        if field.data is None and not field.errors:
            raise StopValidation(_("Dites le jour de la tournée."))

    def validate_start(self, _field: Field) -> None:
        if self.start.moment is None:
            raise StopValidation(_("Écrivez une heure comme 14 h 30."))

    def validate_end(self, _field: Field) -> None:
        day: date | None = self.day.data
        start, end = self.start.moment, self.end.moment
        if end is None:
            raise StopValidation(_("Écrivez une heure comme 14 h 30."))
        if day is None or start is None:
            return
        try:
            self.span = local_span(day, start, end, self.now, self.zone)
        except BadSpanError as error:
            raise StopValidation(str(BAD_SPAN[error.code])) from None

    def draft(self) -> RoundDraft:
        """Once it has been validated."""
        assert self.span is not None
        return RoundDraft(self.key.data or "", self.span, int(self.vehicle.data), self.speed.number)


class HoursForm(PortalForm):
    """When a donor is there, as somebody read it in their words."""

    not_before = TimeField(lazy("Pas avant"))
    not_after = TimeField(lazy("Pas après"))

    def validate_not_after(self, _field: Field) -> None:
        early, late = self.not_before.moment, self.not_after.moment
        if early is not None and late is not None and late < early:
            raise StopValidation(str(BAD_SPAN["order"]))


def usual(committee: Committee, last: Round | None, now: datetime) -> dict[str, Any]:
    """What the form begins with: the next day when its van drives, else when the committee is open, and the van and the speed of its last round."""
    today = day_of(now, committee.zone)
    days = [today + timedelta(days=ahead) for ahead in range(1, AHEAD.days + 1)]
    open_days = [day for day in days if _hours(committee, day)]
    day = (open_days or days)[0]
    hours = _hours(committee, day) or [["09:00", "17:00"]]
    return {
        "key": new_key(),
        "day": day,
        "start": _said(hours[0][0]),
        "end": _said(hours[-1][1]),
        "vehicle": str(last.litres if last else USUAL[committee.largest_size]),
        "speed": str(last.speed_kmh if last else SPEED_KMH),
    }


def _hours(committee: Committee, day: date) -> Sequence[Sequence[str]]:
    if any(first <= day.isoformat() <= last for first, last in committee.closures):
        return ()
    week = committee.collection_hours or committee.opening_hours
    found: Sequence[Sequence[str]] = week.get(str(day.isoweekday()), ())
    return found


def _said(hour: str) -> str:
    return time.fromisoformat(hour).strftime("%H:%M")
