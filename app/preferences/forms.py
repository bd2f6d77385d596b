"""When to write, and in which language."""

from datetime import date, time
from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import Optional, StopValidation

from app.models.preferences import DEFAULT_HOUR, DEFAULT_WEEKDAY
from app.models.states import Language
from app.preferences.queries import DigestPreference
from app.web.clock import now, paris
from app.web.fields import DayField, PortalForm, choice
from app.web.text import _, language, lazy
from app.web.words import DAYS, choices
from notifications.typography import clock

LONGEST_PAUSE_DAYS = 366


class LanguageForm(PortalForm):
    language = choice(lazy("Langue"), choices(Language), required=lazy("Choisissez une langue."))

    @property
    def chosen(self) -> Language:
        return Language(self.language.data)


class DailyForm(LanguageForm):
    """A digest on each day on which something waits."""

    digest = BooleanField(lazy("Recevoir le récapitulatif"))
    hour = SelectField(lazy("À quelle heure ?"), validate_choice=False)
    paused_until = DayField(lazy("Ne rien envoyer jusqu'au"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hour.choices = [SelectChoice(str(hour), clock(time(hour), language())) for hour in range(24)]

    def validate_hour(self, field: Any) -> None:
        if field.data not in {option.value for option in field.choices}:
            raise StopValidation(_("Choisissez une heure dans la liste."))

    def validate_paused_until(self, field: Any) -> None:
        """A day in the past pauses nothing; a pause of years is a digest switched off."""
        until: date | None = field.data
        if until is None:
            return
        away = (until - paris(now()).date()).days
        if away < 0:
            raise StopValidation(_("Ce jour est passé. Choisissez-en un à venir, ou laissez vide."))
        if away > LONGEST_PAUSE_DAYS:
            raise StopValidation(
                _("Choisissez un jour d'ici un an. Pour arrêter tout à fait, décochez le récapitulatif.")
            )

    def wish(self) -> DigestPreference:
        return DigestPreference(
            DEFAULT_WEEKDAY, int(self.hour.data), self.paused_until.data, not self.digest.data
        )


class WeeklyForm(DailyForm):
    """A digest once a week."""

    weekday = SelectField(lazy("Quel jour ?"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekday.choices = [SelectChoice(code, name) for code, name in DAYS]

    def validate_weekday(self, field: Any) -> None:
        if field.data not in {code for code, _name in DAYS}:
            raise StopValidation(_("Choisissez un jour dans la liste."))

    def wish(self) -> DigestPreference:
        return DigestPreference(
            int(self.weekday.data), int(self.hour.data), self.paused_until.data, not self.digest.data
        )


def data_of(language: Language, chosen: DigestPreference | None = None) -> dict[str, Any]:
    """What the form shows before anything is typed. A pause that is over is shown as none."""
    chosen = chosen or DigestPreference(hour=DEFAULT_HOUR)
    until = chosen.paused_until
    return {
        "language": language.value,
        "digest": not chosen.off,
        "weekday": str(chosen.weekday),
        "hour": str(chosen.hour),
        "paused_until": until if until is not None and until >= paris(now()).date() else None,
    }
