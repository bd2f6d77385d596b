"""What becomes a photo and what does not."""

import contextlib
import io
import random
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat

from app.photos import images
from app.photos.images import (
    LARGEST_FILE,
    LONGEST_SIDE,
    MOST_SCANS,
    read_picture,
)
from app.photos.picture import PhotoError, PhotoProblem
from tests.app.photos.samples import HEIC_48, encoded, noisy


def problem(content: bytes) -> PhotoProblem:
    with pytest.raises(PhotoError) as caught:
        read_picture(io.BytesIO(content))
    return caught.value.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP"])
def test_every_usual_format_becomes_jpeg(kind: str) -> None:
    picture = read_picture(io.BytesIO(encoded(Image.new("RGB", (300, 200), "red"), kind)))

    kept = Image.open(io.BytesIO(picture.content))
    assert (kept.format, kept.size, picture.width, picture.height) == ("JPEG", (300, 200), 300, 200)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_mode_becomes_colour_without_transparency(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"

    picture = read_picture(io.BytesIO(encoded(Image.new(mode, (40, 30)), kind)))

    assert Image.open(io.BytesIO(picture.content)).mode == "RGB"


def test_a_transparent_picture_is_put_on_white() -> None:
    picture = read_picture(io.BytesIO(encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG")))

    assert Image.open(io.BytesIO(picture.content)).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° to be looked at

    picture = read_picture(io.BytesIO(encoded(Image.new("RGB", (4000, 3000)), "JPEG", exif=exif)))

    assert (picture.width, picture.height) == (LONGEST_SIDE * 3 // 4, LONGEST_SIDE)


def test_the_48_megapixels_of_a_telephone_are_taken() -> None:
    picture = read_picture(io.BytesIO(encoded(Image.new("RGB", (8000, 6000)), "JPEG")))

    assert picture.width == LONGEST_SIDE


def differ(one: Image.Image, other: Image.Image) -> float:
    """By how much on average, of 255."""
    return float(ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0])


def test_the_48_megapixels_of_a_telephone_are_taken_as_heic() -> None:
    picture = read_picture(io.BytesIO(HEIC_48.read_bytes()))

    kept = Image.open(io.BytesIO(picture.content))
    assert kept.size == (1600, 1200)
    assert differ(kept, Image.radial_gradient("L").resize((1600, 1200))) < 3


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("size", [(40, 30), (3300, 500), (501, 3301)])
def test_heif_made_smaller_in_parts_is_the_whole_picture_upright(mode: str, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = Image.radial_gradient("L").resize(size)
    options = {"quality": 95, "enc_params": {"preset": "ultrafast"}}
    content = encoded(shown.convert(mode), "HEIF", exif=exif, **options)

    kept = Image.open(io.BytesIO(read_picture(io.BytesIO(content)).content))

    with Image.open(io.BytesIO(content)) as whole:
        whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    assert kept.size == whole.size
    assert differ(kept, whole) < 3


@pytest.mark.parametrize("kind", ["PNG", "HEIF"])
def test_grey_of_sixteen_bits_is_grey_whatever_its_size(kind: str) -> None:
    shown = Image.radial_gradient("L").resize((2000, 400))
    deep = Image.frombytes(
        "I;16", shown.size, bytes(byte for value in shown.tobytes() for byte in (0, value))
    )

    kept = Image.open(io.BytesIO(read_picture(io.BytesIO(encoded(deep, kind))).content))

    assert differ(kept, shown.resize(kept.size)) < 3


@pytest.mark.parametrize(
    ("mode", "size", "chroma", "bound"),
    [
        ("RGB;16", 6, 420, "MOST_PIXELS"),
        ("RGB", 3, 444, "MOST_PIXELS"),
        ("RGBA", 4, 420, "MOST_PIXELS"),
        ("RGB;16", 6, 444, "MOST_PIXELS_WEBP"),
    ],
)
def test_heif_that_is_unpacked_into_copies_may_be_less_large(
    mode: str, size: int, chroma: int, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    heif = pillow_heif.from_bytes(mode=mode, size=(100, 100), data=bytes(100 * 100 * size))
    heif.save(out, quality=10, chroma=chroma)
    assert read_picture(io.BytesIO(out.getvalue())).width == 100

    monkeypatch.setattr(images, bound, 9_999)

    assert problem(out.getvalue()) is PhotoProblem.TOO_LARGE


def test_nothing_of_the_metadata_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "12 rue du Secret"
    exif.get_ifd(0x8825)[2] = (45.0, 35.0, 0.0)
    content = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif, comment=b"Donatrice Secret")

    kept = read_picture(io.BytesIO(content)).content

    assert b"Secret" in content
    assert b"Secret" not in kept
    assert set(Image.open(io.BytesIO(kept)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_what_is_hidden_behind_a_picture_does_not_come_along() -> None:
    polyglot = encoded(noisy(80, 60), "JPEG") + b"PK\x03\x04<script>alert(1)</script>"

    kept = read_picture(io.BytesIO(polyglot)).content

    assert b"<script>" not in kept
    assert b"PK\x03\x04" not in kept


def test_what_is_no_image() -> None:
    assert problem(b"") is PhotoProblem.EMPTY
    assert problem(b"not an image at all") is PhotoProblem.NOT_AN_IMAGE
    assert (
        problem(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>') is PhotoProblem.NOT_AN_IMAGE
    )
    assert problem(b"%PDF-1.7\n1 0 obj") is PhotoProblem.NOT_AN_IMAGE
    assert problem(b"GIF89a/*" + b"A" * 100) in {PhotoProblem.NOT_AN_IMAGE, PhotoProblem.DAMAGED}
    assert problem(b"\xff\xd8\xff") is PhotoProblem.NOT_AN_IMAGE
    assert problem(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n") is PhotoProblem.NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_no_photo(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])

    assert problem(out.getvalue()) is PhotoProblem.ANIMATED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    content = encoded(noisy(400, 300), kind)

    assert problem(content[: len(content) // 2]) in {PhotoProblem.DAMAGED, PhotoProblem.NOT_AN_IMAGE}


def test_more_than_25_megabytes_are_refused_unread() -> None:
    assert problem(b"\xff\xd8\xff" + bytes(LARGEST_FILE)) is PhotoProblem.TOO_HEAVY


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is as large as this."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(6000, 5000), (9000, 9000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    assert problem(bomb(*size)) is PhotoProblem.TOO_LARGE


def test_a_webp_of_more_than_16_megapixels_is_refused_unread() -> None:
    assert problem(encoded(Image.new("L", (4100, 4000)), "WEBP", method=0)) is PhotoProblem.TOO_LARGE


def test_a_jpeg_in_more_passes_than_anybody_writes_is_refused_unread() -> None:
    """Forty bytes a pass cost as much as reading all pixels once: a file of a megabyte held a core for minutes."""
    whole = encoded(Image.new("L", (64, 48), 128), "JPEG", progressive=True)
    last_pass = whole[whole.rindex(b"\xff\xda") : -2]

    some = read_picture(io.BytesIO(whole[:-2] + last_pass * 20 + b"\xff\xd9"))

    assert some.width == 64
    assert problem(whole[:-2] + last_pass * MOST_SCANS + b"\xff\xd9") is PhotoProblem.DAMAGED


def test_a_photo_with_a_film_behind_it_is_read() -> None:
    """Motion photos: any bytes may stand behind the end of the picture, and some look like passes."""
    for progressive in (False, True):
        whole = encoded(noisy(640, 480), "JPEG", progressive=progressive)
        film = random.Random(3).randbytes(1_000_000) + b"\xff\xda" * (MOST_SCANS + 1)

        assert read_picture(io.BytesIO(whole + film)).width == 640


def test_a_jpeg_of_nothing_but_comments_is_refused_unread() -> None:
    whole = encoded(noisy(64, 48), "JPEG")

    assert problem(whole[:2] + b"\xff\xfe\x00\x02" * 200_000 + whole[2:]) is PhotoProblem.DAMAGED


def test_a_damaged_file_is_refused_or_kept_as_a_sound_picture() -> None:
    chance = random.Random(7)
    for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP"):
        whole = encoded(noisy(64, 48), kind)
        for _ in range(40):
            content = bytearray(whole)
            for _ in range(chance.randint(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            with contextlib.suppress(PhotoError):
                kept = read_picture(io.BytesIO(bytes(content)))
                with Image.open(io.BytesIO(kept.content)) as shown:
                    assert (shown.format, shown.size) == ("JPEG", (kept.width, kept.height))
