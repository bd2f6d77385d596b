"""Toys of things: *camion en plastique*, *aspirateur enfant jouet*, *lit de poupée* are none of these things."""

from collections.abc import Sequence

from matching.french import vocabulary
from matching.items import Catalogue
from matching.lexicon import Match

_SURELY = vocabulary("jouet miniature factice sylvanian")
_DOLLS = vocabulary("poupee poupon barbie baigneur corolle")
_MAKERS = vocabulary(
    "vtech smoby janod ecoiffier hape playskool berchet kidkraft lexibook mattel tomy bruder majorette klein"
)
_FOR_CHILDREN = vocabulary("enfant fille garcon gamin bebe petit petite tout")
_STUFF = vocabulary("bois plastique")
# *coffre à jouets*, *rangement pour jouets*: the toys are what goes in, not what it is.
_HOLDING = frozenset({"a", "pour", "de", "d", "des", "range"})

# Where in the tree a thing stands, by an item's name, and what its toy is called; the first that holds wins.
TOYS_OF: tuple[tuple[str, str], ...] = (
    ("Matériel informatique", "Ordinateur jouet"),
    ("Téléphone", "Téléphone jouet"),
    ("Instrument de musique", "Instrument de musique jouet"),
    ("Matériel de bricolage", "Établi pour enfant"),
    ("Véhicule à moteur", "Voiture jouet"),
    ("Caisse enregistreuse", "Jeu de marchande"),
    ("Appareil de cuisson", "Cuisine pour enfant"),
    ("Appareil de froid", "Cuisine pour enfant"),
    ("Petit électroménager", "Cuisine pour enfant"),
    ("Meuble de cuisine", "Cuisine pour enfant"),
    ("Article de cuisine", "Cuisine pour enfant"),
    ("Électroménager", "Jouet d'imitation ménage"),
    ("Article de ménage", "Jouet d'imitation ménage"),
)
ANY_TOY = "Jouet"
DOLLS_THING = "Accessoire de poupée"
# Children do use these: *en bois pour enfant* says nothing there.
_NOT_BY_STUFF = frozenset({"Article de cuisine", "Meuble de cuisine"})


def toy_words(description: Sequence[str]) -> list[str]:
    """What a description implies about a name that may be a toy's: *tracteur en plastique pour enfants*."""
    around = set(description)
    if around & _MAKERS or (around & _STUFF and around & _FOR_CHILDREN):
        return ["jouet", "enfant"]
    return []


def toy_of(match: Match, description: Sequence[str], catalogue: Catalogue) -> str | None:
    """The toy's item when the description makes a toy of the matched thing, None when it does not."""
    line = {match.wording.slug, *catalogue.ancestors(match.wording.slug)}
    if _slug(ANY_TOY, catalogue) in line or match.wording.words[0] == "livre":
        return None
    kind = next(((place, toy) for place, toy in TOYS_OF if _slug(place, catalogue) in line), None)
    if "playmobil" in description:
        return _slug("Figurine", catalogue)
    if any(word in _DOLLS for word in description):
        return _slug(DOLLS_THING, catalogue)
    if _said_to_be(description):
        return _slug(kind[1] if kind else ANY_TOY, catalogue)
    if kind is None or kind[0] in _NOT_BY_STUFF:
        return None
    around = set(description)
    vehicle = kind[0] == "Véhicule à moteur"
    plays = bool(around & _MAKERS) or bool(around & _STUFF and (vehicle or around & _FOR_CHILDREN))
    return _slug(kind[1], catalogue) if plays else None


def _said_to_be(description: Sequence[str]) -> bool:
    for at, word in enumerate(description):
        if word in _SURELY and (word != "jouet" or at == 0 or description[at - 1] not in _HOLDING):
            return True
    return False


def _slug(name: str, catalogue: Catalogue) -> str | None:
    item = catalogue.named(name)
    return None if item is None else item.slug
