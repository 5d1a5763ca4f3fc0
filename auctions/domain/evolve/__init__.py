"""``evolve(state, event, seq)``: what each entry of the ledger makes of the state.

One function an event, chosen by table. Nothing is judged here: an entry happened, and replaying
the entries gives the very state the live auction had.
"""

from __future__ import annotations

from typing import Any

from auctions.domain.events import Event
from auctions.domain.evolve import (
    auction,
    bids,
    levels,
    limits,
    packages,
    participation,
    pauses,
    random_end,
    rounds,
    sealed,
    surrogate,
    turns,
)
from auctions.domain.evolve.common import Reducer
from auctions.domain.state import AuctionState

_REDUCERS: dict[type[Any], Reducer] = {
    **auction.REDUCERS,
    **participation.REDUCERS,
    **pauses.REDUCERS,
    **bids.REDUCERS,
    **limits.REDUCERS,
    **sealed.REDUCERS,
    **levels.REDUCERS,
    **turns.REDUCERS,
    **packages.REDUCERS,
    **rounds.REDUCERS,
    **random_end.REDUCERS,
    **surrogate.REDUCERS,
}


def evolve(state: AuctionState, event: Event, seq: int) -> AuctionState:
    """The state after ``event``, the ledger's entry number ``seq``."""
    return _REDUCERS[type(event)](state, event, seq)
