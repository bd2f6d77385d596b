"""French micro-typography, so that authors type plain punctuation and readers see the right one."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

NO_BREAK_SPACE = "\u00a0"
PARIS = ZoneInfo("Europe/Paris")
"""In whose days and hours people are told of moments."""

_UNTOUCHED = re.compile(
    r"""
    <(?:style|script)\b.*?</(?:style|script)\s*>   # what is not text
    | <!--.*?-->
    | </?[a-zA-Z!][^<>]*>                          # a tag with its attributes
    | (?:https?|mailto|tel|webcal)://?[^\s<>]+     # an address of the web
    | (?:mailto|tel):[^\s<>]+
    | [^\s<>@]+@[^\s<>@]+                          # an address of a person
    | &(?!\#39;|\#x27;)(?:\#\d+|\#x[0-9a-fA-F]+|\w+);   # an entity, the apostrophe's apart
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])(?:'|&#39;|&#x27;)(?=[^\W\d_])")
_BEFORE = re.compile(r"[ \t\u00a0\u202f]+(?=[:;!?»])")
_HOUR = re.compile(r"(?<!\d)(\d{1,2})[ \u00a0]h(?:[ \u00a0](\d\d))?(?!\w)")
_AFTER = re.compile(r"(?<=«)[ \t\u00a0\u202f]+")


def french(text: str) -> str:
    """Curl apostrophes between letters, keep high punctuation with its word and an hour in one piece.

    Works on plain text and on HTML: tags, style sheets, entities, web and e-mail addresses are left as they are.
    Doing it twice changes nothing more. Only spaces that exist are changed: `10:30` and `a:b` stay.
    """
    parts, end = [], 0
    for kept in _UNTOUCHED.finditer(text):
        parts += [_set(text, end, kept.start()), kept.group()]
        end = kept.end()
    parts.append(_set(text, end, len(text)))
    return "".join(parts)


def _unparted(hour: re.Match[str]) -> str:
    return hour.group().replace(" ", NO_BREAK_SPACE)


def clock(local: datetime | time, language: str) -> str:
    """`14 h`, `14 h 30`, never parted at the end of a line; 14:00 in English. Pages and letters say hours with this alone."""
    if language != "fr":
        return f"{local:%H:%M}"
    minutes = f"{NO_BREAK_SPACE}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NO_BREAK_SPACE}h{minutes}"


def _set(text: str, start: int, end: int) -> str:
    piece = text[start:end]
    piece = _APOSTROPHE.sub("’", piece)
    piece = _BEFORE.sub(NO_BREAK_SPACE, piece)
    piece = _HOUR.sub(_unparted, piece)
    return _AFTER.sub(NO_BREAK_SPACE, piece)
