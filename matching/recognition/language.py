"""French as people type it, made plain: case, accents, elisions, plurals, abbreviations, numbers.

Words elsewhere in the package are written as `plain` leaves a text, and compared as `singular` leaves a word.
"""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "×": "x",
        "″": '"',
        "”": '"',
        "“": '"',
        "²": "2",
    }
)
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_INITIALS = re.compile(r"\b([a-z])\.([a-z])\b\.?(?:([a-z])\b\.?)?")
_TOKEN = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)?|[.;:!?\n]+|[,()/|•–—\[\]]|[+&]| - ")
_ARTICLE = re.compile(r"\bl'(?=[a-z0-9])")
_ELISIONS = re.compile(r"\b([cdjmnst]|qu)'(?=[a-z0-9])")
_GLUED_UNIT = re.compile(r"\b([0-9]{1,2}) ?(pl|plc|pers|places?|personnes?|portes?|tiroirs?|feux|ans|mois)\b")
_ONE = re.compile(r"\bune? (?=(?:places?|personnes?|pl|pers)\b)")
_WRITTEN_SHORT: dict[str, tuple[str, ...]] = {
    short: tuple(full.split())
    for short, full in {
        "pl": "place", "plc": "place", "pers": "personne", "perso": "personne", "enft": "enfant", "enfts": "enfant", "enf": "enfant",
        "bb": "bebe", "bbs": "bebe", "tel": "telephone", "elec": "electrique", "electr": "electrique", "pr": "pour", "ac": "avec",
        "av": "avec", "chbre": "chambre", "sdb": "salle de bain", "muscu": "musculation", "rando": "randonnee", "1er": "premier", "1ere": "premier", "telecom": "telecommande", "sam": "salle a manger", "vet": "vetement", "vets": "vetement",
        "vetmts": "vetement", "ll": "lave linge", "lv": "lave vaisselle", "ordi": "ordinateur", "ordis": "ordinateur", "tele": "tv", "appart": "appartement", "videoproj": "videoprojecteur", "rc": "radiocommandee", "fme": "femme", "hme": "homme", "congel": "congelateur",
        "congelo": "congelateur", "refri": "refrigerateur", "refrig": "refrigerateur", "micro-onde": "micro onde", "biblio": "bibliotheque",
        "clim": "climatiseur", "hifi": "hi fi", "wifi": "wi fi", "microonde": "micro onde", "microondes": "micro ondes", "asp": "aspirateur", "mat": "matelas", "tbl": "table", "frig": "frigo", "imprim": "imprimante",
        "ki": "qui", "koi": "quoi", "jai": "j ai", "jcherch": "je cherche", "jcherche": "je cherche", "cherch": "cherche", "jdonne": "je donne", "jveux": "je veux",
        "dun": "d un", "tro": "trop", "bcp": "beaucoup", "qq": "quelques", "qqs": "quelques", "qqn": "quelqu un", "qqun": "quelqu un", "ds": "dans", "ss": "sans",
        "tt": "tout", "ts": "tous", "buro": "bureau", "keske": "qu est ce que", "kelkun": "quelqu un", "chui": "je suis", "jsui": "je suis", "vs": "vous", "pb": "probleme",
        "jrecherche": "je recherche", "aurai": "aurait", "qlq": "quelques", "kelk": "quelques", "bjour": "bonjour", "rdc": "etage", "tv's": "tv",
        "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8", "dix": "10", "douze": "12",
    }.items()
}  # fmt: skip


_YEARS = re.compile(r"\b([0-9]{1,2})a\b")
_STUCK = re.compile(r"\b([a-z]{3,})([0-9]{2,3})\b")
_FIXED = (
    ("double emploi", "doublon"),
    ("contre bons soins", "gratuitement"),
    ("contre bon soin", "gratuitement"),
    ("black et decker", "blackdecker"),
    ("black & decker", "blackdecker"),
    # Fixed phrases that begin as a thing does.
    ("bureau d'etude", "cabinet"),
    ("bureau de tabac", "buraliste"),
    ("bureau de vote", "scrutin"),
    ("bureau de change", "changeur"),
    ("coupe de cheveu", "coiffage"),
    ("machin a ", "machine a "),
)


def plain(text: str) -> str:
    """The text in lower case, without accents, ligatures or typographic quotes.

    A single character may stand for eighteen: of what a text stands for, three for each of its characters are read.
    """
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))[: 3 * len(text)]
    bare = _MARKS.sub("", folded).translate(_LIGATURES)
    for phrase, word in _FIXED:
        bare = bare.replace(phrase, word)
    return _INITIALS.sub(lambda found: "".join(part for part in found.groups() if part), bare)


def tokens(text: str) -> list[str]:
    """The words of a plain text in order; a break becomes one of ``.`` (sentence), ``,`` or ``+`` (and).

    Abbreviations are spelt out and small numbers become figures, so that two ways of writing compare equal.
    """
    words: list[str] = []
    for found in _TOKEN.findall(
        _ONE.sub(
            "1 ",
            _GLUED_UNIT.sub(
                r"\1 \2",
                _ELISIONS.sub(r"\1 ", _ARTICLE.sub("", _STUCK.sub(r"\1 \2", _YEARS.sub(r"\1 ans", text)))),
            ),
        )
    ):
        first = found[0]
        if first.isalnum():
            words.extend(_WRITTEN_SHORT.get(found, (found,)))
        elif first in ".;:!?\n":
            words.append(".")
        elif first in "+&":
            words.append("+")
        else:
            words.append(",")
    return words


@lru_cache(maxsize=32_768)
def singular(word: str) -> str:
    """The word without the mark of the plural; only meant for comparing two words treated alike."""
    if len(word) <= 3 or word[-1].isdigit() or word in _SINGULAR:
        return word
    if word.endswith(("eaux", "eux", "oux")) or word in _PLURALS_IN_AUX:
        return word[:-1]
    if word.endswith("aux"):
        return word[:-2] + "l"
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


# Without its "s" it is English, and another thing.
_SINGULAR = frozenset({"bras"})
_PLURALS_IN_AUX = frozenset({"tuyaux", "noyaux", "landaux", "joyaux"})


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list written as a text, in the singular."""
    return frozenset(singular(word) for word in text.split())


BREAKS = frozenset(".,+")

_NUMBERS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12,
    "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "cent": 100,
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "cinquantaine": 50, "centaine": 100,
    "paire": 2, "couple": 2, "duo": 2, "trio": 3, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip

NUMBERS = {singular(word): number for word, number in _NUMBERS.items()}

UNITS = vocabulary(
    """
    place pl personne pers an mois cm mm m kg g gr l litre cl ml pouce go gb mo to tb ghz mhz hz w watt v volt ah mah euro e km tour t
    porte tiroir vitesse etage couvert feu feux ecran pc p piece pieces niveau ecart x pixel px mp k eme er ere h heure jour semaine
    metre annee fois min minute bouteille tete plaque bruleur inch in ft
    """
)
