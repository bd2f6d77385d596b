"""Names in addresses: « Secours populaire – Givors » is secours-populaire-givors."""

import re
import unicodedata
from collections.abc import Callable

from werkzeug.routing import BaseConverter

LONGEST = 70
RESERVED = frozenset({"nouveau", "nouvelle"})


class SlugConverter(BaseConverter):
    """`<slug:…>` in routes: what `slug` may have made. Anything else has no page, rather than reach the database."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+){0,79}"


def slug(name: str, taken: Callable[[str], bool], fallback: str) -> str:
    """The name in lower-case ASCII words; numbered when taken; `fallback` when no letter is left."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in bare if not unicodedata.combining(letter)))
    base = "-".join(words)[:LONGEST].strip("-") or fallback
    if base not in RESERVED and not taken(base):
        return base
    number = 2
    while taken(f"{base}-{number}"):
        number += 1
    return f"{base}-{number}"
