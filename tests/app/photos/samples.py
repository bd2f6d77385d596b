"""Pictures for tests, made on the spot."""

import io
import random
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

HEIC_48 = Path(__file__).with_name("48-megapixels.heic")
"""`Image.radial_gradient` in 8064 × 6048 pixels: to encode that takes twelve seconds."""


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noisy(width: int, height: int) -> Image.Image:
    """A picture that does not compress to nothing."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))
