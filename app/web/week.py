"""A week's opening hours, in forms and on pages, and the days when a place is closed: of a committee, of its computer room."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import Form, StringField
from wtforms.validators import StopValidation

from app.web import hours
from app.web.fields import strip
from app.web.hours import BadHoursError
from app.web.text import _, full_date, language
from app.web.words import DAYS


class HoursField(StringField):
    """One day's opening hours; `ranges` is what they mean, once validated."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.ranges: list[list[str]] = []

    def pre_validate(self, _form: Form) -> None:
        try:
            self.ranges = hours.parse(self.data or "")
        except BadHoursError as error:
            raise StopValidation(
                {
                    "order": _("La fin vient avant le début, ou deux plages se chevauchent."),
                    "many": _("Quatre plages par jour au plus."),
                }.get(
                    error.code,
                    _("Écrivez les heures comme : 9 h-12 h, 14 h-17 h 30. Laissez vide si c'est fermé."),
                )
            ) from None


class WeekFields:
    """The fields of a form that asks for a week's hours."""

    day_1 = HoursField(DAYS[0][1])
    day_2 = HoursField(DAYS[1][1])
    day_3 = HoursField(DAYS[2][1])
    day_4 = HoursField(DAYS[3][1])
    day_5 = HoursField(DAYS[4][1])
    day_6 = HoursField(DAYS[5][1])
    day_7 = HoursField(DAYS[6][1])

    @property
    def days(self) -> list[HoursField]:
        return [getattr(self, f"day_{day}") for day, _name in DAYS]

    @property
    def opening_hours(self) -> dict[str, list[list[str]]]:
        """What was typed, as `Committee.opening_hours` keeps it. The form has been validated."""
        return {
            day: field.ranges for (day, _name), field in zip(DAYS, self.days, strict=True) if field.ranges
        }


def week_data(opening_hours: Mapping[str, Any]) -> dict[str, str]:
    """The fields filled in."""
    return {f"day_{day}": hours.written(opening_hours.get(day, ()), language()) for day, _name in DAYS}


def week(opening_hours: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(day, hours) of the days that have any."""
    return [
        (str(name), hours.written(opening_hours[day], language()))
        for day, name in DAYS
        if opening_hours.get(day)
    ]


def closed_days(closures: Iterable[Sequence[str]], today: date) -> Iterable[str]:
    """A sentence for each stretch of days that is not over."""
    for first, last in ([date.fromisoformat(day) for day in pair] for pair in closures):
        if last < today:
            continue
        if first == last:
            yield _("Fermé le %(day)s.", day=full_date(first))
        else:
            yield _("Fermé du %(first)s au %(last)s.", first=full_date(first), last=full_date(last))
