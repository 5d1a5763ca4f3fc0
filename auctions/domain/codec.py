"""Frozen dataclasses to canonical bodies and back: the form of terms and events in the ledger.

Decimals travel as plain strings, moments as UTC text with six digits, durations as whole
microseconds, enums by value, tuples as lists. Every field of the class is written, also when it
holds its default, so that a later default can never change an old body. A field that a class
gained afterwards is a :func:`later` one: left out of the body while it is None, so that bodies
written before it, and their hashes, stay what they are.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from kernel import clock, decimals

T = TypeVar("T")
Decoder = Callable[[Any], Any]


_LATER = "later"
LATER = {_LATER: True}  # the metadata of such a field
_PLAIN = frozenset((str, int, bool, type(None)))
# Wider than any amount of ours; without a bound a few characters would make a number of gigabytes.
_DECIMAL = re.compile(r"-?[0-9]{1,128}(?:\.[0-9]{1,128})?", re.ASCII)


class BodyMalformed(ValueError):
    """A body does not have the form of its kind."""


def later() -> Any:
    """A dataclass field that came after the first ledgers: None, and then absent from the body."""
    return dataclass_field(default=None, metadata=LATER)


def to_body(value: Any) -> Any:
    """The canonical JSON value of a dataclass, or of one field of it."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind is Decimal:
        return decimals.to_wire(value)
    if kind is datetime:
        return clock.moment_to_wire(value)
    if is_dataclass(value):
        body = {name: to_body(getattr(value, name)) for name in _names(kind)}
        for name in _later_names(kind):
            if body[name] is None:
                del body[name]
        return body
    return _other_body(value)


def _other_body(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return decimals.to_wire(value)
    if isinstance(value, datetime):
        return clock.moment_to_wire(value)
    if isinstance(value, timedelta):
        return clock.duration_to_wire(value)
    if isinstance(value, tuple):
        return [to_body(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_body(item) for key, item in value.items()}
    raise TypeError(f"no body form for {type(value).__name__}")


def from_body(cls: type[T], body: Any) -> T:
    """The inverse of :func:`to_body`; raises BodyMalformed on anything else."""
    hint: Any = cls
    try:
        made: T = _decoder(hint)(body)
    except BodyMalformed:
        raise
    except Exception as error:
        raise BodyMalformed(f"{cls.__name__}: {error}") from error
    return made


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


@cache
def _later_names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if _came_later(field))


def _came_later(field: Field[Any]) -> bool:
    return field.metadata.get(_LATER, False) is True


@cache
def _decoder(hint: Any) -> Decoder:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not types.NoneType]
        if len(inner) != 1:
            raise TypeError(f"no decoder for {hint}")
        decode = _decoder(inner[0])
        return lambda raw: None if raw is None else decode(raw)
    if origin is tuple:
        item = _decoder(get_args(hint)[0])
        return lambda raw: tuple(item(entry) for entry in _exactly(raw, list))
    if hint is Any or origin is dict or hint is dict:
        return lambda raw: raw
    if hint is Decimal:
        return _decimal
    if hint is datetime:
        return clock.moment_from_wire
    if hint is timedelta:
        return lambda raw: clock.duration_from_wire(_exactly(raw, int))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda raw: hint(_exactly(raw, str))
    if hint in (str, int, bool):
        return lambda raw: _exactly(raw, hint)
    if is_dataclass(hint):
        return _dataclass_decoder(hint)
    raise TypeError(f"no decoder for {hint}")


def _dataclass_decoder(cls: Any) -> Decoder:
    hints = get_type_hints(cls)
    decoders = {name: _decoder(hints[name]) for name in _names(cls)}
    afterwards = frozenset(_later_names(cls))

    def decode(raw: Any) -> Any:
        body = _exactly(raw, dict)
        odd = (body.keys() ^ decoders.keys()) - (afterwards - body.keys())
        # A later field that is written as null would be a second form of the same value.
        odd |= {name for name in afterwards & body.keys() if body[name] is None}
        if odd:
            raise BodyMalformed(f"{cls.__name__}: fields do not fit: {', '.join(sorted(odd))}")
        return cls(**{name: decoders[name](raw) for name, raw in body.items()})

    return decode


def _exactly(raw: Any, kind: type) -> Any:
    if type(raw) is not kind:
        raise BodyMalformed(f"expected {kind.__name__}, found {type(raw).__name__}")
    return raw


def _decimal(raw: Any) -> Decimal:
    text = _exactly(raw, str)
    if _DECIMAL.fullmatch(text) is None:
        raise BodyMalformed(f"not a plain decimal: {text[:40]!r}")
    value = Decimal(text)
    if decimals.to_wire(value) != text:
        raise BodyMalformed(f"not the one form of a decimal: {text[:40]!r}")
    return value
