"""What an entry changed, as the hub needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auctions.domain import machine
from auctions.domain.events import AutomaticBidPlaced, Event
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
    return at_once(found)


def at_once(steps: list[Step]) -> list[Step]:
    """The same, with a bid and the automatic ones that answer it as one change: nobody ever saw
    how it stood between them. They were written together, so they are read together."""
    place = len(steps) - 1
    while place >= 0:
        event = steps[place].event
        if isinstance(event, AutomaticBidPlaced):
            first = place - (steps[place].entry.seq - event.cause)
            if first >= 0:
                before, after = steps[first].before, steps[place].after
                for each in range(first, place + 1):
                    steps[each] = replace(steps[each], before=before, after=after)
                place = first
        place -= 1
    return steps
