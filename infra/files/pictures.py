"""Pictures made smaller, and rid of what a camera wrote beside them: places, serial numbers."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from infra.files.errors import FileDamaged, FileExpands

MOST_PIXELS = 50_000_000
_QUALITY = 85


def smaller(content: bytes, *sides: int) -> list[bytes]:
    """The picture as JPEG for each of ``sides``, no longer than so many pixels, never enlarged.

    It stands upright, on white where it was transparent. Raises FileExpands, FileDamaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=["PNG", "JPEG", "MPO"]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise FileExpands()
                opened.draft("RGB", (max(sides), max(sides)))
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except FileExpands:
        raise
    except Exception as error:  # the reader has no common base for what broken input makes of it
        raise FileDamaged(found="picture") from error
    whole = Image.new("RGB", upright.size, "white")
    whole.paste(upright, mask=upright)
    return [_jpeg(whole, side) for side in sides]


def _jpeg(picture: Image.Image, side: int) -> bytes:
    made = picture.copy()
    made.thumbnail((side, side))
    out = BytesIO()
    made.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
