"""What signing means here, whoever holds the key (``infra.keys``) and whatever is signed."""

from __future__ import annotations

import hashlib
from typing import Protocol

KEY_ID_DIGITS = 32


class Signer(Protocol):
    """Whoever holds the platform's private key."""

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


def key_id_of(public_key: bytes) -> str:
    """The first 32 hex digits of SHA-256(raw 32-byte public key): what terms pin."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_DIGITS]
