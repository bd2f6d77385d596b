"""One spelling per commune name, so that what people type meets what the files say."""

import re
import unicodedata

# What decomposition leaves alone. The typographic apostrophe and hyphens part words as the plain ones do.
_REPLACED = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "‐": " ", "‑": " ", "–": " "})
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_SHORT = {"st": "saint", "ste": "sainte"}


def department_of(insee: str) -> str:
    """The département in a five-character INSEE commune code: "69091" → "69", "2A004" → "2A", "97411" → "974"."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def folded(name: str) -> str:
    """Lower-case ASCII words with single spaces: "L'Haÿ-les-Roses" → "l hay les roses". Expands no abbreviation."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_REPLACED))
    return _BETWEEN_WORDS.sub(" ", plain.encode("ascii", "ignore").decode()).strip()


def expanded(name: str, *, last_word_too: bool = True) -> str:
    """Like `folded`, with St and Ste written out; the last word may be left alone, since it may be half typed."""
    words = folded(name).split()
    until = len(words) if last_word_too else len(words) - 1
    return " ".join(_SHORT.get(word, word) if i < until else word for i, word in enumerate(words))
