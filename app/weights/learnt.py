"""What was learnt of the chances, as a person reads it: by how much each thing makes a handover more or less likely."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel.speaklater import LazyString
from sqlmodel import Session, col

import matching.types as engine
from app.db import among
from app.models import Committee
from app.models.states import Transport
from app.web.text import _, decimal, lazy
from app.web.words import item_name, word
from matching.chances import FACTORS, STEPS

SHOWN = 8
"""Of committees, those with whom it works out best and least well."""

TITLES: Mapping[str, LazyString] = {
    "distance": lazy("La distance"),
    "transport": lazy("Qui se déplace"),
    "family": lazy("Ce qui est donné"),
    "committee": lazy("Le comité"),
    "waited": lazy("Les jours depuis l'offre"),
    "asked": lazy("Les propositions faites au comité dans les trente jours d'avant"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, and by how much it multiplies the odds."""

    name: str
    odds: float

    @property
    def times(self) -> str:
        """« × 1,4 »"""
        return _("× %(odds)s", odds=decimal(round(self.odds, 2)))


@dataclass(frozen=True, slots=True)
class Group:
    """A factor with its levels."""

    title: str
    levels: tuple[Level, ...]


def groups(session: Session, chances: engine.Chances) -> list[Group]:
    """The factors, in their order; of committees the most telling ones, by name."""
    found = []
    for factor in FACTORS:
        levels = chances.odds.get(factor, {})
        named = _committees(session, levels) if factor == "committee" else _levels(factor, levels)
        found.append(Group(str(TITLES[factor]), tuple(named)))
    return [group for group in found if group.levels]


def _committees(session: Session, levels: Mapping[str, float]) -> Iterator[Level]:
    ranked = sorted(levels.items(), key=lambda each: (-each[1], each[0]))
    some = ranked if len(ranked) <= 2 * SHOWN else [*ranked[:SHOWN], *ranked[-SHOWN:]]
    query = sa.select(col(Committee.id), col(Committee.name)).where(
        among(Committee.id, [int(key) for key, _odds in some])
    )
    names = {str(key): name for key, name in session.execute(query)}
    return (Level(names[key], odds) for key, odds in some if key in names)


def _levels(factor: str, levels: Mapping[str, float]) -> Iterable[Level]:
    if factor in STEPS:
        steps = [str(each) for each in STEPS[factor]]
        beyond = dict(zip(steps, [*steps[1:], ""], strict=True))
        return [
            Level(_range(factor, int(each), beyond[each]), levels[each]) for each in steps if each in levels
        ]
    ranked = sorted(levels.items(), key=lambda each: (-each[1], each[0]))
    if factor == "transport":
        return [Level(word(Transport(key)), odds) for key, odds in ranked]
    return [Level(item_name(key), odds) for key, odds in ranked]


def _range(factor: str, least: int, beyond: str) -> str:
    """« de 5 à 10 km », « plus de 60 jours », « 3 à 5 »"""
    if factor == "distance":
        if not beyond:
            return _("%(least)s km et plus", least=least)
        return _("de %(least)s à %(most)s km", least=least, most=beyond)
    if not beyond:
        return _("%(least)s et plus", least=least)
    most = int(beyond) - 1
    if least == most:
        return str(least)
    return _("%(least)s à %(most)s", least=least, most=most)
