"""What a replay goes through, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auctions.domain import events as ev


class ReplayFailed(Exception):
    """An entry is not what the rules lead to."""

    def __init__(self, seq: int, why: str) -> None:
        self.seq = seq
        self.why = why
        super().__init__(f"entry {seq}: {why}")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the ledger; ``event`` is None where the export keeps it closed."""

    seq: int
    recorded_at: datetime | None
    event: ev.Event | None
