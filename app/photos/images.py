"""What a file must be to become a photo, and the one shape in which photos are kept.

Nothing of the file that was sent survives but its pixels: no name, no metadata, no place, no second content.
"""

import io
import re
import threading
import warnings
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageOps

from app.photos.picture import PhotoError, PhotoProblem, Picture

MEGABYTE = 1024 * 1024
LARGEST_FILE = 25 * MEGABYTE
LONGEST_SIDE = 1600
"""Pixels of the photo that is kept."""
QUALITY = 80
"""Of its JPEG: nearer to what a browser sends (at 85) than WebP at 80 is, which takes seven times as long to write."""
MOST_PIXELS = 25_000_000
"""A telephone's usual 24 megapixels, and little more: each costs eight bytes of memory or so while it is read."""
MOST_PIXELS_IN_PARTS = 52_000_000
"""Baseline JPEG is read at a fraction of its size and HEIF made smaller band by band, so the 48 megapixels of some telephones cost
no more. Not so HEIF of ten bits, with transparency, or with as much colour as light, each of which has its decoder make copies:
for one of them MOST_PIXELS holds, for two MOST_PIXELS_WEBP."""
MOST_PIXELS_WEBP = 16_000_000
"""Its decoder hands over copies: each pixel costs fourteen bytes or so. What browsers make small is smaller anyhow."""
GREY_16, HIGH_BYTE = "I;16", "L;16"
"""Grey of sixteen bits, and how to read it in eight (Pillow's names)."""
BAND = 64
"""Rows, once they are made smaller, that are made so at a time."""
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP")
JPEGS = frozenset({"JPEG", "MPO"})
STILL_WITH_FRAMES = frozenset({"MPO", "HEIF"})
"""Formats in which further frames are a depth map or a burst behind one still picture."""
MOST_SCANS = 100
"""Cameras and optimisers write a JPEG in ten passes or so. Each passes over all pixels, however few bytes it takes."""
MOST_SEGMENTS = 10_000
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")
"""What begins a segment of a JPEG (ITU-T T.81, B.1.1.3): neither a byte of the picture nor a mark to restart from."""
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"

_one_at_a_time = threading.Lock()
"""For each process: large pictures that are read side by side would fill a small server's memory."""

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MOST_PIXELS_IN_PARTS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read_picture(file: BinaryIO, longest: int = LONGEST_SIDE) -> Picture:
    """The picture in `file`, at most so many pixels on its `longest` side. Raises PhotoError."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise PhotoError(PhotoProblem.EMPTY)
    if size > LARGEST_FILE:
        raise PhotoError(PhotoProblem.TOO_HEAVY)
    try:
        opened = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(PhotoProblem.TOO_LARGE) from None
    except Exception:
        raise PhotoError(PhotoProblem.NOT_AN_IMAGE) from None
    with opened as image, _one_at_a_time:
        _refuse(image)
        if image.format in JPEGS and _scans(file) > MOST_SCANS:
            raise PhotoError(PhotoProblem.DAMAGED)
        try:
            small = _in_bands(file) if image.format == "HEIF" else _opened(image)
            if longest < max(small.size):
                small = small.convert("RGBA") if small.mode == "P" else small
                small.thumbnail((longest, longest))
            return _kept(small)
        except Exception:
            raise PhotoError(PhotoProblem.DAMAGED) from None


def _scans(file: BinaryIO) -> int:
    """How many passes a JPEG is written in, read from segment to segment; leaves the file where it was.

    What stands behind its end does not count: telephones append a film, any bytes of which may look like a pass.
    """
    here = file.tell()
    file.seek(0)
    content = file.read()
    file.seek(here)
    count, at = 0, len(b"\xff\xd8")
    for _ in range(MOST_SEGMENTS):
        marker = _MARKER.search(content, at)
        if marker is None or marker[1] == _END_OF_IMAGE:
            return count
        count += marker[1] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    return MOST_SCANS + 1


def _refuse(image: Image.Image) -> None:
    if image.width * image.height > _most_pixels(image):
        raise PhotoError(PhotoProblem.TOO_LARGE)
    if image.format in STILL_WITH_FRAMES:
        return
    try:
        animated = bool(getattr(image, "is_animated", False))
    except Exception:
        raise PhotoError(PhotoProblem.DAMAGED) from None
    if animated:
        raise PhotoError(PhotoProblem.ANIMATED)


def _most_pixels(image: Image.Image) -> int:
    if image.format == "HEIF":
        deep, fine = image.info.get("bit_depth", 8) > 8, image.info.get("chroma", 420) > 420
        copies: int = deep + ("A" in image.mode) + fine
        return (MOST_PIXELS_IN_PARTS, MOST_PIXELS, *[MOST_PIXELS_WEBP] * 2)[copies]
    if image.format in JPEGS and "progressive" not in image.info:
        return MOST_PIXELS_IN_PARTS
    return MOST_PIXELS_WEBP if image.format == "WEBP" else MOST_PIXELS


def _opened(image: Image.Image) -> Image.Image:
    """Small and upright."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    if image.mode == GREY_16:  # converting it would call white whatever is above 255
        image = Image.frombytes("L", image.size, image.tobytes(), "raw", HIGH_BYTE)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ImageOps.exif_transpose(image, in_place=True)  # once it is small: this makes a copy
    return image


def _in_bands(file: BinaryIO) -> Image.Image:
    """The still picture of a HEIF file, small; its decoder turns it upright. It unpacks the whole, at three bytes a pixel and what it
    needs itself; Pillow, which would hold four more of each, is given a band at a time."""
    file.seek(0)
    opened = pillow_heif.open_heif(file)
    whole = opened[opened.primary_index]
    (width, height), data = whole.size, memoryview(whole.data)
    times = max(1, max(width, height) // LONGEST_SIDE)
    mode, packed = ("L", HIGH_BYTE) if whole.mode == GREY_16 else (whole.mode, whole.mode)
    small = Image.new(mode, (-(-width // times), -(-height // times)))
    for top in range(0, height, times * BAND):
        rows = min(times * BAND, height - top)
        part = data[top * whole.stride : (top + rows) * whole.stride]
        band = Image.frombuffer(mode, (width, rows), part, "raw", packed, whole.stride, 1)  # type: ignore[arg-type]  # a memoryview is a buffer
        small.paste(band.reduce(times), (0, top // times))
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return small


def _kept(upright: Image.Image) -> Picture:
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    if clear:
        pixels = upright.convert("RGBA")
        upright = Image.new("RGB", pixels.size, "white")
        upright.paste(pixels, mask=pixels.getchannel("A"))
    elif upright.mode != "RGB":
        upright = upright.convert("RGB")
    upright.info = {}  # what its file said beside its pixels
    content = io.BytesIO()
    upright.save(content, "JPEG", quality=QUALITY)
    return Picture(content.getvalue(), upright.width, upright.height)
