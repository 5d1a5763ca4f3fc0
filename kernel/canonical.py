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


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def canonical(value: JsonValue) -> bytes:
    """UTF-8 bytes of ``value``; raises NotCanonical on floats, unsafe integers or odd keys."""
    _check(value)
    return _encode(value).encode("utf-8")


def _check(value: JsonValue) -> None:
    # Every bid is written thrice: the usual types are told apart without isinstance.
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_text(value)
    elif kind is dict:
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"key must be ASCII text: {key!r}")
            _check(inner)
    elif value is None or kind is bool:
        return
    elif isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"integer out of range: {value}")
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        _check(dict(value))
    else:
        raise NotCanonical(f"not a canonical value: {kind.__name__}")


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("lone surrogate in text") from error
