"""The design system, read from the style sheet that pages use: its colours, how well what is written in them is read, and a form to show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask_babel.speaklater import LazyString
from wtforms import RadioField, SelectChoice, StringField

from app.web.colours import contrast
from app.web.fields import PortalForm
from app.web.text import lazy

SHEET = Path(__file__).parents[1] / "static" / "portail.css"
DARK = "@media screen and (prefers-color-scheme: dark)"
_TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
COLOURS: Mapping[str, tuple[LazyString, str]] = {
    "ink": (lazy("le texte"), "paper"),
    "quiet": (lazy("le texte qui accompagne"), "paper"),
    "green": (lazy("les liens et les gestes"), "paper"),
    "green-deep": (lazy("le geste que l'on désigne"), "green-soft"),
    "on-colour": (lazy("ce qui est écrit sur un geste"), "green"),
    "orange": (lazy("ce qui attend une réponse"), "orange-soft"),
    "red": (lazy("les erreurs, et ce qui ne se reprend pas"), "red-soft"),
    "field-line": (lazy("le bord des champs"), "card"),
}
"""What each colour is for, and the ground that it stands on."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A token by day and in the dark, as #rrggbb, each with its contrast to the ground it stands on (1 to 21)."""

    name: str
    purpose: LazyString
    ground: str
    by_day: str
    by_day_ground: str
    in_the_dark: str
    dark_ground: str

    @property
    def contrasts(self) -> tuple[float, float]:
        return contrast(self.by_day, self.by_day_ground), contrast(self.in_the_dark, self.dark_ground)


@lru_cache(maxsize=1)
def colours() -> tuple[Colour, ...]:
    light, dark = SHEET.read_text().split(DARK, 1)
    day = dict(_TOKEN.findall(light))
    night = day | dict(_TOKEN.findall(dark.partition("\n}\n")[0]))
    return tuple(
        Colour(name, purpose, ground, day[name], day[ground], night[name], night[ground])
        for name, (purpose, ground) in COLOURS.items()
    )


class SampleForm(PortalForm):
    """Nothing is done with it: one field as it is asked, one that has to be mended, one to choose from."""

    plain = StringField(lazy("Votre nom"))
    wrong = StringField(lazy("Code postal"))
    chosen = RadioField(
        lazy("Dans quel état ?"),
        choices=[SelectChoice("new", lazy("Neuf")), SelectChoice("good", lazy("Bon état"))],
        default="good",
    )


def sample() -> SampleForm:
    form = SampleForm(formdata=None)
    form.wrong.errors = [str(lazy("Cinq chiffres, par exemple 69700."))]
    return form
