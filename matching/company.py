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
_FOR = frozenset({"pour", "a", "de", "d", "range"})
_TOY_ITEM = "jouet"
_PET_ITEM = "accessoire pour animaux"
_NEVER_TOYS = frozenset({"jouets", "meubles"})
_ADULTS_ONLY = frozenset({"electromenager", "informatique", "telephonie", "outillage"})
_OF = frozenset({"de", "d", "du", "des", "pour", "a", "en"})


_BEDS = frozenset({"lit", "matela", "sommier"})
_WIDTH_WITHIN = 3
_YOUNG = _words("fille garcon gamin fillette enft kid kids child children")


@dataclass(frozen=True, slots=True)
class Turn:
    """A bare word that means what `wording` names ("": nothing the catalogue holds) beside any of `company`."""

    company: frozenset[str]
    wording: str


TURNS: dict[str, tuple[Turn, ...]] = {
    "tablette": (Turn(_words("chocolat etagere lave cheminee radiateur"), ""),),
    "cuisiniere": (Turn(_words("experimente emploi domicile benevole"), ""),),
}


def implied(match: Match, description: Sequence[str]) -> list[str]:
    """Words that a description implies: an age names a child, a width makes a bed single or double."""
    found: list[str] = []
    for at, word in enumerate(description):
        following = description[at + 1] if at + 1 < len(description) else ""
        number = _leading(word)
        if following in ("an", "ans") and number:
            found.append("enfant" if number <= 12 else "ado" if number < 18 else "adulte")
        elif following == "moi" and number:
            found.append("bebe")
        elif word in _YOUNG:
            found.append("enfant")
        if match.wording.words[0] in _BEDS and 80 <= number <= 200 and at < _WIDTH_WITHIN:
            found += ["1" if number <= 110 else "2", "place"]
    return found


def _leading(word: str) -> int:
    digits = word[: next((at for at, letter in enumerate(word) if not letter.isdigit()), len(word))]
    return int(digits) if 0 < len(digits) < 6 else 0


def judge(match: Match, words: Sequence[str], end: int, catalogue: Catalogue) -> tuple[str | None, str]:
    """The item that the match means in its company, with a code: `alias` when the company changes nothing."""
    slug = match.wording.slug
    if match.wording.taught:
        return slug, "alias"
    own = set(match.wording.words)
    description = [word for word in words[match.end : end] if word not in own]
    around = set(description)
    if around & _RENTED or (description and description[0] in _FOREIGN_HEADS):
        return None, "unknown"
    bare = len(match.wording.words) == 1
    if bare:
        for turn in TURNS.get(match.wording.words[0], ()):
            if turn.company & around:
                return _named(turn.wording, catalogue), "company"
    if _plays(match, description, catalogue):
        return _named(_TOY_ITEM, catalogue), "company"
    if around & _ANIMALS and not own & _ANIMALS:
        return _named(_PET_ITEM, catalogue), "company"
    if bare and _part_of_a_vehicle(description):
        return None, "unknown"
    return slug, "alias"


def _plays(match: Match, description: Sequence[str], catalogue: Catalogue) -> bool:
    """Whether the description makes a toy of the thing: *camion jouet*, *aspirateur enfant*, *lit de poupée*."""
    family = _family(match.wording.slug, catalogue)
    if family in _NEVER_TOYS:
        return False
    for at, word in enumerate(description):
        if word in _TOY and (word != "jouet" or at == 0 or description[at - 1] not in _FOR):
            return True
    around = set(description)
    if family not in _ADULTS_ONLY:
        return False
    return bool(around & _TOY_MAKERS) or bool(around & _CHILD and around & _TOY_STUFF)


def _part_of_a_vehicle(description: Sequence[str]) -> bool:
    rest = [word for word in description[:3] if word not in _OF]
    return bool(rest) and description[0] in (_OF | _VEHICLES) and rest[0] in _VEHICLES


def _family(slug: str, catalogue: Catalogue) -> str:
    return (catalogue.ancestors(slug) or (slug,))[-1]


def _named(wording: str, catalogue: Catalogue) -> str | None:
    item = catalogue.named(wording) if wording else None
    return None if item is None else item.slug
