"""Pictures: whole, of a bearable size, and nothing else at the same time."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from io import BytesIO

from PIL import Image

from infra.files.errors import FileAmbiguous, FileDamaged, FileExpands

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 100_000_000
"""A page of A3 scanned at 600 dpi has 70 million."""
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html[\s>]|script[\s>]|svg[\s>]|iframe[\s>]|body[\s>]|\?php)", re.I
)
_OTHERS = ((b"%PDF-", "PDF"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7Z"))


def check_png(content: bytes) -> None:
    """Every chunk whole, IEND last (ISO/IEC 15948, 5). Raises a FileRefused."""
    at, ended = len(PNG_SIGNATURE), False
    while at < len(content):
        if ended:
            raise FileAmbiguous(found="PNG", also=_also(content[at:]))
        head = content[at : at + 8]
        if len(head) < 8:
            raise FileDamaged(found="PNG")
        length, kind = struct.unpack(">I4s", head)
        body = content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) < 4 or zlib.crc32(kind + body) != int.from_bytes(checksum, "big"):
            raise FileDamaged(found="PNG")
        ended = kind == b"IEND"
        at += 12 + length
    if not ended:
        raise FileDamaged(found="PNG")
    _check_pixels(content, "PNG")
    _check_alone(content, "PNG")


def check_jpeg(content: bytes) -> None:
    """Readable to its end marker; cameras append previews after it, never other types."""
    if content.rfind(b"\xff\xd9") < 0:
        raise FileDamaged(found="JPEG")
    _check_pixels(content, "JPEG")
    _check_alone(content, "JPEG")


def _check_pixels(content: bytes, label: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[label, "MPO"]) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise FileExpands()
                image.verify()
    except FileExpands:
        raise
    except Image.DecompressionBombError as error:
        raise FileExpands() from error
    except Exception as error:  # the reader has no common base for what broken input makes of it
        raise FileDamaged(found=label) from error


def _check_alone(content: bytes, label: str) -> None:
    if (markup := _MARKUP.search(content)) is not None:
        raise FileAmbiguous(found=label, also=_also(markup.group()))
    for signature, name in _OTHERS:
        if signature in content:
            raise FileAmbiguous(found=label, also=name)


def _also(rest: bytes) -> str:
    if rest.startswith(b"PK\x03\x04"):
        return "ZIP"
    if _MARKUP.search(rest):
        return "SVG" if b"<svg" in rest.lower() else "HTML"
    for signature, name in _OTHERS:
        if signature in rest:
            return name
    return "?"
