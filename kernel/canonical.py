"""Canonical JSON: the one byte form that is hashed and signed.

Bodies hold strings, integers, booleans, null, lists and objects with ASCII keys. For such values
sorted compact JSON equals RFC 8785 (JSON Canonicalization Scheme); a property test holds it to
an independent implementation.
"""

from __future__ import annotations

import json
from typing import Any

JsonValue = Any
MAX_SAFE_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value cannot stand in a canonical body."""


def canonical(value: JsonValue) -> bytes:
    """UTF-8 bytes of ``value``; raises NotCanonical on floats, unsafe integers or odd keys."""
    _check(value)
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def _check(value: JsonValue) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"integer out of range: {value}")
    elif isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotCanonical("lone surrogate in text") from error
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"key must be ASCII text: {key!r}")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    else:
        raise NotCanonical(f"not a canonical value: {type(value).__name__}")
