"""Words that need company: what stands around a name and turns it into something else, or into nothing we handle."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.french import singular
from matching.items import Catalogue
from matching.lexicon import Match


def _words(text: str) -> frozenset[str]:
    return frozenset(singular(word) for word in text.split())


_FOREIGN_HEADS = _words(
    "charger adapter cover case sleeve bag cable battery part parts stand mount tyre tire wheel lesson repair strap remote manual "
    "toner cartridge ink lid filter accessory accessories spare"
)
_RENTED = _words("louer location loue locatif")
_TOY = _words(
    "jouet playmobil miniature poupee poupon barbie figurine factice sylvanian duplo dinette imitation"
)
_TOY_MAKERS = _words("vtech smoby janod ecoiffier hape playskool berchet kidkraft lexibook mattel tomy")
_CHILD = _words("enfant enft gamin petit fille garcon bebe bb")
_TOY_STUFF = _words("bois plastique")
_ANIMALS = _words(
    "chien chat chiot chaton lapin hamster oiseau cochon rongeur poisson reptile tortue cheval poney furet perroquet perruche "
    "animal animaux poule dog cat"
)
_VEHICLES = _words(
    "voiture auto moto scooter camion camionnette tracteur bateau avion caravane remorque fourgon utilitaire automobile quad car "
    "renault peugeot citroen clio twingo kangoo megane golf bmw mercedes audi toyota fiat opel ford dacia"
)
_OF = frozenset({"de", "d", "du", "des", "pour", "a", "en"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A bare word that means `slug` (None: nothing the catalogue holds) beside any of `company`."""

    company: frozenset[str]
    slug: str | None


TURNS: dict[str, tuple[Turn, ...]] = {
    "tablette": (Turn(_words("chocolat etagere lave cheminee radiateur bain salle"), None),),
    "batterie": (),
}
NEEDS_COMPANY = frozenset({"batterie"})


def judge(match: Match, words: Sequence[str], end: int, catalogue: Catalogue) -> tuple[str | None, str]:
    """The item that the match means in its company, with a code: `alias` when the company changes nothing."""
    slug = match.wording.slug
    if match.wording.taught:
        return slug, "alias"
    description = [word for word in words[match.end : end] if word not in match.wording.words]
    around = set(description)
    if around & _RENTED:
        return None, "unknown"
    if len(match.wording.words) == 1:
        for turn in TURNS.get(match.wording.words[0], ()):
            if turn.company & around:
                return _held(turn.slug, catalogue), "company"
    following = description[0] if description else ""
    if following in _FOREIGN_HEADS:
        return None, "unknown"
    return slug, "alias"


def _held(slug: str | None, catalogue: Catalogue) -> str | None:
    return slug if slug is not None and slug in catalogue else None
