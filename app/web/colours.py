"""Colours that associations choose for their pages: legible where the portal uses them, or not taken."""

import re

PAPERS = ("#ffffff", "#faf7f2", "#e3efe9")
"""What an association's colour is written on, or what is written on it, in the light: --card, --paper and --green-soft."""
LEAST = 4.5
"""The contrast that WCAG 2.2 asks of text (1.4.3)."""
_HEX = re.compile(r"#[0-9a-f]{6}")


def hexadecimal(typed: str) -> str | None:
    """« #1A5 », « 1a5b4c », as #rrggbb; None for what is no colour."""
    plain = typed.strip().lower().lstrip("#")
    found = "#" + ("".join(sign * 2 for sign in plain) if len(plain) == 3 else plain)
    return found if _HEX.fullmatch(found) else None


def contrast(one: str, other: str) -> float:
    """Of two colours written #rrggbb, from 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst(colour: str) -> float:
    """The least contrast that a colour would have on the portal's pages."""
    return min(contrast(colour, paper) for paper in PAPERS)


def darker(colour: str) -> str:
    return "#" + "".join(f"{round(int(colour[at : at + 2], 16) * 0.75):02x}" for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def style_sheet(colour: str) -> str:
    """The association's colour in the portal's place, but for dark screens."""
    own = f":root {{ --green: {colour}; --green-deep: {darker(colour)}; }}"
    return f"{own.replace(':root', '@media print { :root')} }}\n@media screen and (prefers-color-scheme: light) {{ {own} }}\n"
