"""A state as text and back, exactly: also the order of its mappings survives."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from auctions.domain.codec import BodyMalformed, from_body, to_body
from auctions.domain.state import AuctionState
from auctions.domain.terms import Terms

_BODIES = (Terms,)  # whatever is a body already is written as one


def state_to_text(state: AuctionState) -> str:
    """JSON text of a state; the inverse of :func:`state_from_text`."""
    return json.dumps(_encode(state), ensure_ascii=False, separators=(",", ":"))


def state_from_text(text: str) -> AuctionState:
    """The state of a snapshot; raises BodyMalformed when its form is of another version."""
    try:
        state = _decode(AuctionState, json.loads(text))
    except (LookupError, TypeError, ValueError) as error:
        raise BodyMalformed(f"snapshot: {error}") from error
    if not isinstance(state, AuctionState):
        raise BodyMalformed("snapshot: not a state")
    return state


def _encode(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, (*_BODIES, type)):
        return {name: _encode(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, Mapping):
        return [[to_body(key), _encode(item)] for key, item in value.items()]
    if isinstance(value, frozenset):
        return sorted(to_body(item) for item in value)
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return to_body(value)


@cache
def _hints(cls: type) -> dict[str, Any]:
    known = get_type_hints(cls)
    return {field.name: known[field.name] for field in fields(cls)}


def _decode(hint: Any, raw: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if raw is None:
            return None
        (inner,) = (arg for arg in get_args(hint) if arg is not types.NoneType)
        return _decode(inner, raw)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        key_hint, item_hint = get_args(hint)
        return {_decode(key_hint, key): _decode(item_hint, item) for key, item in raw}
    if origin is frozenset:
        return frozenset(_decode(get_args(hint)[0], item) for item in raw)
    if origin is tuple:
        return tuple(_decode(get_args(hint)[0], item) for item in raw)
    if is_dataclass(hint) and hint not in _BODIES:
        hints = _hints(hint)  # type: ignore[arg-type]
        if raw.keys() != hints.keys():
            raise BodyMalformed(f"snapshot: fields of {hint} differ")
        return hint(**{name: _decode(hints[name], raw[name]) for name in hints})  # type: ignore[operator]
    return from_body(hint, raw)
