"""What a file really is, decided by its content: every byte is looked at before it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import puremagic

from infra.files import archives, images
from infra.files.errors import (
    FileAmbiguous,
    FileDamaged,
    FileEmpty,
    FileTooLarge,
    FileTypeNotAllowed,
)
from infra.files.kinds import TRAITS, FileKind
from infra.files.names import check_extensions, safe_name

MEGABYTE = 1024 * 1024
_PDF_TAIL = 2048


class Readable(Protocol):
    """What is uploaded: Django's UploadedFile and File have this shape."""

    size: int

    def seek(self, offset: int, /) -> object: ...
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be kept. ``sha256`` is hexadecimal, ``size`` in bytes."""

    name: str
    kind: FileKind
    size: int
    sha256: str
    content: bytes


def inspect(*, name: str, file: Readable, largest: int, allowed: frozenset[FileKind]) -> Inspected:
    """Look at a file of at most ``largest`` bytes, one of the ``allowed`` types.

    Raises a FileRefused: the first reason found, cheapest first. Nothing is read of a file that
    says it is too large.
    """
    shown = safe_name(name)
    if file.size > largest:
        raise FileTooLarge(limit_mb=largest // MEGABYTE)
    file.seek(0)
    content = file.read(largest + 1)
    if len(content) > largest:
        raise FileTooLarge(limit_mb=largest // MEGABYTE)
    if not content:
        raise FileEmpty()
    kind = identify(content)
    if kind is None or kind not in allowed:
        labels = ", ".join(TRAITS[each].label for each in FileKind if each in allowed)
        raise FileTypeNotAllowed(found=_guess(content), allowed=labels)
    check_extensions(shown, kind)
    _check(content, kind)
    return Inspected(shown, kind, len(content), hashlib.sha256(content).hexdigest(), content)


def identify(content: bytes) -> FileKind | None:
    """The type whose signature the content begins with, None for any other."""
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(images.PNG_SIGNATURE):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(archives.ZIP_SIGNATURE):
        return archives.identify(content)
    return FileKind.P7S if _signed_data_length(content) is not None else None


def _check(content: bytes, kind: FileKind) -> None:
    if kind in (FileKind.DOCX, FileKind.XLSX, FileKind.ASIC):
        archives.check(content, kind)
        return
    if archives.ends_as_archive(content):
        raise FileAmbiguous(found=TRAITS[kind].label, also="ZIP")
    if kind is FileKind.PDF:
        _check_pdf(content)
    elif kind is FileKind.PNG:
        images.check_png(content)
    elif kind is FileKind.JPEG:
        images.check_jpeg(content)
    elif _signed_data_length(content) not in (0, len(content)):
        raise FileDamaged(found=TRAITS[kind].label)


def _check_pdf(content: bytes) -> None:
    """ISO 32000-2, 7.5: ``%PDF-`` first, ``%%EOF`` last, nothing but white space after it."""
    tail = content[-_PDF_TAIL:]
    end = tail.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content[-_PDF_TAIL * 4 :]:
        raise FileDamaged(found="PDF")
    if tail[end + 5 :].strip(b"\r\n\t \0\x1a"):
        raise FileAmbiguous(found="PDF", also=_guess(tail[end + 5 :].lstrip()))


_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # OID 1.2.840.113549.1.7.2


def _signed_data_length(content: bytes) -> int | None:
    """Length in bytes of the CMS SignedData (RFC 5652, 3) at the start; 0 when it is not told.

    None when there is none. BER's indefinite form, which some signers write, tells no length.
    """
    if len(content) < 20 or content[0] != 0x30:
        return None
    first = content[1]
    if first == 0x80:
        return 0 if content[2:13] == _SIGNED_DATA else None
    octets = first & 0x7F if first & 0x80 else 0
    if octets > 4 or content[2 + octets : 13 + octets] != _SIGNED_DATA:
        return None
    length = int.from_bytes(content[2 : 2 + octets], "big") if octets else first
    return 2 + octets + length


def _guess(content: bytes) -> str:
    """What refused content looks like, in a word or two."""
    start = content[:512].lstrip().lower()
    if start.startswith((b"<svg", b"<!doctype svg")) or b"<svg" in start:
        return "SVG"
    if start.startswith((b"<html", b"<!doctype html", b"<script")):
        return "HTML"
    if start.startswith(b"mz"):
        return "EXE"
    try:
        found = puremagic.magic_stream(BytesIO(content[: 64 * 1024]), filename=None)
    except (puremagic.PureError, ValueError, OSError):
        found = []
    named = [each for each in found if each.extension or each.mime_type]
    if not named:
        return "?"
    best = max(named, key=lambda each: each.confidence)
    return str(best.extension or best.mime_type).lstrip(".").upper()
