"""Cards that social networks show beside a link: drawn once for the same words."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.late import Late

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont
else:
    Image, ImageDraw, ImageFont = Late("PIL.Image"), Late("PIL.ImageDraw"), Late("PIL.ImageFont")

FONTS = Path(__file__).parents[1] / "printing" / "fonts"
WIDTH, HEIGHT, EDGE = 1200, 630, 80
GREEN, PAPER, ORANGE = "#14594a", "#faf7f2", "#a8430c"


@lru_cache(8)
def _font(weight: str, size: int) -> "ImageFont.FreeTypeFont":
    return ImageFont.truetype(FONTS / f"atkinson-hyperlegible-{weight}.ttf", size)


@lru_cache(256)
def card(title: str, below: str, portal: str) -> bytes:
    """A PNG of 1200 × 630: the title in as many lines as it takes, three at most."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 24), fill=GREEN)
    pen.rectangle((0, HEIGHT - 130, WIDTH, HEIGHT), fill=GREEN)
    top = 100
    for text, weight, size, colour, most in (
        (title, "bold", 80, GREEN, 3),
        (below, "regular", 44, ORANGE, 2),
    ):
        font = _font(weight, size)
        for line in _lines(text, font, most):
            pen.text((EDGE, top), line, font=font, fill=colour)
            top += round(size * 1.2)
        top += 10
    pen.text((EDGE, HEIGHT - 92), portal, font=_font("bold", 44), fill=PAPER)
    written = BytesIO()
    picture.quantize(32).save(written, "PNG", optimize=True)
    return written.getvalue()


def _lines(text: str, font: "ImageFont.FreeTypeFont", most: int) -> list[str]:
    """Broken between words; what does not fit ends with an ellipsis."""
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and font.getlength(longer) <= WIDTH - 2 * EDGE:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1]}…"]
    return [line if font.getlength(line) <= WIDTH - 2 * EDGE else f"{line[:24]}…" for line in found]
