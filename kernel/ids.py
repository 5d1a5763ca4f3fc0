"""Identifiers: opaque, random, safe to show."""

from __future__ import annotations

import secrets
import uuid

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """A random identifier that tells neither order nor time."""
    return uuid.uuid4()


def short_code(length: int = 8) -> str:
    """A random code a person can read out: no 0/O, 1/I/L, U."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
