"""One way to take percentiles."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bench.errors import BenchError


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so great a share of all does not exceed. Raises BenchError."""
    ordered = sorted(values)
    if not ordered:
        raise BenchError("nothing was measured")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
