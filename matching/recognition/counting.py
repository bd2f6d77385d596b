"""How many, and of which size: figures a donor writes beside the name of the thing."""

import re
from collections.abc import Sequence

from matching.recognition.announcements import CONTAINERS, FLUFF, LINKS
from matching.recognition.language import NUMBERS, UNITS

MOST = 1_000_000
_COUNT = re.compile(r"[0-9]{1,7}")
_TIMES = re.compile(r"(?<![\w.,])(?<![0-9] )(?:x ?([0-9]{1,4})|([0-9]{1,4}) ?x)(?![\w,.]|\s*[0-9])")
_PIECES = re.compile(
    r"(?<![\w.,])(?:lot|paquet|carton|pack|serie|ensemble|set) (?:de |d')?([0-9]{1,5})(?![\w])(?! ?(?:cm|mm|kg|l|litres?)\b)"
)
_ITEMS = re.compile(r"(?<![\w.,])([0-9]{1,5}) (?:exemplaires?|ex|unites?)\b")
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_SIZES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w){_NUMBER}(?: ?(?:cm|mm|m))? ?[x*] ?{_NUMBER}(?: ?(?:cm|mm|m))?(?: ?[x*] ?{_NUMBER})?(?: ?(?:cm|mm|m)\b)?(?!\w)",
        r"(?<!\w)(?:taille|pointure|t|p) ?\.? ?(?:[0-9]{1,3}(?:[/-][0-9]{1,3})?|x{0,3}[sl]|m)(?: ?(?:ans|mois))?(?!\w)",
        rf"(?<!\w){_NUMBER} ?(?:pouces?\b|\"|''|inch(?:es)?\b)",
        rf"(?<!\w){_NUMBER} ?(?:go|gb|to|tb|mo)\b",
        rf"(?<!\w)[0-9]m[0-9]{{2}}\b|(?<!\w){_NUMBER} ?(?:cm|mm|metres?|m|litres?|l|cl|kg|w|watts?)\b",
        r"(?<!\w)[0-9]{1,2}(?:[/-][0-9]{1,2})? ?(?:places?|pl|personnes?|pers)\b",
        r"(?<!\w)[0-9]{1,2}(?: ?(?:[/-]|a|et|ou) ?[0-9]{1,2})? ?(?:ans?|mois)\b",
        r"(?<!\w)(?:xxs|xs|xl|xxl|xxxl)(?!\w)",
    )
)
_WORN_IN_PAIRS = frozenset(
    [
        "chaussure",
        "basket",
        "botte",
        "bottine",
        "sandale",
        "chausson",
        "gant",
        "moufle",
        "chaussette",
        "ski",
        "roller",
        "patin",
        "lunette",
        "jumelle",
        "escarpin",
        "tennis",
        "crampon",
        "rangers",
        "claquette",
        "tong",
        "palme",
        "bequille",
        "enceinte",
        "collant",
        "ciseau",
        "shoe",
        "boot",
        "ballerine",
        "mocassin",
    ]
)


def size_in(text: str) -> str | None:
    """The first size in a plain text, as written: ``140x190``, ``taille 38``, ``24 pouces``, ``256 go``."""
    for pattern in _SIZES:
        found = pattern.search(text)
        if found:
            return _as_people_write(found.group().strip())
    return None


def _as_people_write(size: str) -> str:
    return re.sub(r"\b(go|gb|to|tb|mo)$", lambda unit: unit.group().capitalize(), size)


def quantity_in(text: str, words: Sequence[str], head: int, earliest: int) -> int | None:
    """How many of the thing whose name begins at token `head`; None when the text does not count it."""
    for pattern in (_TIMES, _PIECES, _ITEMS):
        found = pattern.search(text)
        if found:
            return _within(int(next(group for group in found.groups() if group)))
    paired = False
    for at in range(head - 1, earliest - 1, -1):
        word = words[at]
        if word == "paire" or word == "pair":
            paired = True
            continue
        count = _count(words, at)
        if count is not None:
            pair = 2 if paired and words[head] not in _WORN_IN_PAIRS else 1
            return _within(count * pair)
        if word not in FLUFF and word not in LINKS and word not in CONTAINERS:
            break
    return 2 if paired and words[head] not in _WORN_IN_PAIRS else None


def _count(words: Sequence[str], at: int) -> int | None:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if following in UNITS:
        return None
    if _COUNT.fullmatch(word):
        return int(word)
    if word == "neuf" and (at == 0 or words[at - 1] not in FLUFF) and following not in FLUFF:
        return 9
    return NUMBERS.get(word) if word != "neuf" else None


def _within(count: int) -> int | None:
    return count if 1 <= count <= MOST else None
