"""The files of an import: kept until they were read, known by their hash."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from crm_core.screening.errors import ListFileTooLarge

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of an import as it is recorded."""

    name: str
    size: int
    sha256: str

    def record(self) -> dict[str, object]:
        """Ready for JSON."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


def folder(version_id: UUID) -> Path:
    """Where the files of an import lie until they were read; never within the web root."""
    return Path(settings.VAR_DIR) / "imports" / str(version_id)


def paths(version_id: UUID) -> list[Path]:
    """The kept files in the order they were given."""
    return sorted(folder(version_id).glob("*")) if folder(version_id).is_dir() else []


def keep(version_id: UUID, uploads: Sequence[UploadedFile]) -> list[KeptFile]:
    """Write uploads down under names of our own. Raises ListFileTooLarge."""
    check_size(sum(each.size or 0 for each in uploads))
    target = folder(version_id)
    target.mkdir(parents=True, mode=0o700)
    kept = []
    for number, each in enumerate(uploads):
        digest = hashlib.sha256()
        size = 0
        with (target / f"{number:02}").open("wb") as file:
            for chunk in each.chunks(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        kept.append(KeptFile((each.name or "")[:200], size, digest.hexdigest()))
    return kept


def look_at(files: Sequence[Path]) -> list[KeptFile]:
    """What files of this machine are, without keeping them. Raises ListFileTooLarge, OSError."""
    check_size(sum(each.stat().st_size for each in files))
    found = []
    for each in files:
        with each.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        found.append(KeptFile(each.name[:200], each.stat().st_size, digest.hexdigest()))
    return found


def check_size(size: int) -> None:
    """Raises ListFileTooLarge."""
    if size > settings.SCREENING_MAX_FILE_MB * 1024 * 1024:
        raise ListFileTooLarge(field="files", megabytes=settings.SCREENING_MAX_FILE_MB)


def whole_hash(files: Sequence[KeptFile]) -> str:
    """The hash of an import: of its only file, or of the sorted hashes of several."""
    if len(files) == 1:
        return files[0].sha256
    joined = "\n".join(sorted(each.sha256 for each in files))
    return hashlib.sha256(joined.encode()).hexdigest()


def forget(version_id: UUID) -> None:
    """Remove the kept files."""
    shutil.rmtree(folder(version_id), ignore_errors=True)
