"""Words that need company: what stands around a name and turns it into something else, or into nothing we handle."""

from collections.abc import Sequence
from functools import lru_cache

from matching.items import Catalogue
from matching.recognition.homographs import TURNS
from matching.recognition.language import vocabulary
from matching.recognition.lexicon import Match
from matching.recognition.toys import toy_of, toy_words

_FOREIGN_HEADS = vocabulary(
    "charger adapter cover case sleeve bag cable battery part parts stand mount tyre tire wheel lesson repair strap remote manual "
    "toner cartridge ink lid filter accessory accessories spare raincover magnet"
)
_SERVICES = vocabulary(
    "cours lecon reparation depannage location formation initiation benevole apprentissage"
)
_RENTED = vocabulary("louer location loue locatif")
_CONSOLES = vocabulary("wii ps2 ps3 ps4 ps5 xbox playstation gamecube hero")
_PLAYED = frozenset({"sport", "cycles", "decoration"})
_OTHER_WHEELS = vocabulary(
    "brouette moto scooter voiture tondeuse poussette tracteur remorque diable caddie camion quad"
)
_FARMED = vocabulary("cheval poney poule mouton chevre vache ane")
_BEASTS = _FARMED | vocabulary(
    "chien chiot chienne chat chaton lapin hamster oiseau cochon rongeur furet perroquet perruche animal animaux dog cat"
)
_PET_BED = "panier-animal"
_PET_THING = "accessoires-animaux"
_BEDDING = vocabulary("lit coussin matelas couverture panier canape couchage tapis pouf couffin dodo")
_DRESSED_FOR = frozenset(
    {
        "meubles",
        "linge-maison",
        "literie",
        "decoration",
        "bagages",
        "vetements",
        "puericulture",
        "cuisine-vaisselle",
        "materiaux",
        "jardin",
        "electromenager",
        "chauffage-air",
    }
)
_VEHICLES = vocabulary(
    "voiture auto moto scooter camion camionnette tracteur bateau avion caravane remorque fourgon utilitaire automobile quad car "
    "renault peugeot citroen clio twingo kangoo megane golf bmw mercedes audi toyota fiat opel ford dacia"
)
_FOR_THE_ROAD = frozenset(
    {
        "accessoires-auto", "puericulture", "accessoires-puericulture", "jouets", "vehicules",
        "cycles", "pneus", "batterie-voiture", "livres", "culture",
    }
)  # fmt: skip
_CAR_PARTS = vocabulary(
    "siege tapis radiateur porte coffre roue phare moteur pompe filtre housse poste ceinture volant ventilateur climatiseur compresseur "
    "cable cle suspension fauteuil banquette assise plaque vitre miroir bougie lampe ampoule couverture batterie casque antivol ecran"
)
_STATUES = vocabulary("porcelaine resine ceramique deco decoratif bronze platre statue metal decoration")
_GENERIC = frozenset({"pc", "ordinateur", "tv"})
_MEANT_FOR = frozenset({"pour", "a"})
_BABY_MAKERS = vocabulary(
    "babybjorn chicco babymoov beaba graco stokke badabulle tigex bebeconfort cybex bugaboo"
)
AUDIENCES = frozenset({"bebe", "enfant", "femme", "homme", "fille", "garcon", "ado"})
_OF = frozenset({"de", "d", "du", "pour", "a", "en"})
_BEDS = vocabulary("lit matelas sommier")
_WIDTH_WITHIN = 3
_SHOES = vocabulary("chaussure basket botte sandale")
_LARGEST_BABYS_SHOE, _LARGEST_CHILDS_SHOE = 19, 34
_BICYCLES = vocabulary("velo bicyclette")
_LARGEST_CHILDS_WHEEL = 20
_ALSO_CALLED = {
    "dame": "femme", "madame": "femme", "monsieur": "homme", "junior": "enfant", "naissance": "bebe", "nourrisson": "bebe",
    "nouveau-ne": "bebe", "adolescent": "ado", "adolescente": "ado",
}  # fmt: skip
_YOUNG = vocabulary("fille garcon gamin fillette kid kids child children")
_YEARS = frozenset({"an", "ans"})
_MONTHS = frozenset({"moi", "mois"})


