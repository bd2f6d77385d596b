"""When to write, and in which language."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from wtforms import BooleanField, SelectChoice
from wtforms.validators import Optional, StopValidation

from app.days import day_of
from app.models.preferences import DEFAULT_HOUR
from app.models.states import Language
from app.preferences.queries import DigestPreference
from app.web.clock import now
from app.web.fields import DayField, MenuField, PortalForm, choice
from app.web.text import _, language, lazy
from app.web.words import DAYS, choices
from notifications.typography import clock
from notifications.zones import HOME

LONGEST_PAUSE_DAYS = 366


class LanguageForm(PortalForm):
    language = choice(lazy("Langue"), choices(Language), required=lazy("Choisissez une langue."))

    @property
    def chosen(self) -> Language:
        return Language(self.language.data)


class DailyForm(LanguageForm):
    """A digest on each day on which something waits."""

    digest = BooleanField(lazy("Recevoir le récapitulatif"))
    hour = MenuField(lazy("À quelle heure ?"), required=lazy("Choisissez une heure dans la liste."))
    paused_until = DayField(lazy("Ne rien envoyer jusqu'au"), validators=[Optional()])

    def __init__(self, *args: Any, zone: str = HOME, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = day_of(now(), zone)
        self.hour.choices = [SelectChoice(str(hour), clock(time(hour), language())) for hour in range(24)]

    def validate_paused_until(self, field: Any) -> None:
        """A day in the past pauses nothing; a pause of years is a digest switched off."""
        until: date | None = field.data
        if until is None:
            return
        away = (until - self._today).days
        if away < 0:
            raise StopValidation(_("Ce jour est passé. Choisissez-en un à venir, ou laissez vide."))
        if away > LONGEST_PAUSE_DAYS:
            raise StopValidation(
                _("Choisissez un jour d'ici un an. Pour arrêter tout à fait, décochez le récapitulatif.")
            )

    def wish(self) -> DigestPreference:
        return DigestPreference(
            hour=int(self.hour.data), paused_until=self.paused_until.data, off=not self.digest.data
        )


class WeeklyForm(DailyForm):
    """A digest once a week."""

    weekday = MenuField(lazy("Quel jour ?"), required=lazy("Choisissez un jour dans la liste."))
    around = BooleanField(lazy("Y joindre les dons sans preneur autour de nous"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday.choices = [SelectChoice(code, name) for code, name in DAYS]

    def wish(self) -> DigestPreference:
        return replace(super().wish(), weekday=int(self.weekday.data), around=self.around.data)


def data_of(language: Language, chosen: DigestPreference | None = None, zone: str = HOME) -> dict[str, Any]:
    """What the form shows before anything is typed. A pause that is over is shown as none."""
    chosen = chosen or DigestPreference(hour=DEFAULT_HOUR)
    until = chosen.paused_until
    return {
        "language": language.value,
        "digest": not chosen.off,
        "around": chosen.around,
        "weekday": str(chosen.weekday),
        "hour": str(chosen.hour),
        "paused_until": until if until is not None and until >= day_of(now(), zone) else None,
    }
