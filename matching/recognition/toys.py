"""Toys of things: *camion en plastique*, *aspirateur enfant jouet*, *lit de poupée* are none of these things."""

from collections.abc import Sequence

from matching.items import Catalogue
from matching.recognition.announcements import BRANDS
from matching.recognition.language import vocabulary
from matching.recognition.lexicon import Match

_SURELY = vocabulary("jouet jouer miniature factice sylvanian furreal hobby dinette")
_DOLLS = vocabulary("poupee poupon baigneur")
# Barbie is also a pattern on a school bag; these are hers.
_OF_BARBIE = vocabulary(
    "vetement habit robe dressing piscine camping caravane cheval bateau avion voiture moto"
)
_FIGURES = vocabulary("playmobil schleich papo")
_MAKERS = vocabulary(
    "vtech barbie smoby janod ecoiffier hape playskool berchet kidkraft lexibook mattel tomy bruder majorette klein "
    "fisher price corolle playgo ouaps clementoni casdon goliath silverlit"
)
# Their faces are on bags and sheets too; on an instrument or a telephone they say that it is for play.
_HEROES = vocabulary(
    "reine neige patrouille peppa minnie mickey disney princesse spiderman paw barbie winnie pig cars tchoupi"
)
_PLAYED_WITH_BY_HEROES = frozenset({"instruments-musique", "telephonie", "bricolage", "menage"})
_PLAYED_PARTS = vocabulary("deguisement pirate chevalier carnaval theatre ninja")
_FOR_CHILDREN = vocabulary("enfant fille garcon gamin bebe petit petite tout")
_STUFF = vocabulary("bois plastique mousse robot gonflable")
# *coffre à jouets*, *rangement pour jouets*: the toys are what goes in, not what it is.
_HOLDING = frozenset({"a", "pour", "de", "d", "des", "range"})

# Where in the tree a thing stands, by an item above it, and its toy; the first that holds wins.
TOYS_OF: tuple[tuple[str, str], ...] = (
    ("informatique", "ordinateur-jouet"),
    ("telephonie", "telephone-jouet"),
    ("instruments-musique", "instrument-jouet"),
    ("bricolage", "etabli-enfant"),
    ("vehicules", "voiture-jouet"),
    ("caisse-enregistreuse", "marchande"),
    ("cuisson", "cuisine-enfant"),
    ("froid", "cuisine-enfant"),
    ("petit-electromenager", "cuisine-enfant"),
    ("meuble-cuisine", "cuisine-enfant"),
    ("cuisine-vaisselle", "cuisine-enfant"),
    ("electromenager", "imitation-menage"),
    ("menage", "imitation-menage"),
    ("puericulture", "accessoire-poupee"),
    ("image-son", "jouets"),
    ("animaux", "jouets"),
    ("alimentation", "marchande"),
    ("jardin", "jouets-plein-air"),
    ("armes", "jouets"),
)
ANY_TOY = "jouets"
DOLLS_THING = "accessoire-poupee"
# Children do use these: *en bois pour enfant* says nothing there.
_CHILDREN_USE = vocabulary(
    "tablette guitare violon piano casque moto quad talkie instrument batterie flute velo"
)
_NOT_BY_STUFF = frozenset({"cuisine-vaisselle", "meuble-cuisine"})


_CHILDREN_HAVE_NONE = frozenset({"bricolage", "menage"})
_NEVER_OF_WOOD = frozenset({"vehicules", "alimentation", "armes", "animaux"})
_ONLY_IF_SAID = frozenset({"puericulture", "image-son"})


def toy_words(description: Sequence[str]) -> list[str]:
    """What a description implies about a name that may be a toy's: *tracteur en plastique pour enfants*."""
    stuff = not _STUFF.isdisjoint(description) and not _FOR_CHILDREN.isdisjoint(description)
    if stuff or not _MAKERS.isdisjoint(description):
        return ["jouet", "enfant"]
    return []


def toy_of(match: Match, description: Sequence[str], catalogue: Catalogue) -> str | None:
    """The toy's item when the description makes a toy of the matched thing, None when it does not."""
    line = {match.wording.slug, *catalogue.ancestors(match.wording.slug)}
    if ANY_TOY in line or match.wording.words[0] == "livre":
        return None
    kind = next(((place, toy) for place, toy in TOYS_OF if place in line), None)
    named = _named_a_toy(match.wording.words[0], description, kind)
    if named is not None:
        return _held(named, catalogue)
    if kind is None or kind[0] in _NOT_BY_STUFF:
        return None
    around = set(description)
    if kind[0] in _ONLY_IF_SAID:
        return _held(kind[1], catalogue) if around & _MAKERS and kind[0] == "image-son" else None
    if kind[0] == "vehicules" and "enfant" in around:
        return _held(kind[1], catalogue)
    said = [word for word in description if word not in BRANDS]
    tool = kind[0] in _CHILDREN_HAVE_NONE
    if said[:1] == ["enfant"] or (tool and said[:2] == ["pour", "enfant"]):
        return _held(kind[1], catalogue) if match.wording.words[0] not in _CHILDREN_USE else None
    made_to_play = kind[0] in _NEVER_OF_WOOD or bool(around & _FOR_CHILDREN)
    heroes = kind[0] in _PLAYED_WITH_BY_HEROES and len(around & _HEROES) > 0
    plays = heroes or bool(around & _MAKERS) or bool(around & _STUFF and made_to_play)
    return _held(kind[1], catalogue) if plays else None


def _named_a_toy(first: str, description: Sequence[str], kind: tuple[str, str] | None) -> str | None:
    """The toy that the description itself names."""
    place, toy = kind or ("", ANY_TOY)
    if place == "animaux" and "doudou" in description:
        return "peluche"
    if not _FIGURES.isdisjoint(description):
        return "figurines"
    if "peluche" in description:
        return "peluche"
    if ("barbie" in description and first in _OF_BARBIE) or not _DOLLS.isdisjoint(description):
        return DOLLS_THING
    if _said_to_be(description):
        return toy
    if place == "armes" and not _PLAYED_PARTS.isdisjoint(description):
        return ANY_TOY
    return toy if place == "instruments-musique" and "bebe" in description else None


def _said_to_be(description: Sequence[str]) -> bool:
    for at, word in enumerate(description):
        if word in _SURELY and (word != "jouet" or at == 0 or description[at - 1] not in _HOLDING):
            return True
    return False


def _held(slug: str, catalogue: Catalogue) -> str | None:
    return slug if slug in catalogue else None
