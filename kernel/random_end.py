"""The random end: two seeds, their commitments, and the moment that follows from both.

    seed    = platform's seed XOR auditor's seed                  (32 bytes each)
    digest  = SHA-256("fairfall-random-end-1" LF lot LF ‖ seed)   (the lot's number in decimal)
    cut-off = 1 + floor(digest * N / 2^256) milliseconds          (digest as a big-endian number)

``N`` is the window in milliseconds, so every millisecond of it is as likely as any other, up to
N / 2^256. Whoever knows one seed alone knows nothing of the cut-off.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

SEED_BYTES = 32
_SCHEME = b"fairfall-random-end-1\n"
_OF_KEY = b"fairfall-auditor-seed-1\n"
_MILLISECOND = timedelta(milliseconds=1)


def commitment(seed: bytes) -> str:
    """Hex SHA-256 of a seed: binds it without telling it."""
    return hashlib.sha256(seed).hexdigest()


def cut_off(platform: bytes, auditor: bytes, lot: int, window: timedelta) -> timedelta:
    """How long after the window's begin bids counted, in running time; at most the window."""
    if len(platform) != SEED_BYTES or len(auditor) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    count = window // _MILLISECOND
    if count < 1:
        raise ValueError("a window has a millisecond at least")
    seed = bytes(one ^ other for one, other in zip(platform, auditor, strict=True))
    digest = hashlib.sha256(_SCHEME + f"{lot}\n".encode("ascii") + seed).digest()
    return (1 + (int.from_bytes(digest) * count >> 256)) * _MILLISECOND


def auditor_seed(secret: bytes) -> bytes:
    """The auditor's seed, one way from the auditor's private key: nothing more need be kept, and
    the opened seed tells nothing of the key."""
    return hashlib.sha256(_OF_KEY + secret).digest()


def after_begin(offset: timedelta) -> str:
    """A cut-off as people read it, minutes, seconds and milliseconds: ``3:07.052``."""
    minutes, rest = divmod(offset // _MILLISECOND, 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000:03}"
