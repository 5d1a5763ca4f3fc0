"""The types of file that can be taken at all; the operator's setting may narrow them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """A type of file, as its content says."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"
    ASIC = "asic"
    P7S = "p7s"


@dataclass(frozen=True, slots=True)
class Traits:
    """``label`` as people call it, ``extensions`` without dots, the usual one first.

    ``shown`` says whether a browser may show it within the site; all others are downloads.
    """

    label: str
    media_type: str
    extensions: tuple[str, ...]
    shown: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
TRAITS: dict[FileKind, Traits] = {
    FileKind.PDF: Traits("PDF", "application/pdf", ("pdf",), shown=True),
    FileKind.PNG: Traits("PNG", "image/png", ("png",), shown=True),
    FileKind.JPEG: Traits("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe"), shown=True),
    FileKind.DOCX: Traits("DOCX", f"{_OFFICE}.wordprocessingml.document", ("docx",)),
    FileKind.XLSX: Traits("XLSX", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",)),
    FileKind.ASIC: Traits(
        "ASiC", "application/vnd.etsi.asic-e+zip", ("asice", "sce", "asics", "scs")
    ),
    FileKind.P7S: Traits("P7S", "application/pkcs7-signature", ("p7s", "p7m")),
}


def extensions_of(kinds: frozenset[FileKind]) -> tuple[str, ...]:
    """Every extension of these types, sorted, without dots."""
    return tuple(sorted({each for kind in kinds for each in TRAITS[kind].extensions}))
