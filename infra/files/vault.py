"""Where files are kept: below no web root, under names that tell nothing.

``STORAGES["documents"]`` says where: a folder by default, anything Django has a storage for by
the operator's setting.
"""

from __future__ import annotations

import secrets
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

ALIAS = "documents"


def storage() -> Storage:
    """The configured storage."""
    return storages[ALIAS]


def keep(content: bytes) -> str:
    """Store the bytes; the random name under which they are found again."""
    name = secrets.token_hex(32)
    return storage().save(f"{name[:2]}/{name}", ContentFile(content))


def opened(name: str) -> IO[bytes]:
    """The kept file, to read. Raises FileNotFoundError when the storage lost it."""
    return storage().open(name, "rb")


def forget(name: str) -> None:
    """Remove a kept file; one that is gone already is no error."""
    storage().delete(name)
