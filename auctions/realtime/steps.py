"""What an entry changed: how the gate and the hub speak of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auctions.domain.events import Event
from auctions.domain.state import AuctionState
from auctions.ledger.codec import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the ledger and what it changed."""

    entry: Entry
    event: Event
    before: AuctionState
    after: AuctionState


def following(steps: Sequence[Step], seq: int) -> list[Step] | None:
    """Those of the steps that come after entry ``seq``, in order; None where one is missing."""
    after = [step for step in steps if step.entry.seq > seq]
    for number, step in enumerate(after, seq + 1):
        if step.entry.seq != number:
            return None
    return after
