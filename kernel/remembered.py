"""Results of pure functions, kept while they are asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple, Unpack

Value = TypeVar("Value")
Rest = TypeVarTuple("Rest")
Result = TypeVar("Result")

KEPT = 512


def by_identity(
    function: Callable[[Value, Unpack[Rest]], Result],
) -> Callable[[Value, Unpack[Rest]], Result]:
    """Keep what ``function`` made of the latest values, found again by the very same object.

    For a pure function of an immutable value whose comparison or hash would cost as much as the
    function: a state that every viewer of an auction looks at. Further arguments must be
    hashable. The result must not be changed. Safe for any thread.
    """
    kept: dict[tuple[Any, ...], tuple[Value, Result]] = {}

    @wraps(function)
    def remembered(value: Value, *rest: *Rest) -> Result:
        key = (id(value), *rest)
        found = kept.get(key)
        if found is not None:
            return found[1]
        result = function(value, *rest)
        if len(kept) >= KEPT:
            kept.clear()
        # The value is kept along, so that its id cannot pass to another object.
        kept[key] = (value, result)
        return result

    return remembered
