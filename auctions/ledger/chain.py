"""Leaves and links: how an entry is bound to its content and to all entries before it.

``leaf = SHA-256(salt || envelope)`` where the envelope is the canonical JSON object
``{auction, body, kind, recorded_at, seq}`` and the salt is 32 random bytes, so that nobody can
guess a body of few possible values from its leaf. ``hash = SHA-256(previous hash || leaf)``. The
first entry's previous hash is :func:`origin`, which differs for every auction and chain. A leaf's
preimage is always longer than a link's 64 bytes, so neither can stand for the other.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime

from kernel.canonical import canonical
from kernel.clock import moment_to_wire

FORMAT = "fairfall-ledger-1"
LEDGER = "ledger"  # what happened
ATTEMPTS = "attempts"  # what was refused or abandoned: a chain of its own
SALT_BYTES = 32
HASH_BYTES = 32


def new_salt() -> bytes:
    """32 bytes nobody can guess."""
    return secrets.token_bytes(SALT_BYTES)


def origin(chain: str, auction: str) -> bytes:
    """What the first entry of a chain is linked to; ``auction`` is the UUID's lower-case text."""
    return hashlib.sha256(f"{FORMAT}\n{chain}\n{auction}".encode("ascii")).digest()


def envelope(auction: str, seq: int, recorded_at: datetime, kind: str, body_json: bytes) -> bytes:
    """The canonical bytes of ``{auction, body, kind, recorded_at, seq}``.

    ``body_json`` is already canonical: a body is serialised once, stored and hashed as it is.
    """
    return b"".join(
        (
            b'{"auction":',
            json.dumps(auction).encode("ascii"),
            b',"body":',
            body_json,
            b',"kind":',
            json.dumps(kind).encode("ascii"),
            b',"recorded_at":"',
            moment_to_wire(recorded_at).encode("ascii"),
            b'","seq":',
            str(seq).encode("ascii"),
            b"}",
        )
    )


def leaf(salt: bytes, sealed: bytes) -> bytes:
    """SHA-256(salt || envelope); raises ValueError unless the salt has 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(salt + sealed).digest()


def link(previous: bytes, leaf_hash: bytes) -> bytes:
    """SHA-256(previous hash || leaf); raises ValueError unless both have 32 bytes."""
    if len(previous) != HASH_BYTES or len(leaf_hash) != HASH_BYTES:
        raise ValueError(f"a hash has {HASH_BYTES} bytes")
    return hashlib.sha256(previous + leaf_hash).digest()


def blinded(salt: bytes, document: dict[str, object]) -> bytes:
    """SHA-256(salt || canonical document): commits to a head without telling it."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(salt + canonical(document)).digest()
