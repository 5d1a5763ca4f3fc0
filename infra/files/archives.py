"""Types that are ZIP archives within: office documents and signed containers (ETSI ASiC)."""

from __future__ import annotations

import re
import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from infra.files.errors import (
    FileActiveContent,
    FileAmbiguous,
    FileDamaged,
    FileEncrypted,
    FileExpands,
    FileInnerPath,
    FileMacro,
)
from infra.files.kinds import TRAITS, FileKind

ZIP_SIGNATURE = b"PK\x03\x04"
_END = b"PK\x05\x06"
MOST_PARTS = 2_000
MOST_UNPACKED = 150 * 1024 * 1024
MOST_RATIO = 200
"""Text in an office document shrinks to a tenth or a twentieth; a bomb to a thousandth."""
_STEP = 256 * 1024
_ASIC = (b"application/vnd.etsi.asic-e+zip", b"application/vnd.etsi.asic-s+zip")
_LARGEST_LIST = 4 * 1024 * 1024
_MACRO = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/)", re.I)
_OBJECT = re.compile(
    r"(^|/)(activex|embeddings|oleobject[^/]*)(/|\.bin$)|\.(exe|dll|js|vbs)$", re.I
)
_TEXT_PART = re.compile(r"\.(xml|rels|vml)$", re.I)
_OUTSIDE = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)"
    rb"(?=[^>]*Type\s*=\s*[\"'][^\"']*/"
    rb"(attachedTemplate|oleObject|frame|subDocument|externalLinkPath|image|package)[\"'])",
    re.I,
)


def ends_as_archive(content: bytes) -> bool:
    """Whether some program would open the end of these bytes as a ZIP archive."""
    at = content.rfind(_END, max(0, len(content) - 65_557))
    if at < 0:
        return False
    try:
        with ZipFile(BytesIO(content)) as archive:
            return bool(archive.infolist()) or at > 0
    except (BadZipFile, ValueError, OSError, struct.error):
        return False


def identify(content: bytes) -> FileKind | None:
    """Which of our types this archive is; None for any other, a broken one included."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            first = archive.infolist()[0] if archive.infolist() else None
            if first is not None and first.filename == "mimetype" and first.file_size < 100:
                return FileKind.ASIC if archive.read(first).strip() in _ASIC else None
            names = set(archive.namelist())
    except (BadZipFile, ValueError, OSError, struct.error, RuntimeError, NotImplementedError,
            zlib.error, EOFError):  # fmt: skip
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return FileKind.DOCX
    return FileKind.XLSX if "xl/workbook.xml" in names else None


def check(content: bytes, kind: FileKind) -> None:
    """Raise a FileRefused unless the archive is whole, modest, and free of programs."""
    label = TRAITS[kind].label
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_frame(archive, content, kind)
            parts = archive.infolist()
            _check_names(parts)
            _check_sizes(parts, len(content))
            office = kind in (FileKind.DOCX, FileKind.XLSX)
            if office:
                _check_programs(parts)
            _unpack(archive, parts, office=office)
    except (BadZipFile, ValueError, OSError, struct.error, zlib.error, EOFError,
            NotImplementedError) as error:  # fmt: skip
        raise FileDamaged(found=label) from error


def _check_frame(archive: ZipFile, content: bytes, kind: FileKind) -> None:
    """The archive begins with its first part and ends with its own list: no stowaways."""
    label, comment = TRAITS[kind].label, archive.comment
    # ETSI EN 319 162-1, A.1 lets a container repeat its media type in the comment.
    if comment and not (kind is FileKind.ASIC and comment.removeprefix(b"mimetype=") in _ASIC):
        raise FileAmbiguous(found=label, also="?")
    if content[len(content) - 22 - len(comment) :][:4] != _END:
        raise FileAmbiguous(found=label, also="?")
    if min((part.header_offset for part in archive.infolist()), default=1) != 0:
        raise FileAmbiguous(found=label, also="?")


def _check_names(parts: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for part in parts:
        # The name as it stands: ZipInfo has already cut it at a NUL.
        name = part.orig_filename
        steps = name.replace("\\", "/").split("/")
        if (
            name.startswith(("/", "\\"))
            or ".." in steps
            or "\0" in name
            or "\\" in name
            or re.match(r"[a-zA-Z]:", name)
            or name.casefold() in seen
        ):
            raise FileInnerPath(name=name.replace("\0", "\\0")[:60])
        # The upper half of the external attributes is the Unix mode; 0o12 marks a link.
        if (part.external_attr >> 28) == 0o12:
            raise FileInnerPath(name=name[:60])
        seen.add(name.casefold())


def _check_sizes(parts: list[ZipInfo], packed: int) -> None:
    if len(parts) > MOST_PARTS:
        raise FileExpands()
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileEncrypted()
    total = sum(part.file_size for part in parts)
    if total > MOST_UNPACKED or total > MOST_RATIO * packed:
        raise FileExpands()


def _check_programs(parts: list[ZipInfo]) -> None:
    for part in parts:
        if _MACRO.search(part.filename):
            raise FileMacro()
        if _OBJECT.search(part.filename):
            raise FileActiveContent(name=part.filename[:60])


def _unpack(archive: ZipFile, parts: list[ZipInfo], *, office: bool) -> None:
    """Read every part to its end: sizes in the list are claims, checksums are checked here."""
    total = 0
    for part in parts:
        kept = bytearray()
        with archive.open(part) as stream:
            while step := stream.read(_STEP):
                total += len(step)
                if total > MOST_UNPACKED:
                    raise FileExpands()
                if office and len(kept) < _LARGEST_LIST and _TEXT_PART.search(part.filename):
                    kept += step
        if office:
            _check_text(part.filename, bytes(kept))


def _check_text(name: str, text: bytes) -> None:
    """Content types that announce macros, external parts that a program would fetch, DTDs."""
    if name == "[Content_Types].xml" and re.search(rb"macroEnabled|vbaProject", text, re.I):
        raise FileMacro()
    if name.endswith(".rels") and (found := _OUTSIDE.search(text)) is not None:
        raise FileActiveContent(name=found.group(1).decode())
    if re.search(rb"<!(DOCTYPE|ENTITY)", text[:4096], re.I):
        raise FileActiveContent(name="DTD")