def implied(first: str, description: Sequence[str]) -> list[str]:
    """Words that the description of a thing called `first` implies: an age names a child, a width a double bed."""
    found = toy_words(description)
    shod, cycling, bed = first in _SHOES, first in _BICYCLES, first in _BEDS
    for at, (word, following) in enumerate(zip(description, [*description[1:], ""], strict=False)):
        number, audience = _tells(word)
        if number and following in _YEARS:
            found.append("enfant" if number <= 12 else "ado" if number < 18 else "adulte")
        elif following in _MONTHS:
            found.append("bebe")
        elif audience is not None:
            found.append(audience)
        elif shod and 14 <= number <= _LARGEST_CHILDS_SHOE:
            found.append("enfant" if number > _LARGEST_BABYS_SHOE else "bebe")
        elif cycling and 10 <= number <= _LARGEST_CHILDS_WHEEL:
            found.append("enfant")
        if bed and following == "personne":
            found.append("place")
        if bed and 80 <= number <= 200 and at < _WIDTH_WITHIN:
            found += ["1" if number <= 110 else "2", "place"]
    return found


@lru_cache(maxsize=8_192)
def _tells(word: str) -> tuple[int, str | None]:
    """The number that a word begins with, else 0, and whom it names as the one a thing is for."""
    digits = word[: next((at for at, letter in enumerate(word) if not letter.isdigit()), len(word))]
    number = int(digits) if 0 < len(digits) < 6 else 0
    if word in _YOUNG:
        return number, "enfant"
    return number, _ALSO_CALLED.get(word, "bebe" if word in _BABY_MAKERS else None)


def turned(word: str, description: Sequence[str], catalogue: Catalogue) -> tuple[str | None, str] | None:
    """What a bare word with several meanings names here: (slug or None, code); None when nothing around decides."""
    around = set(description)
    for turn in TURNS.get(word, ()):
        if not turn.company or turn.company & around:
            slug = _held(turn.slug, catalogue)
            return (slug, "company") if slug else (None, "unknown")
    return None


def meanings(word: str, catalogue: Catalogue) -> list[str]:
    """Slugs of everything that a word with several meanings may name."""
    return [slug for turn in TURNS.get(word, ()) if (slug := _held(turn.slug, catalogue))]


def judge(match: Match, description: Sequence[str], catalogue: Catalogue) -> tuple[str | None, str]:
    """The item that the match means beside its description: (slug or None, code); `alias` when nothing changes."""
    slug = match.wording.slug
    if match.wording.taught:
        return slug, "alias"
    family = _family(match, catalogue)
    own = set(match.wording.words)
    rest = [word for word in description if word not in own]
    if not _RENTED.isdisjoint(rest) or (rest and rest[0] in _FOREIGN_HEADS | _SERVICES):
        return None, "unknown"
    bare = match.loose or len(own - _GENERIC) == 1
    turn = turned(match.wording.words[0], description if match.loose else rest, catalogue) if bare else None
    if turn is not None:
        return turn
    if "maquette" in rest:
        return None, "unknown"
    if family == "animaux" and not _STATUES.isdisjoint(rest):
        return _held("decoration", catalogue), "company"
    toy = toy_of(match, rest, catalogue)
    if toy is not None:
        return toy, "company"
    if not _CONSOLES.isdisjoint(rest[:3]) and (
        family in _PLAYED or "instruments-musique" in catalogue.ancestors(slug)
    ):
        return _held("accessoire-console", catalogue), "company"
    if family == "accessoires-velo" and not _OTHER_WHEELS.isdisjoint(rest[:2]):
        return None, "unknown"
    bedding = not _BEDDING.isdisjoint(own)
    beasts = {
        word for at, word in enumerate(rest) if word in _BEASTS and (bedding or rest[at - 1] in _MEANT_FOR)
    }
    if beasts and _BEASTS.isdisjoint(own) and family in _DRESSED_FOR:
        pet = None if beasts & _FARMED else _held(_PET_BED if bedding else _PET_THING, catalogue)
        return (pet, "company") if pet else (None, "unknown")
    if match.wording.words[0] in _CAR_PARTS and _of_a_vehicle(rest) and family not in _FOR_THE_ROAD:
        return None, "unknown"
    return slug, "alias"


def _family(match: Match, catalogue: Catalogue) -> str:
    line = (match.wording.slug, *catalogue.ancestors(match.wording.slug))
    return line[-1]


def _of_a_vehicle(rest: Sequence[str]) -> bool:
    named = [word for word in rest[:3] if word not in _OF]
    return bool(named) and rest[0] in (_OF | _VEHICLES) and named[0] in _VEHICLES


def _held(slug: str, catalogue: Catalogue) -> str | None:
    return slug if slug in catalogue else None
