"""What an entry changed, as the hub needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auctions.domain import machine
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


def following(entries: Sequence[Entry], seq: int) -> list[Entry] | None:
    """Those of the entries that come after ``seq``, in order; None where one is missing."""
    after = [entry for entry in entries if entry.seq > seq]
    for number, entry in enumerate(after, seq + 1):
        if entry.seq != number:
            return None
    return after


def steps_from(state: AuctionState, entries: Sequence[Entry]) -> list[Step]:
    """What each entry after ``state`` changed; the entries in order and without gaps."""
    found = []
    for entry in entries:
        event = entry.event()
        before, state = state, machine.evolve(state, event, entry.seq)
        found.append(Step(entry, event, before, state))
    return found
