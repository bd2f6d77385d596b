"""Text that somebody typed, made fit for a line: nothing in it can end a header, turn a line round or cannot be shown."""

import re

# Control characters, bidirectional overrides that would turn the rest of the line round, lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_BREAKS = re.compile(r"[\s\x1c-\x1f\x85]*[\n\r\t\v\f\x1c-\x1f\x85\u2028\u2029][\s]*| {2,}")


def one_line(text: str, length: int) -> str:
    """`text` without line breaks, control characters and double spaces, at most `length` characters."""
    text = _UNPRINTABLE.sub("", _BREAKS.sub(" ", text)).strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
