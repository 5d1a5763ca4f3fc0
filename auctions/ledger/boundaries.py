"""Boundaries announced on an auction's row: lines being drawn, but not decided yet.

A gate that holds a pause (or another boundary command) until the other gates' watermarks have come
past it says so here, under the row's lock. Every gate then holds what was received later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.clock import moment_from_wire, moment_to_wire

Boundaries = tuple["Boundary", ...]


@dataclass(frozen=True, slots=True, order=True)
class Boundary:
    """The earliest line one gate waits to draw; the order of the fields is that of the lines.

    It counts only as long as ``process`` holds its lease in ``epoch``.
    """

    at: datetime
    process: UUID
    epoch: int


def boundaries_to_text(boundaries: Iterable[Boundary]) -> str | None:
    """JSON for the row; None where nothing is announced."""
    rows = [[moment_to_wire(each.at), str(each.process), each.epoch] for each in boundaries]
    return json.dumps(rows) if rows else None


def boundaries_from_text(text: str | None) -> Boundaries:
    """The inverse of :func:`boundaries_to_text`."""
    if text is None:
        return ()
    return tuple(
        Boundary(moment_from_wire(at), UUID(process), epoch)
        for at, process, epoch in json.loads(text)
    )
