"""What each value of the domain is called on the screen."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from flask import Flask
from flask_babel.speaklater import LazyString

from app.models.states import Condition, Language, Size, Transport, Urgency, Worded
from app.web.text import _, language, lazy
from matching.items import load

CONDITIONS: tuple[tuple[StrEnum, str], ...] = (
    (Condition.NEW, lazy("Neuf")),
    (Condition.VERY_GOOD, lazy("Très bon état")),
    (Condition.GOOD, lazy("Bon état")),
    (Condition.FAIR, lazy("Usé mais utilisable")),
    (Condition.FOR_PARTS, lazy("Pour pièces")),
)
URGENCIES: tuple[tuple[StrEnum, str], ...] = (
    (Urgency.LOW, lazy("Pas pressé")),
    (Urgency.NORMAL, lazy("Normal")),
    (Urgency.HIGH, lazy("Pressé")),
    (Urgency.CRITICAL, lazy("Très urgent")),
)
SIZES: tuple[tuple[StrEnum, str], ...] = (
    (Size.SMALL, lazy("Se porte d'une main")),
    (Size.MEDIUM, lazy("Tient dans un coffre de voiture")),
    (Size.LARGE, lazy("Il faut être deux et une camionnette")),
    (Size.VERY_LARGE, lazy("Il faut un camion, ou démonter")),
)
TRANSPORTS: tuple[tuple[StrEnum, str], ...] = (
    (Transport.DONOR_BRINGS, lazy("Le donateur apporte")),
    (Transport.COMMITTEE_COLLECTS, lazy("Le comité vient chercher")),
)
DAYS: tuple[tuple[str, str], ...] = (
    ("1", lazy("Lundi")),
    ("2", lazy("Mardi")),
    ("3", lazy("Mercredi")),
    ("4", lazy("Jeudi")),
    ("5", lazy("Vendredi")),
    ("6", lazy("Samedi")),
    ("7", lazy("Dimanche")),
)
ELSEWHERE: dict[str, str] = {
    "animaux": lazy("Adressez-vous à un refuge ou à une association de protection des animaux."),
    "armurerie": lazy(
        "Ne la transportez pas : appelez le commissariat ou la gendarmerie, qui vous diront comment la remettre."
    ),
    "aide-alimentaire": lazy(
        "Adressez-vous à la banque alimentaire ou à l'épicerie sociale la plus proche : elles suivent les dates et le froid."
    ),
    "caviste": lazy("L'alcool ne se donne pas par le portail."),
    "decheterie": lazy("Déposez-le à la déchèterie de votre commune."),
    "dechets-chimiques": lazy("Déposez-le au guichet des déchets dangereux de votre déchèterie."),
    "filiere-batteries": lazy("Rapportez-la à un garage ou à un magasin d'accessoires : ils la reprennent."),
    "filiere-bouteilles-gaz": lazy("Rapportez-la là où elle a été achetée : le vendeur la reprend."),
    "filiere-extincteurs": lazy("Rapportez-le à un vendeur d'extincteurs : il le reprend."),
    "filiere-pneus": lazy("Rapportez-les à un garage, ou à la déchèterie si elle les accepte."),
    "magasin-lampes": lazy(
        "Déposez-les dans le bac de collecte d'un supermarché ou d'un magasin de bricolage."
    ),
    "pharmacie": lazy("Rapportez-les à une pharmacie : elle les reprend."),
    "vehicules": lazy("Adressez-vous à un centre agréé, ou à une association qui reprend les véhicules."),
}
"""Where to go with what the portal does not take, by the catalogue's code."""


def not_handled(slug: str) -> str:
    """Why the portal does not take this, and where to go."""
    code = load()[slug].elsewhere
    advice = str(ELSEWHERE[code]) if code else ""
    return _("Le portail ne s'occupe pas de cet article. %(advice)s", advice=advice).strip()


def advice_for(items: Iterable[str | None]) -> list[str]:
    """Where to go with those of these articles that have a place of their own to go to."""
    codes = [load()[item].elsewhere for item in items if item and item in load()]
    return [str(ELSEWHERE[code]) for code in dict.fromkeys(codes) if code]


SAID: dict[str, str] = {
    "insulting": lazy("insultant"),
    "recalled": lazy("rappelé par son fabricant"),
    "after_accident": lazy("accidenté"),
    "dangerous": lazy("dangereux à l'usage"),
    "expired": lazy("périmé"),
    "infested": lazy("infesté ou moisi"),
    "broken": lazy("cassé ou en panne"),
    "for_parts": lazy("pour pièces"),
    "to_repair": lazy("à réparer"),
    "incomplete": lazy("incomplet"),
    "damaged": lazy("abîmé"),
    "worn": lazy("marqué par l'usage"),
    "new": lazy("neuf"),
    "sealed": lazy("jamais ouvert"),
}
"""What a description says of a state (matching.said.Said), as it stands after « la description dit que c'est »."""


def said_word(code: str) -> str:
    """What a description says of a state, in words."""
    return str(SAID[code])


OF_THE_ENGINE = dict((*CONDITIONS, *URGENCIES, *SIZES, *TRANSPORTS))
"""The engine's own enumerations have no words; no two of them share a value."""


def word(member: StrEnum) -> str:
    """The word for a member of one of the domain's enumerations."""
    return _(member.french) if isinstance(member, Worded) else str(OF_THE_ENGINE[member])


def storey(floor: int) -> str:
    """« rez-de-chaussée », « 1er étage », « 2e étage »: what stands after « au » and « du »."""
    if floor == 0:
        return _("rez-de-chaussée")
    known = {1: _("1er étage"), 2: _("2e étage"), 3: _("3e étage")}
    return known.get(floor) or _("%(floor)se étage", floor=floor)


def in_letters(number: int) -> str:
    """A small number as it stands in a sentence, from 2 to 10 in letters."""
    letters = _("deux trois quatre cinq six sept huit neuf dix").split()
    return letters[number - 2] if 2 <= number <= 10 else str(number)


def choices(members: Iterable[Worded]) -> tuple[tuple[Worded, LazyString], ...]:
    """Members with their words, for the choices of a form."""
    return tuple((member, lazy(member.french)) for member in members)


def language_of_letters() -> Language:
    """The page's, where letters are written in it; else French."""
    return Language(language()) if language() in tuple(Language) else Language.FRENCH


def item_name(slug: str | None, description: str = "", *, english: bool | None = None) -> str:
    """The catalogue's name for an item; the person's own words for what is not in the catalogue.

    In the language of the page unless `english` says which.
    """
    item = load().get(slug) if slug else None
    if item is None:
        return description or (slug or "").replace("-", " ").capitalize() or _("Article")
    return item.en if (language() == "en" if english is None else english) else item.fr


class Named(Protocol):
    """An article or a need: an item of the catalogue, or words that nobody has recognised."""

    @property
    def item(self) -> str | None: ...
    @property
    def description(self) -> str: ...


def named(row: Named, language: Language) -> str:
    """What it is called in this language; of its own words, the first line."""
    return item_name(row.item, row.description.split("\n")[0], english=language is Language.ENGLISH)


def counted(row: Named, quantity: int, language: Language) -> str:
    """« 3 × Chaise »."""
    name = named(row, language)
    return f"{quantity} × {name}" if quantity > 1 else name


def init_app(app: Flask) -> None:
    app.jinja_env.globals["word"] = word
    app.jinja_env.filters["in_letters"] = in_letters
