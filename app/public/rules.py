"""What the portal takes and what it does not, from the catalogue, with the sources of what is said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.web.text import lazy
from app.web.words import ELSEWHERE, item_name, said_word
from matching.items import ALWAYS_UNSAFE, load

CONSULTED = date(2026, 11, 29)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a public text says, and which text."""

    fact: str
    name: str


SOURCES: Mapping[str, Source] = {
    "pharmacie": Source(
        lazy(
            "Toute pharmacie reprend sans frais les médicaments à usage humain, périmés ou non. Ils ne sont plus redistribués à d'autres depuis la fin de 2008."
        ),
        lazy("loi n° 2007-248 du 26 février 2007, article 32 ; Cyclamed"),
    ),
    "filiere-bouteilles-gaz": Source(
        lazy(
            "Un point de vente de la même marque reprend la bouteille sans frais, avec ou sans bulletin de consigne. Les déchèteries la refusent."
        ),
        lazy("code de l'environnement, article L. 541-10-22 ; Sybert, communiqué du 20 février 2024"),
    ),
    "armurerie": Source(
        lazy(
            "Un particulier peut abandonner une arme à feu ou ses munitions à l'État, au commissariat ou à la gendarmerie."
        ),
        lazy("arrêté du 31 juillet 2001 et instruction du 5 novembre 2001"),
    ),
    "after_accident": Source(
        lazy(
            "Un siège d'enfant ou un casque qui a subi un choc peut avoir des fissures invisibles : il ne protège plus."
        ),
        lazy("Agence wallonne pour la sécurité routière, 2018"),
    ),
    "recalled": Source(
        lazy("Les produits rappelés sont publiés, avec leur marque, leurs lots et le risque."),
        lazy("RappelConso, site public de la DGCCRF ; code de la consommation, article L. 423-3"),
    ),
}
"""By the catalogue's code of where to go, or by what is said of a thing."""


@dataclass(frozen=True, slots=True)
class RefusedKinds:
    """Kinds that the portal does not take, where to go with them, and who says so."""

    items: Sequence[str]
    advice: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class HeldKinds:
    """What, said of these kinds (of any where there are none), makes a coordinator look first."""

    said: Sequence[str]
    items: Sequence[str]


def taken() -> list[str]:
    """The families that the portal takes."""
    return [item_name(slug) for slug, item in load().items() if item.handled and item.parent is None]


def refused() -> list[RefusedKinds]:
    catalogue = load()
    kinds: dict[str, list[str]] = {}
    for slug, item in catalogue.items():
        if item.elsewhere and (item.parent is None or catalogue[item.parent].handled):
            kinds.setdefault(item.elsewhere, []).append(item_name(slug))
    return [RefusedKinds(items, str(ELSEWHERE[code]), SOURCES.get(code)) for code, items in kinds.items()]


def held() -> list[HeldKinds]:
    kinds: dict[tuple[str, ...], list[str]] = {}
    for slug, item in load().items():
        if item.handled and item.unsafe:
            kinds.setdefault(item.unsafe, []).append(item_name(slug))
    some = [HeldKinds([said_word(code) for code in codes], items) for codes, items in kinds.items()]
    return [*some, HeldKinds([said_word(code) for code in sorted(ALWAYS_UNSAFE - {"insulting"})], [])]
